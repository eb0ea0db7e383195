"""What the simulator's tests share: a simulator whose time is set by hand, and one on a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from sms_monitor.simulator.faults import Faults
from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.respond import Auth, Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests.one_demo import IDS, SEED, START, one_demo

API = "/notifications/api/v1"
__all__ = ["API", "FIXTURES", "IDS", "SEED", "START", "Trial"]
FIXTURES = Path(__file__).parent.parent / "fixtures"


class Trial:
    """A simulator of the demo with both of its clocks held still until they are moved."""

    def __init__(self, auth: Auth = "none", faults: list[str] | None = None) -> None:
        self.at: datetime = START
        self.wall = 1_800_000_000.0
        self.simulator = Simulator(
            one_demo(),
            lambda: self.at,
            lambda: self.wall,
            auth=auth,
            faults=Faults.parse(faults or []),
        )

    def get(self, target: str, **headers: str) -> Answer:
        return self.simulator.respond(Request("GET", target, **headers))

    def post(self, target: str, form: str, host: str) -> Answer:
        kind = "application/x-www-form-urlencoded"
        request = Request("POST", target, host, content_type=kind, body=form.encode())
        return self.simulator.respond(request)


@pytest.fixture
def serve() -> Iterator[Callable[[Trial], str]]:
    """Serves a trial until the test ends; gives the address."""
    with ExitStack() as stack:
        yield lambda trial: stack.enter_context(SimulatorServer(trial.simulator)).url

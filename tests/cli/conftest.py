"""What the tests of the command line share: a home directory, a served demo, a program to run."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest

from sms_monitor.cli import main
from sms_monitor.simulator.faults import Faults
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests import LIMIT
from tests.one_demo import IDS, START, one_demo
from tests.terminal.pty_session import PROJECT

PROGRAM = (sys.executable, "-m", "sms_monitor")


class Home:
    """A directory with the files of one person, and the program run in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config" / "config.toml"
        self.orders = path / "config" / "orders.json"
        self.started: list[subprocess.Popen[str]] = []
        self.environ = {**os.environ, "SMS_MONITOR_HOME": str(path), "TERM": "xterm-256color"}

    def write_config(self, text: str) -> None:
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_text(text)
        self.config.chmod(0o600)

    def use(self, url: str) -> None:
        self.write_config(
            f'[profiles.local]\nenvironment = "custom"\nbase_url = "{url}"\nauth = "none"\n'
        )

    def watch(self, *keys: str, **labels: str) -> None:
        """Put orders on the watch list, those in `labels` under a name of the person's own."""
        orders = [
            {"order_id": IDS[key], "label": labels.get(key, ""), "added": "2026-11-23T07:00:00Z"}
            for key in (*keys, *labels)
        ]
        self.orders.parent.mkdir(exist_ok=True)
        self.orders.write_text(json.dumps({"version": 1, "profiles": {"local": orders}}))

    def watched(self) -> list[str]:
        document = json.loads(self.orders.read_text())
        return [order["order_id"] for order in document["profiles"]["local"]]

    def run(
        self, *arguments: str, stdin: str = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in this process, with streams and an environment of its own.

        test_process shows that every command does the same in a process; that takes a second.
        """
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
        streams["stdin"] = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
        with (
            mock.patch.dict(os.environ, {**self.environ, **environ}, clear=True),
            mock.patch.multiple(sys, **streams),
        ):
            try:
                status = main(arguments)
            except SystemExit as ended:
                status = ended.code or 0
        out, err = (streams[name] for name in ("stdout", "stderr"))
        for stream in (out, err):
            stream.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read(), err.read())

    def execute(
        self, *arguments: str, stdin: str = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as a process, which is what a person does."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT,
            env={**self.environ, **environ},
            cwd=PROJECT,
            check=False,
        )

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start a command as a process, which ends with the test at the latest."""
        program = subprocess.Popen(
            [*PROGRAM, *arguments],
            **{
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "encoding": "utf-8",
                "env": self.environ,
                "cwd": PROJECT,
                **options,
            },
        )
        self.started.append(program)
        return program

    def end_all(self) -> None:
        """Leave no process and no pipe to the tests that come."""
        for program in self.started:
            program.kill()
            program.wait()
            for stream in (program.stdin, program.stdout, program.stderr):
                if stream is not None:
                    stream.close()


@pytest.fixture
def empty_home(tmp_path: Path) -> Iterator[Home]:
    """Somebody who has never used the program."""
    home = Home(tmp_path)
    yield home
    home.end_all()


@pytest.fixture
def serve() -> Iterator[object]:
    """Serves the demo at its start, with the clock held still; gives the address."""
    with ExitStack() as stack:

        def served(*faults: str) -> str:
            simulator = Simulator(
                one_demo(), lambda: START, lambda: 0.0, faults=Faults.parse(faults)
            )
            return stack.enter_context(SimulatorServer(simulator)).url

        yield served


@pytest.fixture
def home(empty_home: Home, serve) -> Home:
    """Somebody with a profile for the served demo, and no watched orders."""
    empty_home.use(serve())
    return empty_home

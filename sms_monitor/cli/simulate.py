"""`sms-monitor simulate`: serves the simulated API for curl, trials and other tools."""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.output import write_line
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.send_window import OSLO
from sms_monitor.services.files import write_atomically
from sms_monitor.services.paths import find_paths
from sms_monitor.simulator.clock import SimulatedClock
from sms_monitor.simulator.demo import WATCHED, demo, demo_order_ids, demo_start
from sms_monitor.simulator.faults import Faults
from sms_monitor.simulator.generated import generated, generated_order_ids
from sms_monitor.simulator.key_file import ClientKey, read_key
from sms_monitor.simulator.maskinporten import Client
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.rsa import made_jwk
from sms_monitor.simulator.scenario import Scenario, guid
from sms_monitor.simulator.server import SimulatorServer

ORDERS = 10
"""Orders there are when only --rows was given."""
ROWS = 1000
"""SMS in an order when only --orders was given."""

_SHOWS = {
    "KOM-118": "1000 SMS, most kinds of failure, 3 stuck, 41 on their way",
    "INNK-77": "200 SMS of three days ago, two given up without a receipt",
    "VARS-09": "126 SMS of yesterday, 6 stuck",
    "PURR-31": "500 SMS being sent now",
    "MORG-02": "320 SMS that wait for 09:00",
    "TIME-12": "40 SMS a minute after the start; one fails after it was delivered",
    "UNKNOWN": "no such order: 404",
    "KOM-117": "1000 SMS of last week, one failed",
    "FRIST-05": "60 SMS, one dead: it was never sent",
    "ARKI-03": "150 SMS, all delivered",
    "KALD-12": "cancelled, so no SMS",
    "EPOST-4": "an e-mail order, so no SMS",
}
"""What the demo's watched orders are there for, by key."""


@dataclass(frozen=True, slots=True)
class _Registered:
    """A client of the simulated Maskinporten, and the file its key came from."""

    client: Client
    key_file: Path


def run(options: argparse.Namespace) -> ExitStatus:
    """Serve until interrupted or told to end, which is how it is meant to end."""
    try:
        faults = Faults.parse(options.fault)
    except ValueError as error:
        raise ConfigError(
            f"--fault: {error}.", "Give it as --fault NAME=NUMBER or --fault NAME."
        ) from error
    registered = _registered(options, faults)
    start = options.start or demo_start(datetime.now(OSLO).date())
    clock = SimulatedClock(start, options.speed, time.monotonic)
    scenario, orders = _scenario(options, start)
    auth = registered.client if registered else options.auth
    simulator = Simulator(scenario, clock.now, time.time, auth=auth, faults=faults)
    # the default handler of SIGINT raises KeyboardInterrupt
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), _server(simulator, options.port) as server:
        lines = _introduction(server.url, options.auth, registered)
        write_line("\n".join([*lines, *orders]))
        while True:
            # a signal that comes just before a sleep is heard after it
            time.sleep(1)
    return ExitStatus.DONE


def _registered(options: argparse.Namespace, faults: Faults) -> _Registered | None:
    """Return the client that `--auth maskinporten` registers, None without it.

    Without `--client-key` its key is made of the seed, and written where only its owner reads it.
    """
    given = options.client_key
    if options.auth != "maskinporten":
        if unused := [f"--fault {name}" for name in sorted(faults.sign_in)]:
            raise ConfigError(
                f"{unused[0]} is trouble with Maskinporten.", "Add --auth maskinporten."
            )
        if given:
            raise ConfigError("--client-key is for Maskinporten.", "Add --auth maskinporten.")
        return None
    if given:
        path = Path(given).expanduser().absolute()
        key = _read_key(path)
    else:
        state_file = find_paths(os.environ).state_file
        path = state_file.with_name(f"simulator-{options.seed}.jwk.json").absolute()
        text = json.dumps(made_jwk(options.seed), indent=2)
        write_atomically(path, f"{text}\n")
        key = read_key(text)
    return _Registered(Client(guid(options.seed, "client"), key), path)


def _read_key(path: Path) -> ClientKey:
    try:
        return read_key(path.read_text("utf-8", errors="replace"))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror or error}.", "Give --client-key another file."
        ) from error
    except ValueError as error:
        raise ConfigError(
            f"{path} {error}.",
            "Give --client-key an RSA key as PEM or JWK, public or private, or a certificate.",
        ) from error


def _scenario(options: argparse.Namespace, start: datetime) -> tuple[Scenario, list[str]]:
    """Return what to serve, and a line for each order: id, reference, what it shows."""
    seed = options.seed
    if options.orders is None and options.rows is None:
        keys = zip(demo_order_ids(seed), WATCHED, strict=True)
        return demo(seed, start), [f"{key_id}  {key:8}  {_SHOWS[key]}" for key_id, key in keys]
    rows = options.rows or ROWS
    scenario = generated(seed, start, options.orders or ORDERS, rows)
    lines = []
    for order_id in generated_order_ids(seed, options.orders or ORDERS):
        order = scenario.order(order_id)
        reference = order.plan.reference if order else None
        lines.append(f"{order_id}  {reference or '(no reference)'}  {rows} SMS")
    return scenario, lines


def _server(simulator: Simulator, port: int) -> SimulatorServer:
    try:
        return SimulatorServer(simulator, port)
    except OSError as error:
        raise ConfigError(
            f"Port {port} cannot be served: {error.strerror or error}.",
            "Choose another with --port N, or take a free one with --port 0.",
        ) from error


def _introduction(url: str, auth: str, registered: _Registered | None) -> Iterator[str]:
    """Yield the address, a profile for the config file, and how to watch the orders."""
    yield url
    yield ""
    yield "# config.toml"
    yield "config_version = 1"
    yield 'default_profile = "local"'
    yield ""
    yield "[profiles.local]"
    yield 'environment = "custom"'
    yield f'base_url = "{url}"'
    yield f'auth = "{auth}"'
    if auth == "token":
        yield f'token = {{ command = ["curl", "-s", "{url}/simulator/token"] }}'
        yield ""
        yield f"# a token for half an hour: curl -s {url}/simulator/token"
    if registered:
        yield from _client_settings(url, registered)
        yield ""
    if auth != "none":
        yield f"# revoke all tokens: curl -s {url}/simulator/revoke"
    yield ""
    yield "# watch with: sms-monitor orders add ID"


def _client_settings(url: str, registered: _Registered) -> Iterator[str]:
    """Yield the lines of the profile that name the client, its key and its Maskinporten."""
    key = registered.client.key
    path = json.dumps(str(registered.key_file), ensure_ascii=False)
    yield f'client_id = "{registered.client.client_id}"'
    if key.is_private:
        yield f"key = {{ file = {path} }}"
    else:
        yield f'key = {{ file = "PRIVATE-KEY" }}  # the private half of {path}'
    if key.kid:
        yield f"kid = {json.dumps(key.kid, ensure_ascii=False)}"
    yield f'maskinporten_issuer = "{url}/"'
    yield f'maskinporten_token_endpoint = "{url}/token"'

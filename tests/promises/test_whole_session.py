"""A session as a person has it, with failures and a crash: no secret is left anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.simulator.server import SimulatorServer
from tests import LIMIT
from tests.services.keys import pem
from tests.terminal.pty_session import PROJECT, PtySession

from .canaries import (
    KEY_PASSWORD,
    ORDER,
    PERSONAL,
    PROXY_PASSWORD,
    CanaryAltinn,
    found_in,
    with_clipboard,
)

LOUD = """\
import logging, os, shlex, sys
logging.basicConfig(filename=sys.argv[1], level=logging.DEBUG)
from sms_monitor.cli import main
{}
kept = dict(os.environ)
for command in sys.argv[2:]:
    os.environ.update(kept)
    status = main(shlex.split(command))
sys.exit(status)
"""
"""Runs commands one after the other, with everything that is logged anywhere in a file."""

HELPER = """\
import json, os, pathlib, sys
seen = pathlib.Path(sys.argv[1])
lines = [pathlib.Path(f"/proc/{p}/cmdline").read_bytes().decode() for p in ("self", os.getppid())]
seen.write_text(json.dumps({"environ": dict(os.environ), "argv": lines}))
print(pathlib.Path(sys.argv[2]).read_text())
"""
"""Gives the key as a profile's command, and writes down what it was given."""

CONFIG = """\
config_version = 1
log_level = "debug"
[profiles.chain]
environment = "custom"
base_url = "{url}"
auth = "maskinporten"
client_id = "client-7"
kid = "k"
key = {{ command = {command} }}
key_password = {{ env = "OWN_KEY_PASSWORD" }}
maskinporten_issuer = "{url}/"
maskinporten_token_endpoint = "{url}/token"
"""

OWN_SECRET = "OWN_KEY_PASSWORD"
"""A variable that the profile names as the place of a secret."""
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What the monitor is started with beside the rest."""
MADE_BY_THE_CHILD = {"LC_CTYPE", "_", "SHLVL", "PWD", "OLDPWD"}


class Desk:
    """One person's directories and environment, and the Altinn they talk to."""

    def __init__(self, path: Path, altinn: CanaryAltinn, url: str) -> None:
        self.altinn, self.path = altinn, path
        self.key = pem(password=KEY_PASSWORD)
        self.key_file, self.helper = path / "key.pem", path / "helper.py"
        self.seen, self.log = path / "seen.txt", path / "all.log"
        self.key_file.write_text(self.key)
        self.helper.write_text(HELPER)
        (path / "home" / "config").mkdir(parents=True)
        (path / "tmp").mkdir()
        command = [sys.executable, str(self.helper), str(self.seen), str(self.key_file)]
        config = path / "home" / "config" / "config.toml"
        config.write_text(CONFIG.format(url=url, command=json.dumps(command)))
        config.chmod(0o600)
        # a proxy where nobody listens: this machine must be reached without it
        proxy = f"http://me:{PROXY_PASSWORD}@127.0.0.1:9"
        self.environ = {
            **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), proxy),
            "HOME": str(path),
            "XDG_DOWNLOAD_DIR": str(path / "tmp"),
            "TMPDIR": str(path / "tmp"),
            "SMS_MONITOR_HOME": str(path / "home"),
            OWN_SECRET: KEY_PASSWORD,
            "NO_PROXY": "",
            "no_proxy": "",
        }

    def theirs(self, *less: str) -> dict[str, str]:
        """The environment of the person, without what is ours and without `less`."""
        whole = {**os.environ, **self.environ, **TERMINAL}
        gone = {*less, "TMUX", "NO_COLOR", "LINES", "COLUMNS"}
        kept = {k: v for k, v in whole.items() if k not in gone and k not in MADE_BY_THE_CHILD}
        return {k: v for k, v in kept.items() if not k.startswith(("SMS_MONITOR_", "SSH_"))}

    def argv(self, *commands: str, first: str = "") -> list[str]:
        return ["-c", LOUD.format(first), str(self.log), *commands]

    def run(self, *commands: str, first: str = "") -> tuple[int, bytes]:
        done = subprocess.run(
            [sys.executable, *self.argv(*commands, first=first)],
            capture_output=True,
            env={**os.environ, **self.environ},
            cwd=PROJECT,
            timeout=LIMIT,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def terminal(self, first: str = "") -> PtySession:
        argv = self.argv("", first=first)
        return PtySession(argv, size=(120, 40), env=self.environ, cwd=self.path)

    def secrets(self) -> list[str]:
        # without its first and last line, which every key has
        return self.altinn.secrets("\n".join(self.key.splitlines()[1:-1]))

    def leaks(self, name: str, text: bytes) -> list[str]:
        """Which secrets are in a text; the history may say whom an SMS was for, and no more."""
        kept = PERSONAL if "history.sqlite3" in name else ()
        return [secret for secret in found_in(text, self.secrets()) if secret not in kept]

    def files(self) -> dict[str, bytes]:
        """All files but the key itself."""
        return {
            str(file.relative_to(self.path)): file.read_bytes()
            for file in self.path.rglob("*")
            if file.is_file() and file != self.key_file
        }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    altinn = CanaryAltinn()
    with SimulatorServer(altinn) as server:
        yield Desk(tmp_path, altinn, server.url)


def monitor_that_fails(desk: Desk) -> bytes:
    """Open the monitor while Maskinporten refuses, and leave it."""
    desk.altinn.refuses = "token"
    with desk.terminal() as terminal:
        terminal.until(lambda: "refused the sign-in" in terminal.text())
        terminal.send("q")
        assert terminal.ends() == 0
    desk.altinn.refuses = ""
    return with_clipboard(terminal.received)


def monitor_that_works(desk: Desk) -> bytes:
    """Look at a failure, copy it, take a picture, and lose the sign-in."""
    with desk.terminal() as terminal:
        terminal.until(lambda: "FAKTURA-7" in terminal.text() and "•••" in terminal.text())
        terminal.send("n")
        terminal.until(lambda: "Do next" in terminal.text())
        terminal.send("yn")
        terminal.until(lambda: "Copied" in terminal.text())
        terminal.send("\x10")
        terminal.until(lambda: "Search for commands" in terminal.text())
        terminal.send("screenshot")
        terminal.until(lambda: "Save an SVG" in terminal.text())
        terminal.send("\r")
        terminal.until(lambda: any(file.endswith(".svg") for file in desk.files()))
        desk.altinn.refuses = "orders"
        terminal.send("R")
        terminal.until(lambda: "(403)" in terminal.text())
        terminal.send("\x11")
        assert terminal.ends() == 0
    desk.altinn.refuses = ""
    return with_clipboard(terminal.received)


def test_after_a_session_with_failures_no_secret_is_found_anywhere(desk):
    said = {}
    for part in ("exchange", "orders"):
        desk.altinn.refuses = part
        code, said[part] = desk.run("auth check", f"status {ORDER}")
        assert code == 3, said
    desk.altinn.refuses = ""
    code, said["works"] = desk.run(f"orders add {ORDER}", "config show", "status --json --rows")
    for form in ("csv", "json", "md"):
        code, said[form] = desk.run(f"export --format {form} {ORDER}")
        assert code in (0, 1, 2) and b"FAKTURA-7" in said[form], said
    assert code in (0, 1, 2) and b"FAKTURA-7" in said["works"], said
    said["monitor, token"] = monitor_that_fails(desk)
    said["monitor"] = monitor_that_works(desk)

    assert len(desk.altinn.tokens) >= 4 and desk.altinn.assertions
    files = desk.files()
    assert any(name.endswith(".svg") and b"FAKTURA-7" in f for name, f in files.items())
    seen = json.loads(files.pop("seen.txt"))
    # a command has the environment of the person, less what is ours and what the profile names;
    # the proxy is a setting of their own, which a command that asks a vault needs as well
    its_own = {k: v for k, v in seen["environ"].items() if k not in MADE_BY_THE_CHILD}
    assert its_own == desk.theirs(OWN_SECRET)
    assert {v for v in its_own.values() if PROXY_PASSWORD in v} == {desk.environ["HTTP_PROXY"]}
    others = [secret for secret in desk.secrets() if secret != PROXY_PASSWORD]
    assert found_in(json.dumps(its_own).encode(), others) == []
    assert len(seen["argv"]) == 2 and found_in("".join(seen["argv"]).encode(), desk.secrets()) == []
    leaks = {name: desk.leaks(name, text) for name, text in {**said, **files}.items()}
    assert {name: found for name, found in leaks.items() if found} == {}


FAULT = """
def broken(*arguments, **_):
    canary = [*arguments]
    told = [getattr(each, "notification", "") for each in canary]
    raise KeyError(f"broken on purpose {{told}}")
import sms_monitor.{0} as module
module.{1} = broken
"""
BREAKABLE = (
    ("services.private_key", "_chain"),
    ("services.exchange", "_token_in"),
    ("services.auth", "TokenAuth._signed"),
    ("ui.screens.showing", "row_detail"),
)
"""Functions that are given a key, an answer with a token, the token, and an SMS."""


@pytest.mark.parametrize(("module", "name"), BREAKABLE)
def test_a_fault_in_the_sign_in_shows_no_secret(desk, module, name):
    config = desk.path / "home" / "config" / "config.toml"
    if module == "services.private_key":
        config.write_text(config.read_text().replace('kid = "k"\n', ""))
    watched = [{"order_id": ORDER, "label": "", "added": "2026-11-23T07:00:00Z"}]
    document = {"version": 1, "profiles": {"chain": watched}}
    (config.parent / "orders.json").write_text(json.dumps(document))
    fault = FAULT.format(module, name)
    with desk.terminal(first=fault) as terminal:
        assert terminal.ends() == ExitStatus.CRASHED
    assert b"fault of its own" in terminal.received and b"on purpose" in terminal.received
    assert b"broken on purpose" in desk.files()["home/state/sms-monitor.log"]
    texts = {"terminal": terminal.received, **desk.files()}
    del texts["seen.txt"]
    assert [name for name, text in texts.items() if desk.leaks(name, text)] == []


def test_a_fault_without_a_screen_shows_no_secret(desk):
    code, said = desk.run(
        f"status {ORDER}", first=FAULT.format("services.auth", "TokenAuth._signed")
    )
    # not 1, which tells a script that some SMS failed
    assert code == ExitStatus.CRASHED
    assert b"on purpose" in said and desk.altinn.tokens
    assert found_in(said, desk.secrets()) == []

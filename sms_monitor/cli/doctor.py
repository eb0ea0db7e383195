"""`sms-monitor doctor`: what this installation is, and what is wrong with it.

Nothing is changed, nothing secret is told, and only `--online` asks anybody.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import locale
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from sms_monitor import __version__
from sms_monitor.cli.auth import Line, try_sign_in
from sms_monitor.cli.config import problems_of_profile
from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.opening import open_headless
from sms_monitor.cli.origins import general_settings, mode_of, table_settings
from sms_monitor.cli.output import write_line
from sms_monitor.cli.screen_check import check_keys
from sms_monitor.cli.terminal import has_screen
from sms_monitor.core import phase
from sms_monitor.core.durations import duration, oslo_and_utc
from sms_monitor.core.errors import MonitorError
from sms_monitor.core.text import clean
from sms_monitor.services.config import Config, load_config
from sms_monitor.services.paths import Paths, find_paths
from sms_monitor.services.profile import Profile

_LIBRARIES = ("textual", "httpx", "msgspec", "pydantic", "pyjwt", "cryptography")
_VARIABLES = (
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "SSH_TTY",
    "TMUX",
    "STY",
)


class Fact(NamedTuple):
    """One thing that was found."""

    key: str
    value: str
    fix: str = ""
    """What to do about it; "" when nothing is wrong."""

    def as_json(self) -> str:
        """Return the object of `doctor --json`."""
        fields = {"key": self.key, "ok": not self.fix, "value": self.value, "fix": self.fix}
        return json.dumps(fields, ensure_ascii=False)

    def as_text(self) -> str:
        """Return a line, and one more for each of what to do."""
        mark = "FAIL" if self.fix else "ok"
        first, *more = [*self.value.splitlines(), *self.fix.splitlines()] or [""]
        lines = [f"{mark:5}{self.key:21} {first}".rstrip()]
        return "\n".join([*lines, *(f"{'':27}{line}" for line in more)])


def run(options: argparse.Namespace) -> ExitStatus:
    """Tell everything; return 4 when something is to be mended here, or how `--online` went."""
    status = ExitStatus.DONE
    for fact in facts(find_paths(os.environ, options.config), os.environ, datetime.now(UTC)):
        write_line(fact.as_json() if options.json else fact.as_text())
        if fact.fix:
            status = ExitStatus.USAGE
    if options.online and status is ExitStatus.DONE:
        return _online(options)
    if options.online:
        print("The API is asked when the rest is in order.", file=sys.stderr)
    return status


def findings(paths: Paths) -> str:
    """Return all of it as lines for people."""
    return "\n".join(fact.as_text() for fact in facts(paths, os.environ, datetime.now(UTC)))


def facts(paths: Paths, environ: Mapping[str, str], now: datetime) -> Iterator[Fact]:
    """Yield all that can be found without asking anybody."""
    yield from _versions()
    yield from _terminal(environ)
    yield from _files(paths)
    yield from _config(paths.config_file, environ)
    yield from _contents(paths)
    yield from _thresholds()
    yield Fact("clock", oslo_and_utc(now))


def _versions() -> Iterator[Fact]:
    yield Fact("sms-monitor", __version__)
    yield Fact("python", f"{platform.python_version()} at {sys.executable}")
    yield Fact("system", clean(platform.platform()))
    for name in _LIBRARIES:
        try:
            yield Fact(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Fact(name, "not installed", "Install sms-monitor anew.")


def _terminal(environ: Mapping[str, str]) -> Iterator[Fact]:
    names = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    ttys = [name for name, stream in names.items() if stream is not None and stream.isatty()]
    size = shutil.get_terminal_size()
    yield Fact("terminal", f"on {', '.join(ttys) or 'none of the streams'}")
    if ttys:
        small = size.columns < 60 or size.lines < 15
        fix = "The monitor wants 60 columns and 15 lines." if small else ""
        yield Fact("size", f"{size.columns} columns, {size.lines} lines", fix)
    for name in _VARIABLES:
        if name in environ:
            yield Fact(name, clean(environ[name], 80))
    yield Fact(
        "monitor", "opens" if has_screen() else "prints the table: no terminal, or a dumb one"
    )
    yield Fact("colours", _colours(environ))
    # not getlocale(), which calls C.UTF-8 en_US
    yield Fact("locale", clean(locale.setlocale(locale.LC_CTYPE)))
    # the monitor puts something of its own in place of stdout
    encoding = getattr(sys.__stdout__, "encoding", None) or "none"
    is_utf8 = encoding.lower().replace("-", "") == "utf8"
    fix = "" if is_utf8 else "Set LC_ALL to a UTF-8 locale such as C.UTF-8."
    yield Fact("output encoding", encoding, fix)
    inside = "tmux" if "TMUX" in environ else "screen" if "STY" in environ else ""
    yield Fact("mouse", "taken unless --no-mouse or :mouse off; hold shift to select text")
    needs = {
        "tmux": "in tmux: it needs `set -g set-clipboard on`",
        "screen": "in screen, which may not pass it on",
    }
    yield Fact("clipboard", f"through the terminal (OSC 52) {needs.get(inside, '')}".rstrip())


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "none, by NO_COLOR"
    if environ.get("COLORTERM", "").casefold() in ("truecolor", "24bit"):
        return "16 million"
    return "256" if "256" in environ.get("TERM", "") else "16, or more than the terminal says"


def _files(paths: Paths) -> Iterator[Fact]:
    state = paths.state_file
    places = {
        "config directory": paths.config_file.parent,
        "config file": paths.config_file,
        "watch list": paths.orders_file,
        "state directory": state.parent,
        "state file": state,
        "history file": state.with_name("history.sqlite3"),
        "log file": state.with_name("sms-monitor.log"),
    }
    for key, path in places.items():
        if not path.exists():
            yield Fact(key, f"{path} (not there yet)")
            continue
        is_ours = not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
        usable = os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))
        fix = "" if usable else f"Make it yours to read and write: chmod u+rw {path}"
        shown = ", ".join(filter(None, (mode_of(path), "" if is_ours else "of another user")))
        yield Fact(key, f"{path} ({shown or 'there'})", fix)


def _config(path: Path, environ: Mapping[str, str]) -> Iterator[Fact]:
    try:
        config = load_config(path)
        check_keys(config, path)
    except MonitorError as error:
        yield Fact("config", error.message, error.next_step)
        return
    yield Fact("config", "understood" if path.exists() else "none: every value is its default")
    text = path.read_text("utf-8-sig") if path.exists() else ""
    requests = next(s for s in general_settings(config, text) if s.key == "requests_per_minute")
    yield Fact("requests a minute", f"at most {requests.value}, {requests.origin}")
    for setting in table_settings(config, "thresholds", text):
        name = setting.key.removeprefix("thresholds.").replace("_", " ")
        yield Fact(name, f"{setting.value:g}, {setting.origin}")
    yield from _profiles(config, path, environ)


def _profiles(config: Config, path: Path, environ: Mapping[str, str]) -> Iterator[Fact]:
    if not config.profiles:
        named = environ.get("SMS_MONITOR_TOKEN") or environ.get("SMS_MONITOR_BASE_URL")
        yield Fact("profiles", "from the environment" if named else "none; see `profile add`")
    for name, table in config.profiles.items():
        profile = Profile.model_validate({**dict(table), "name": name})
        default = ", the default" if name == config.default_profile else ""
        told = f"{profile.environment} {clean(profile.base_url)} {profile.auth}{default}"
        problems = list(problems_of_profile(table, path))
        wrong = "".join(f"\n{problem.message}" for problem in problems)
        fix = "\n".join(problem.next_step for problem in problems)
        yield Fact(f"profile {name}", told + wrong, fix)


def _contents(paths: Paths) -> Iterator[Fact]:
    """Read the program's own files as they are; a broken one is left for the monitor to mend."""
    yield from _read("watched orders", paths.orders_file, _watched)
    yield from _read("state", paths.state_file, _json_in)
    yield from _read("history", paths.state_file.with_name("history.sqlite3"), _tables)


def _read(key: str, path: Path, read: Callable[[Path], str]) -> Iterator[Fact]:
    if not path.exists():
        return
    try:
        yield Fact(key, read(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, sqlite3.Error) as error:
        what = f"{path} cannot be understood ({type(error).__name__})"
        yield Fact(key, what, "Move it away; the monitor begins a new one.")


def _watched(path: Path) -> str:
    profiles: dict[str, Any] = json.loads(path.read_text("utf-8"))["profiles"]
    counts = (f"{clean(name, 40)} {len(orders)}" for name, orders in profiles.items())
    return ", ".join(counts) or "none"


def _json_in(path: Path) -> str:
    profiles = json.loads(path.read_text("utf-8"))["profiles"]
    return f"readable, {len(profiles)} profiles"


def _tables(path: Path) -> str:
    # read only: a doctor that makes a file, or waits for a lock, is none
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1)) as database:
        tables = database.execute("select count(*) from sqlite_master").fetchone()[0]
    return f"readable, {tables} tables and indexes"


def _thresholds() -> Iterator[Fact]:
    known: dict[str, timedelta] = {
        "new is stuck after": phase.NEW_STUCK_AFTER,
        "sending stuck after": phase.SENDING_STUCK_AFTER,
        "accepted stuck after": phase.ACCEPTED_STUCK_AFTER,
        "valid for": phase.VALIDITY,
    }
    for key, length in known.items():
        yield Fact(key, f"{duration(length)}, the default")


def _online(options: argparse.Namespace) -> ExitStatus:
    def tell(line: Line) -> None:
        fix = line.fix or ("See above." if line.ok is None else "")
        fact = Fact(f"online {line.step}", line.detail or "not tried", "" if line.ok else fix)
        write_line(fact.as_json() if options.json else fact.as_text())

    try:
        opened = open_headless(options)
    except MonitorError as error:
        tell(Line("config", False, error.message, error.next_step))
        return ExitStatus(error.exit_code)
    file = opened.paths.config_file
    return asyncio.run(try_sign_in(opened.profile, file, opened.clock, opened.taken, tell))

"""`sms-monitor profile add`: a profile made by questions and tried before it is kept."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sms_monitor.cli.auth import Line, try_sign_in
from sms_monitor.cli.conversation import Conversation
from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.output import say
from sms_monitor.cli.questions import Questions
from sms_monitor.core.errors import ConfigError, MonitorError
from sms_monitor.services.clock import SystemClock
from sms_monitor.services.config import load_config, parse_config
from sms_monitor.services.config_writing import append_profile
from sms_monitor.services.credentials import Secret, take_secret
from sms_monitor.services.paths import find_paths
from sms_monitor.services.profile import Profile
from sms_monitor.services.profile_choice import TOKEN_VARIABLE

_ON_FAILURE = """
It does not work as it is; see FAIL above. Nothing is written yet. Keep it anyway?
  y   yes, add it to the config file
  n   no, leave the config file as it is
  c   change answers; Enter keeps those you gave"""


def run(options: argparse.Namespace) -> ExitStatus:
    """Ask, try, and add the profile to the config file."""
    path = find_paths(os.environ, options.config).config_file
    # a stream that was closed is None
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise ConfigError(
            "`profile add` asks its questions on a terminal, and there is none.",
            f"Run it in one; or run `sms-monitor config init` and edit {path}.",
        )
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() the arrow keys
    config = load_config(path)
    try:
        made = _make(path, options.name or options.profile, config.profiles)
    except (EOFError, KeyboardInterrupt):
        print("\nNothing was changed.", file=sys.stderr)
        return ExitStatus.INTERRUPTED
    if isinstance(made, ExitStatus):
        print("Nothing was changed.", file=sys.stderr)
        return made
    name, block = made
    try:
        append_profile(path, name, block)
    except MonitorError:
        print(f"These are the lines of the profile:\n\n[profiles.{name}]\n{block}\n")
        raise
    option = f"--config {shlex.quote(options.config)} " if options.config else ""
    say(f'The profile "{name}" was added to {path}.')
    print(f"Use it with: sms-monitor {option}--profile {name}")
    return ExitStatus.DONE


def _make(
    path: Path, name: str | None, taken_names: Mapping[str, object]
) -> tuple[str, str] | ExitStatus:
    """Return the name and the lines of a profile to keep, else what its trial failed with."""
    talk = Conversation(path)
    questions = Questions(talk)
    say("Enter takes what stands in brackets, - leaves it empty, Ctrl-C ends without a change.\n")
    token = take_secret(os.environ, TOKEN_VARIABLE)
    taken = {TOKEN_VARIABLE: token} if token else {}
    while True:
        chosen, block = questions.ask(name, taken_names)
        print(f"\n[profiles.{chosen}]\n{block}\n")
        say("It is tried now; nothing is written yet.")
        status = _try(path, chosen, block, taken)
        if status is ExitStatus.DONE:
            return chosen, block
        say(_ON_FAILURE)
        match talk.choose("Keep it, y, n or c", "ync", "c"):
            case "y":
                return chosen, block
            case "n":
                return status
        print()


def _try(path: Path, name: str, block: str, taken: dict[str, Secret]) -> ExitStatus:
    """Tell each step of the sign-in; `taken` gets the variables the profile names."""
    table = parse_config(f"[profiles.{name}]\n{block}\n", path).profiles[name]
    profile = Profile.model_validate({**dict(table), "name": name})
    # no command inherits them
    for _, reference in profile.references:
        secret = take_secret(os.environ, reference.env) if reference.env else None
        if reference.env and secret:
            taken[reference.env] = secret

    def tell(line: Line) -> None:
        print(line.as_text(), flush=True)

    with _judged(path) as config_file:
        return asyncio.run(try_sign_in(profile, config_file, SystemClock(), taken, tell))


@contextmanager
def _judged(path: Path) -> Iterator[Path]:
    """Yield the file whose mode decides whether commands may run.

    A config file that is not there yet will be only its owner's, as the one yielded is.
    """
    if path.exists():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        config_file = Path(folder) / path.name
        config_file.touch(0o600)
        yield config_file

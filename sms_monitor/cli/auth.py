"""`sms-monitor auth check`: the sign-in, tried step by step."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.opening import open_headless
from sms_monitor.cli.origins import choice_origin, file_origin, mode_of
from sms_monitor.cli.output import wrapped, write_line
from sms_monitor.core.errors import MonitorError
from sms_monitor.services.clock import Clock
from sms_monitor.services.credentials import Secret
from sms_monitor.services.profile import Profile
from sms_monitor.services.sign_in_check import Step, check_sign_in

STEPS = {
    "maskinporten": (
        "config",
        "network",
        "key",
        "issuer",
        "maskinporten",
        "clock",
        "exchange",
        "api",
    ),
    "token": ("config", "network", "token", "api"),
    "platform-token": ("config", "network", "token", "api"),
    "none": ("config", "network", "api"),
}
"""The steps of `check_sign_in` by the profile's `auth`, in their order."""

_INDENT = 23
"""Columns before the words of a step."""
_MARKS = {True: "pass", False: "FAIL", None: "skipped"}


@dataclass(frozen=True, slots=True)
class Line:
    """One step as it is told."""

    step: str
    ok: bool | None
    """None when it was not tried, because one before it failed."""
    detail: str
    fix: str
    """What to do; "" when there is nothing. A step that passed may still have one."""

    def as_json(self) -> str:
        """Return the object of `auth check --json`."""
        fields = {"step": self.step, "ok": self.ok, "detail": self.detail, "fix": self.fix}
        return json.dumps(fields, ensure_ascii=False)

    def as_text(self) -> str:
        """Return a line and one more for what to do; more on a terminal that is too narrow."""
        mark = "warning" if self.ok and self.fix else _MARKS[self.ok]
        texts = [*wrapped(self.detail, _INDENT), *wrapped(self.fix, _INDENT)]
        lines = [f"{mark:8} {self.step:13} {texts[0] if texts else ''}".rstrip()]
        return "\n".join([*lines, *(f"{'':{_INDENT}}{text}" for text in texts[1:])])


def run(options: argparse.Namespace) -> ExitStatus:
    """Try every step and tell each; what has failed decides the exit status."""

    def tell(line: Line) -> None:
        write_line(line.as_json() if options.json else line.as_text())

    try:
        opened = open_headless(options)
    except MonitorError as error:
        tell(Line("config", False, error.message, error.next_step))
        return ExitStatus(error.exit_code)
    profile, file = opened.profile, opened.paths.config_file
    chosen_by = choice_origin(opened.config, options.profile, os.environ)
    mode = mode_of(file) or "not there"
    place = file_origin(os.environ, options.config)
    origin = f"Chosen by {chosen_by}, from {file} ({mode}, place by {place})."

    def told(line: Line) -> None:
        is_config = line.step == "config" and line.ok
        tell(replace(line, detail=f"{line.detail} {origin}") if is_config else line)

    return asyncio.run(try_sign_in(profile, file, opened.clock, opened.taken, told))


async def try_sign_in(
    profile: Profile,
    config_file: Path,
    clock: Clock,
    taken: Mapping[str, Secret],
    tell: Callable[[Line], None],
) -> ExitStatus:
    """Tell each step of the sign-in as it is tried, then those that were not.

    Returns what has failed: `DONE` nothing, `USAGE` what a person wrote, `SOURCE` the rest.
    """
    left = list(STEPS[profile.auth])
    status = ExitStatus.DONE
    async for step in check_sign_in(profile, config_file, clock, taken):
        left.remove(step.name)
        tell(_line_of(step))
        if step.result == "fail":
            status = ExitStatus.USAGE if step.is_written else ExitStatus.SOURCE
    for name in left:
        tell(Line(name, None, "", ""))
    return status


def _line_of(step: Step) -> Line:
    return Line(step.name, step.result != "fail", step.text, step.next_step)

"""The config file: what is in it, and whether its commands may run.

It holds no secret, only references to them. It is never looked for in the current directory,
because a profile can run commands.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from sms_monitor.core.budget import LEAST_BUDGET, MOST_BUDGET
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.language import Language
from sms_monitor.services.alert_table import AlertTable
from sms_monitor.services.config_problems import (
    Problem,
    not_allowed,
    problems_of,
    with_lines,
)
from sms_monitor.services.files import storage_error
from sms_monitor.services.profile import ProfileTable
from sms_monitor.services.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from collections.abc import Mapping

LogLevel = Literal["debug", "info"]
"""`debug` has every request."""

_ProfileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


_LIMITS: Mapping[str, tuple[int, int, str]] = {
    "interval": (2, 3600, "seconds"),
    "requests_per_minute": (LEAST_BUDGET, MOST_BUDGET, "requests"),
    "history_days": (0, 3650, "days"),
    "max_body_mb": (1, 4000, "MB"),
}
"""The least and the most a number may be, and of what it is one."""


class Config(BaseModel):
    """A config file; without one every value is its default and there are no profiles."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    config_version: Literal[1] = 1
    default_profile: str | None = None
    interval: float = 15.0
    """Seconds between two polls of an order."""
    requests_per_minute: int = 60
    """Requests to Notifications that a monitor allows itself, of all orders together."""
    theme: str | None = None
    """Name of a Textual theme; None leaves the choice to the program."""
    clipboard: Literal["osc52", "screen", "off"] = "osc52"
    """How `y` copies: the terminal's clipboard, shown to be selected by hand, or not at all."""
    language: Language | None = None
    """Of the guidance and the sentence for the caller; None leaves it to the locale."""
    log_level: LogLevel = "info"
    """How much is written to the log; warnings and what is audited always are."""
    ascii: bool | None = None
    """Whether sparklines and bars are drawn in ASCII; None leaves it to the terminal."""
    thresholds: ThresholdTable = ThresholdTable()
    history_days: int = 30
    """Days for which what was seen of SMS is kept; 0 keeps nothing on the disk."""
    max_body_mb: int = 64
    """MB (of 1024 x 1024 bytes) of an answer, unpacked, above which it is refused: 64 are 150,000
    SMS."""
    keys: dict[str, str] = {}
    """Comma separated keys by the id of what they do; "" for none. Which ids there are is the
    monitor's to know."""
    alerts: AlertTable = AlertTable()
    profiles: dict[_ProfileName, ProfileTable] = {}

    @field_validator(*_LIMITS)
    @classmethod
    def _is_in_range(cls, number: float, field: ValidationInfo) -> float:
        least, most, unit = _LIMITS[field.field_name or ""]
        if not least <= number <= most:
            said = f"{number:g}" if isinstance(number, float) else number
            raise PydanticCustomError("rule", f"is {said}; allowed: {least} to {most} {unit}")
        return number


def load_config(path: Path) -> Config:
    """Return the config in `path`; a missing file is an empty one.

    Raises `ConfigError` with a line for every problem in the file, not only the first.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Config()
    except OSError as error:
        trouble = storage_error(path, "read", error)
        raise ConfigError(trouble.message, trouble.next_step) from error
    try:
        return parse_config(data.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _wrong(path, f"{path.name} line {line}: is not UTF-8 text.") from error


def parse_config(text: str, path: Path) -> Config:
    """Return the config in `text`, the contents of `path`; raises as `load_config`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"{path.name} {_syntax_problem(str(error), text)}") from error
    except RecursionError as error:
        raise _wrong(path, f"{path.name} line 1: is nested too deeply to be a config.") from error
    problems = _default_profile_problem(raw)
    try:
        config = Config.model_validate(raw, context={"folder": path.absolute().parent})
    except ValidationError as error:
        problems = problems_of(error, raw, Config) + problems
    if problems:
        raise _wrong(path, with_lines(path.name, text, problems))
    return config


def check_commands_allowed(path: Path) -> None:
    """Raise `ConfigError` when someone else could have written a command into `path`.

    Looked at are the file and the directories it and its symbolic link are in: each must be
    ours or root's, and not writable by group or others, as ssh demands of its own. Windows has
    no such modes and is not judged.
    """
    if not hasattr(os, "getuid"):
        return
    real = Path(os.path.realpath(path))
    for place in dict.fromkeys((real, real.parent, path.absolute().parent)):
        try:
            status = place.stat()
        except OSError as error:
            trouble = storage_error(place, "read", error)
            raise ConfigError(trouble.message, trouble.next_step) from error
        mode = stat.S_IMODE(status.st_mode)
        if status.st_uid not in (0, os.getuid()):
            raise ConfigError(
                f"No command of {path} was run: {place} belongs to another user.",
                "Keep the config file in a directory of your own.",
            )
        if mode & 0o022:
            raise ConfigError(
                f"No command of {path} was run: others can write to {place} (mode {mode:04o}).",
                f"Look through it, then run: chmod go-w {place}",
            )


def _default_profile_problem(raw: Mapping[str, Any]) -> list[Problem]:
    name, profiles = raw.get("default_profile"), raw.get("profiles", {})
    if not isinstance(name, str) or not isinstance(profiles, dict) or name in profiles:
        return []
    if not profiles:
        return [(("default_profile",), "default_profile names a profile, but there is none.")]
    return [(("default_profile",), f"default_profile {not_allowed(name, profiles)}")]


def _syntax_problem(message: str, text: str) -> str:
    """Return "line 3: is not TOML: …" for what tomllib says."""
    found = re.fullmatch(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", message)
    if found is None:
        line = text.rstrip("\n").count("\n") + 1
        return f"line {line}: is not TOML: {message.split(' (at')[0]}, but the file ends."
    return f"line {found['line']}: is not TOML: {found['what']} at column {found['column']}."


def _wrong(path: Path, message: str) -> ConfigError:
    return ConfigError(message, f"Correct {path}, then run `sms-monitor config check`.")

"""Where each setting comes from: a line of the config file, a variable, an option, or nowhere."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sms_monitor.core.quiet_hours import QuietHours
from sms_monitor.core.text import clean
from sms_monitor.services.config import Config
from sms_monitor.services.config_problems import TABLES, Key, key_lines
from sms_monitor.services.profile import Profile, ProfileTable
from sms_monitor.services.profile_choice import (
    BASE_URL_VARIABLE,
    ENVIRONMENT_VARIABLE,
    PROFILE_VARIABLE,
    TOKEN_VARIABLE,
)
from sms_monitor.services.reference import Reference

DEFAULT = "default"
"""The origin of what nobody set."""

Value = str | int | float | bool | dict[str, Any] | None

_HIDDEN = "•••"
_TOKEN_OR_USER = re.compile(
    r"eyJ[\w-]{8,}[\w.-]*"
    r"|(?<=://)[^/@\s]+(?=@)"
    r"|(?<=bearer )\S+|(?<=basic )\S+"
    r"|(?<=[?&]code=)[^&\s]+|(?<=[?&]key=)[^&\s]+|(?<=[?&]sig=)[^&\s]+",
    re.IGNORECASE,
)
"""What is secret wherever it stands in an argument."""
_SECRET_NAME = r"[\w.-]*(?:password|passwd|passphrase|secret|token|api[-_]?key)"
_ASSIGNED = re.compile(rf"(?i)(--?{_SECRET_NAME}|{_SECRET_NAME})([=:]\s*)(\S.*)", re.DOTALL)
_TAKES_A_SECRET = re.compile(rf"-u|--user|-p|-H|--header|--?{_SECRET_NAME}", re.IGNORECASE)
_NOT_SECRET = re.compile(r"(?:user-agent|accept|content-type|host):.*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and where it comes from."""

    profile: str | None
    """None for what holds for all profiles."""
    key: str
    value: Value
    """None when it is not set; a reference is a table of one: `{"file": "/…"}`."""
    origin: str
    """`line 7` of the config file, the name of a variable, `--profile`, `default`, or the like."""

    def as_json(self) -> dict[str, Any]:
        """Return the object of `config show --json`."""
        return {
            "profile": self.profile,
            "key": self.key,
            "value": self.value,
            "origin": self.origin,
        }


def file_origin(environ: Mapping[str, str], config: str | None) -> str:
    """Return what decided where the config file is; `config` is what `--config` said."""
    if config:
        return "--config"
    names = ("SMS_MONITOR_CONFIG", "SMS_MONITOR_HOME")
    return next((name for name in names if environ.get(name)), DEFAULT)


def choice_origin(config: Config, name: str | None, environ: Mapping[str, str]) -> str:
    """Return what decided which profile is used, by the order `choose_profile` goes by."""
    if name:
        return "--profile"
    if environ.get(PROFILE_VARIABLE):
        return PROFILE_VARIABLE
    if config.default_profile:
        return "default_profile"
    if len(config.profiles) == 1:
        return "the only one"
    return BASE_URL_VARIABLE if environ.get(BASE_URL_VARIABLE) else ENVIRONMENT_VARIABLE


def general_settings(config: Config, text: str) -> Iterator[Setting]:
    """Yield what holds for all profiles; `text` is what the config file holds."""
    lines = key_lines(text)
    for key in type(config).model_fields:
        if key == "keys":
            for name, keys in config.keys.items():
                yield Setting(None, f"keys.{name}", clean(keys), _line(lines, "keys", name))
        elif key not in ("profiles", *TABLES):
            origin = _line(lines, key) if key in config.model_fields_set else DEFAULT
            yield Setting(None, key, _shown(getattr(config, key)), origin)
    for name in TABLES:
        yield from table_settings(config, name, text)


def table_settings(config: Config, name: str, text: str) -> Iterator[Setting]:
    """Yield what is in force of one table, as `alerts.failed`; `text` as above."""
    lines, table = key_lines(text), getattr(config, name)
    for key in type(table).model_fields:
        origin = _line(lines, name, key) if key in table.model_fields_set else DEFAULT
        yield Setting(None, f"{name}.{key}", _shown(getattr(table, key)), origin)


def profile_settings(name: str, table: ProfileTable, text: str) -> Iterator[Setting]:
    """Yield what the config file's profile `name` holds; what is not set has its default."""
    lines = key_lines(text)
    for key in ProfileTable.model_fields:
        is_set = key in table.model_fields_set
        origin = _line(lines, "profiles", name, key) if is_set else DEFAULT
        yield Setting(name, key, _shown(getattr(table, key)), origin)


def with_variables(
    settings: list[Setting], profile: Profile, environ: Mapping[str, str]
) -> Iterator[Setting]:
    """Yield `settings`, those of the chosen profile as the environment changes them.

    `profile` is what `choose_profile` returned. Its own sign-in is told as not set when
    SMS_MONITOR_TOKEN replaces it. `settings` is empty when the config file has no such profile.
    """
    before = {setting.key: setting for setting in settings}
    for key in ProfileTable.model_fields:
        value = _shown(getattr(profile, key))
        told = before.get(key)
        if told is not None and told.value == value:
            yield told
            continue
        variable = {"environment": ENVIRONMENT_VARIABLE, "base_url": BASE_URL_VARIABLE}.get(key)
        is_unset = told is None and value in (None, False)
        is_implied = variable is not None and not environ.get(variable)
        origin = DEFAULT if is_unset or is_implied else variable or TOKEN_VARIABLE
        yield Setting(profile.name, key, value, origin)


def shown_reference(value: Mapping[str, Any]) -> str:
    """Return a reference as it is told to a person: `file /home/…/tt02.jwk.json`."""
    kind, where = next(iter(value.items()))
    return f"{kind} {json.dumps(where, ensure_ascii=False) if kind == 'command' else where}"


def mode_of(path: Path) -> str:
    """Return `mode 0600`, "" where there are no such modes or no such file."""
    if not hasattr(os, "getuid"):
        return ""
    try:
        return f"mode {path.stat().st_mode & 0o7777:04o}"
    except OSError:
        return ""


def masked_arguments(command: tuple[str, ...]) -> list[str]:
    """Return the words of a command, dots in place of what looks like a password or a token.

    They do not belong there, but nobody could keep a person from writing them.
    """
    words: list[str] = []
    for place, word in enumerate(command):
        before = command[place - 1] if place else ""
        if _TAKES_A_SECRET.fullmatch(before) and not _NOT_SECRET.fullmatch(word):
            words.append(word if word.startswith("-") else _HIDDEN)
        else:
            assigned = _ASSIGNED.sub(rf"\1\2{_HIDDEN}", word)
            words.append(clean(_TOKEN_OR_USER.sub(_HIDDEN, assigned)))
    return words


def _shown(value: Any) -> Value:
    if isinstance(value, Reference):
        if value.command is not None:
            return {"command": masked_arguments(value.command)}
        return {value.kind: clean(str(getattr(value, value.kind)))}
    if isinstance(value, QuietHours):
        return str(value)
    if isinstance(value, tuple):
        return {"command": masked_arguments(value)} if value else None
    if isinstance(value, Path | date):
        return clean(str(value))
    return (clean(value) or None) if isinstance(value, str) else value


def _line(lines: Mapping[Key, int], *key: str) -> str:
    """Return the line of `key`, else of the innermost table around it that has one."""
    return f"line {next((lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in lines), 1)}"

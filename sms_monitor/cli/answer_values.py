"""What was typed at the questions of `profile add`, as values of the config file."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
from contextlib import suppress
from datetime import date
from typing import Any

from sms_monitor.cli.origins import masked_arguments
from sms_monitor.core.errors import SignInError
from sms_monitor.services.credentials import read_secret
from sms_monitor.services.reference import Reference


def doubt(value: dict[str, Any]) -> str | None:
    """Return why a reference may not be what is meant; runs no command."""
    reference = Reference.model_validate(value)
    if reference.command is not None:
        if masked_arguments(reference.command) == list(reference.command):
            return None
        return (
            "The command seems to hold a password or a token. Everybody on this machine can "
            "see the arguments of a command: let it read them from a file."
        )
    path = reference.file
    # a pipe can be read only once
    if path is None or (path.exists() and not path.is_file()):
        return None
    try:
        asyncio.run(read_secret(reference, {}, binary=True))
    except SignInError as error:
        return f"{error.message}\n{error.next_step}"
    return None


def value_of_reference(kind: str, text: str) -> Any:
    """Return what stands behind `kind`, such as "file"; a command is split as a shell does it."""
    if kind == "file":
        return path_typed(text)
    if kind == "command":
        with suppress(ValueError):
            program, *rest = shlex.split(text)
            return [path_typed(program) if "/" in program else program, *rest]
    return text


def path_typed(text: str) -> str:
    """Return a path that means the same from everywhere; `~` stays.

    It was typed in a shell, so it is meant from where the shell is, not from the config file.
    """
    if text.startswith("~"):
        return text
    return os.path.abspath(text)  # noqa: PTH100 - Path has none that keeps symbolic links


def day(text: str) -> date | str:
    """Return the day; what is none is left to the config's rule to refuse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def toml(value: Any) -> str:
    """Return `value` as the config file has it: a text, a list, a date, a truth or a reference."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    # JSON's strings, lists and truth are TOML's, as long as nothing is escaped needlessly
    return json.dumps(value, ensure_ascii=False)

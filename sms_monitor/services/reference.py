"""Where a secret is: what a profile says instead of the secret itself."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

REFERENCE_RULE = (
    'give a secret by reference: { env = "NAME" }, { file = "PATH" }, '
    '{ command = ["PROGRAM", "ARGUMENT"] } or { keyring = "SERVICE/USER" }'
)

_KEYRING = re.compile(r"[^-\x00-\x1f\x7f/][^\x00-\x1f\x7f]*/[^-\x00-\x1f\x7f/][^/\x00-\x1f\x7f]*")
"""Neither part begins with "-", which the keyring's command line would take for an option."""


def _path(value: Any, info: ValidationInfo) -> Any:
    """Expand `~`, and make a path relative to the directory of the file it stands in."""
    if not isinstance(value, str):
        return value
    if not value or "\0" in value:
        raise PydanticCustomError("rule", "must name a file")
    folder = (info.context or {}).get("folder", Path())
    try:
        return folder / Path(value).expanduser()
    except RuntimeError as error:
        raise PydanticCustomError("rule", "begins with the ~ of no known user") from error


def arguments(value: Any, info: ValidationInfo) -> Any:
    """Split a command given as one text; no shell ever reads it.

    A program with a slash in its name is a path, relative to the directory of the file it stands
    in: no program is ever looked for where the person happens to be.
    """
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError as error:
            raise PydanticCustomError("rule", "has a quote that is not closed") from error
    if isinstance(value, list):
        if not value or value[0] == "" or any("\0" in v for v in value if isinstance(v, str)):
            raise PydanticCustomError("rule", "must begin with the name of a program")
        program, *rest = value
        if isinstance(program, str) and "/" in program:
            program = str(_path(program, info))
        return (program, *rest)
    return value


FilePath = Annotated[Path, BeforeValidator(_path)]


class Table(BaseModel):
    """A table of the config file. Errors never quote what was in it: it may be a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Reference(Table):
    """Where a secret is; exactly one of the four is set."""

    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of an environment variable."""
    file: FilePath | None = None
    command: Annotated[tuple[str, ...] | None, BeforeValidator(arguments)] = None
    """Program and arguments; run only when `check_commands_allowed` does not object."""
    keyring: str | None = None
    """`SERVICE/USER` in the desktop's keyring; needs the optional extra `keyring`."""

    @property
    def kind(self) -> str:
        """Return which of the four it is, by its name."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @field_validator("keyring")
    @classmethod
    def _names_two(cls, keyring: str | None) -> str | None:
        if keyring is not None and not _KEYRING.fullmatch(keyring):
            raise PydanticCustomError("rule", 'must be "SERVICE/USER"')
        return keyring

    @model_validator(mode="before")
    @classmethod
    def _one_of_four(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict) or "value" in value:
            raise PydanticCustomError("rule", "must not hold the secret itself; " + REFERENCE_RULE)
        unknown = value.keys() - cls.model_fields.keys()
        if not unknown and sum(v is not None for v in value.values()) != 1:
            raise PydanticCustomError(
                "rule", "must have exactly one of env, file, command and keyring"
            )
        return value

"""What a profile holds: which API, and how to sign in to it.

Every rule is a field's own, so that one wrong field does not hide what is wrong with another.
The texts of the errors read on after the dotted key: `profiles.tt02.base_url` + " is …".
"""

from __future__ import annotations

import re
import shlex
from ipaddress import AddressValueError, IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal

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

ALTINN_URLS = {
    "prod": "https://platform.altinn.no",
    "tt02": "https://platform.tt02.altinn.no",
    "at22": "https://platform.at22.altinn.cloud",
    "at23": "https://platform.at23.altinn.cloud",
    "at24": "https://platform.at24.altinn.cloud",
    "yt01": "https://platform.yt01.altinn.cloud",
}
"""Environment to base URL (Altinn/altinn-notifications test/k6/src/config.js)."""

Environment = Literal["prod", "tt02", "at22", "at23", "at24", "yt01", "custom"]

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The only hosts plain http and `auth = "none"` are for: exact, no other way to spell them."""

REFERENCE_RULE = (
    'give a secret by reference: { env = "NAME" }, { file = "PATH" } '
    'or { command = ["PROGRAM", "ARGUMENT"] }'
)

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[0-9a-z](?:[0-9a-z.-]*[0-9a-z])?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/(?!\.{1,2}(?:/|\Z))[0-9a-z._~-]+)*)/?",
    re.IGNORECASE | re.ASCII,
)


def checked_base_url(url: str) -> str:
    """Return `url` without a last slash, its scheme and host in lower case.

    Raises `ValueError` with the rest of a sentence that begins with the name of the setting.
    The text never repeats a password in the URL.
    """
    found = _URL.fullmatch(url)
    if found is None:
        if "@" in url:
            raise ValueError("holds a user name or password; remove the part before the @")
        raise ValueError("is not a base URL; write it as https://HOST or https://HOST:PORT")
    scheme, host, port = found["scheme"].lower(), found["host"].lower(), found["port"]
    if port and not 1 <= int(port) <= 65535:
        raise ValueError(f"has port {port}; allowed: 1 to 65535")
    if host.startswith("["):
        _check_ipv6(host)
    if scheme == "http" and host not in LOOPBACK_HOSTS:
        raise ValueError(
            f"is plain http to {host}; allowed: https, or http to 127.0.0.1, localhost or [::1]"
        )
    return f"{scheme}://{host}" + (f":{port}" if port else "") + found["path"]


def is_loopback(base_url: str) -> bool:
    """Tell whether a checked base URL stays on this machine."""
    found = _URL.fullmatch(base_url)
    return found is not None and found["host"] in LOOPBACK_HOSTS


def _check_ipv6(host: str) -> None:
    try:
        IPv6Address(host.strip("[]"))
    except AddressValueError as error:
        raise ValueError("holds an IPv6 address that is not one") from error


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


def _arguments(value: Any) -> Any:
    """Split a command given as one text; no shell ever reads it."""
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError as error:
            raise PydanticCustomError("rule", "has a quote that is not closed") from error
    if isinstance(value, list):
        if not value or value[0] == "" or any("\0" in v for v in value if isinstance(v, str)):
            raise PydanticCustomError("rule", "must begin with the name of a program")
        return tuple(value)
    return value


_FilePath = Annotated[Path, BeforeValidator(_path)]


class _Table(BaseModel):
    """A table of the config file. Errors never quote what was in it: it may be a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Reference(_Table):
    """Where a secret is; exactly one of the three is set."""

    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of an environment variable."""
    file: _FilePath | None = None
    command: Annotated[tuple[str, ...] | None, BeforeValidator(_arguments)] = None
    """Program and arguments; run only when `check_commands_allowed` does not object."""

    @model_validator(mode="before")
    @classmethod
    def _one_of_three(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict) or "value" in value:
            raise PydanticCustomError("rule", "must not hold the secret itself; " + REFERENCE_RULE)
        unknown = value.keys() - cls.model_fields.keys()
        if not unknown and sum(v is not None for v in value.values()) != 1:
            raise PydanticCustomError("rule", "must have exactly one of env, file and command")
        return value


class ProfileTable(_Table):
    """A `[profiles.NAME]` table. A field's rule may look only at the fields above it."""

    environment: Environment
    base_url: str = Field(default="", validate_default=True)
    """Without a last slash; filled in for Altinn's own environments."""
    auth: Literal["none", "token"]
    token: Reference | None = Field(default=None, validate_default=True)
    """Set exactly when `auth` is "token"."""
    ca_bundle: _FilePath | None = None
    """PEM file with certificates to trust besides the system's."""

    @field_validator("base_url")
    @classmethod
    def _fits_the_environment(cls, url: str, info: ValidationInfo) -> str:
        environment = info.data.get("environment")
        known = ALTINN_URLS.get(environment or "")
        if known is not None:
            if url not in ("", known):
                raise PydanticCustomError(
                    "rule", f'is only for environment = "custom"; {environment} is at {known}'
                )
            return known
        if not url:
            if environment is None:
                return url
            raise PydanticCustomError("rule", 'is missing; environment = "custom" needs it')
        try:
            return checked_base_url(url)
        except ValueError as error:
            raise PydanticCustomError("rule", "{text}", {"text": str(error)}) from error

    @field_validator("auth")
    @classmethod
    def _none_stays_on_this_machine(cls, auth: str, info: ValidationInfo) -> str:
        url = info.data.get("base_url")
        if auth == "none" and url and not is_loopback(url):
            raise PydanticCustomError(
                "rule", 'is "none", which is only for 127.0.0.1, localhost and [::1]; use "token"'
            )
        return auth

    @field_validator("token")
    @classmethod
    def _goes_with_auth(cls, token: Reference | None, info: ValidationInfo) -> Reference | None:
        auth = info.data.get("auth")
        if auth == "token" and token is None:
            raise PydanticCustomError(
                "rule", 'is missing; auth = "token" needs it: ' + REFERENCE_RULE
            )
        if auth == "none" and token is not None:
            raise PydanticCustomError("rule", 'is never sent with auth = "none"; remove one')
        return token


class Profile(ProfileTable):
    """A profile that was chosen."""

    name: str

    @property
    def token_origin(self) -> str:
        """Say where the token comes from, for the header: "token from env", "no sign-in"."""
        if self.token is None:
            return "no sign-in"
        kind = next(k for k in ("env", "file", "command") if getattr(self.token, k) is not None)
        return f"token from {kind}"

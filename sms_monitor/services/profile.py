"""What a profile holds: which API, and how to sign in to it.

Every rule is a field's own, so that one wrong field does not hide what is wrong with another.
The texts of the errors read on after the dotted key: `profiles.tt02.base_url` + " is …".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from ipaddress import AddressValueError, IPv6Address
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from sms_monitor.services.reference import REFERENCE_RULE, FilePath, Reference, Table

ALTINN_URLS = {
    "prod": "https://platform.altinn.no",
    "tt02": "https://platform.tt02.altinn.no",
    "at22": "https://platform.at22.altinn.cloud",
    "at23": "https://platform.at23.altinn.cloud",
    "at24": "https://platform.at24.altinn.cloud",
    "yt01": "https://platform.yt01.altinn.cloud",
}
"""Environment to base URL (Altinn/altinn-notifications test/k6/src/config.js)."""

MASKINPORTEN_ISSUERS = {
    environment: f"https://{'' if environment == 'prod' else 'test.'}maskinporten.no/"
    for environment in ALTINN_URLS
}
"""Environment to issuer, byte for byte what a grant has as `aud`; the token endpoint is at `token`.

prod and tt02: docs.digdir.no, `maskinporten_func_wellknown`. The others are Altinn's own and
taken to use the test instance, as altinn-authentication's `appsettings.json` does.
"""

Environment = Literal["prod", "tt02", "at22", "at23", "at24", "yt01", "custom"]

Auth = Literal["none", "token", "maskinporten", "platform-token"]

_RENEWED = ("file", "command")
_WORD = re.compile(r"[\x21-\x7e]+")

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The only hosts plain http and `auth = "none"` are for: exact, no other way to spell them."""

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


class ProfileTable(Table):
    """A `[profiles.NAME]` table. A field's rule may look only at the fields above it."""

    environment: Environment
    base_url: str = Field(default="", validate_default=True)
    """Without a last slash; filled in for Altinn's own environments."""
    auth: Auth
    token: Reference | None = Field(default=None, validate_default=True)
    """Set exactly when `auth` is "token" or "platform-token"."""
    client_id: str | None = Field(default=None, validate_default=True)
    """The client's id in Maskinporten; this and all below down to `key_expires` are for it."""
    key: Reference | None = Field(default=None, validate_default=True)
    """Where the client's private key is; set exactly when `auth` is "maskinporten"."""
    kid: str | None = None
    """The name the key is registered under; None when the key carries it or a certificate."""
    key_password: Reference | None = None
    key_expires: date | None = None
    """The last day the key is registered for; nobody can be asked."""
    use_ttd: bool = False
    """Sign in as Testdepartementet, which only Digdir may, in tt02."""
    resource: str | None = None
    """Audience to restrict the Maskinporten token to."""
    consumer_org: str | None = None
    """Organisation number of the one that a supplier acts for."""
    maskinporten_issuer: str = Field(default="", validate_default=True)
    """Byte for byte; filled in for Altinn's own environments, "" without Maskinporten."""
    maskinporten_token_endpoint: str = Field(default="", validate_default=True)
    """Filled in for Altinn's own environments; "" without Maskinporten, and where the issuer is
    asked for it."""
    ca_bundle: FilePath | None = None
    """PEM file with certificates to trust besides the system's."""
    interactive: bool = False
    """Whether its commands ask the person something, so that they need the terminal."""
    confirm: bool = False
    """Ask before the profile is used."""

    @property
    def references(self) -> Iterator[tuple[str, Reference]]:
        """Yield each secret the profile refers to, with the key it stands under."""
        for name in ("token", "key", "key_password"):
            reference = getattr(self, name)
            if reference is not None:
                yield name, reference

    @property
    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The commands the profile refers to."""
        found = (reference.command for _, reference in self.references)
        return tuple(command for command in found if command is not None)

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
        _check_url(url)
        return checked_base_url(url)

    @field_validator("auth")
    @classmethod
    def _none_stays_on_this_machine(cls, auth: str, info: ValidationInfo) -> str:
        url = info.data.get("base_url")
        if auth == "none" and url and not is_loopback(url):
            raise PydanticCustomError(
                "rule",
                'is "none", which is only for 127.0.0.1, localhost and [::1]; use "maskinporten" '
                'or "token"',
            )
        return auth

    @field_validator("token")
    @classmethod
    def _goes_with_auth(cls, token: Reference | None, info: ValidationInfo) -> Reference | None:
        auth = info.data.get("auth")
        if auth in ("token", "platform-token") and token is None:
            raise PydanticCustomError(
                "rule", f'is missing; auth = "{auth}" needs it: ' + REFERENCE_RULE
            )
        if auth == "none" and token is not None:
            raise PydanticCustomError("rule", 'is never sent with auth = "none"; remove one')
        if auth == "maskinporten" and token is not None:
            raise PydanticCustomError(
                "rule", 'is not used with auth = "maskinporten", which gets its own; remove one'
            )
        if auth == "platform-token" and token is not None and token.kind not in _RENEWED:
            raise PydanticCustomError(
                "rule",
                "must have file or command: a platform token lives for 5 minutes, so something "
                "must make new ones",
            )
        return token

    @field_validator("client_id", "key")
    @classmethod
    def _is_needed_by_maskinporten(cls, value: Any, info: ValidationInfo) -> Any:
        if value in (None, "") and info.data.get("auth") == "maskinporten":
            hint = (
                ": the id of the client, from Samarbeidsportalen"
                if info.field_name == "client_id"
                else ": " + REFERENCE_RULE
            )
            raise PydanticCustomError(
                "rule", 'is missing; auth = "maskinporten" needs it{hint}', {"hint": hint}
            )
        return value

    @field_validator(
        "client_id", "key", "kid", "key_password", "key_expires", "use_ttd", "resource",
        "consumer_org", "maskinporten_issuer", "maskinporten_token_endpoint",
    )  # fmt: skip
    @classmethod
    def _is_only_for_maskinporten(cls, value: Any, info: ValidationInfo) -> Any:
        auth = info.data.get("auth")
        if value and auth not in (None, "maskinporten"):
            raise PydanticCustomError(
                "rule", f'is only for auth = "maskinporten", but auth is "{auth}"; remove one'
            )
        return value

    @field_validator("client_id", "kid", "resource")
    @classmethod
    def _is_one_word(cls, value: str | None) -> str | None:
        if value is not None and not _WORD.fullmatch(value):
            raise PydanticCustomError("rule", "must be a text without spaces")
        return value

    @field_validator("use_ttd")
    @classmethod
    def _is_only_in_tt02(cls, use_ttd: bool, info: ValidationInfo) -> bool:
        environment = info.data.get("environment")
        if use_ttd and environment not in (None, "tt02"):
            raise PydanticCustomError(
                "rule", f'is only for environment = "tt02", not for {environment}; remove it'
            )
        return use_ttd

    @field_validator("interactive")
    @classmethod
    def _has_a_command(cls, interactive: bool, info: ValidationInfo) -> bool:
        names = ("token", "key", "key_password")
        if interactive and all(name in info.data for name in names):
            found = (info.data[name] for name in names)
            if not any(r is not None and r.command is not None for r in found):
                raise PydanticCustomError(
                    "rule", "is only for a profile with a command that asks; remove it"
                )
        return interactive

    @field_validator("consumer_org")
    @classmethod
    def _is_an_organisation(cls, number: str | None) -> str | None:
        if number is not None and not re.fullmatch("[0-9]{9}", number):
            raise PydanticCustomError("rule", "must be an organisation number: 9 digits in quotes")
        return number

    @field_validator("maskinporten_issuer", "maskinporten_token_endpoint")
    @classmethod
    def _belongs_to_the_environment(cls, url: str, info: ValidationInfo) -> str:
        environment, auth = info.data.get("environment"), info.data.get("auth")
        if auth != "maskinporten" or environment is None:
            return url
        known = MASKINPORTEN_ISSUERS.get(environment, "")
        if known and info.field_name == "maskinporten_token_endpoint":
            known += "token"
        if known and url not in ("", known):
            raise PydanticCustomError(
                "rule", f'is only for environment = "custom"; that of {environment} is {known}'
            )
        if not known and not url:
            if info.field_name == "maskinporten_token_endpoint":
                return url
            raise PydanticCustomError(
                "rule", 'is missing; environment = "custom" with auth = "maskinporten" needs it'
            )
        _check_url(known or url)
        return known or url


class Profile(ProfileTable):
    """A profile that was chosen."""

    name: str
    given_by: str = ""
    """The option that gives a token in place of the profile's own sign-in; "" without one."""

    @property
    def token_origin(self) -> str:
        """Say where the token comes from, for the header: "token from env", "no sign-in"."""
        if self.key is not None:
            return f"Maskinporten, key from {self.key.kind}"
        if self.token is None:
            return "no sign-in"
        return f"{self.auth.replace('-', ' ')} from {self.given_by or self.token.kind}"


def _check_url(url: str) -> None:
    try:
        checked_base_url(url)
    except ValueError as error:
        raise PydanticCustomError("rule", "{text}", {"text": str(error)}) from error

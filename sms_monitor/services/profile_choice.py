"""Choosing the profile to use, from the config file, the command line and the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from sms_monitor.core.errors import ConfigError
from sms_monitor.core.text import clean
from sms_monitor.services.config_problems import did_you_mean, not_allowed
from sms_monitor.services.profile import (
    ALTINN_URLS,
    Environment,
    Profile,
    ProfileTable,
    checked_base_url,
)
from sms_monitor.services.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sms_monitor.services.config import Config

TOKEN_VARIABLE = "SMS_MONITOR_TOKEN"
ENVIRONMENT_VARIABLE = "SMS_MONITOR_ENVIRONMENT"
BASE_URL_VARIABLE = "SMS_MONITOR_BASE_URL"
PROFILE_VARIABLE = "SMS_MONITOR_PROFILE"


def choose_profile(
    config: Config,
    name: str | None,
    environ: Mapping[str, str],
    token: Reference | None = None,
    given_by: str = "",
) -> Profile:
    """Return the profile to use; `name` is what `--profile` said, None when it was not given.

    `--profile` wins over `SMS_MONITOR_PROFILE`, that over `default_profile`, that over being
    the only one; between two there is no guess. `token`, which the option `given_by` gave, else
    `SMS_MONITOR_TOKEN`, replaces the profile's own sign-in. With one of them and
    `SMS_MONITOR_ENVIRONMENT` or `SMS_MONITOR_BASE_URL` no profile is needed; the one made of
    them is named as its environment. Raises `ConfigError`.
    """
    chosen = name or environ.get(PROFILE_VARIABLE) or config.default_profile
    if not chosen and len(config.profiles) == 1:
        chosen = next(iter(config.profiles))
    if token is None and environ.get(TOKEN_VARIABLE):
        token = Reference(env=TOKEN_VARIABLE)
    if not chosen:
        target_is_given = environ.get(ENVIRONMENT_VARIABLE) or environ.get(BASE_URL_VARIABLE)
        if token is not None and (target_is_given or not config.profiles):
            return _profile_from(environ, token, given_by)
        raise _nothing_chosen(config)
    table = config.profiles.get(chosen)
    if table is None:
        raise _no_such_profile(chosen, config)
    fields: dict[str, Any] = {**dict(table), "name": chosen}
    if token is not None:
        _check_same_target(chosen, table, environ)
        kept = ("environment", "base_url", "ca_bundle", "confirm", "name")
        fields = {key: fields[key] for key in kept}
        fields |= {"auth": "token", "token": token, "given_by": given_by}
    return Profile.model_validate(fields)


def _profile_from(environ: Mapping[str, str], token: Reference, given_by: str) -> Profile:
    """Return the profile that `token` and the environment alone describe."""
    url = environ.get(BASE_URL_VARIABLE, "")
    environment = environ.get(ENVIRONMENT_VARIABLE) or ("custom" if url else "")
    allowed = get_args(Environment)
    if not environment:
        raise ConfigError(
            f"{given_by or TOKEN_VARIABLE} is set, but not where to send it.",
            f"Set {ENVIRONMENT_VARIABLE} to one of {', '.join(ALTINN_URLS)}, "
            f"or {BASE_URL_VARIABLE} to a URL.",
        )
    if environment not in allowed:
        raise ConfigError(
            f"{ENVIRONMENT_VARIABLE} {not_allowed(environment, allowed)}",
            f"Set {ENVIRONMENT_VARIABLE} to one of those.",
        )
    if environment == "custom":
        url = _checked_variable(url)
    elif url:
        raise ConfigError(
            f'{BASE_URL_VARIABLE} is only for {ENVIRONMENT_VARIABLE} = "custom".',
            f"Unset {BASE_URL_VARIABLE} or {ENVIRONMENT_VARIABLE}.",
        )
    return Profile.model_validate(
        {
            "name": environment,
            "environment": environment,
            "base_url": url,
            "auth": "token",
            "token": token,
            "given_by": given_by,
        }
    )


def _checked_variable(url: str) -> str:
    try:
        return checked_base_url(url)
    except ValueError as error:
        raise ConfigError(
            f"{BASE_URL_VARIABLE} {error}.", f"Set {BASE_URL_VARIABLE} to the URL of the API."
        ) from error


def _check_same_target(chosen: str, table: ProfileTable, environ: Mapping[str, str]) -> None:
    """Refuse to send a token meant for one place to another."""
    environment = environ.get(ENVIRONMENT_VARIABLE) or table.environment
    url = environ.get(BASE_URL_VARIABLE)
    if environment != table.environment or (url and _checked_variable(url) != table.base_url):
        variable = BASE_URL_VARIABLE if environment == table.environment else ENVIRONMENT_VARIABLE
        raise ConfigError(
            f"{variable} is for another API than profile {chosen} ({table.base_url}).",
            f"Unset {variable}, or choose another profile with --profile.",
        )


def _nothing_chosen(config: Config) -> ConfigError:
    if not config.profiles:
        return ConfigError(
            "There is no profile yet.",
            "Run `sms-monitor profile add`, which asks for what it needs, or try "
            "`sms-monitor demo`.",
        )
    return ConfigError(
        f"No profile is chosen, and there is more than one: {', '.join(config.profiles)}.",
        f"Give --profile NAME, set {PROFILE_VARIABLE}, "
        "or write default_profile in the config file.",
    )


def _no_such_profile(name: str, config: Config) -> ConfigError:
    shown = clean(name, 40)
    if not config.profiles:
        return ConfigError(
            f'There is no profile "{shown}": the config file has none.',
            "Run `sms-monitor profile add`, which asks for what it needs.",
        )
    hint = did_you_mean(name, config.profiles)
    return ConfigError(
        f'There is no profile "{shown}"; there are: {", ".join(config.profiles)}.{hint}',
        "Choose one of those, or add it to the config file.",
    )

"""`sms-monitor config path|init|check|show`: the config file."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.origins import (
    Setting,
    choice_origin,
    file_origin,
    general_settings,
    mode_of,
    profile_settings,
    shown_reference,
    with_variables,
)
from sms_monitor.cli.output import write_json, write_line
from sms_monitor.cli.screen_check import check_keys, check_theme
from sms_monitor.core.errors import ConfigError, MonitorError
from sms_monitor.services.config import Config, check_commands_allowed, load_config
from sms_monitor.services.config_writing import init_config
from sms_monitor.services.connection import tls_context
from sms_monitor.services.credentials import read_secret
from sms_monitor.services.paths import find_paths
from sms_monitor.services.profile import Profile, ProfileTable
from sms_monitor.services.profile_choice import PROFILE_VARIABLE, choose_profile


def run(options: argparse.Namespace) -> ExitStatus:
    """Print, make or check the config file; `check` tells every problem it finds.

    `show` tells every value and where it comes from; of a secret only where it is.
    """
    path = find_paths(os.environ, options.config).config_file
    match options.action:
        case "path":
            write_line(str(path))
        case "init":
            init_config(path)
            write_line(str(path))
            print("Fill it in, then run `sms-monitor config check`.", file=sys.stderr)
        case "show":
            _show(path, options)
        case _:
            return _check(path, options.profile)
    return ExitStatus.DONE


def _check(path: Path, name: str | None) -> ExitStatus:
    config = load_config(path)
    if not path.exists():
        raise ConfigError(f"There is no {path} yet.", "Run `sms-monitor config init`.")
    check_keys(config, path)
    if name:
        choose_profile(config, name, {})
    problems = [*_raised(lambda: check_theme(config, path))]
    for table in config.profiles.values():
        problems += problems_of_profile(table, path)
    if config.alerts.hook:
        problems += _not_allowed(path)
    if problems:
        # the same file may serve several profiles
        for error in {problem.message: problem for problem in problems}.values():
            print(f"{error.message}\n{error.next_step}", file=sys.stderr)
        return ExitStatus.USAGE
    write_line(f"{path}: ok")
    for line in _profiles(config):
        write_line(line)
    return ExitStatus.DONE


def problems_of_profile(table: ProfileTable, path: Path) -> Iterator[MonitorError]:
    """Yield what would keep a profile from being used; runs no command, asks no API."""
    references = list(table.references)
    if any(reference.command is not None for _, reference in references):
        yield from _not_allowed(path)
    for key, reference in references:
        if reference.file is not None:
            try:
                asyncio.run(read_secret(reference, {}, binary=key != "token"))
            except MonitorError as error:
                yield error
    if table.ca_bundle is not None:
        yield from _raised(lambda: tls_context(table.ca_bundle))


def _not_allowed(path: Path) -> Iterator[MonitorError]:
    return _raised(lambda: check_commands_allowed(path))


def _raised(check: Callable[[], object]) -> Iterator[MonitorError]:
    try:
        check()
    except ConfigError as error:
        yield error


def _profiles(config: Config) -> Iterator[str]:
    default = config.default_profile
    if default is None and len(config.profiles) == 1:
        default = next(iter(config.profiles))
    if not config.profiles:
        yield "  no profiles"
    for name, table in config.profiles.items():
        profile = Profile.model_validate({**dict(table), "name": name})
        origin = profile.token_origin
        for _, reference in profile.references:
            if reference.env is not None:
                is_set = bool(os.environ.get(reference.env))
                origin += f" {reference.env}{'' if is_set else ', which is not set now'}"
        chosen = "  default" if name == default else ""
        yield f"  {name}  {profile.environment}  {profile.base_url}  {origin}{chosen}"


def _show(path: Path, options: argparse.Namespace) -> None:
    settings = _settings(path, options.profile, options.config)
    if options.json:
        for setting in settings:
            write_json(setting.as_json())
        return
    words = [_in_words(setting) for setting in settings]
    key_width = max(len(setting.key) for setting in settings)
    width = min(60, max(map(len, words)))
    profile = None
    for setting, value in zip(settings, words, strict=True):
        if setting.profile != profile:
            profile = setting.profile
            write_line(f"\n[profiles.{profile}]")
        write_line(f"{setting.key:{key_width}}  {value:{width}}  {setting.origin}")


def _settings(path: Path, name: str | None, config_file: str | None) -> list[Setting]:
    """Return all there is to tell; with `name`, of that profile only."""
    config = load_config(path)
    text = path.read_text("utf-8-sig") if path.exists() else ""
    settings = [Setting(None, "config_file", str(path), file_origin(os.environ, config_file))]
    settings += general_settings(config, text)
    profile = None
    try:
        profile = choose_profile(config, name, os.environ)
    except ConfigError as error:
        if name or os.environ.get(PROFILE_VARIABLE):
            raise
        print(f"{error.message}\n{error.next_step}", file=sys.stderr)
    if profile is not None:
        origin = choice_origin(config, name, os.environ)
        settings.append(Setting(None, "profile", profile.name, origin))
    for other, table in config.profiles.items():
        if profile is None or (other != profile.name and not name):
            settings += profile_settings(other, table, text)
        elif other == profile.name:
            own = list(profile_settings(other, table, text))
            settings += with_variables(own, profile, os.environ)
    if profile is not None and profile.name not in config.profiles:
        settings += with_variables([], profile, os.environ)
    return settings


def _in_words(setting: Setting) -> str:
    value = setting.value
    if setting.key == "config_file":
        mode = mode_of(Path(str(value)))
        return f"{value} ({mode or 'not there yet'})"
    if isinstance(value, dict):
        unset = "env" in value and not os.environ.get(value["env"])
        return shown_reference(value) + (", which is not set now" if unset else "")
    if isinstance(value, bool):
        return str(value).lower()
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

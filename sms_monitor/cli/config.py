"""`sms-monitor config path|init|check`: the config file."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.output import write_line
from sms_monitor.core.errors import ConfigError, MonitorError
from sms_monitor.services.config import Config, check_commands_allowed, load_config
from sms_monitor.services.config_writing import init_config
from sms_monitor.services.connection import tls_context
from sms_monitor.services.credentials import read_secret
from sms_monitor.services.paths import find_paths
from sms_monitor.services.profile import Profile, ProfileTable
from sms_monitor.services.profile_choice import choose_profile


def run(options: argparse.Namespace) -> ExitStatus:
    """Print, make or check the config file; `check` tells every problem it finds."""
    path = find_paths(os.environ).config_file
    match options.action:
        case "path":
            write_line(str(path))
        case "init":
            init_config(path)
            write_line(str(path))
            print("Fill it in, then run `sms-monitor config check`.", file=sys.stderr)
        case _:
            return _check(path, options.profile)
    return ExitStatus.DONE


def _check(path: Path, name: str | None) -> ExitStatus:
    config = load_config(path)
    if not path.exists():
        raise ConfigError(f"There is no {path} yet.", "Run `sms-monitor config init`.")
    if name:
        choose_profile(config, name, {})
    problems = [problem for table in config.profiles.values() for problem in _problems(table, path)]
    if problems:
        # the same file may serve several profiles
        for error in {problem.message: problem for problem in problems}.values():
            print(f"{error.message}\n{error.next_step}", file=sys.stderr)
        return ExitStatus.USAGE
    write_line(f"{path}: ok")
    for line in _profiles(config):
        write_line(line)
    return ExitStatus.DONE


def _problems(table: ProfileTable, path: Path) -> Iterator[MonitorError]:
    """Yield what would keep a profile from being used; runs no command, asks no API."""
    reference = table.token
    if reference is not None and reference.command is not None:
        try:
            check_commands_allowed(path)
        except ConfigError as error:
            yield error
    if reference is not None and reference.file is not None:
        try:
            asyncio.run(read_secret(reference, {}))
        except MonitorError as error:
            yield error
    if table.ca_bundle is not None:
        try:
            tls_context(table.ca_bundle)
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
        if profile.token is not None and profile.token.env is not None:
            is_set = bool(os.environ.get(profile.token.env))
            origin += f" {profile.token.env}{'' if is_set else ', which is not set now'}"
        chosen = "  default" if name == default else ""
        yield f"  {name}  {profile.environment}  {profile.base_url}  {origin}{chosen}"

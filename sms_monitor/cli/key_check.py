"""Whether the `[keys]` of the config file make sense; only who has a screen needs to know."""

from __future__ import annotations

from pathlib import Path

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import Config
from sms_monitor.services.config_problems import dotted, with_lines


def check_keys(config: Config, path: Path) -> None:
    """Raise `ConfigError` with a line for everything that is wrong with the keys in `path`."""
    if not config.keys:
        return
    from sms_monitor.ui.keymap import key_problems

    problems = [
        (("keys", key_id), f"{dotted(('keys', key_id))} {sentence}")
        for key_id, sentence in key_problems(config.keys)
    ]
    if problems:
        message = with_lines(path.name, path.read_text("utf-8-sig"), problems)
        raise ConfigError(message, f"Correct {path}, then run `sms-monitor config check`.")

"""Whether `[keys]` and `theme` of the config file make sense; only a screen needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import Config
from sms_monitor.services.config_problems import Problem, dotted, not_allowed, with_lines


def check_theme(config: Config, path: Path) -> None:
    """Raise `ConfigError` when there is no theme of the name in `path`.

    The monitor begins all the same, in its own colours, and says so.
    """
    if config.theme is None:
        return
    from sms_monitor.ui.themes import THEMES

    if config.theme not in THEMES:
        sentence = f"theme {not_allowed(config.theme, THEMES)}"
        raise _wrong(path, [(("theme",), sentence)])


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
        raise _wrong(path, problems)


def _wrong(path: Path, problems: Sequence[Problem]) -> ConfigError:
    message = with_lines(path.name, path.read_text("utf-8-sig"), problems)
    return ConfigError(message, f"Correct {path}, then run `sms-monitor config check`.")

"""Where the files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Mapping

APP_NAME = "sms-monitor"


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one run; none of them need exist."""

    config_file: Path
    """Profiles; a person's, the program only appends to it."""
    orders_file: Path
    """The watch list; the program's."""
    state_file: Path
    """Where the user was when the program ended; the program's."""
    history_file: Path
    """What was seen of SMS, by profile; the program's."""
    log_file: Path
    """What happened; the program's."""


def find_paths(environ: Mapping[str, str], config: str | None = None) -> Paths:
    """Return the files `environ` asks for; `config` is what `--config` said, None without it.

    `SMS_MONITOR_HOME=DIR` puts everything under `DIR/config` and `DIR/state`, else they are in
    the platform's own directories. `SMS_MONITOR_CONFIG=FILE` moves the config file alone, and
    `--config` wins over it. An empty text counts as absent. The current directory is never
    searched.
    """
    home = environ.get("SMS_MONITOR_HOME")
    if home:
        config_dir = Path(home).expanduser() / "config"
        state_dir = Path(home).expanduser() / "state"
    else:
        config_dir = platformdirs.user_config_path(APP_NAME, appauthor=False)
        state_dir = platformdirs.user_state_path(APP_NAME, appauthor=False)
    named = config or environ.get("SMS_MONITOR_CONFIG")
    return Paths(
        config_file=Path(named).expanduser() if named else config_dir / "config.toml",
        orders_file=config_dir / "orders.json",
        state_file=state_dir / "state.json",
        history_file=state_dir / "history.sqlite3",
        log_file=state_dir / "sms-monitor.log",
    )

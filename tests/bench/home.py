"""The files of a person who watches orders of a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path


def write_home(
    folder: Path, url: str, order_ids: Sequence[str], settings: str = ""
) -> dict[str, str]:
    """Write them; return the environment that leads to them. `settings` begins the config."""
    config = folder / "config"
    config.mkdir()
    (config / "config.toml").write_text(
        f'{settings}\n[profiles.bench]\nenvironment = "custom"\nbase_url = "{url}"\nauth = "none"\n'
    )
    orders = [{"order_id": one, "added": "2026-11-23T07:00:00Z"} for one in order_ids]
    document = {"version": 1, "profiles": {"bench": orders}}
    (config / "orders.json").write_text(json.dumps(document))
    return {"SMS_MONITOR_HOME": str(folder)}

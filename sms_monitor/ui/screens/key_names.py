"""Every key in force, under the name by which the config file can give it others."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from sms_monitor.ui.keys import MONITOR_KEYS, TABLE_KEYS
from sms_monitor.ui.screens.help import key_names

_HOW = (
    "Other keys, in the config file:",
    "[keys]",
    'next-fault = "n,ctrl+n"    "" takes a key away',
    "",
)


def names_text(keys: Mapping[str, str]) -> Content:
    """Return a line a key: its name, the keys in force, and a mark where the config changed it."""
    all_keys = (*TABLE_KEYS, *MONITOR_KEYS)
    width = max(len(key.id) for key in all_keys) + 2
    lines = [Content(line) for line in _HOW]
    for key in all_keys:
        now = keys[key.id]
        shown = key_names(now) if now else "(none)"
        was = f"  (not {key_names(key.keys)})" if now != key.keys else ""
        lines.append(Content.assemble((f"{key.id:{width}}", "bold"), f"{shown}{was}"))
    return Content("\n").join(lines)

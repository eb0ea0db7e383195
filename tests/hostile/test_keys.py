"""Whoever leans on the keyboard, or pastes a letter into it, still has a program to quit."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from sms_monitor.ui.keys import MONITOR_KEYS, PULSE_KEYS, TABLE_KEYS
from tests.one_demo import IDS
from tests.ui.stage import stage

from . import EXAMPLES
from .strategies import texts

OURS = [
    name
    for key in (*MONITOR_KEYS, *PULSE_KEYS, *TABLE_KEYS)
    for name in key.keys.split(",")
    # it is tried at the end of every example
    if name != "q"
]
OTHERS = ("tab", "shift+tab", "backspace", "delete", "left", "right", "f2", "ctrl+w", "ctrl+k", "å")
presses = st.one_of(
    st.sampled_from(OURS),
    st.sampled_from(OURS),
    st.sampled_from(["enter", "escape", "down", "1", "9", "space", *OTHERS]),
    texts.map(lambda text: events.Paste(text)),
)
WATCHED = ["PURR-31", "TIME-12", "UNKNOWN", "EPOST-4"]


async def play(typed) -> None:
    async with stage((80, 24), order_ids=[IDS[key] for key in WATCHED]) as s:
        for number, one in enumerate(typed):
            if isinstance(one, events.Paste):
                s.app.post_message(one)
            else:
                await s.pilot.press(one)
            if number % 20 == 10:
                s.clock.advance(60)
            assert s.app.is_running and not s.app.crash
        await s.until(lambda: s.app.type_ahead.idle)
        await s.pilot.press("ctrl+q")
        await s.until(lambda: not s.app.is_running)
        assert s.app.return_code == 0 and not s.app.crash


@settings(max_examples=EXAMPLES // 100 or 2)
@given(st.lists(presses, min_size=30, max_size=40))
def test_any_keys_and_pastes_leave_a_program_that_quits(tmp_path, typed):
    here = Path.cwd()
    # some of the keys write files
    os.chdir(tmp_path)
    try:
        asyncio.run(play(typed))
    finally:
        os.chdir(here)

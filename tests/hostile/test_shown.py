"""The whole screen, all of whose texts are hostile: nothing of it is obeyed, and nothing breaks."""

from __future__ import annotations

from itertools import cycle, product

import pytest
from textual import events

from sms_monitor.core.text import REPLACEMENT
from tests.ui.stage import stage

from . import EXAMPLES
from .server import ORDERS, HostileApi
from .strategies import is_clean

TYPED = "[b]x[/b]\x1b]0;x\x07\u202e日本e\u0301"
"""Pasted wherever something can be typed."""

WALK = (
    ("2 j j n N", "n f f S A", "M O shift+right space", "v y", "escape V enter z", "z h"),
    ("3 j G g", "2 slash PASTE enter", "escape slash r e : [ enter", "escape", "1 j k"),
    ("colon PASTE tab", "escape colon l a b e l space PASTE", "enter", "colon o r d tab PASTE"),
    ("P j l", "1 P tab j", "tab S", "escape"),
    ("o pagedown", "J", "escape escape 2 J", "pagedown escape 1 J", "escape escape"),
    ("number_sign PASTE enter", "escape 2 asterisk", "escape"),
    ("y j j", "escape y t", "y r y n y i", "at j G", "escape E", "PASTE escape"),
    ("ampersand PASTE enter", "escape escape a PASTE", "enter", "escape escape"),
    ("e PASTE", "enter I PASTE", "enter escape"),
    ("left_square_bracket right_curly_bracket", "right_square_bracket full_stop W", "escape"),
    ("question_mark pagedown", "escape m L", "4 j j", "1 j k x X p p", "D u"),
)
"""Every screen there is, opened and left, and where it is looked at. PASTE pastes `TYPED`."""

SIZES = [(60, 15), (80, 24), (120, 40)]


def looked_at(s) -> str:
    """The text of the screen, which is sound."""
    width, _ = s.app.size
    assert s.app.is_running, s.app.crash
    strips = s.app.screen._compositor.render_strips()
    for strip in strips:
        assert is_clean(strip.text), strip.text
        assert strip.cell_length == width, strip.text
    return "".join(strip.text for strip in strips)


async def press(s, keys: str) -> None:
    for part in keys.replace("PASTE", ",PASTE,").split(","):
        if part == "PASTE":
            s.app.post_message(events.Paste(TYPED))
            await s.pilot.pause()
        elif part.strip():
            await s.pilot.press(*part.split())
            await s.until(lambda: s.app.type_ahead.idle or not s.app.is_running)


async def answer_in_other_words(s, api: HostileApi) -> None:
    """One refusal, then all the texts moved on by one."""
    api.refuses = True
    await s.poll(60)
    looked_at(s)
    api.refuses = False
    api.turn += 1
    await s.poll(60)


@pytest.mark.long
async def test_every_screen_shows_hostile_text_and_obeys_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # each line on one of the sizes; on all of them when there is time
    turns = product(range(3), WALK) if EXAMPLES else zip(cycle(range(3)), WALK, strict=False)
    async with stage(SIZES[0], order_ids=ORDERS, respond=HostileApi) as s:
        assert sum(len(o.rows) for o in s.app.board.orders.values()) == 40
        seen = looked_at(s)
        for turn, line in turns:
            await s.pilot.resize_terminal(*SIZES[turn])
            for keys in line:
                await press(s, keys)
                seen += looked_at(s)
            await s.recalled()
            await press(s, "escape " * (len(s.app.screen_stack) - 1))
            assert len(s.app.screen_stack) == 1, (line, s.app.screen)
            if turn == 2:
                await answer_in_other_words(s, s.played)
                seen += looked_at(s)
        assert "日本語" in seen and "[/red]" in seen and REPLACEMENT in seen
        assert is_clean(s.app.clipboard, but="\n\t")
    # what was handed out as a file, too
    for path in tmp_path.iterdir():
        assert is_clean(path.read_text("utf-8"), but="\n\r\t\ufeff")

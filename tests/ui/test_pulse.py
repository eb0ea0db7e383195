"""The pulse: which order is abnormal, since when, and of what kind its failures are."""

from datetime import date

import pytest
from textual.screen import Screen
from textual.widget import Widget

from sms_monitor.core.pulse import ranking
from sms_monitor.core.sparkline import BLOCKS
from sms_monitor.simulator.clock import oslo
from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.scenario import guid
from sms_monitor.simulator.troubled_day import TROUBLED, troubled_day
from sms_monitor.ui.screens.help import Help
from sms_monitor.ui.screens.pulse import PulseScreen
from sms_monitor.ui.widgets.header import Header
from sms_monitor.ui.widgets.pulse_table import PulseTable
from sms_monitor.ui.widgets.words import Words
from tests.ui.stage import SEED, stage

DAY = date(2026, 11, 23)
IDS = {key: guid(SEED, "order", key) for key in TROUBLED}
SIZES = [(60, 15), (80, 24), (120, 40), (200, 50)]


def on_the_day(clock, size=(120, 40), **more):
    """The app on the troubled day."""
    more.setdefault("order_ids", list(IDS.values()))
    return stage(
        size,
        respond=lambda now: Simulator(troubled_day(SEED, DAY), now, lambda: 0),
        now=oslo(DAY, clock),
        **more,
    )


def pulse(s):
    """The screen, which is open."""
    assert isinstance(s.app.screen, PulseScreen)
    return s.app.screen


def told(s):
    """What is said of the order under the cursor, as one line."""
    return " ".join(str(pulse(s).reading.query_one(Words).content).split())


@pytest.mark.parametrize("size", SIZES)
async def test_the_outage_is_first_and_told_in_every_size(size):
    async with on_the_day("11:30", size) as s:
        await s.press("P")
        assert pulse(s).table.key == IDS["DRIFT-2"]
        assert list(pulse(s).table.keys)[:2] == [IDS["DRIFT-2"], IDS["IMPORT-1"]]
        lines = s.lines()
        assert "PULSE 5" in lines[1] and "of final failed" in lines[1]
        assert "Failed 2h" in lines[2] and "103 at 11:00" in lines[2]
        first = next(line for line in lines if line.startswith("X DRIFT-2"))
        assert first.split()[1:6] == ["DRIFT-2", "possible", "outage", "103", "-"]
        assert "42.9%" in first
        assert any("Verdict   Possible outage. 100 failed" in line for line in lines)
        assert "Esc back" in lines[-1]
        assert "100 failed with Failed within 10 minutes, from 11:00:01 Oslo time." in told(s)
        assert "Rates 42.9% of 240 final failed, 57.1% of 240 confirmed" in told(s)
        for words in ("REASON", "Failed █", "100 97% 100", "CLASS", "system █", "COUNTRY CODE"):
            assert words in told(s)
        assert "+47 █" in told(s)
        # every bar stands on a line of its own
        words = pulse(s).reading.query_one(Words)
        bars = str(words.content).partition("REASON")[2].splitlines()
        assert max(len(line.rstrip()) for line in bars) <= words.size.width


@pytest.mark.parametrize(("size", "drawn", "why"), [
    ((60, 15), 0, False), ((80, 24), 12, False), ((120, 40), 24, False), ((200, 50), 24, True),
])  # fmt: skip
async def test_columns_come_and_go_with_the_width(size, drawn, why):
    async with on_the_day("11:30", size) as s:
        await s.press("P")
        line = next(line for line in s.lines() if line.startswith("X DRIFT-2"))
        room = pulse(s).table.room  # the rest is the scroll bar's
        assert sum(glyph in BLOCKS for glyph in line[:room]) == drawn
        assert ("from 11:00:01 Oslo time" in line) is why


async def test_bars_of_all_orders_are_beside_those_of_one():
    async with on_the_day("15:00", (200, 50)) as s:
        await s.press("P", "j")
        assert pulse(s).table.key == IDS["IMPORT-1"]
        assert "InvalidRecipient" in told(s) and "36 64% 36" in told(s)
        assert "BarredReceiver" in told(s) and "12 21% 16" in told(s)
        assert "register" in told(s) and "no number" in told(s)


async def test_nothing_moves_under_the_cursor_and_s_ranks_anew():
    async with on_the_day("10:50") as s:
        await s.press("P", "j")
        table = pulse(s).table
        before, here = list(table.keys), table.key
        assert before[0] == IDS["IMPORT-1"]
        await s.poll(45 * 60)
        assert ranking(s.app.board, s.clock.now()) != before
        assert (list(table.keys), table.key) == (before, here)
        assert "possible outage" in s.text()
        assert "ranked 10:50" in s.text()
        await s.press("S")
        assert table.keys[0] == IDS["DRIFT-2"]
        assert table.key == here
        assert "ranked 11:35" in s.text()


async def test_a_new_order_is_added_below_and_one_that_is_gone_goes():
    first, *others = IDS.values()
    async with on_the_day("11:30", order_ids=others) as s:
        await s.press("P", "j")
        table = pulse(s).table
        before, here = list(table.keys), table.key
        await s.app.watching.add([first])
        await s.until(lambda: first in table.keys)
        assert list(table.keys) == [*before, first]
        assert table.key == here
        s.watched.remove([before[0]])
        await s.app.watching.reload()
        await s.until(lambda: before[0] not in table.keys)
        assert list(table.keys) == [*before[1:], first]
        assert table.key == here


async def test_enter_goes_to_the_order_in_the_monitor():
    async with on_the_day("11:30") as s:
        before = s.screen.order.order_id
        for keys in (["escape"], ["q"], ["P"], ["h"]):
            await s.press("P", "j", *keys)
            assert s.app.screen is s.screen
            assert s.screen.order.order_id == before
        await s.press("P", "G")
        wanted = pulse(s).table.key
        assert wanted != before
        await s.press("enter")
        assert s.app.screen is s.screen
        assert s.screen.order.order_id == wanted
        assert s.screen.pane == "sms"


async def test_keys_typed_ahead_reach_the_pulse():
    async with on_the_day("11:30", (80, 24)) as s:
        await s.pilot.press("P", "j", "enter", "f")
        await s.until(lambda: s.app.type_ahead.idle)
        await s.until(lambda: s.app.screen is s.screen)
        assert s.screen.order.order_id == IDS["IMPORT-1"]
        assert s.screen.sms_table.view.faults_only


async def test_the_other_pane_scrolls_and_keeps_its_place_through_answers():
    async with on_the_day("11:30", (60, 15)) as s:
        await s.press("P", "tab")
        await s.press("j")
        await s.press("j")
        assert s.app.focused is pulse(s).reading
        assert pulse(s).reading.scroll_offset.y == 2
        await s.poll(60)
        assert pulse(s).reading.scroll_offset.y == 2
        await s.press("G")
        assert any("+47" in line for line in s.lines())
        await s.press("tab", "j")
        assert pulse(s).table.key == IDS["IMPORT-1"]
        assert pulse(s).reading.scroll_offset.y == 0


async def test_what_does_not_change_is_not_sent_again(monkeypatch):
    async with on_the_day("13:31") as s:
        await s.press("P")
        await s.poll(15)
        sent = []
        really = Widget.refresh

        def refresh(self, *regions, **more):
            # a screen gathers what its widgets refresh; the header tells the seconds
            if self.screen is s.app.screen and not isinstance(self, (Screen, Header)):
                sent.append((self, regions))
            return really(self, *regions, **more)

        monkeypatch.setattr(Widget, "refresh", refresh)
        await s.poll(15)
        pulse(s)._show()
        assert sent == []
        # a step of the clock later the failures have moved on by a column
        await s.poll(240)
        pulse(s)._show()
        cells = [r for w, regions in sent if isinstance(w, PulseTable) for r in regions]
        assert cells and all((r.width, r.height) == (2, 1) for r in cells)
        monkeypatch.undo()


async def test_ascii_is_drawn_everywhere_when_it_is_asked_for():
    async with on_the_day("11:30", (200, 50), ascii_only=True) as s:
        assert "...#" in "".join(s.lines())
        await s.press("P")
        drawn = [line for line in s.lines() if line.startswith(("X DRIFT-2", " Failed 2h"))]
        assert len(drawn) == 3
        assert all("#......" in line for line in drawn)
        text = "\n".join(s.lines()[:-1])
        assert "Failed         ###" in text
        # the scroll bar is Textual's
        assert not any(glyph in str(pulse(s).reading.query_one(Words).content) for glyph in BLOCKS)


async def test_a_board_without_orders_says_what_to_do():
    async with stage(order_ids=[], heard=False) as s:
        await s.press("P")
        assert "PULSE 0" in s.text()
        assert told(s) == "No order is watched. Esc, then a, adds one."
        await s.press("S", "enter", "j")
        assert isinstance(s.app.screen, PulseScreen)
        await s.press("escape")
        assert s.app.screen is s.screen


async def test_orders_without_sms_say_why():
    async with stage((120, 40)) as s:
        await s.press("P")
        pulse(s).table.move_to(next(o.order_id for o in s.app.board.orders.values() if not o.rows))
        await s.pilot.pause()
        assert told(s).startswith("Verdict ")
        assert "REASON" not in told(s) and "Rates" not in told(s)
        for words in ("not found", "320 wait for 09:00", "no SMS: Cancelled"):
            assert words in s.text()


async def test_the_reason_is_told_in_the_language_of_the_guidance():
    async with on_the_day("11:30", (200, 50), language="nb") as s:
        await s.press("P")
        assert "100 feilet med Failed i løpet av 10 minutter" in told(s)
        line = next(line for line in s.lines() if line.startswith("X DRIFT-2"))
        assert "100 feilet med Failed" in line


async def test_the_header_says_how_fresh_it_is_and_that_numbers_are_shown():
    async with on_the_day("11:30") as s:
        await s.press("m", "P")
        assert "LIVE" in s.lines()[0] and "UNMASKED" in s.lines()[0]
        s.server.close()
        for seconds in (120, 2, 2):
            await s.poll(seconds)
        assert "OFFLINE" in s.lines()[0]
        assert "X DRIFT-2" in s.text()


async def test_help_lies_over_it_and_the_palette_opens_it():
    async with on_the_day("11:30") as s:
        await s.press("P", "question_mark")
        assert isinstance(s.app.screen, Help)
        await s.press("escape")
        pulse(s)
        await s.press("escape", "ctrl+p", *"pulse")
        await s.until(lambda: "most abnormal first" in s.text())
        await s.press("enter")
        await s.until(lambda: isinstance(s.app.screen, PulseScreen))


# beside and below the order list


@pytest.mark.parametrize(("size", "shown"), [((200, 50), True), ((120, 40), False)])
async def test_a_wide_order_list_has_the_last_half_hour(size, shown):
    async with stage(size, order_ids=demo_order_ids(SEED)) as s:
        line = next(line for line in s.lines() if line[1:].lstrip().startswith("KOM-118"))
        assert ("▁▁▁▁▃▁" in line) is shown
        assert ("30 MIN" in s.text()) is shown
        assert sum("FAILED IN 5 MIN, LAST 2 H" in line for line in s.lines()) == 1


async def test_the_half_hour_moves_on_with_the_clock():
    async with on_the_day("11:01", (200, 50)) as s:
        for seconds, drawn in ((0, "▁▁▁▁▁█"), (240, "▁▁▁▁█▁"), (1500, "▁▁▁▁▁▁")):
            await s.poll(seconds)
            line = next(line for line in s.lines() if line.startswith("X DRIFT-2"))
            assert drawn in line


async def test_a_low_or_narrow_screen_leaves_the_failures_to_the_pulse():
    for size in ((120, 24), (80, 40)):
        async with stage(size) as s:
            assert "FAILED IN 5 MIN" not in s.text()

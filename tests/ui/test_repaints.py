"""What is painted when little or nothing changed, counted: lines worked out, frames, layouts."""

from datetime import timedelta

import msgspec
from textual._compositor import ChopsUpdate

from sms_monitor.ui.widgets.sms_table import SmsTable
from tests.core.orders import ORDER, summary
from tests.core.rows import sms
from tests.one_demo import START
from tests.ui.stage import Played, stage

COUNT = 30


def body(delivered=0):
    """Thirty SMS on their way, of which the last `delivered` have arrived."""
    rows = []
    for n in range(COUNT):
        status = "Delivered" if n >= COUNT - delivered else "Accepted"
        at = START - timedelta(seconds=10 * n + 5 * (status == "Accepted"))
        rows.append(
            sms(status, at, f"+47{90000000 + n}", id=f"{n:08d}-0000-4000-8000-000000000000")
        )
    return msgspec.json.encode(summary(*rows))


class Counted:
    """The frames, the lines and the layouts of a screen from here on."""

    def __init__(self, s, patch):
        self.frames, self.layouts, self.lines, self.rows = [], 0, set(), 0
        display, cells = s.app._display, SmsTable.cells

        def shown(screen, update):
            if isinstance(update, ChopsUpdate):
                self.frames.append(update)
                self.lines |= {y for y, _, _ in update.spans}
            elif update is not None:
                self.frames.append(update)
                self.lines |= set(range(s.app.size.height))
            display(screen, update)

        def worked_out(table, row):
            self.rows += 1
            return cells(table, row)

        def laid_out(_):
            self.layouts += 1

        patch.setattr(s.app, "_display", shown)
        patch.setattr(SmsTable, "cells", worked_out)
        s.app.screen.screen_layout_refresh_signal.subscribe(s.app, laid_out)


async def test_only_what_changed_is_worked_out_and_painted(monkeypatch) -> None:
    played = lambda now: Played([body(n) for n in range(9)], now)  # noqa: E731
    async with stage(order_ids=[ORDER], respond=played) as s:
        await s.press("2")
        for s.played.place in range(1, 6):  # the events fill their pane
            await s.poll(2)
        s.screen.tick()
        await s.pilot.pause()
        count = Counted(s, monkeypatch)

        # nothing but a second, in which no minute of a row is full
        s.clock.advance(1)
        s.screen.tick()
        await s.pilot.pause()
        assert count.rows == 0 and count.layouts == 0
        assert count.lines <= {0}, "the clock of the header alone"

        # one SMS arrived
        s.played.place = 6
        await s.poll(1)
        assert count.layouts == 0
        assert "1 Accepted to Delivered" in s.lines()[-5]
        table = s.screen.sms_table
        top = table.region.y
        below = {y for y in count.lines if top <= y < table.region.bottom}
        assert len(below) <= 2
        assert count.rows <= 6

        # a minute is full for every row: all that is told of them is told anew
        ages = [line.split("  ") for line in s.lines()[top:]]
        s.clock.advance(60)
        s.screen.tick()
        await s.pilot.pause()
        assert count.rows >= min(COUNT, table.size.height - 1)
        assert [line.split("  ") for line in s.lines()[top:]] != ages

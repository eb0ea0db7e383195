"""The pulse: all orders ranked by how abnormal they are, and what failed in one of them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import DataTable, Footer

from sms_monitor.core.alerts import Alert
from sms_monitor.core.board import Board
from sms_monitor.core.language import Language
from sms_monitor.core.phase import Phase
from sms_monitor.core.pulse import breakdown, failures_lately
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.ui.cells import ERROR_STYLE, percent
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.keys import PULSE_BINDINGS
from sms_monitor.ui.widgets.header import Header, Place
from sms_monitor.ui.widgets.live_line import LiveLine, PaneTitle
from sms_monitor.ui.widgets.pulse_detail import Look, failures_words, pulse_text
from sms_monitor.ui.widgets.pulse_table import PulseTable
from sms_monitor.ui.widgets.reading import Reading


class PulseScreen(Screen[str | None]):
    """Follows the board it is bound to; answers with the id of the order to go to."""

    BINDINGS: ClassVar[list[BindingType]] = PULSE_BINDINGS
    AUTO_FOCUS = "#pulse"
    DEFAULT_CSS = """
    PulseScreen {
        #pulse-orders, #pulse-order { height: 1fr; }
        #pulse-order Reading { padding: 0 1; scrollbar-size-vertical: 1; }
        #pulse-alert { display: none; &.-waits { display: block; } }
        PaneTitle.-here { color: $text; text-style: bold; }
        &:nocolor PaneTitle.-here { text-style: reverse; }
        Footer { background: $panel; }
    }
    """

    table = query_one(PulseTable)
    reading = query_one(Reading)

    board: var[Board] = var(Board)
    unmasked: var[bool] = var(False)
    language: var[Language] = var[Language]("en")
    waiting: var[tuple[Alert, ...]] = var[tuple[Alert, ...]](())

    def __init__(
        self,
        place: Place,
        clock: DisplayClock,
        thresholds: Thresholds,
        median_rate: float | None = None,
        *,
        org: str = "",
        replayed_at: datetime | None = None,
        ascii_only: bool = False,
    ) -> None:
        """`median_rate` as for `core.verdict.verdict`, `org` as the header has it.

        `replayed_at` is the moment of the past that the board shows, None for now.
        """
        super().__init__()
        self._place = place
        self._clock = clock
        self._thresholds = thresholds
        self._median_rate = median_rate
        self._org = org
        self._replayed_at = replayed_at
        self._ascii_only = ascii_only
        self._answer = ""

    def compose(self) -> ComposeResult:
        """The orders above, one of them below."""
        header = Header(self._place, self._clock, self._thresholds)
        header.org = self._org
        header.replayed_at = self._replayed_at
        header.usual_rate = self._median_rate
        yield header
        yield LiveLine(id="pulse-alert")
        with Vertical(id="pulse-orders"):
            yield PaneTitle(id="pulse-title")
            yield LiveLine(id="pulse-line")
            yield PulseTable(
                self._clock.now,
                self._thresholds,
                self._median_rate,
                ascii_only=self._ascii_only,
                id="pulse",
            )
        with Vertical(id="pulse-order"):
            yield PaneTitle(id="pulse-order-title")
            yield Reading()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Let times go on."""
        self.set_interval(1.0, self._show)

    def watch_board(self) -> None:
        """Take in a new board."""
        if self.is_mounted:
            self.table.show(self.board)
            self._show()

    def watch_language(self, language: Language) -> None:
        """Tell the reasons in another language."""
        if self.is_mounted:
            self.table.language = language
            self._show()

    def watch_unmasked(self, unmasked: bool) -> None:
        """Say in the header that personal data is shown elsewhere."""
        if self.is_mounted:
            self.query_one(Header).unmasked = unmasked
            self._show()

    def watch_waiting(self) -> None:
        """Take in which alerts wait to be acknowledged."""
        if self.is_mounted:
            self._show()

    @property
    def alert(self) -> Alert | None:
        """What is acknowledged here: the alert of the order under the cursor, else the newest."""
        here = [alert for alert in self.waiting if alert.order_id == self.table.key]
        return next(reversed(here or self.waiting), None)

    def show_answer(self, sentence: str) -> None:
        """Show an answer where alerts stand until the next key; one that waits is not hidden."""
        self._answer = sentence
        self._show_alert()

    def on_key(self) -> None:
        """Let an answer go."""
        if self._answer:
            self.show_answer("")

    def on_resize(self) -> None:
        """Wrap the text anew."""
        self.call_after_refresh(self._show)

    def on_descendant_focus(self) -> None:
        """Mark the title of the pane that has the keys."""
        at_reading = self.focused is self.reading
        self.query_one("#pulse-title").set_class(not at_reading, "-here")
        self.query_one("#pulse-order-title").set_class(at_reading, "-here")

    @on(DataTable.RowHighlighted)
    def _show(self) -> None:
        """Show what is so now; only what reads differently is sent."""
        if self.query_one_optional(PulseTable) is None:
            return  # the screen is being taken down
        header = self.query_one(Header)
        header.alerts = len(self.waiting)
        header.show_board(self.board)
        self._show_alert()
        self.table.repaint()
        self.query_one("#pulse-title", PaneTitle).show_title(self._title())
        now = self._clock.now()
        lately = failures_lately(self.board.orders.values(), now)
        line = failures_words(lately, now, ascii_only=self._ascii_only)
        self.query_one("#pulse-line", LiveLine).show(Content.assemble(" ", line))
        self._show_order()

    def _show_alert(self) -> None:
        line, alert = self.query_one("#pulse-alert", LiveLine), self.alert
        line.set_class(alert is not None or bool(self._answer), "-waits")
        if alert is None:
            line.show(Content(f" {self._answer}" if self._answer else ""))
            return
        more = f" · {len(self.waiting) - 1} more" if len(self.waiting) > 1 else ""
        text = f" * [x] ack  {alert.order_name}: {alert.text}{more}"
        line.show(Content.styled(text, ERROR_STYLE))

    def _title(self) -> Content:
        tally = self.board.totals()
        failed, confirmed = tally[Phase.FAILED], tally[Phase.CONFIRMED]
        parts = [f"PULSE {len(self.board.orders)}"]
        if failed + confirmed:
            parts.append(f"{percent(failed, failed + confirmed)} of final failed")
        if self._median_rate is not None:
            parts.append(f"usual {100 * self._median_rate:.1f}%")
        if tally.generated:
            parts.append(f"{percent(confirmed, tally.generated)} confirmed")
        parts.append(f"ranked {self.table.ranked_at.astimezone(OSLO):%H:%M}")
        return Content(" · ".join(parts))

    def _show_order(self) -> None:
        pulse, title = self.table.pulse, self.query_one("#pulse-order-title", PaneTitle)
        if pulse is None:
            title.show_title(Content("ORDER"))
            nothing = "No order is watched. Esc, then a, adds one."
            reading = "The watch list is being read."
            self.reading.show(Content(nothing if self.board.listed else reading), None)
            return
        place = f"{list(self.table.keys).index(pulse.order.order_id) + 1}/{len(self.table.keys)}"
        title.show_title(Content(f"{pulse.order.name} · {place}"))
        width = max(40, self.reading.size.width - 3)
        look = Look(self.language, width, self._ascii_only)
        everywhere = breakdown(self.board.orders.values())
        text = pulse_text(pulse, everywhere, self._clock.now(), look)
        self.reading.show(text, pulse.order.order_id)

    # what the keys do

    @on(DataTable.RowSelected)
    def action_go_in(self) -> None:
        """Go to the order under the cursor, in the monitor."""
        if self.table.key is not None:
            self.dismiss(self.table.key)

    def action_rank(self) -> None:
        """Rank the orders as they are now."""
        self.table.rank()
        self._show()

    def action_leave(self) -> None:
        """Back to the monitor, where it was."""
        self.dismiss(None)

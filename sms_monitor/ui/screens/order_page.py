"""The order's own page: what the sender asked for, and its JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from sms_monitor.core.errors import MonitorError
from sms_monitor.core.models import NotificationOrder
from sms_monitor.core.order_facts import order_facts
from sms_monitor.core.raw_json import readable_json
from sms_monitor.ui.cells import ERROR_STYLE, MUTED
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.labelled import labelled
from sms_monitor.ui.widgets.reading import Reading

LABEL_WIDTH = 12


class OrderPage(Dialog[None]):
    """Asks the API when it is opened; `J` goes between words and JSON."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J", "json", "JSON", id="order-json", show=False),
        Binding("q,o", "leave", "Close", id="order-leave", show=False),
    ]
    DEFAULT_CSS = """
    OrderPage Frame { height: 100%; max-height: 40; width: 100; }
    OrderPage Reading { height: 1fr; }
    """

    def __init__(
        self,
        name: str,
        ask: Callable[[], Awaitable[tuple[NotificationOrder, bytes]]],
        now: datetime,
        *,
        unmasked: bool,
        json: bool = False,
    ) -> None:
        """Show the order called `name`, as `ask` tells it; `json` begins with the JSON."""
        super().__init__()
        self._order_name = name
        self._ask = ask
        self._now = now
        self._unmasked = unmasked
        self._json = json
        self._answer: tuple[NotificationOrder, bytes] | None = None
        self._trouble = ""

    def compose(self) -> ComposeResult:
        """One text."""
        with Frame("Order", ""):
            yield Reading()

    def on_mount(self) -> None:
        """Ask the API."""
        self._fetch()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        """Wrap the text anew."""
        self.call_after_refresh(self._show)

    def action_json(self) -> None:
        """Show the JSON, or the words again."""
        self._json = not self._json
        self._show()

    @work(exclusive=True)
    async def _fetch(self) -> None:
        try:
            self._answer = await self._ask()
        except MonitorError as error:
            self._trouble = f"{error.message} {error.next_step}"
        self._show()

    def _show(self) -> None:
        reading = self.query_one(Reading)
        keys = "J shows the words" if self._json else "J shows the JSON"
        masked = "" if self._unmasked else ", masked"
        self.query_one(Frame).border_subtitle = f"{keys}{masked}, Esc closes"
        reading.show(self._text(max(20, reading.size.width - 3)), self._json)

    def _text(self, width: int) -> Content:
        if self._trouble:
            return Content.styled(self._trouble, ERROR_STYLE)
        if self._answer is None:
            return Content.styled("The API is asked about the order …", MUTED)
        order, body = self._answer
        if self._json:
            return Content(readable_json(body, unmasked=self._unmasked))
        lines = [Content.styled(self._order_name, "bold")]
        for label, text in order_facts(order, self._now, unmasked=self._unmasked):
            lines += labelled(label, text, width, LABEL_WIDTH)
        return Content("\n").join(lines)


class RowJson(Dialog[None]):
    """The JSON of one SMS."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,J", "leave", "Close", id="row-json-leave", show=False)
    ]
    DEFAULT_CSS = "RowJson Reading { height: auto; max-height: 20; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """One text."""
        with Frame("SMS as the API gave it", "Esc closes"):
            yield Reading()

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(Reading).show(Content(self._text))

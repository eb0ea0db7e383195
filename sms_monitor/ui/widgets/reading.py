"""A text that scrolls when it does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from sms_monitor.ui.keys import TABLE_BINDINGS
from sms_monitor.ui.widgets.words import Words


class Reading(VerticalScroll):
    """Moves by the same keys as the tables; what it shows is never markup."""

    BINDINGS: ClassVar[list[BindingType]] = TABLE_BINDINGS

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._subject: object = None

    def compose(self) -> ComposeResult:
        """One text, as long as it needs to be."""
        yield Words()

    def show(self, text: Content | Sequence[Content], subject: object = None) -> None:
        """Show `text`, or its lines; the place in it is kept for as long as it is about `subject`.

        Only what reads differently is painted.
        """
        words = self.query_one(Words)
        if isinstance(text, Content):
            words.update(text)
        else:
            words.show(text)
        if subject != self._subject:
            self._subject = subject
            self.scroll_home(animate=False)

    def action_move(self, step: int) -> None:
        """Scroll by lines."""
        # at once: two keys that come before the next frame are two steps
        self.scroll_relative(y=step, animate=False, immediate=True)

    def action_page(self, share: float) -> None:
        """Scroll by a share of the height."""
        step = round(share * self.size.height)
        self.scroll_relative(y=step, animate=False, immediate=True)

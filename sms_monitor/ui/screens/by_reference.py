"""Adding orders by the sender's reference: the API is asked, the person chooses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, SelectionList
from textual.widgets.selection_list import Selection

from sms_monitor.core.durations import oslo_time
from sms_monitor.core.errors import MonitorError
from sms_monitor.core.models import NotificationOrder
from sms_monitor.core.text import clean
from sms_monitor.ui.cells import ERROR_STYLE
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.words import Words


class Choices(SelectionList[str]):
    """The orders found; space ticks one, Enter adds those that are ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", id="choices-down", show=False),
        Binding("k", "cursor_up", "Up", id="choices-up", show=False),
        Binding("enter", "screen.add", "Add", id="choices-add", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Choices {
        display: none;
        height: auto;
        max-height: 12;
        border: none;
        padding: 0;
        background: transparent;
        &.-found { display: block; }
        &:focus { border: none; background-tint: transparent; }
        &:nocolor:focus > .option-list--option-highlighted { text-style: bold underline; }
    }
    """


class ByReference(Dialog[tuple[str, ...]]):
    """Answers with the ids that were added."""

    field = getters.query_one(Field)
    choices = getters.query_one(Choices)

    def __init__(
        self,
        look_up: Callable[[str], Awaitable[Sequence[NotificationOrder]]],
        known: frozenset[str],
        keep: Callable[[Sequence[str]], Awaitable[None]],
        now: datetime,
        reference: str = "",
    ) -> None:
        """Take what the dialog needs from outside.

        `look_up` asks the API; it and `keep`, which watches ids, may raise `MonitorError`.
        `known` are the ids watched already. `reference` is looked up at once, "" asks for it.
        """
        super().__init__()
        self._look_up, self._keep = look_up, keep
        self._known = known
        self._now = now
        self._reference = reference

    def compose(self) -> ComposeResult:
        """The reference, what came of it, and the orders to choose from."""
        with Frame("Orders by reference", "Enter looks it up, Esc closes"):
            yield Words("The sender's reference, exactly as the sender wrote it:")
            yield Field(self._reference)
            yield Words(id="result")
            yield Choices()

    def on_mount(self) -> None:
        """Look up what was given."""
        if self._reference:
            self._search(self._reference)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._search(event.value.strip())

    @work(exclusive=True)
    async def _search(self, reference: str) -> None:
        self._tell("The API is asked …")
        try:
            found = await self._look_up(reference)
        except MonitorError as error:
            self._tell(f"{error.message} {error.next_step}", bad=True)
            return
        new = [order for order in found if order.id not in self._known]
        self.choices.clear_options()
        self.choices.set_class(bool(new), "-found")
        if not new:
            self._tell(_nothing_new(reference, len(found)), bad=True)
            return
        self.choices.add_options(
            Selection(Content(_line(order, self._now)), order.id, initial_state=True)
            for order in new
        )
        watched = len(found) - len(new)
        self._tell(
            f"{len(new)} found{f', {watched} more are watched already' if watched else ''}. "
            "Space ticks, Enter adds those that are ticked."
        )
        self.choices.highlighted = 0
        self.choices.focus()

    @work(exclusive=True)
    async def action_add(self) -> None:
        """Watch what is ticked."""
        ticked = list(self.choices.selected)
        if not ticked:
            self._tell("Nothing is ticked. Space ticks the order under the cursor.", bad=True)
            return
        try:
            await self._keep(ticked)
        except MonitorError as error:
            self._tell(f"{error.message} {error.next_step}", bad=True)
            return
        self.dismiss(tuple(ticked))

    def _tell(self, sentence: str, *, bad: bool = False) -> None:
        words = Content.styled(sentence, ERROR_STYLE) if bad else Content(sentence)
        self.query_one("#result", Words).update(words)


def _nothing_new(reference: str, found: int) -> str:
    if found:
        return f"All {found} orders of that reference are watched already."
    return (
        f'No order of your organisation has the reference "{clean(reference, 80)}". Capitals and '
        "spaces count; check the profile too."
    )


def _line(order: NotificationOrder, now: datetime) -> str:
    channel = order.notification_channel or ""
    return f"{oslo_time(order.requested_send_time, now):>10}  {channel:6} {order.id}"

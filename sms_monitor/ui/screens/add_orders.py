"""Adding orders: many lines are pasted, each id is asked about before it is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.worker import Worker

from sms_monitor.core.errors import MonitorError, SourceError
from sms_monitor.core.order_id import environment_doubts, parse_order_ids
from sms_monitor.core.text import clean
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.reading import Reading
from sms_monitor.ui.widgets.words import Words

AT_ONCE = 8
"""Requests under way at a time."""


class IdArea(TextArea):
    """Enter submits; a pasted line break stays one, and so does Enter while ids are checked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Add", id="add-submit", priority=True, show=False)
    ]

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self) -> None:
        super().__init__(highlight_cursor_line=False)
        self.cursor_blink = False
        self.checking = False
        """While set, Enter breaks the line: a terminal may paste as if it were typed."""

    def on_paste(self, event: events.Paste) -> None:
        """Clean the text before Textual inserts it; every kind of line end becomes one."""
        lines = f"{event.text}.".splitlines()
        event.text = "\n".join(clean(line, len(line)) for line in lines)[:-1]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Enter to the text while ids are checked."""
        if action == "submit":
            return not self.checking
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """Break the line where one ends that came before this program had the terminal."""
        if event.key == "ctrl+j":
            event.prevent_default()
            self.insert("\n")

    def action_submit(self) -> None:
        """Say that Enter was pressed."""
        self.post_message(self.Submitted())


class AddOrders(Dialog[tuple[str, ...]]):
    """Answers with the ids that were added, in the order they were typed.

    Closes by itself when nothing was refused; else the refused lines stay to be corrected.
    """

    DEFAULT_CSS = """
    AddOrders {
        Frame { height: 100%; max-height: 28; }
        IdArea { height: 1fr; min-height: 3; }
        Reading { height: 1fr; display: none; &.-said { display: block; } }
    }
    """

    area = getters.query_one(IdArea)

    def __init__(
        self,
        check: Callable[[str], Awaitable[SourceError | None]],
        known: frozenset[str],
        keep: Callable[[Sequence[str]], Awaitable[None]],
        environment: str = "",
        text: str = "",
    ) -> None:
        """Take what the dialog needs from outside.

        `check` asks the API about one id and returns None when the order is there. `known` are
        the ids watched already. `keep` watches ids from now on; it may raise `MonitorError`.
        `environment` is the profile's: a URL of another one is doubted, and tried.
        With a `text` it begins as if that had been typed and Enter pressed.
        """
        super().__init__()
        self._check = check
        self._known = known
        self._keep = keep
        self._environment = environment
        self._text = text
        self._added: list[str] = []
        self._checked = 0
        self._worker: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The hint, the text, the result in one line, and the reasons."""
        with Frame("Add orders", ""):
            yield Words(id="hint")
            yield IdArea()
            yield Words(id="result")
            yield Reading()

    def on_mount(self) -> None:
        """Say what may be typed."""
        self.query_one("#hint", Words).update(
            "Order ids or URLs, one a line; paste as many as you like. Enter adds, Esc closes."
        )
        if self._text:
            self.area.text = self._text
            self._submitted()

    def action_leave(self) -> None:
        """Stop the check that is going on; with none, close."""
        if self._worker is not None and self._worker.is_running:
            self._worker.cancel()
        else:
            self.dismiss(tuple(self._added))

    @on(IdArea.Submitted)
    def _submitted(self) -> None:
        self._worker = self._add()

    @work(exclusive=True)
    async def _add(self) -> None:
        """Check what is typed, keep what is good, and say how it went."""
        order_ids, wrong = parse_order_ids(self.area.text)
        if not order_ids and not wrong:
            self._tell("Type or paste an order id first.", [])
            return
        watched = self._watched()
        new = [order_id for order_id in order_ids if order_id not in watched]
        doubts = list(environment_doubts(self.area.text, self._environment))
        reasons = [f'"{line}": there is no order id in it.' for line in wrong]
        before, end = len(self._added), ""
        self._checked = 0
        self._show_progress(len(new))
        self.area.checking = True
        try:
            for start in range(0, len(new), AT_ONCE):
                answers = await self._ask(new[start : start + AT_ONCE], len(new))
                reasons += [_reason(order_id, error) for order_id, error in answers if error]
                await self._watch([order_id for order_id, error in answers if error is None])
        except asyncio.CancelledError:
            end = "Stopped. The lines not checked yet are still here."
        except MonitorError as error:
            end = f"{error.message} {error.next_step}"
        finally:
            self.area.checking = False
        if not self.is_attached:
            return
        self._drop_added_lines()
        added = len(self._added) - before
        result = _result(added, len(order_ids) - len(new), len(reasons))
        if reasons or end or self.area.text:
            self._tell(f"{end} {result}".strip(), [*doubts, *reasons])
            return
        if doubts or len(new) < len(order_ids):
            self.app.notify(" ".join([*doubts, result]), markup=False)
        self.dismiss(tuple(self._added))

    async def _ask(self, order_ids: Sequence[str], of: int) -> list[tuple[str, SourceError | None]]:
        errors = await asyncio.gather(*(self._check_one(order_id, of) for order_id in order_ids))
        return list(zip(order_ids, errors, strict=True))

    async def _check_one(self, order_id: str, of: int) -> SourceError | None:
        error = await self._check(order_id)
        self._checked += 1
        self._show_progress(of)
        return error

    def _show_progress(self, of: int) -> None:
        self._tell(f"checking {min(self._checked + 1, of)} of {of}, Esc stops", [])

    async def _watch(self, order_ids: Sequence[str]) -> None:
        if order_ids:
            await self._keep(order_ids)
            self._added += order_ids

    def _watched(self) -> frozenset[str]:
        return self._known.union(self._added)

    def _drop_added_lines(self) -> None:
        """Leave the lines that still name something not watched; the person may have typed on."""
        watched, text = self._watched(), self.area.text
        kept: list[str] = []
        for line in text.splitlines():
            order_ids, _ = parse_order_ids(line)
            if line.strip() and not (order_ids and watched.issuperset(order_ids)):
                kept.append(line)
        if "\n".join(kept) != text:
            self.area.text = "\n".join(kept)
            self.area.move_cursor(self.area.document.end)

    def _tell(self, result: str, reasons: Sequence[str]) -> None:
        self.query_one("#result", Words).update(Content.styled(result, "bold"))
        reading = self.query_one(Reading)
        reading.set_class(bool(reasons), "-said")
        reading.show(Content("\n".join(reasons)))
        self.query_one(Frame).border_subtitle = "Tab to the reasons" if reasons else ""


def _reason(order_id: str, error: SourceError) -> str:
    said = f"{error.message} {error.next_step}"
    return said if order_id in said else f"{order_id}: {said}"


def _result(added: int, watched: int, refused: int) -> str:
    """Return `Added 15. 5 already watched. 10 refused:`; without what is none."""
    parts = [f"Added {added}."]
    parts += [f"{watched} already watched."] if watched else []
    parts += [f"{refused} refused:"] if refused else []
    return " ".join(parts)

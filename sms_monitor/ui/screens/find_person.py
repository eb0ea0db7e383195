"""Asking for a person, and choosing between the orders that have them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList

from sms_monitor.core.durations import oslo_time
from sms_monitor.core.person import Answer, Hit, Person, parse_person
from sms_monitor.core.phase import Phase
from sms_monitor.ui.cells import ERROR_STYLE, STYLE
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.menu import Menu
from sms_monitor.ui.widgets.words import Words

KEYS = "123456789abcdefghilmnoprstuvwxyz"
"""What chooses a hit; j, k and q are for moving and leaving. More hits are not offered."""

ANSWER_STYLE = {
    Answer.YES: STYLE[Phase.CONFIRMED],
    Answer.NOT_YET: STYLE[Phase.IN_FLIGHT],
    Answer.NO: STYLE[Phase.FAILED],
    Answer.UNKNOWN: STYLE[Phase.UNKNOWN],
}


class FindPerson(Dialog["Person | None"]):
    """Whom to look for; stays open, with the reason, while nobody is found."""

    def __init__(self, found: Callable[[Person], Awaitable[str]], text: str = "") -> None:
        """`found` returns "" when there is somebody to show, else a sentence.

        `text` is what was typed already, in a command; it is looked for at once.
        """
        super().__init__()
        self._found = found
        self._text = text

    def compose(self) -> ComposeResult:
        """A line to type in, and under it what may be typed."""
        with Frame("Find a person", "Enter finds, Esc closes"):
            yield Words("A phone number in any form, an organisation number or a national id:")
            yield Field(self._text)
            yield Words(id="trouble")

    async def on_mount(self) -> None:
        """Answer what was typed already."""
        if self._text:
            await self._look_for(self._text)

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        await self._look_for(event.value)

    async def _look_for(self, text: str) -> None:
        person = parse_person(text)
        if person is None:
            self._tell("That is no phone number, organisation number or national id.")
            return
        trouble = await self._found(person)
        if trouble:
            self._tell(f"{trouble} {person.doubt}".strip())
        else:
            self.dismiss(person)

    def _tell(self, sentence: str) -> None:
        self.query_one("#trouble", Words).update(Content.styled(sentence, ERROR_STYLE))


class Everywhere(Dialog["Hit | None"]):
    """The hit to go to; None to stay."""

    def __init__(self, person: Person, hits: Sequence[Hit], now: datetime) -> None:
        """Offer `hits`; times are told as seen from `now` (UTC)."""
        super().__init__()
        self._person = person
        self._hits = dict(zip(KEYS, hits, strict=False))
        self._more = len(hits) - len(self._hits)
        self._now = now

    def compose(self) -> ComposeResult:
        """One line an order."""
        with Frame("The same person", "press a key or Enter, Esc stays"):
            yield Words(f"{self._person.name} in the watched orders, the newest first:")
            yield Menu({key: hit_line(hit, self._now) for key, hit in self._hits.items()})
            if self._more:
                yield Words(f"and in {self._more} older orders")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._hits[event.option_id or ""])


def hit_line(hit: Hit, now: datetime) -> Content:
    """`X no       14:19:02  KOM-118  Failed_BarredReceiver`."""
    answer = f"{hit.answer.glyph} {hit.answer:8}"
    return Content.assemble(
        (answer, ANSWER_STYLE[hit.answer]),
        f"{oslo_time(hit.at, now):>10}  {hit.order.name}  ",
        ", ".join(dict.fromkeys(row.status for row in hit.rows)),
    )

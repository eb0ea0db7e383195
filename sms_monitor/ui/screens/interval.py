"""Asking how often to ask."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from sms_monitor.core.text import clean
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.words import Words

SHORTEST, LONGEST = 2, 3600
"""Seconds; the config file allows the same."""


class AskInterval(Dialog["float | None"]):
    """The seconds between two polls of an order; None to leave them as they are."""

    def __init__(self, seconds: float) -> None:
        """Begin with the `seconds` in force."""
        super().__init__()
        self._seconds = seconds

    def compose(self) -> ComposeResult:
        """A number, and under it what may be typed."""
        with Frame("Interval", "Enter sets it, Esc closes"):
            yield Words(id="question")
            yield Field(f"{self._seconds:g}")
            yield Words(id="trouble")

    def on_mount(self) -> None:
        """Say what is asked for."""
        self.query_one("#question", Words).update(
            f"Seconds between two polls of an order that moves, {SHORTEST} to {LONGEST}:"
        )

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(interval_of(event.value))
        except ValueError as error:
            self.query_one("#trouble", Words).update(Content.styled(str(error), "$text-error"))


def interval_of(text: str) -> float:
    """Return the seconds that were typed; raises ValueError with a sentence for the person."""
    try:
        seconds = float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(_refusal(text, "is not a number")) from None
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError(_refusal(text, "is out of range"))
    return seconds


def _refusal(text: str, what: str) -> str:
    return f'"{clean(text, 40)}" {what}. Type {SHORTEST} to {LONGEST} seconds.'

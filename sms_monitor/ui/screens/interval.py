"""Asking how often to ask."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

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
        seconds = _number(event.value)
        if seconds is not None and SHORTEST <= seconds <= LONGEST:
            self.dismiss(seconds)
            return
        what = "is not a number" if seconds is None else "is out of range"
        said = f'"{event.value}" {what}. Type {SHORTEST} to {LONGEST} seconds.'
        self.query_one("#trouble", Words).update(Content.styled(said, "$text-error"))


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None

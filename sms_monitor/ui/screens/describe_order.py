"""What a person calls an order, and wants to remember of it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.words import Words


class DescribeOrder(Dialog["tuple[str, str] | None"]):
    """Answers with the label and the note; either may be "" for none."""

    def __init__(self, name: str, label: str, note: str) -> None:
        """Begin with what the order has now; `name` is how it is shown."""
        super().__init__()
        self._heading = name
        self._label = label
        self._note = note

    def compose(self) -> ComposeResult:
        """Two lines to type in."""
        with Frame("Label and note", "Tab to the other line, Enter keeps both, Esc closes"):
            yield Words(f"Label of {self._heading}, instead of the sender's reference:")
            yield Field(self._label, id="label")
            yield Words("Note, shown in the detail:")
            yield Field(self._note, id="note")

    @on(Input.Submitted)
    def _entered(self) -> None:
        label, note = (self.query_one(f"#{one}", Field).value.strip() for one in ("label", "note"))
        self.dismiss((label, note))

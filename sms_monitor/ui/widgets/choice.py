"""One of a few things, all in sight on one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

ValueT = TypeVar("ValueT")


class Choice(Widget, Generic[ValueT], can_focus=True):
    """Left and right, space or a click choose; the chosen one stands in brackets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "choose(-1)", "Previous", id="choice-previous", show=False),
        Binding("right,l,space", "choose(1)", "Next", id="choice-next", show=False),
        Binding("enter", "submit", "Done", id="choice-done", show=False),
    ]
    DEFAULT_CSS = """
    Choice {
        height: 1;
        border-left: blank;
        &:focus { border-left: outer $primary; }
    }
    """

    place: var[int] = var(0)

    class Changed(Message):
        """Another one was chosen."""

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(
        self,
        label: str,
        values: Mapping[str, ValueT],
        value: ValueT,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """Offer `values`, each under its name; `value` is chosen at first."""
        super().__init__(id=id)
        self._label = label
        self._values = dict(values)
        self.set_reactive(Choice.place, list(values.values()).index(value))

    @property
    def value(self) -> ValueT:
        """What is chosen."""
        return list(self._values.values())[self.place]

    def choose(self, value: ValueT) -> None:
        """Choose `value`, which is one of those offered."""
        self.place = list(self._values.values()).index(value)

    def render(self) -> Content:
        """The label and the names."""
        parts = [Content(f"{self._label:<10}")]
        for place, name in enumerate(self._values):
            chosen = place == self.place
            parts.append(Content.styled(f"[{name}]", "bold") if chosen else Content(f" {name} "))
        return Content(" ").join(parts)

    def watch_place(self) -> None:
        """Show and tell."""
        self.refresh()
        self.post_message(self.Changed())

    def action_choose(self, step: int) -> None:
        """Go to the next one, round and round."""
        self.place = (self.place + step) % len(self._values)

    def action_submit(self) -> None:
        """Enter: the dialog is done."""
        self.post_message(self.Submitted())

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked one."""
        at = self.content_region.x - self.region.x + 11
        for place, name in enumerate(self._values):
            end = at + len(name) + 2
            if at <= event.x < end:
                self.place = place
            at = end + 1

"""The line in which the filter is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from sms_monitor.ui.widgets.field import Field


class FilterInput(Field):
    """Filters while it is typed; Enter keeps the filter, Esc drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Clear the filter", id="filter-leave", show=False)
    ]

    class Left(Message):
        """Esc was pressed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            placeholder="words  !not  st:expired  cl:number  ph:stuck  age>2h  re:…", id=id
        )

    def action_leave(self) -> None:
        """Say that it was left without keeping it."""
        self.post_message(self.Left())

"""Choosing what to copy."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList

from sms_monitor.core.board import Order, Row
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.text import clean
from sms_monitor.ui.cells import tally_words
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.menu import Menu


class CopyItem(NamedTuple):
    """Something that can be copied."""

    key: str
    """One character."""
    name: str
    """What it is, in a word or two."""
    text: str
    """What goes to the clipboard; shown in the menu as it is, so masked when it should be."""


def copy_items(order: Order, row: Row | None, *, unmasked: bool) -> tuple[CopyItem, ...]:
    """Return what can be copied of one SMS, or of the order when `row` is None."""
    order_id = CopyItem("o", "order id", order.order_id)
    if row is None:
        line = f"{order.name}  {tally_words(order.tally).plain}  {order.order_id}"
        return (CopyItem("y", "line", line), order_id)
    number = recipient_text(row.notification.recipient, unmasked=unmasked)
    line = f"{row.status}  {number}  {row.last_update:%Y-%m-%dT%H:%M:%SZ}  {row.id}"
    return (
        CopyItem("y", "line", line),
        CopyItem("n", "number", number),
        CopyItem("i", "notification id", row.id),
        order_id,
    )


class CopyMenu(Dialog["CopyItem | None"]):
    """One key press chooses; None when nothing was chosen."""

    def __init__(self, items: tuple[CopyItem, ...]) -> None:
        super().__init__()
        self._items = {item.key: item for item in items}

    def compose(self) -> ComposeResult:
        """One line per item, with what would be copied."""
        width = max((len(item.name) for item in self._items.values()), default=0)
        with Frame("Copy", "press a letter, Esc closes"):
            yield Menu(
                {
                    key: Content.assemble((f"{item.name:<{width}}  ", "bold"), clean(item.text))
                    for key, item in self._items.items()
                }
            )

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._items[event.option_id or ""])

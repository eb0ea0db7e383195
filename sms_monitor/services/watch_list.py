"""The watched orders: `orders.json`, a list per profile, in the order they were added."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, field_validator

from sms_monitor.core.order_id import parse_order_id
from sms_monitor.core.text import clean
from sms_monitor.services.document import Document, DocumentFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path


class WatchedOrder(BaseModel):
    """An order someone wants to see."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    order_id: str
    """Canonical: see `core.order_id`."""
    label: str = ""
    note: str = ""
    added: AwareDatetime

    @field_validator("order_id")
    @classmethod
    def _is_canonical(cls, text: str) -> str:
        order_id = parse_order_id(text)
        if order_id is None:
            raise ValueError("not an order id")
        return order_id

    @field_validator("label", "note")
    @classmethod
    def _is_clean(cls, text: str) -> str:
        return clean(text.strip())


class RemovedOrder(NamedTuple):
    """What undoing a removal needs."""

    order: WatchedOrder
    place: int
    """Its index in the list, from 0, before anything was removed."""


Orders = tuple[WatchedOrder, ...]


class _OrdersDocument(Document):
    profiles: dict[str, Orders] = {}

    @field_validator("profiles")
    @classmethod
    def _each_once(cls, profiles: dict[str, Orders]) -> dict[str, Orders]:
        # the screen keys its rows by id; of two lines in an edited file the first counts
        once: dict[str, dict[str, WatchedOrder]] = {name: {} for name in profiles}
        for name, orders in profiles.items():
            for order in orders:
                once[name].setdefault(order.order_id, order)
        return {name: tuple(orders.values()) for name, orders in once.items()}


class WatchList:
    """The orders watched with one profile; several programs may share the file.

    `report` gets a sentence when the file made no sense and was set aside. Every method may
    raise `StorageError`; the file is then as it was.
    """

    def __init__(
        self,
        path: Path,
        profile: str,
        now: Callable[[], datetime],
        report: Callable[[str], None],
    ) -> None:
        """Remember where the list is; `now` returns an aware datetime."""
        self._file = DocumentFile(path, _OrdersDocument, now, report)
        self._profile = profile
        self._now = now

    def orders(self) -> Orders:
        """Return the list as it is on disk now."""
        return self._of(self._file.read())

    def add(self, order_ids: Iterable[str], label: str = "", note: str = "") -> tuple[str, ...]:
        """Add what is not watched yet at the end; return the ids that were new."""
        wanted = [
            WatchedOrder(order_id=order_id, label=label, note=note, added=self._now())
            for order_id in dict.fromkeys(order_ids)
        ]
        new: list[WatchedOrder] = []

        def edit(orders: Orders) -> Orders:
            known = {order.order_id for order in orders}
            new.extend(order for order in wanted if order.order_id not in known)
            return (*orders, *new)

        self._change(edit)
        return tuple(order.order_id for order in new)

    def describe(self, order_id: str, label: str, note: str) -> None:
        """Give a watched order another label and note; one that is not watched is left out."""

        def edit(orders: Orders) -> Orders:
            return tuple(
                WatchedOrder.model_validate({**dict(order), "label": label, "note": note})
                if order.order_id == order_id
                else order
                for order in orders
            )

        self._change(edit)

    def remove(self, order_ids: Iterable[str]) -> tuple[RemovedOrder, ...]:
        """Take orders off the list; return those that were on it, for `restore`."""
        unwanted = set(order_ids)
        removed: list[RemovedOrder] = []

        def edit(orders: Orders) -> Orders:
            removed.extend(
                RemovedOrder(order, place)
                for place, order in enumerate(orders)
                if order.order_id in unwanted
            )
            return tuple(order for order in orders if order.order_id not in unwanted)

        self._change(edit)
        return tuple(removed)

    def restore(self, removed: Iterable[RemovedOrder]) -> None:
        """Undo a `remove`: put its orders back at their places, but for those added again since."""

        def edit(orders: Orders) -> Orders:
            restored = list(orders)
            known = {order.order_id for order in orders}
            for order, place in removed:
                if order.order_id not in known:
                    restored.insert(place, order)
            return tuple(restored)

        self._change(edit)

    def _of(self, document: _OrdersDocument) -> Orders:
        return document.profiles.get(self._profile, ())

    def _change(self, edit: Callable[[Orders], Orders]) -> None:
        def edit_document(document: _OrdersDocument) -> _OrdersDocument:
            before = self._of(document)
            after = edit(before)
            if after == before:
                return document
            profiles = {**document.profiles, self._profile: after}
            return document.model_copy(update={"profiles": profiles})

        self._file.change(edit_document)

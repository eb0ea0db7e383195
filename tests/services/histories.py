"""Histories, and answers to put in them, for the tests."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.services.history import open_history
from tests.core.orders import ORDER, summary
from tests.core.rows import NOW, sms

A, B = "5b1e0000-0000-4000-8000-00000000000a", "5b1e0000-0000-4000-8000-00000000000b"


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Observer:
    """One program that polls an order and hands what it sees to its history."""

    def __init__(self, history, order_id=ORDER):
        self.history, self.order = history, Order(order_id)

    async def see(self, at: float, *notifications, succeeded=0) -> None:
        """Get an answer `at` seconds after NOW, and wait until it is written."""
        answer = summary(*notifications, order_id=self.order.order_id, succeeded=succeeded)
        self.order = self.order.after_answer(answer, None, later(at), at)[0]
        self.history.take(Board(orders={self.order.order_id: self.order}))
        await self.history.looked_at()


def one(status, at=0.0, notification_id=A, **more):
    """An SMS that got its status `at` seconds after NOW."""
    return sms(status, later(at), id=notification_id, **more)


@asynccontextmanager
async def opened(path, *, told=None, now=lambda: NOW, profile="p", days=30, visit=True):
    """Yield a history whose complaints go to the list `told`."""
    told = [] if told is None else told
    async with open_history(path, profile, now, told.append, days=days, visit=visit) as history:
        yield history


async def seen(history, notification_id=A, order_id=ORDER) -> list[tuple[str | None, float]]:
    """What history has of an SMS: status and the second it was seen."""
    sights = await history.timeline(order_id, notification_id)
    return [
        (s.notification.status if s.notification else None, (s.seen_at - NOW).total_seconds())
        for s in sights
    ]


def rows(path, query="SELECT * FROM state") -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def is_sound(path) -> bool:
    return rows(path, "PRAGMA integrity_check") == [("ok",)]


async def until(true, seconds=60.0) -> None:
    """Wait for what another thread or process does; gives up after `seconds`."""
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")


def statuses(changes: Iterable) -> Sequence[tuple[str | None, str | None]]:
    return [(change.before, change.after) for change in changes]

"""Sets of orders of any number and size, for trials of speed."""

from __future__ import annotations

from datetime import datetime, timedelta

from .plan import DELIVERED, INVALID, NOT_IDENTIFIED, STUCK, Group, Plan, Policy, reported
from .scenario import Scenario, guid


def generated_order_ids(seed: int, orders: int) -> tuple[str, ...]:
    """The ids of `generated(seed, start, orders, ...)`."""
    return tuple(guid(seed, "order", f"SIM-{number:03}") for number in range(1, orders + 1))


def generated(seed: int, start: datetime, orders: int, rows: int) -> Scenario:
    """`orders` orders of `rows` SMS each, begun one every 7 minutes before `start`.

    A fiftieth is reported in the two hours after `start`, a hundredth fails, and every seventh
    order has an SMS that is stuck. Every tenth order has no sender's reference.
    """
    return Scenario(seed, (_numbered(start, number, rows) for number in range(1, orders + 1)))


def _numbered(start: datetime, number: int, rows: int) -> Plan:
    key = f"SIM-{number:03}"
    created = start - timedelta(minutes=7 * number, seconds=13.571_193)
    groups = (
        Group(rows // 300, reported("Failed_BarredReceiver")),
        Group(rows // 300, INVALID),
        Group(rows // 300, NOT_IDENTIFIED),
        Group(rows // 50, DELIVERED, (start, start + timedelta(hours=2))),
        Group(int(number % 7 == 0 and rows > 0), STUCK),
    )
    return Plan(
        key=key,
        reference=None if number % 10 == 0 else key,
        body=f"Prøvemelding {number}",
        created=created,
        requested=created,
        recipients=rows,
        groups=groups,
        policy=Policy.ANYTIME,
        first_person=number * 101,
    )

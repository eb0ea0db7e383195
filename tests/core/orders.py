"""Summaries, orders and boards for the tests of core and of the poller, made in one line."""

from sms_monitor.core.board import Board
from sms_monitor.core.models import SmsSummary
from sms_monitor.core.order import Order
from tests.core.rows import NOW

ORDER = "c1d034c5-6af7-4813-aff7-920ab02e27b2"


def summary(*notifications, order_id=ORDER, **more):
    """What the API answers about an order of these SMS."""
    return SmsSummary(
        order_id=order_id,
        notifications=notifications,
        **more,
    )


def order(*notifications, now=NOW, answered=0.0, order_id=ORDER, **more):
    """One order after its first answer."""
    answer = summary(*notifications, order_id=order_id)
    return Order(order_id, **more).after_answer(answer, None, now, answered)[0]


def board(*orders, **more):
    """A board of exactly these orders."""
    return Board({o.order_id: o for o in orders}, listed=True, **more)

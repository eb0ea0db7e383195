"""Whether what is on the screen is fresh, and how old it is when it is not."""

from __future__ import annotations

import math
from enum import Enum
from typing import NamedTuple

from sms_monitor.core.board import Board
from sms_monitor.core.errors import SourceError
from sms_monitor.core.order import Order

OFFLINE_AFTER = 3
"""Failed attempts in a row, and orders that failed, from which on we say so."""
OVERDUE_AFTER = 30.0
"""Seconds without an answer that was due after which an order counts as stale: a server that
hangs, a machine that was suspended."""


class Connection(Enum):
    """How things stand between us and the API."""

    STARTING = "STARTING"
    NO_ORDERS = "NO ORDERS"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    STALE = "STALE"
    """Some orders could not be refreshed."""
    OFFLINE = "OFFLINE"
    """Nothing could be refreshed lately."""
    NO_SIGN_IN = "NO SIGN-IN"
    """The same, and the credential is why."""


class Freshness(NamedTuple):
    """A state and the times that go with it; seconds."""

    connection: Connection
    age: float | None
    """Of the newest answer when live or offline, of the oldest stale one when stale; None
    before the first answer."""
    next_in: float | None
    """Until the next poll, 0 while one is under way; None when nothing will be asked."""
    error: SourceError | None
    """Why, when there is trouble with the API; None when answers are only late."""


def freshness(board: Board, at: float) -> Freshness:
    """Return how fresh `board` is at monotonic second `at`."""
    orders = board.orders.values()
    answered = [o.answered for o in orders if o.answered is not None]
    troubled = [o for o in orders if o.error is not None and o.error.transport]
    error = next((o.error for o in troubled), None)
    age = at - max(answered) if answered else None
    waits = (_due(board, o) - at if o.next_poll is not None else 0.0 for o in orders)
    soonest = min(waits, default=math.inf)
    next_in = None if math.isinf(soonest) else max(0.0, soonest)
    if not board.listed:
        return Freshness(Connection.STARTING, None, None, None)
    if not orders:
        return Freshness(Connection.NO_ORDERS, None, None, None)
    if board.paused:
        return Freshness(Connection.PAUSED, age, None, error)
    enough = len(troubled) >= min(OFFLINE_AFTER, len(orders)) or any(
        o.error is not None and o.error.kind in _OF_NO_ORDER for o in troubled
    )
    if troubled and (not answered or (enough and board.failed_in_a_row >= OFFLINE_AFTER)):
        refused = all(o.error is not None and o.error.kind in _SIGN_IN for o in troubled)
        state = Connection.NO_SIGN_IN if refused else Connection.OFFLINE
        return Freshness(state, age, next_in, error)
    late = [o for o in orders if at - _expected(board, o, at) > OVERDUE_AFTER]
    if troubled or late:
        oldest = [o.answered for o in (*troubled, *late) if o.answered is not None]
        return Freshness(Connection.STALE, at - min(oldest) if oldest else age, next_in, error)
    if not answered and not any(o.error for o in orders):
        return Freshness(Connection.STARTING, None, next_in, None)
    return Freshness(Connection.LIVE, age, next_in, None)


_SIGN_IN = frozenset({"sign_in", "unauthorized", "forbidden"})
_OF_NO_ORDER = _SIGN_IN | {"unreachable"}
"""Trouble that no single order can be the reason of; others may only not be due for a while."""


def _expected(board: Board, order: Order, at: float) -> float:
    """Monotonic second at which a fresh answer about `order` should have begun to come."""
    if order.asked is not None:
        return order.asked
    if board.spacing is not None:
        return at  # it is not the server that is slow; how far apart looks are is told
    return _due(board, order) if order.next_poll is not None else at


def _due(board: Board, order: Order) -> float:
    return max(order.next_poll or 0.0, board.quiet_until)

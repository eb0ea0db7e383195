"""The top line: where we are, how fresh it is, how it stands in all, what time it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from sms_monitor.core.board import Board
from sms_monitor.core.durations import oslo_time, roughly
from sms_monitor.core.freshness import Connection, Freshness, freshness
from sms_monitor.core.order import Order
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS, Thresholds
from sms_monitor.core.verdict import Judged, Verdict, judge, most_urgent
from sms_monitor.ui.cells import totals
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.widgets.live_line import LiveLine

if TYPE_CHECKING:
    from sms_monitor.services.client import NotificationsClient


class Place(NamedTuple):
    """Which API is watched, and as whom."""

    profile: str
    environment: str
    """As in the config; "demo" for the embedded simulator."""
    sign_in: str = ""
    """Where the credential comes from, when that is not what the profile says."""

    @property
    def badge(self) -> str:
        """The environment so that it cannot be confused: `PROD`, `TT02 TEST`, `DEMO`.

        A custom one has no name but its profile's.
        """
        if self.environment == "custom":
            return self.profile
        name = self.environment.upper()
        return name if self.environment in ("prod", "demo") else f"{name} TEST"

    @property
    def style(self) -> str:
        """Reverse for the words' sake; red for production alone."""
        return "bold reverse $error" if self.environment == "prod" else "bold reverse"


JUDGED_FOR = 15
"""Seconds for which the verdict on an order that did not change is kept: it changes by minutes."""

_SILENCE = frozenset({"unreachable", "timeout", "sign_in"})
"""Trouble in which the API has said nothing at all."""
_STYLES = {
    Connection.STARTING: "$text-muted",
    Connection.NO_ORDERS: "$text-muted",
    Connection.LIVE: "$text-success",
    Connection.PAUSED: "bold reverse",
    Connection.STALE: "bold reverse $warning",
    Connection.OFFLINE: "bold reverse $error",
    Connection.NO_SIGN_IN: "bold reverse $error",
}


class _Told(NamedTuple):
    """All that the line is made of: equal when it reads the same."""

    connection: tuple[str, str]
    """How fresh the screen is, and its style."""
    totals: Content
    worst: tuple[str, bool] | None
    """The most urgent order and its verdict; whether it is flagged. None when nothing is."""
    place: Place
    org: str
    alerts: int
    unmasked: bool
    needs_terminal: bool
    token: Content | None
    """What is left of it; None when that is not known."""
    budget: str | None
    """None while the past is shown."""
    clock: str
    width: int
    """In cells."""


class Header(LiveLine):
    """Never folds away; the least needed parts go first when the terminal is narrow."""

    DEFAULT_CSS = "Header { background: $panel; }"

    def __init__(
        self,
        place: Place,
        clock: DisplayClock,
        thresholds: Thresholds = DEFAULT_THRESHOLDS,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.place = place
        self.thresholds = thresholds
        self.unmasked = False
        self.alerts = 0
        """How many alerts wait to be acknowledged."""
        self.org = ""
        """Short name of the organisation; "" while the credential does not say."""
        self._token_ends: float | None = None
        """Monotonic seconds; None when the token held has no known end."""
        self.usual_rate: float | None = None
        """The failure rate that is usual with this profile, 0 to 1; None while not known."""
        self.needs_terminal = False
        """Whether a command waits for the terminal, to ask for the next token."""
        self.replayed_at: datetime | None = None
        """The moment of the past that the board shows, UTC; None for now."""
        self._clock = clock
        self._judged: dict[str, Judged] = {}
        self._judged_in: tuple[int, float | None] | None = None
        self._told: _Told | None = None
        """What the line was last made of."""
        self._totals: tuple[Mapping[str, Order], Content] = ({}, Content(""))

    def show_sign_in(self, client: NotificationsClient) -> None:
        """Take in for whom the client is signed in, and for how long."""
        self.org = client.org
        left = client.token_seconds
        self._token_ends = None if left is None else self._clock.monotonic() + left
        self.needs_terminal = client.needs_terminal

    def show_board(self, board: Board) -> None:
        """Show how `board` stands now."""
        state = freshness(board, self._clock.monotonic())
        now = self._clock.now()
        # each second, and a thousand orders: only where it is told
        told_of = board.orders.values() if board.spacing is not None else ()
        unread = sum(o.summary is None and o.error is None for o in told_of)
        text, style = connection_text(state, board.spacing, unread), _STYLES[state.connection]
        if self.replayed_at is not None:
            text = f"REPLAY {oslo_time(self.replayed_at, self._clock.live())}"
            style = "bold reverse"
        worst = self._most_urgent(board, now)
        token = None
        if self._token_ends is not None:
            token = _token_life(self._token_ends - self._clock.monotonic())
        budget = None
        if self.replayed_at is None and board.listed:
            budget = budget_text(board, self._clock.monotonic())
        told = _Told(
            connection=(text, style),
            totals=self._totals_of(board),
            worst=worst and (f"{worst[0].name} {worst[1].kind}", worst[1].flagged),
            place=self.place,
            org=self.org,
            alerts=self.alerts,
            unmasked=self.unmasked,
            needs_terminal=self.needs_terminal,
            token=token,
            budget=budget,
            clock=f"{self._clock.live().astimezone(OSLO):%H:%M} Oslo",
            width=self.size.width,
        )
        if told != self._told:
            self._told = told
            self.show(_line(told))

    def _totals_of(self, board: Board) -> Content:
        if self._totals[0] is not board.orders:
            self._totals = board.orders, totals(board.totals())
        return self._totals[1]

    def _most_urgent(self, board: Board, now: datetime) -> tuple[Order, Verdict] | None:
        """Return what `board_verdict` does; only orders that changed are judged anew each time."""
        judged_in = int(now.timestamp() // JUDGED_FOR), self.usual_rate
        known = self._judged if judged_in == self._judged_in else {}
        judged = {}
        for order_id, order in board.orders.items():
            one = known.get(order_id)
            if one is None or one.order is not order:
                one = judge(order, now, self.thresholds, self.usual_rate)
            judged[order_id] = one
        self._judged, self._judged_in = judged, judged_in
        return most_urgent(judged.values())


def _line(told: _Told) -> Content:
    text, style = told.connection
    left = [
        Content.styled(f" {told.place.badge} ", told.place.style),
        Content.styled(f"{text:<18}", style),
        told.totals,
    ]
    if told.alerts:
        left.insert(1, Content.styled(f"ALERT {told.alerts}", "bold reverse $error"))
    if told.unmasked:
        left.insert(1, Content.styled("UNMASKED", "bold reverse $warning"))
    who = f"{told.org}@{told.place.profile}" if told.org else told.place.profile
    extras = [Content(who)] if who.lower() != told.place.badge.lower() else []
    if told.place.sign_in:
        extras.append(Content(told.place.sign_in))
    if told.token is not None:
        extras.append(told.token)
    if told.budget is not None:
        extras.append(Content(told.budget))
    if told.worst is not None:
        words, flagged = told.worst
        if flagged:
            # more than one SMS is in trouble: that outlasts the clock on a narrow line
            left.append(Content.styled(words, "bold reverse"))
        else:
            extras.insert(0, Content(f"worst: {words}"))
    if told.needs_terminal:
        extras.insert(0, Content.styled("T SIGNS IN", "bold reverse $warning"))
    return _fit(left, extras, [Content(told.clock)], told.width)


def _token_life(seconds: float) -> Content:
    if seconds <= 0:
        return Content.styled("TOKEN EXPIRED", "bold reverse $warning")
    return Content(f"token {_coarse(seconds)}")


def budget_text(board: Board, at: float) -> str:
    """What was spent of the budget in the last minute: `12/60 req/min`; what it makes of the pace.

    `at` is in monotonic seconds.
    """
    limit = f"{board.budget.per_minute} req/min"
    if board.spacing is not None:
        return f"what moves every ~{roughly(board.spacing)} at {limit}"
    return f"{board.budget.used(at)}/{limit}"


def connection_text(state: Freshness, spacing: float | None = None, unread: int = 0) -> str:
    """How fresh the screen is: `LIVE 5s, next 10s`, `STALE 2m, retry 40s: no answer`.

    `LIVE each ~17 min` when the budget lets each order be asked only so often, `spacing` seconds:
    the age of the newest answer would then say little of the others; and how many were not
    read at all yet.

    Seconds go by fives, so that a screen on which nothing happens is not sent again each second.
    """
    name = state.connection.value
    if spacing is not None and state.connection is Connection.LIVE:
        pace = f"{name} each ~{roughly(spacing)}"
        return f"{pace}, {unread} unread" if unread else pace
    age = _coarse(state.age)
    if state.connection in (Connection.OFFLINE, Connection.NO_SIGN_IN) and state.age is None:
        heard = state.error is not None and state.error.kind not in _SILENCE
        age = "no good answer yet" if heard else "no answer yet"
    parts = [f"{name} {age}" if age else name]
    if state.next_in is not None:
        verb = "next" if state.connection is Connection.LIVE else "retry"
        parts.append(f"{verb} {_coarse(state.next_in, up=True)}")
    return ", ".join(parts)


def _coarse(seconds: float | None, *, up: bool = False) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        steps = -(-seconds // 5) if up else seconds // 5
        return f"{int(steps) * 5}s"
    return f"{int(seconds // 60)}m" if seconds < 3600 else f"{int(seconds // 3600)}h"


def _fit(left: list[Content], extras: list[Content], right: list[Content], width: int) -> Content:
    gap = Content("  ")
    while True:
        start, end = gap.join([*left, *extras]), gap.join([*right, Content("")])
        room = width - start.cell_length - end.cell_length
        if room >= 1:
            return Content.assemble(start, " " * room, end)
        if extras:
            extras = extras[:-1]
        elif right:
            right = []
        else:
            return start

"""What somebody should be called for: told once, and again only when it has grown much.

An order has at most one alert that waits to be acknowledged. How it stood at the first answer
after the start is history and makes no alert. From then on an answer makes one when

* so many more SMS have failed, are stuck or dead as the rule says, since the last alert;
* the failure rate has gone over its limit;
* every SMS has become final.

While an alert waits, what it was about is told again only when its number has doubled and is
`GROWN` higher, or its rate has doubled. Acknowledging takes what is on the board as known. A
rate must have been at half its limit before it can go over it anew, so that one that hovers
there is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from sms_monitor.core.board import Board
from sms_monitor.core.models import OrderStatus
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.quiet_hours import QuietHours
from sms_monitor.core.tally import Tally

GROWN = 10
"""SMS by which a number that was told must have grown, at the least, to be told again."""


Notify = Literal["off", "osc9", "osc777"]
"""How the terminal is asked for a notification on the desktop."""


class AlertKind(StrEnum):
    """What an alert is about, the gravest first."""

    FAILED = "failed"
    LATE = "late"
    """Stuck or dead."""
    RATE = "rate"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When there is an alert; the defaults are judgement, `[alerts]` in the config sets them."""

    failed: int = 1
    """New failed SMS of one order that make an alert; 0 for none."""
    late: int = 1
    """New stuck or dead SMS of one order that make an alert; 0 for none."""
    rate_percent: float = 10.0
    """Failed among the final SMS of one order; more makes an alert. 0 for none."""
    rate_of: int = 20
    """Final SMS an order must have before its rate means anything."""
    final: bool = False
    """Whether it is told that every SMS of an order is final."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """When somebody is called, and how; the defaults are those of `[alerts]` in the config."""

    rules: AlertRules = AlertRules()
    bell: bool = True
    """Whether an alert rings the terminal's bell."""
    notify: Notify = "off"
    quiet: QuietHours | None = None
    """When alerts make no noise and run no hook; None for never."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One order, at one moment."""

    number: int
    """From 1, in the order they came."""
    order_id: str
    order_name: str
    """Label, reference or short id; not masked."""
    senders_reference: str | None
    kinds: tuple[AlertKind, ...]
    """The gravest first; never empty."""
    text: str
    """What happened, without the order's name: `12 more failed, 3 more stuck`."""
    tally: Tally
    at: datetime
    """UTC, by the server's clock."""

    def as_json(self, profile: str) -> dict[str, Any]:
        """Return what a hook gets; it holds no recipient."""
        return {
            "kind": self.kinds[0].value,
            "kinds": [kind.value for kind in self.kinds],
            "text": self.text,
            "order_id": self.order_id,
            "senders_reference": self.senders_reference,
            "profile": profile,
            "counts": {phase.value: self.tally[phase] for phase in Phase},
            "failures": dict(self.tally.failures),
            "at": self.at.isoformat().replace("+00:00", "Z"),
        }


@dataclass(frozen=True, slots=True)
class _Known:
    """How an order stood when it was last told, acknowledged, or first seen."""

    failed: int
    late: int
    rate: float
    """Percent; 0 as long as it is not over the limit."""
    final: bool
    judged: tuple[Tally, OrderStatus | None]
    """What that was worked out from; the same objects need no other look."""
    told: frozenset[AlertKind] = frozenset()
    """What the alert that waits is about."""
    alert: Alert | None = None
    """The newest, when nobody has acknowledged it."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """All that is known for alerts, as one value."""

    rules: AlertRules = AlertRules()
    last: int = 0
    """Number of the newest alert; 0 before the first."""
    _known: Mapping[str, _Known] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def waiting(self) -> tuple[Alert, ...]:
        """The alerts nobody has acknowledged, one an order at the most, oldest first."""
        found = (known.alert for known in self._known.values() if known.alert is not None)
        return tuple(sorted(found, key=lambda alert: alert.number))

    def after(self, board: Board, now: datetime) -> tuple[Alerts, tuple[Alert, ...]]:
        """Take in what is live now; return also the alerts that makes.

        Orders that are no longer watched are forgotten, with the alerts they had.
        """
        known: dict[str, _Known] = {}
        made: list[Alert] = []
        for order_id, order in board.orders.items():
            before = self._known.get(order_id)
            if order.summary is None:
                continue
            if before is None:
                known[order_id] = self._as_it_is(order)
                continue
            if before.judged[0] is order.tally and before.judged[1] is order.order_status:
                known[order_id] = before
                continue
            known[order_id], alert = self._judged(order, before, self.last + len(made) + 1, now)
            if alert is not None:
                made.append(alert)
        return replace(self, last=self.last + len(made), _known=known), tuple(made)

    def acknowledged(self, board: Board, number: int | None = None) -> Alerts:
        """Return these with one alert, or all, acknowledged: what is on `board` is known."""
        known = dict(self._known)
        for order_id, before in self._known.items():
            alert = before.alert
            if alert is None or number not in (None, alert.number):
                continue
            order = board.orders.get(order_id)
            if order is None:
                known[order_id] = replace(before, told=frozenset(), alert=None)
                continue
            as_it_is = self._as_it_is(order)
            known[order_id] = replace(as_it_is, rate=max(as_it_is.rate, before.rate))
        return replace(self, _known=known)

    def _as_it_is(self, order: Order) -> _Known:
        rate = _rate(order.tally, self.rules)
        return _Known(
            failed=order.tally[Phase.FAILED],
            late=_late(order.tally),
            rate=rate if rate > self.rules.rate_percent else 0.0,
            final=order.final,
            judged=(order.tally, order.order_status),
        )

    def _judged(
        self, order: Order, before: _Known, number: int, now: datetime
    ) -> tuple[_Known, Alert | None]:
        told = dict(self._news(order, before))
        as_it_is = self._as_it_is(order)
        rate = _rate(order.tally, self.rules)
        known = _Known(
            failed=_known(AlertKind.FAILED, told, as_it_is.failed, before.failed),
            late=_known(AlertKind.LATE, told, as_it_is.late, before.late),
            rate=rate
            if AlertKind.RATE in told
            else before.rate * (rate > self.rules.rate_percent / 2),
            final=as_it_is.final,
            judged=as_it_is.judged,
            told=before.told | told.keys(),
            alert=before.alert,
        )
        if not told:
            return known, None
        summary = order.summary
        alert = Alert(
            number=number,
            order_id=order.order_id,
            order_name=order.name,
            senders_reference=summary.senders_reference if summary is not None else None,
            kinds=tuple(told),
            text=", ".join(told.values()),
            tally=order.tally,
            at=now,
        )
        return replace(known, alert=alert), alert

    def _news(self, order: Order, before: _Known) -> Iterator[tuple[AlertKind, str]]:
        """Yield what is to be told of an order, in words."""
        rules, tally = self.rules, order.tally
        more = tally[Phase.FAILED] - before.failed
        if _is_news(more, before.failed, rules.failed, AlertKind.FAILED in before.told):
            yield AlertKind.FAILED, f"{more} more failed"
        more = _late(tally) - before.late
        if _is_news(more, before.late, rules.late, AlertKind.LATE in before.told):
            yield AlertKind.LATE, f"{more} more late ({_late_words(tally)})"
        rate = _rate(tally, rules)
        if rules.rate_percent and rate > max(rules.rate_percent, 2 * before.rate):
            final = tally[Phase.FAILED] + tally[Phase.CONFIRMED]
            yield AlertKind.RATE, f"{rate:.1f}% of {final} final SMS failed"
        if rules.final and order.final and not before.final:
            yield AlertKind.FINAL, "every SMS is final" if order.rows else "there will be no SMS"


def _is_news(more: int, before: int, limit: int, waits: bool) -> bool:
    """Whether `more` than `before` is worth telling; `waits` when it was and nobody has seen it."""
    return bool(limit) and more >= (max(limit, GROWN, before) if waits else limit)


def _known(kind: AlertKind, told: Mapping[AlertKind, str], now: int, before: int) -> int:
    """Return what is known from here on: fewer may become more again, and that is news."""
    return now if kind in told else min(now, before)


def _late(tally: Tally) -> int:
    return tally[Phase.STUCK] + tally[Phase.DEAD]


def _late_words(tally: Tally) -> str:
    return ", ".join(f"{tally[p]} {p}" for p in (Phase.STUCK, Phase.DEAD) if tally[p])


def _rate(tally: Tally, rules: AlertRules) -> float:
    """Return the percentage that failed of those that are final; 0 while these are too few."""
    final = tally[Phase.FAILED] + tally[Phase.CONFIRMED]
    return 100 * tally[Phase.FAILED] / final if final >= max(1, rules.rate_of) else 0.0

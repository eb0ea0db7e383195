"""What to think of an order as a whole: one person, bad numbers, a possible outage, stuck.

Worked out from the rows; the API's own counts say nothing of it. What counts as abnormal are
`Thresholds`, which a person may set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sms_monitor.core import verdict_words as words
from sms_monitor.core.board import Board
from sms_monitor.core.bursts import Burst, is_data_quality
from sms_monitor.core.empty_order import explain_empty
from sms_monitor.core.language import LANGUAGES, Bilingual
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.send_window import after_open_time, is_open
from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS, Thresholds
from sms_monitor.core.triage import Urgency, urgency


class Kind(StrEnum):
    """What is the matter with an order, worst first."""

    OUTAGE = "possible outage"
    """Many failures at once whose cause is not the numbers."""
    STUCK = "stuck"
    """SMS that are late, or an order in which nothing moves though something should."""
    DEAD = "dead"
    """SMS that were never sent, or nobody knows, and that will never change."""
    MANY = "many failures"
    """Abnormal, and neither the numbers nor one moment explains it."""
    BAD_NUMBERS = "bad numbers"
    """Failures that lie in the numbers or in the registers: the data, not the sending."""
    FEW = "single failures"
    """More than one failed, but no more than usual."""
    ONE_PERSON = "one person"
    """One failed."""
    NOT_READ = "not read"
    """The API has not answered about it, or refused."""
    NO_SMS = "no SMS"
    """There will be none: e-mail, cancelled, condition not met."""
    NOT_STARTED = "not started"
    """Its SMS are not made yet."""
    WAITING = "waiting"
    """For the send window."""
    IN_PROGRESS = "in progress"
    DELIVERED = "all delivered"


TROUBLE = frozenset(
    {Kind.OUTAGE, Kind.STUCK, Kind.DEAD, Kind.MANY, Kind.BAD_NUMBERS, Kind.FEW, Kind.ONE_PERSON}
)
"""The kinds of an order in which at least one SMS is a fault, or nothing moves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is the matter, and why that is thought."""

    kind: Kind
    reason: Bilingual
    """A sentence or two."""
    abnormal: bool = False
    """Whether the failure rate is beyond the thresholds."""
    flagged: bool = False
    """Whether the order as a whole needs somebody, beyond the single SMS in it."""


class Judged(NamedTuple):
    """An order and what to think of it at one moment."""

    order: Order
    verdict: Verdict
    recent_faults: bool
    """Whether it has faults that are not old news."""


def verdict(
    order: Order,
    now: datetime,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    median_rate: float | None = None,
) -> Verdict:
    """Return the verdict of `order` at `now` (UTC).

    `median_rate` is the failure rate, 0 to 1, that is usual in this environment (the median
    of the last seven days); None when there is no history yet.
    """
    if order.summary is None or not order.rows:
        return _without_rows(order, now)
    tally = order.tally
    late = tally[Phase.STUCK] + tally[Phase.DEAD]
    abnormal = is_abnormal(order, thresholds, median_rate)
    burst = _burst(order, thresholds) if abnormal else None
    if burst is not None:
        return Verdict(
            Kind.OUTAGE, words.outage(order, burst, thresholds, now), abnormal, flagged=True
        )
    since = _stalled_since(order, now, thresholds)
    if since is not None:
        return Verdict(Kind.STUCK, words.stalled(order, since, now), abnormal, flagged=True)
    if late and late >= tally[Phase.FAILED]:
        many = late >= thresholds.abnormal_failures
        beyond = many and 100 * late >= thresholds.abnormal_percent * tally.generated
        stuck = tally[Phase.STUCK] >= tally[Phase.DEAD]
        kind = Kind.STUCK if stuck else Kind.DEAD
        return Verdict(kind, words.late(order), abnormal, flagged=beyond or abnormal)
    if tally[Phase.FAILED]:
        return _failures(order, abnormal)
    return _nothing_wrong(order, now)


def is_abnormal(order: Order, thresholds: Thresholds, median_rate: float | None) -> bool:
    """Whether more of `order` failed than is usual; see `verdict`."""
    rate = order.tally.failure_rate
    if rate is None or order.tally[Phase.FAILED] < thresholds.abnormal_failures:
        return False
    usual = thresholds.abnormal_times_median * (median_rate or 0.0)
    return rate >= max(thresholds.abnormal_percent / 100, usual)


def by_abnormality(
    board: Board,
    now: datetime,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    median_rate: float | None = None,
) -> list[tuple[Order, Verdict]]:
    """Return every order with its verdict, the most abnormal first.

    Abnormal failure rates come first, then what else is flagged, then the rest by kind; among
    equals the higher failure rate. Equals in that too keep the watch list's order.
    """
    judged = [
        (order, verdict(order, now, thresholds, median_rate)) for order in board.orders.values()
    ]
    return sorted(judged, key=_rank)


def board_verdict(
    board: Board,
    now: datetime,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    median_rate: float | None = None,
) -> tuple[Order, Verdict] | None:
    """Return the order that needs somebody most, with the verdict of the board; None for none.

    That is the most abnormal of those that are flagged, else the most urgent with a fault;
    faults of yesterday do not count. When several orders share its verdict the reason says so:
    it is then not that order alone.
    """
    return most_urgent(judge(o, now, thresholds, median_rate) for o in board.orders.values())


def judge(order: Order, now: datetime, thresholds: Thresholds, median_rate: float | None) -> Judged:
    """Return what `most_urgent` needs to know of an order."""
    found = verdict(order, now, thresholds, median_rate)
    return Judged(order, found, urgency(order, now) is Urgency.FAULTS)


def most_urgent(orders: Iterable[Judged]) -> tuple[Order, Verdict] | None:
    """Return what `board_verdict` does, of orders that were judged before; the first of equals."""
    judged = list(orders)
    # a stalled order need not have a fault yet
    flagged = [
        (o, found) for o, found, recent in judged if found.flagged and _counts(o, found, recent)
    ]
    if flagged:
        first = min(flagged, key=_rank)
        return first[0], _shared(first[1], flagged)
    faulty = [(o, found) for o, found, recent in judged if recent]
    return max(faulty, key=lambda one: one[0].tally.faults, default=None)


def _rank(judged: tuple[Order, Verdict]) -> tuple[bool, bool, int, float]:
    order, found = judged
    kind = list(Kind).index(found.kind)
    return not found.abnormal, not found.flagged, kind, -(order.tally.failure_rate or 0.0)


def _counts(order: Order, found: Verdict, recent: bool) -> bool:
    return recent or (found.kind is Kind.STUCK and not order.tally.final)


def _shared(found: Verdict, flagged: list[tuple[Order, Verdict]]) -> Verdict:
    same = Counter(one.kind for _, one in flagged)[found.kind]
    if same == 1:
        return found
    en, nb = found.reason
    reason = Bilingual(f"{same} orders: {found.kind}. {en}", f"{same} ordrer har det slik. {nb}")
    return Verdict(found.kind, reason, found.abnormal, found.flagged)


# without failures and without rows


def _without_rows(order: Order, now: datetime) -> Verdict:
    if order.summary is None:
        if order.error is not None:
            message = order.error.message
            return Verdict(Kind.NOT_READ, Bilingual(message, message))
        asked = Bilingual("The API has not answered about it yet.", "API-et har ikke svart ennå.")
        return Verdict(Kind.NOT_READ, asked)
    found = order.order_status
    status = found.processing_status.status if found else "Registered"
    to_come = status in ("Registered", "Processing") or (found and found.sms_generated > 0)
    by_email = found is not None and found.notification_channel == "Email"
    kind = Kind.NOT_STARTED if to_come and not by_email else Kind.NO_SMS
    en, nb = (explain_empty(found, now, language).reason for language in LANGUAGES)
    return Verdict(kind, Bilingual(en, nb))


def _nothing_wrong(order: Order, now: datetime) -> Verdict:
    tally = order.tally
    if tally[Phase.CONFIRMED] == tally.generated:
        return Verdict(Kind.DELIVERED, words.delivered(order))
    if tally[Phase.WAITING] and not tally[Phase.IN_FLIGHT]:
        return Verdict(Kind.WAITING, words.waiting(order))
    return Verdict(Kind.IN_PROGRESS, words.in_progress(order, now))


# late


def _stalled_since(order: Order, now: datetime, thresholds: Thresholds) -> datetime | None:
    """Return since when nothing moves though something should; None when all is well.

    SMS that only wait for their phones say nothing, for phones are off for hours; unless it is
    most of the order, whose receipts then do not come.
    """
    tally, since = order.tally, order.changed_at
    if since is None or not tally[Phase.IN_FLIGHT] or not is_open(now):
        return None
    if now < after_open_time(since, timedelta(minutes=thresholds.stalled_minutes)):
        return None
    if 2 * tally[Phase.IN_FLIGHT] > tally.generated:
        return since
    return since if order.patterns.in_flight - {"Accepted"} else None


# failed


def _burst(order: Order, thresholds: Thresholds) -> Burst | None:
    return order.patterns.burst(
        timedelta(minutes=thresholds.outage_minutes),
        thresholds.abnormal_failures,
        thresholds.outage_percent / 100,
    )


def _failures(order: Order, abnormal: bool) -> Verdict:
    tally = order.tally
    failed = tally[Phase.FAILED]
    data = sum(count for status, count in tally.failures.items() if is_data_quality(status))
    if failed == 1:
        return Verdict(Kind.ONE_PERSON, words.one_failed(order), abnormal, abnormal)
    if 2 * data > failed:
        return Verdict(Kind.BAD_NUMBERS, words.bad_numbers(order, data), abnormal, abnormal)
    kind = Kind.MANY if abnormal else Kind.FEW
    return Verdict(kind, words.several_failed(order), abnormal, abnormal)

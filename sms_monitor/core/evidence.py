"""What to send along with a complaint: whose word it is, about which SMS, and when."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime

from sms_monitor.core.diff import Transition
from sms_monitor.core.durations import oslo_and_utc
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import mask_national_identity_number, recipient_text
from sms_monitor.core.timeline import Sight, steps

_LABEL = 20
"""Cells of a label."""


def evidence(
    order: Order,
    row: Row | None,
    at: datetime,
    now: datetime,
    profile: str,
    *,
    unmasked: bool,
    sights: Sequence[Sight] = (),
) -> str:
    """Return a block of lines about one SMS, or about the order alone when `row` is None.

    `at` is when the API last answered about the order, `now` when the block is made; both UTC.
    `sights` are what history has of the SMS; without any, the timeline is what was seen since the
    program was started.
    """
    lines = [*(_of_row(row, unmasked) if row else ())]
    if row is not None:
        seen = [sight for sight in sights if sight.seen_at <= now]
        told = [*_life(seen)] or [*map(_change, row.seen)] or [_NO_CHANGE]
        lines += [("" if place else "timeline", text) for place, text in enumerate(told)]
    lines += _of_order(order)
    lines += [("answered", f"{oslo_and_utc(at)}, profile {profile}")]
    if order.error is not None:
        lines += [("not refreshed", order.error.message)]
    lines += [("written", f"{oslo_and_utc(now)} by sms-monitor")]
    return "\n".join(f"{label + ':' if label else '':{_LABEL}}{text}" for label, text in lines)


def _of_row(row: Row, unmasked: bool) -> Iterator[tuple[str, str]]:
    recipient, result = row.notification.recipient, row.notification.send_status
    yield "notification id", row.id
    yield "recipient", recipient_text(recipient, unmasked=unmasked)
    if recipient.mobile_number and recipient.organization_number:
        yield "organisation", recipient.organization_number
    if recipient.mobile_number and (nin := recipient.national_identity_number):
        yield "national id", nin if unmasked else mask_national_identity_number(nin)
    yield "status", f"{row.status} ({row.phase.replace('_', ' ')})"
    yield "API says", f'{result.status}: "{result.description or "(no text)"}"'
    yield "API's last update", oslo_and_utc(row.last_update)


_NO_CHANGE = "no change since sms-monitor was started"


def _life(sights: Sequence[Sight]) -> Iterator[str]:
    """Yield all that was ever seen of the SMS, by any program that kept the same history."""
    before = None
    for step in steps(sights):
        seen = f"seen by sms-monitor {oslo_and_utc(step.seen_at)}"
        status = step.status or "not listed"
        if before is None:
            yield f"{status}, {oslo_and_utc(step.since)}, first {seen}"
        else:
            yield f"{before} to {status}, {oslo_and_utc(step.since)}, {seen}"
        before = status


def _change(change: Transition) -> str:
    return (
        f"{change.before or 'not listed'} to {change.after or 'not listed'}, "
        f"{oslo_and_utc(change.notification.last_update)}, "
        f"seen by sms-monitor {oslo_and_utc(change.seen_at)}"
    )


def _of_order(order: Order) -> Iterator[tuple[str, str]]:
    yield "order id", order.order_id
    if order.summary is None:
        yield "SMS", "not known: the order was not read so far"
        return
    if order.summary.senders_reference:
        yield "sender's reference", order.summary.senders_reference
    tally = order.tally
    phases = [f"{tally[phase]} {phase.replace('_', ' ')}" for phase in Phase if tally[phase]]
    yield "SMS", f"{tally.generated}" + (f", of them {', '.join(phases)}" if phases else "")
    for status, count in tally.failures.items():
        yield "", f"{count} {status}"
    yield "API counts", f"{order.summary.succeeded} succeeded (Accepted and Delivered together)"


def curl_command(url: str, header: str) -> str:
    """Return what asks `url` from a shell; `header` holds `$TOKEN`, "" when none is sent."""
    signed = f'-H "{header}" ' if header else ""
    return f"curl --fail-with-body {signed}{shlex.quote(url)}"

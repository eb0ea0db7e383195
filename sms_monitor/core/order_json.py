"""An order and its SMS as objects for programs: what `status --json` prints and `E` writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sms_monitor.core.errors import SourceError
from sms_monitor.core.order import Order, Row
from sms_monitor.core.order_id import parse_order_id
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.status import severity
from sms_monitor.core.text import clean

_PHASES = (
    *(Phase.CONFIRMED, Phase.IN_FLIGHT, Phase.WAITING, Phase.STUCK),
    *(Phase.DEAD, Phase.FAILED, Phase.UNKNOWN),
)
_RANK = {phase: number for number, phase in enumerate(Phase)}


def order_as_json(order: Order, at: datetime, profile: str) -> dict[str, object]:
    """Return the counts of `order`; what is not known is null.

    `at` is when it was answered, UTC.
    """
    summary, tally = order.summary, order.tally
    read = summary is not None
    return {
        "order_id": order.order_id,
        "senders_reference": order.senders_reference,
        "profile": profile,
        "checked_at": utc_text(at),
        "generated": tally.generated if read else None,
        **{phase.value: tally[phase] if read else None for phase in _PHASES},
        "api_succeeded": summary.succeeded if summary else None,
        "final": order.final if read else None,
        "failures": dict(tally.failures) if read else None,
        "error": order.error.as_json() if order.error else None,
    }


def unread_as_json(text: str, error: SourceError, profile: str, at: datetime) -> dict[str, object]:
    """Return the object for what somebody typed, when it could not be learnt which order it is.

    `order_id` is null unless `text` holds one; else `senders_reference` is the text itself.
    """
    order_id = parse_order_id(text)
    return {
        **order_as_json(Order(order_id or "", error=error), at, profile),
        "order_id": order_id,
        "senders_reference": None if order_id else clean(text),
    }


def rows_as_json(rows: Iterable[Row], *, unmasked: bool) -> list[dict[str, object]]:
    """Return an object for each of `rows`, in their order."""
    return [row_as_json(row, unmasked) for row in rows]


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """Return `rows` by phase, in it by status, in it by id."""
    return sorted(rows, key=lambda row: (_RANK[row.phase], severity(row.status), row.id))


def utc_text(at: datetime) -> str:
    """Return `at`, which is in UTC, in whole seconds: `2026-11-23T08:00:00Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def row_as_json(row: Row, unmasked: bool) -> dict[str, object]:
    """Return the object of one SMS, as `status --json --rows` lists it."""
    return {
        "id": row.id,
        "phase": row.phase.value,
        "status": row.status,
        "class": row.status_class,
        "recipient": recipient_text(row.notification.recipient, unmasked=unmasked),
        "last_update": utc_text(row.last_update),
        "description": row.notification.send_status.description,
    }

"""The status detail panel: what happened, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from sms_monitor.core.durations import oslo_and_utc, oslo_time
from sms_monitor.core.empty_order import explain_empty
from sms_monitor.core.guidance import guidance_at
from sms_monitor.core.hints import hints
from sms_monitor.core.language import Language
from sms_monitor.core.notes import standing_note
from sms_monitor.core.order import Order, Row
from sms_monitor.core.person import Hit
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.core.verdict import verdict
from sms_monitor.ui.cells import ERROR_STYLE, MUTED, STYLE, finality
from sms_monitor.ui.news import Event
from sms_monitor.ui.widgets.labelled import labelled
from sms_monitor.ui.widgets.reading import Reading
from sms_monitor.ui.widgets.recalled import Recalled, delivery_line, seen_lines
from sms_monitor.ui.widgets.sms_table import View


class Detail(Reading):
    """One SMS, or the order when there is no SMS to show."""

    DEFAULT_CSS = """
    Detail { height: 1fr; padding: 0 1; background: $background; scrollbar-size-vertical: 1; }
    """


class Telling(NamedTuple):
    """How the detail is to be told."""

    language: Language
    """Of the guidance, the notes and the sentence for the caller; labels are English."""
    environment: str
    """As in the config."""
    thresholds: Thresholds
    width: int
    """In cells."""
    recalled: Recalled | None = None
    """What history said last, maybe of another SMS; None before it said anything."""
    usual_rate: float | None = None
    """The failure rate that is usual here, 0 to 1; None while it is not known."""
    elsewhere: Sequence[Hit] = ()
    """What other watched orders have for the person of the SMS, the newest first."""
    brief: bool = False
    """What to do and say before why, for a panel that shows few lines."""


def row_detail(
    order: Order, row: Row, now: datetime, telling: Telling, *, unmasked: bool
) -> list[Content]:
    """Return all there is to say about one SMS, by lines."""
    language = telling.language
    guidance = guidance_at(row.notification, row.phase, now, language)
    who = recipient_text(row.notification.recipient, unmasked=unmasked)
    head = Content.assemble(
        (f"{row.phase.glyph} {row.status}", STYLE[row.phase]),
        f"  {who}  ",
        (finality(row), MUTED),
    )
    do = ("Do next", guidance.next_step)
    say = (f"Say ({language})", guidance.say)
    why = ("Cause", guidance.cause)
    found = hints(order, row, telling.environment, language, telling.thresholds)
    lines = [
        ("Meaning", guidance.meaning),
        *((do, say, why) if telling.brief else (why, do, say)),
        *_listed("Hints", found),
        *_listed("Elsewhere", _elsewhere(telling.elsewhere, now)),
        ("Now", standing_note(row.notification, row.phase, now, language)),
        (
            "API says",
            f'{row.notification.send_status.status}: "'
            f'{row.notification.send_status.description or "(no text)"}"',
        ),
        ("Class", row.status_class),
        ("Updated", oslo_and_utc(row.last_update)),
        *_listed("Seen", seen_lines(row, telling.recalled, now)),
        *_recipient_lines(row, unmasked),
        *_note(order),
        ("Notif. id", row.id),
        verdict_line(order, now, telling),
        ("Order", f"{order.name}  {order.order_id}"),
        *_delivery_lines(order, telling.recalled),
    ]
    return _page(head, lines, telling.width)


def _elsewhere(hits: Sequence[Hit], now: datetime) -> Iterator[str]:
    """Yield the same person in other orders, three at most."""
    for hit in hits[:3]:
        statuses = ", ".join(dict.fromkeys(row.status for row in hit.rows))
        when = oslo_time(hit.at, now)
        yield f"{hit.answer.glyph} {hit.answer}, {when}  {hit.order.name}  {statuses}"
    if len(hits) > 3:
        yield f"and in {len(hits) - 3} more: * shows them"


def event_detail(event: Event) -> Content:
    """Return an event in full."""
    at = f"{event.at.astimezone(OSLO):%H:%M:%S} Oslo"
    return Content("\n").join([Content.styled(at, "bold"), Content(event.text)])


def order_detail(
    order: Order | None, now: datetime, telling: Telling, *, view: View | None
) -> list[Content]:
    """Return by lines why there is no SMS to show, and what to do about it.

    `view` is what the SMS are seen through; None when there are none to be seen.
    """
    if order is None:
        return [Content("No order is watched. Press a to add one: an order id or a URL with one.")]
    lines: list[tuple[str, str]] = []
    if order.error is not None:
        lines += [("Trouble", order.error.message), ("Do next", order.error.next_step)]
    elif order.summary is None:
        asked = order.asked is not None or order.next_poll is not None
        lines += [
            ("Now", "The API is being asked about this order.")
            if asked
            else ("Then", "Nothing was known of this order yet.")
        ]
    elif view is not None and view.filter.text:
        lines += [("Filter", "No SMS of this order matches. Esc clears the filter.")]
    elif view is not None and view.faults_only:
        lines += [("Faults", "No SMS of this order has failed or is late. f shows them all.")]
    if order.summary is not None and not order.rows:
        reason, next_step = explain_empty(order.order_status, now, telling.language)
        lines += [("No SMS", reason)]
        lines += [("Do next", next_step)] if order.error is None else []
        if order.order_status and order.order_status.processing_status.description:
            lines += [("API says", f'"{order.order_status.processing_status.description}"')]
    if order.rows:
        lines += [verdict_line(order, now, telling)]
    lines += [*_note(order), ("Order", order.order_id)]
    lines += _delivery_lines(order, telling.recalled)
    head = Content.styled(order.name, ERROR_STYLE if order.error else "bold")
    return _page(head, lines, telling.width)


def verdict_line(order: Order, now: datetime, telling: Telling) -> tuple[str, str]:
    """Return the label and the words of the verdict on an order."""
    found = verdict(order, now, telling.thresholds, telling.usual_rate)
    return "Verdict", f"{found.kind.capitalize()}. {found.reason.said(telling.language)}"


def _listed(label: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield texts under one label."""
    return ((label if i == 0 else "", text) for i, text in enumerate(texts))


def _delivery_lines(order: Order, recalled: Recalled | None) -> Iterator[tuple[str, str]]:
    if recalled is not None and recalled.order_id == order.order_id:
        text = delivery_line(recalled.delivery)
        if text:
            yield "Delivery", text


def _note(order: Order) -> list[tuple[str, str]]:
    return [("Note", order.note)] if order.note else []


def _recipient_lines(row: Row, unmasked: bool) -> Iterator[tuple[str, str]]:
    recipient = row.notification.recipient
    if recipient.organization_number:
        yield "Org no", recipient.organization_number
    if recipient.national_identity_number:
        number = recipient.national_identity_number
        yield "Nat. id", number if unmasked else "masked, press m to show it"


def _page(head: Content, lines: Iterable[tuple[str, str]], width: int) -> list[Content]:
    return [head, *(line for label, text in lines for line in labelled(label, text, width))]

"""What goes into a ticket about one SMS: all of its diagnosis as plain text."""

from __future__ import annotations

from datetime import datetime

from sms_monitor.core.durations import oslo_and_utc
from sms_monitor.core.guidance import guidance_at
from sms_monitor.core.hints import hints
from sms_monitor.core.language import Bilingual, Language
from sms_monitor.core.notes import standing_note
from sms_monitor.core.order import Order, Row
from sms_monitor.core.privacy import recipient_text

_WHAT = Bilingual("What", "Hva")
_MEANS = Bilingual("Means", "Betyr")
_WHEN = Bilingual("When", "Når")
_NOW = Bilingual("Now", "Nå")
_WHY = Bilingual("Why", "Hvorfor")
_NOTE = Bilingual("Note", "Merk")
_DO = Bilingual("Do", "Gjør")
_SAY = Bilingual("Say", "Si")
_API = Bilingual("API says", "API-et sier")
_SMS = Bilingual("SMS id", "Varslings-id")
_ORDER = Bilingual("Order id", "Ordre-id")
_REFERENCE = Bilingual("Reference", "Referanse")
_SEEN = Bilingual("Looked up", "Slått opp")


def ticket_text(
    order: Order,
    row: Row,
    now: datetime,
    language: Language,
    *,
    unmasked: bool,
    environment: str = "",
) -> str:
    """Return what to put into a ticket about `row` of `order`, as it stands at `now` (UTC).

    One `Name: value` a line and no line break at the end. The recipient is masked unless
    `unmasked`; times are Oslo's with UTC beside them. `environment` is as in the config; with
    it there can be a hint that Delivered came from Altinn's own simulator.
    """
    notification = row.notification
    guidance = guidance_at(notification, row.phase, now, language)
    reference = order.summary.senders_reference if order.summary else None
    who = recipient_text(notification.recipient, unmasked=unmasked)
    description = notification.send_status.description
    lines = [
        (_WHAT, f"SMS {who}: {row.status}{f' ({row.phase.value})' if _says_more(row) else ''}"),
        (_MEANS, guidance.meaning),
        (_WHEN, oslo_and_utc(row.last_update)),
        (_NOW, standing_note(notification, row.phase, now, language)),
        (_WHY, guidance.cause),
        *((_NOTE, hint) for hint in hints(order, row, environment, language)),
        (_DO, guidance.next_step),
        (_SAY, f"«{guidance.say}»" if language == "nb" else f'"{guidance.say}"'),
        (_API, f"{notification.send_status.status}{f': {description}' if description else ''}"),
        (_SMS, row.id),
        (_ORDER, order.order_id),
        *([(_REFERENCE, reference)] if reference else []),
        (_SEEN, oslo_and_utc(now)),
    ]
    return "\n".join(f"{label.said(language)}: {text}" for label, text in lines)


def _says_more(row: Row) -> bool:
    """Whether the phase says what the status does not: late, or never again."""
    return row.status_class == row.phase.value

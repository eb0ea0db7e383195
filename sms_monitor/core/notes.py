"""One sentence on time: how an SMS stands at this moment, in two languages."""

from __future__ import annotations

from datetime import datetime, timedelta

from sms_monitor.core.durations import duration, oslo_time
from sms_monitor.core.language import Bilingual, Language
from sms_monitor.core.models import Notification
from sms_monitor.core.phase import Phase, valid_until
from sms_monitor.core.send_window import next_close, next_open
from sms_monitor.core.status import FAILED_TTL

NEW_SLOW_AFTER = timedelta(minutes=15)
"""Of open send window."""
SENDING_SLOW_AFTER = timedelta(minutes=10)
ACCEPTED_SLOW_AFTER = timedelta(minutes=30)

_SLOW_AFTER = {
    "New": NEW_SLOW_AFTER,
    "Sending": SENDING_SLOW_AFTER,
    "Accepted": ACCEPTED_SLOW_AFTER,
}
_NORMAL = {
    "New": Bilingual("minutes", "minutter"),
    "Sending": Bilingual("seconds", "sekunder"),
    "Accepted": Bilingual("seconds to minutes", "sekunder til minutter"),
}
"""How long each step takes."""


def is_slow(notification: Notification, now: datetime) -> bool:
    """Whether an SMS that is in flight takes longer than normal, which is not yet stuck."""
    slow_after = _SLOW_AFTER.get(notification.status)
    return slow_after is not None and _spent(notification, now) >= slow_after


def standing_note(
    notification: Notification, phase: Phase, now: datetime, language: Language = "en"
) -> str:
    """Return how this SMS stands at `now` (UTC): how long, what is normal, what time is left."""
    status, since = notification.status, notification.last_update
    when = oslo_time(since, now, language)
    match phase:
        case Phase.CONFIRMED:
            note = Bilingual(f"Receipt recorded {when} Oslo time.", f"Bekreftet {when} norsk tid.")
        case Phase.FAILED if status == FAILED_TTL:
            note = Bilingual(
                f"Given up {when} Oslo time without a receipt: it may have arrived.",
                f"Oppgitt {when} norsk tid uten leveringsrapport: den kan ha kommet fram.",
            )
        case Phase.FAILED:
            note = Bilingual(f"Failed {when} Oslo time.", f"Feilet {when} norsk tid.")
        case Phase.UNKNOWN:
            spent = duration(now - since, language)
            note = Bilingual(
                f"{spent} in {status}; what is normal is not known.",
                f"{spent} i {status}; hva som er normalt, vet vi ikke.",
            )
        case Phase.WAITING:
            wait = duration(next_open(now) - now, language)
            note = Bilingual(
                f"Waits for 09:00 (in {wait}): SMS are handed over 09:00-17:00 Oslo time.",
                f"Venter til kl. 09 (om {wait}): SMS sendes kl. 09–17 norsk tid.",
            )
        case Phase.DEAD:
            note = _dead(status, oslo_time(valid_until(since), now, language))
        case Phase.IN_FLIGHT | Phase.STUCK:
            note = _moving(notification, phase, now, language)
    return note.said(language)


def _dead(status: str, when: str) -> Bilingual:
    if status == "New":
        return Bilingual(
            f"Past its validity since {when}: will never be sent. Place a new order.",
            f"Gyldigheten gikk ut {when}: blir aldri sendt. Bestill på nytt.",
        )
    # the provider may have got it: an answer that comes after the validity is thrown away
    return Bilingual(
        f"Past its validity since {when}: will never change. It may or may not have been sent.",
        f"Gyldigheten gikk ut {when}: endrer seg aldri. Den kan være sendt, eller ikke.",
    )


def _moving(
    notification: Notification, phase: Phase, now: datetime, language: Language
) -> Bilingual:
    status = notification.status
    spent = duration(_spent(notification, now), language)
    en, nb = _NORMAL[status]
    left = _left(status, valid_until(notification.last_update) - now, language).said(language)
    if phase is Phase.STUCK:
        return Bilingual(
            f"{spent} in {status}; normal: {en}; {left}.",
            f"{spent} i {status}; normalt: {nb}; {left}.",
        )
    if is_slow(notification, now):
        return Bilingual(
            f"{spent} in {status}, slow: normally {en}; {left}.",
            f"{spent} i {status}, tregt: normalt {nb}; {left}.",
        )
    return Bilingual(
        f"{spent} in {status}, on time; {left}.", f"{spent} i {status}, i rute; {left}."
    )


def _left(status: str, left: timedelta, language: Language) -> Bilingual:
    # the row does not carry its expiry, so this is the latest it can be
    if left > timedelta(0):
        time = duration(left, language)
        return Bilingual(f"at most {time} left", f"høyst {time} igjen")
    if status == "Accepted":
        # the job that expires Accepted rows takes 100 of them every 15 minutes
        return Bilingual(
            "validity over, Failed (TTL) comes next", "ikke lenger gyldig, blir snart Failed (TTL)"
        )
    return Bilingual("validity over", "ikke lenger gyldig")


def _spent(notification: Notification, now: datetime) -> timedelta:
    """Return how long an SMS has been in its status; for a New one only open hours count."""
    since = notification.last_update
    return _open_time(since, now) if notification.status == "New" else now - since


def _open_time(since: datetime, now: datetime) -> timedelta:
    """Return how long the send window was open between two moments, at most days apart."""
    spent = timedelta(0)
    while (since := next_open(since)) < now:
        closes = next_close(since)
        spent += min(closes, now) - since
        since = closes
    return spent

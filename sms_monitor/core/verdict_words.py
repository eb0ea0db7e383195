"""The sentences behind a verdict: the numbers of the order that led to it, in two languages."""

from __future__ import annotations

from datetime import datetime

from sms_monitor.core.bursts import Burst
from sms_monitor.core.durations import duration, oslo_time
from sms_monitor.core.language import LANGUAGES, Bilingual
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import FAILED_TTL
from sms_monitor.core.thresholds import Thresholds


def delivered(order: Order) -> Bilingual:
    """All is well, and over."""
    count = order.tally.generated
    return Bilingual(
        f"The phones confirmed all {count}.", f"Telefonene har bekreftet alle {count}."
    )


def waiting(order: Order) -> Bilingual:
    """All that is not over waits for the send window."""
    count = order.tally[Phase.WAITING]
    return Bilingual(
        f"{count} wait for 09:00: SMS are sent 09:00-17:00 Oslo time.",
        f"{count} venter til kl. 09: SMS sendes kl. 09–17 norsk tid.",
    )


def in_progress(order: Order, now: datetime) -> Bilingual:
    """All is well so far."""
    confirmed, generated = order.tally[Phase.CONFIRMED], order.tally.generated
    en, nb = (oslo_time(order.changed_at or now, now, language) for language in LANGUAGES)
    return Bilingual(
        f"{confirmed} of {generated} confirmed, nothing is late; last change {en} Oslo time.",
        f"{confirmed} av {generated} bekreftet, ingenting er forsinket; "
        f"siste endring {nb} norsk tid.",
    )


def outage(order: Order, burst: Burst, thresholds: Thresholds, now: datetime) -> Bilingual:
    """Many failed at once; how many, of what, from when."""
    minutes = f"{thresholds.outage_minutes:g}"
    en, nb = (oslo_time(burst.began, now, language) for language in LANGUAGES)
    cause = Bilingual(f"with {burst.cause}", f"med {burst.cause}")
    if not burst.cause:
        cause = Bilingual("without a reason of their own", "uten egen årsak")
    return _with_rate(
        order,
        f"{burst.failures} failed {cause.en} within {minutes} minutes, from {en} Oslo time.",
        f"{burst.failures} feilet {cause.nb} i løpet av {minutes} minutter, fra {nb} norsk tid.",
    )


def stalled(order: Order, since: datetime, now: datetime) -> Bilingual:
    """Nothing moves, though something should."""
    count = order.tally[Phase.IN_FLIGHT]
    en, nb = (duration(now - since, language) for language in LANGUAGES)
    return Bilingual(
        f"Nothing has moved for {en}, though {count} are on their way. "
        "Report the order id to Altinn.",
        f"Ingenting har skjedd på {nb}, selv om {count} er underveis. Meld ordre-id til Altinn.",
    )


def late(order: Order) -> Bilingual:
    """How many are stuck and dead; and how many failed, which are fewer."""
    tally = order.tally
    stuck, dead, generated = tally[Phase.STUCK], tally[Phase.DEAD], tally.generated
    parts = (
        (
            stuck,
            Bilingual(
                f"{stuck} of {generated} are later than normal.",
                f"{stuck} av {generated} er forsinket.",
            ),
        ),
        (
            dead,
            Bilingual(
                f"{dead} of {generated} are past their validity and will never change.",
                f"{dead} av {generated} er ikke lenger gyldige og endrer seg aldri.",
            ),
        ),
        (
            tally[Phase.FAILED],
            Bilingual(f"{tally[Phase.FAILED]} failed.", f"{tally[Phase.FAILED]} feilet."),
        ),
    )
    en, nb = (
        " ".join(words.said(language) for count, words in parts if count) for language in LANGUAGES
    )
    return Bilingual(en, nb)


def one_failed(order: Order) -> Bilingual:
    """One SMS failed, and with what."""
    status, generated = next(iter(order.tally.failures)), order.tally.generated
    return _with_late(
        order,
        Bilingual(
            f"One of {generated} failed, with {status}.",
            f"Én av {generated} feilet, med {status}.",
        ),
    )


def bad_numbers(order: Order, data: int) -> Bilingual:
    """`data` of the failures lie in the number or a register."""
    failed = order.tally[Phase.FAILED]
    return _with_late(
        order,
        _with_rate(
            order,
            f"{data} of {failed} failures lie in the number or the register, not in the sending.",
            f"{data} av {failed} feil ligger i nummeret eller registeret, ikke i utsendingen.",
        ),
    )


def several_failed(order: Order) -> Bilingual:
    """Several failed, and there is no one thing to say of them."""
    failed, generated = order.tally[Phase.FAILED], order.tally.generated
    en = f"{failed} of {generated} failed, for different reasons or at different times."
    nb = f"{failed} av {generated} feilet, av ulike grunner eller til ulike tider."
    if unknown := order.tally.failures.get(FAILED_TTL, 0):
        en += f" {unknown} of them only had no receipt."
        nb += f" {unknown} av dem mangler bare leveringsrapport."
    return _with_late(order, _with_rate(order, en, nb))


def _with_rate(order: Order, en: str, nb: str) -> Bilingual:
    percent = f"{100 * (order.tally.failure_rate or 0.0):.1f}"
    return Bilingual(
        f"{en} {percent} % of what is final failed.",
        f"{nb} {percent.replace('.', ',')} % av det som er endelig, feilet.",
    )


def _with_late(order: Order, reason: Bilingual) -> Bilingual:
    count = order.tally[Phase.STUCK] + order.tally[Phase.DEAD]
    if not count:
        return reason
    en, nb = reason
    return Bilingual(f"{en} {count} more are stuck or dead.", f"{nb} {count} til står fast.")

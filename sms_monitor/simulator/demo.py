"""The orders the demo shows. Everything in them is made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .clock import oslo
from .plan import (
    DELIVERED,
    INVALID,
    LATE_FAILURE,
    NO_REPORT,
    NOT_IDENTIFIED,
    REFUSED,
    RESERVED,
    SENT_BACK,
    STUCK,
    UNCLAIMED,
    Ending,
    Group,
    Plan,
    Policy,
    reported,
)
from .scenario import Scenario, guid

WATCHED = (
    *("KOM-118", "INNK-77", "VARS-09", "PURR-31", "MORG-02", "TIME-12", "UNKNOWN"),
    *("KOM-117", "FRIST-05", "ARKI-03", "KALD-12", "EPOST-4"),
)
"""The keys on the demo's watch list; there is no order UNKNOWN."""


def demo_start(day: date) -> datetime:
    """When the demo's `day` begins: 08:50 Europe/Oslo, ten minutes before the send window."""
    return oslo(day, "08:50")


def demo_order_ids(seed: int) -> tuple[str, ...]:
    """The orders to watch in the demo, the one nobody knows (404) among them."""
    return tuple(guid(seed, "order", key) for key in WATCHED)


def demo(seed: int, start: datetime) -> Scenario:
    """The demo's orders, told from `start`, which is meant to be `demo_start` of some day."""
    day = start.astimezone(ZoneInfo("Europe/Oslo")).date()
    plans = (
        *(_tax_notice(day, start), _collection(day), _water(day), _reminder(start)),
        *(_morning(day, start), _appointments(day, start), _last_tax_notice(day)),
        *(_deadline(day), _archive(day), *_called_off(day), _by_email(day), _conditional(day)),
    )
    return Scenario(seed, plans)


def _tax_notice(day: date, start: datetime) -> Plan:
    return Plan(
        key="KOM-118",
        reference="KOM-118",
        body="Hei. Skattemeldingen din er klar. Logg inn på Altinn for å se den.",
        created=_before(day, 1, "14:12:09"),
        requested=oslo(day, "06:30"),
        recipients=1000,
        policy=Policy.ANYTIME,
        groups=(
            Group(2, reported("Failed_BarredReceiver")),
            Group(2, reported("Failed_BarredReceiver"), _span(start, -6, -1)),
            Group(2, INVALID),
            Group(1, reported("Failed_Undelivered")),
            Group(1, NOT_IDENTIFIED),
            Group(1, RESERVED),
            Group(1, reported("Failed_Rejected")),
            Group(1, reported("Failed_Expired"), _span(start, -40, -20)),
            Group(1, REFUSED),
            Group(3, STUCK),
            # phones that are switched on as people get up, a few every simulated minute
            Group(38, DELIVERED, _span(start, 0, 9)),
            Group(2, reported("Failed_Undelivered"), _span(start, 1, 5)),
            Group(1, reported("Failed_BarredReceiver"), _span(start, 2, 4)),
        ),
    )


def _collection(day: date) -> Plan:
    return Plan(
        key="INNK-77",
        reference="INNK-77",
        body="Du har et krav til innkreving. Logg inn på Altinn for å lese brevet.",
        created=_before(day, 3, "09:41:30"),
        requested=_before(day, 3, "10:00"),
        recipients=200,
        groups=(
            Group(1, reported("Failed_BarredReceiver")),
            Group(1, reported("Failed_Deleted")),
            Group(2, NO_REPORT),
        ),
    )


def _water(day: date) -> Plan:
    return Plan(
        key="VARS-09",
        reference="VARS-09",
        body="Vannet stenges i gata di fra kl. 08 til kl. 14 på torsdag.",
        created=_before(day, 1, "14:52:11"),
        requested=_before(day, 1, "15:00"),
        recipients=126,
        groups=(Group(6, STUCK),),
        first_person=4000,
    )


def _reminder(start: datetime) -> Plan:
    asked = start - timedelta(minutes=4, seconds=22.591_274)
    return Plan(
        key="PURR-31",
        reference="PURR-31",
        body="Påminnelse: fristen for å svare er i morgen. Se innboksen i Altinn.",
        created=asked,
        requested=asked,
        recipients=500,
        policy=Policy.ANYTIME,
        gateway_seconds=0.9,
        groups=(
            Group(5, reported("Failed_BarredReceiver")),
            Group(2, INVALID),
            Group(120, DELIVERED, _span(start, 6, 246)),
            Group(3, reported("Failed_Undelivered"), _span(start, 20, 120)),
        ),
        first_person=200,
    )


def _morning(day: date, start: datetime) -> Plan:
    return Plan(
        key="MORG-02",
        reference="MORG-02",
        body="Velkommen til foreldremøte tirsdag kl. 18. Innkallingen ligger i Altinn.",
        created=_before(day, 1, "19:21:48"),
        requested=_before(day, 1, "19:40"),
        recipients=320,
        gateway_seconds=0.4,
        groups=(
            Group(2, reported("Failed_Undelivered")),
            Group(1, reported("Failed_Rejected")),
            Group(60, DELIVERED, _span(start, 14, 200)),
        ),
        first_person=700,
    )


def _appointments(day: date, start: datetime) -> Plan:
    """Not yet due at the start; then one SMS goes back to New, one fails after delivery."""
    return Plan(
        key="TIME-12",
        reference="TIME-12",
        body="Du har time i morgen. Gi beskjed i Altinn om du ikke kan komme.",
        created=oslo(day, "08:20:54"),
        requested=oslo(day, "08:51"),
        recipients=40,
        policy=Policy.ANYTIME,
        groups=(
            Group(1, SENT_BACK),
            Group(1, LATE_FAILURE, _span(start, 2.4, 2.9)),
        ),
        first_person=1200,
    )


def _last_tax_notice(day: date) -> Plan:
    return Plan(
        key="KOM-117",
        reference="KOM-117",
        body="Hei. Skatteoppgjøret ditt er klart. Logg inn på Altinn for å se det.",
        created=_before(day, 9, "11:03:20"),
        requested=_before(day, 9, "12:00"),
        recipients=1000,
        groups=(Group(1, reported("Failed_BarredReceiver")),),
    )


def _deadline(day: date) -> Plan:
    return Plan(
        key="FRIST-05",
        reference="FRIST-05",
        body="Fristen for å sende inn skjemaet er på fredag.",
        created=_before(day, 3, "10:58:02"),
        requested=_before(day, 3, "11:20"),
        recipients=60,
        groups=(Group(1, UNCLAIMED),),
        first_person=2000,
    )


def _archive(day: date) -> Plan:
    return Plan(
        key="ARKI-03",
        reference="ARKI-03",
        body="Søknaden din er arkivert. Du finner den i Altinn.",
        created=_before(day, 9, "09:30:17"),
        requested=_before(day, 9, "10:00"),
        recipients=150,
        first_person=2500,
    )


def _called_off(day: date) -> tuple[Plan, Plan]:
    """Cancelled, and ordered again under the same reference: a reference need not be unique."""
    cancelled = Plan(
        key="KALD-12",
        reference="KALD-12",
        body="Høringen er onsdag kl. 10 i rådhuset.",
        created=_before(day, 1, "13:05:44"),
        requested=oslo(day, "10:00"),
        recipients=80,
        ending=Ending.CANCELLED,
        cancelled_at=_before(day, 1, "15:20:31"),
        first_person=3000,
    )
    again = Plan(
        key="KALD-12 again",
        reference="KALD-12",
        body="Høringen er flyttet til torsdag kl. 12 i rådhuset.",
        created=_before(day, 1, "15:24:10"),
        requested=oslo(day, "10:00"),
        recipients=80,
        first_person=3000,
    )
    return cancelled, again


def _by_email(day: date) -> Plan:
    return Plan(
        key="EPOST-4",
        reference="EPOST-4",
        body="Årsrapporten er godkjent.",
        created=_before(day, 1, "09:47:05"),
        requested=_before(day, 1, "10:00"),
        recipients=84,
        channel="Email",
        first_person=3200,
    )


def _conditional(day: date) -> Plan:
    """Not on the watch list: there to be found by its reference."""
    return Plan(
        key="VILK-06",
        reference="VILK-06",
        body="Du har ikke svart ennå.",
        created=_before(day, 2, "08:15:00"),
        requested=_before(day, 1, "12:00"),
        recipients=25,
        ending=Ending.CONDITION_NOT_MET,
        first_person=3400,
    )


def _before(day: date, days: int, clock: str) -> datetime:
    return oslo(day - timedelta(days=days), clock)


def _span(start: datetime, first: float, last: float) -> tuple[datetime, datetime]:
    """From `first` to `last` minutes after `start`; negative is before it."""
    return start + timedelta(minutes=first), start + timedelta(minutes=last)

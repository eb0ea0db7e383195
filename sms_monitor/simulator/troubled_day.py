"""A day on which four things go wrong, each in an order of its own; and one on which all is well.

Meant for trials of what a monitor concludes. All hours are of Europe/Oslo and on `day`, so that
the day can be one on which the clock is put forward or back.
"""

from __future__ import annotations

from datetime import date

from .clock import oslo
from .plan import INVALID, NOT_IDENTIFIED, REFUSED, STUCK, Group, Plan, reported
from .scenario import Scenario

TROUBLED = ("IMPORT-1", "DRIFT-2", "KVELD-3", "HENG-4", "VANLIG-5")
"""The keys of the orders: a bad import, an outage, an evening order, a stuck one, a normal one."""


def troubled_day(seed: int, day: date) -> Scenario:
    """The orders of `day`; all are created at 07:00 but the evening one, at 19:30.

    IMPORT-1 is sent at 10:00 to 200, of which 56 have numbers that are no good. DRIFT-2 is sent
    at 11:00 to 240, and the provider refuses 100 in a row. KVELD-3 is ordered for 20:00 to 120
    and sent from 09:00 the next day. HENG-4 is sent at 12:00 to 100; for 30 the provider never
    answers. VANLIG-5 is sent at 13:00 to 120, of which one is barred.
    """
    return Scenario(
        seed,
        (
            _plan(
                day,
                *("IMPORT-1", "10:00", 200, 0),
                Group(36, INVALID),
                Group(12, reported("Failed_BarredReceiver")),
                Group(8, NOT_IDENTIFIED),
            ),
            _plan(
                day,
                *("DRIFT-2", "11:00", 240, 1000),
                Group(100, REFUSED),
                Group(3, reported("Failed_BarredReceiver")),
            ),
            _plan(day, "KVELD-3", "20:00", 120, 2000, created="19:30"),
            _plan(day, "HENG-4", "12:00", 100, 3000, Group(30, STUCK)),
            _plan(day, "VANLIG-5", "13:00", 120, 4000, Group(1, reported("Failed_BarredReceiver"))),
        ),
    )


def _plan(
    day: date,
    key: str,
    requested: str,
    recipients: int,
    first_person: int,
    *groups: Group,
    created: str = "07:00",
) -> Plan:
    return Plan(
        key=key,
        reference=key,
        body="Du har fått et brev. Logg inn på Altinn for å lese det.",
        created=oslo(day, created),
        requested=oslo(day, requested),
        recipients=recipients,
        groups=groups,
        first_person=first_person,
    )

"""What the neighbourhood of an SMS says about it: the country, the order, the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sms_monitor.core.language import LANGUAGES, Bilingual, Language
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import FAULTS, Phase
from sms_monitor.core.privacy import normal_number
from sms_monitor.core.recipients import foreign_code
from sms_monitor.core.status import FAILED_TTL, status_class
from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS, Thresholds

TEST_ENVIRONMENTS = frozenset({"tt02", "at22", "at23", "at24", "yt01"})
"""Where numbers that Digdir has not listed go to a simulator (docs.altinn.studio, Testing)."""

RESTRICTED = {
    "358": Bilingual("Finnish", "Finske"),
    "66": Bilingual("Thai", "Thailandske"),
    "34": Bilingual("Spanish", "Spanske"),
}
"""Country codes whose subscriptions may refuse SMS for legal reasons (docs.altinn.studio)."""

_NORWEGIAN_MOBILE = re.compile(r"\+47[49][0-9]{7}")


def hints(
    order: Order,
    row: Row,
    environment: str,
    language: Language = "en",
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> tuple[str, ...]:
    """Return sentences about `row` of `order` that its status does not say; () for none.

    `environment` is as in the config; "" when it does not matter. None of them holds a number,
    a name or an id.
    """
    found = (
        *_order_hints(order, row, thresholds),
        *_number_hints(order, row),
        *_environment_hints(row, environment),
    )
    return tuple(hint.said(language) for hint in found)


def _environment_hints(row: Row, environment: str) -> Iterator[Bilingual]:
    if environment in TEST_ENVIRONMENTS and row.phase is Phase.CONFIRMED:
        yield Bilingual(
            "Test environment: only numbers on Digdir's list get a real SMS. For others a "
            "simulator says Delivered.",
            "Testmiljø: bare numre på Digdirs liste får en ekte SMS. For andre svarer en "
            "simulator Delivered.",
        )


def _number_hints(order: Order, row: Row) -> Iterator[Bilingual]:
    mobile = row.notification.recipient.mobile_number
    if not mobile or row.phase is Phase.CONFIRMED:
        return
    number = normal_number(mobile)
    code = foreign_code(mobile)
    if code in RESTRICTED:
        en, nb = RESTRICTED[code]
        yield Bilingual(
            f"{en} numbers (+{code}) may refuse SMS from Altinn for legal reasons: use e-mail.",
            f"{nb} numre (+{code}) kan avvise SMS fra Altinn av juridiske grunner: bruk e-post.",
        )
    elif code:
        yield Bilingual(
            f"A foreign number (+{code}): operators abroad may send no receipt.",
            f"Utenlandsk nummer (+{code}): operatører i utlandet sender ikke alltid "
            "leveringsrapport.",
        )
    elif not _NORWEGIAN_MOBILE.fullmatch(number):
        yield Bilingual(
            "Not a Norwegian mobile number: those have 8 digits and begin with 4 or 9. "
            "Abroad it needs a country code.",
            "Ikke et norsk mobilnummer: de har 8 sifre og begynner med 4 eller 9. "
            "Utenlandske må ha landkode.",
        )
    total, failed = order.patterns.country(code)
    if code and failed > 1:
        yield Bilingual(
            f"{failed} of the {total} SMS to +{code} in this order failed.",
            f"{failed} av {total} SMS til +{code} i denne ordren feilet.",
        )


def _order_hints(order: Order, row: Row, thresholds: Thresholds) -> Iterator[Bilingual]:
    same = order.patterns.failed_same_minute(row)
    if same >= thresholds.same_minute and _may_be_outage(row):
        yield Bilingual(
            f"{same} SMS of this order failed with {row.status} in the same minute: a sign of an "
            "outage, not of this phone.",
            f"{same} SMS i denne ordren feilet med {row.status} i samme minutt: tegn på en "
            "driftsfeil, ikke på feil ved denne telefonen.",
        )
    others = order.patterns.same_recipient(row)
    if others:
        en, nb = _fates(others)
        yield Bilingual(
            f"The same recipient has {_more(len(others))} SMS in this order: {en}.",
            f"Samme mottaker har {len(others)} SMS til i denne ordren: {nb}.",
        )
    siblings = order.patterns.same_organization(row)
    if siblings:
        en, nb = _fates(siblings)
        reached = any(r.phase is Phase.CONFIRMED for r in (row, *siblings))
        yield Bilingual(
            f"The organisation has {_more(len(siblings))} SMS in this order: {en}. "
            + ("It has been reached." if reached else "None is confirmed."),
            f"Virksomheten har {len(siblings)} SMS til i denne ordren: {nb}. "
            + ("Den er nådd." if reached else "Ingen er bekreftet."),
        )


def _may_be_outage(row: Row) -> bool:
    """Whether failures like this in one minute say anything.

    Numbers and registers are found out together, and a job sets Failed (TTL) for many at once.
    """
    if row.phase is not Phase.FAILED or row.status == FAILED_TTL:
        return False
    return status_class(row.status) in ("system", "phone", "unknown")


def _more(count: int) -> str:
    return "1 more" if count == 1 else f"{count} more"


def _fates(rows: Sequence[Row]) -> Bilingual:
    """Return how they stand: `2 Delivered, 1 failed, 1 not final`; what is none is left out."""
    confirmed = sum(row.phase is Phase.CONFIRMED for row in rows)
    faults = sum(row.phase in FAULTS for row in rows)
    counts = (
        (confirmed, Bilingual("Delivered", "Delivered")),
        (faults, Bilingual("failed or late", "feilet eller forsinket")),
        (len(rows) - confirmed - faults, Bilingual("not final", "ikke endelig")),
    )
    en, nb = (
        ", ".join(f"{count} {words.said(language)}" for count, words in counts if count)
        for language in LANGUAGES
    )
    return Bilingual(en, nb)

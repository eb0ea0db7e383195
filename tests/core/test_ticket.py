import re
from datetime import timedelta

import pytest

from sms_monitor.core.language import LANGUAGES
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from sms_monitor.core.ticket import ticket_text
from tests.core.orders import order
from tests.core.rows import NOW, sms

BARRED = sms(
    "Failed_BarredReceiver",
    NOW - timedelta(minutes=3),
    "+4799112233",
    nin="01885099999",
    description="The SMS was not delivered because the recipient's number is barred.",
)


def ticket(notification, *others, language="en", unmasked=False, **more):
    known = order(notification, *others)
    row = known.rows[notification.id]
    return ticket_text(known, row, NOW, language, unmasked=unmasked, **more)


def test_a_ticket_in_english():
    assert ticket(BARRED) == (
        "What: SMS +47••••••33: Failed_BarredReceiver\n"
        "Means: The operator refused this number: barred, blocked or not in use.\n"
        "When: 2026-06-22 11:57:00 Oslo (CEST) · 09:57:00 UTC\n"
        "Now: Failed 11:57:00 Oslo time.\n"
        "Why: Subscription closed, unpaid or barred, number out of use, or the subscriber blocks "
        "SMS from services.\n"
        "Do: Do not send to this number again. The person puts the right number in the contact "
        "register or Altinn profile (takes up to 10 minutes) or has the bar lifted; then the "
        "sender places a new order.\n"
        'Say: "The mobile operator refused the message. Please check that your number in the '
        'contact register is right."\n'
        "API says: Failed_BarredReceiver: The SMS was not delivered because the recipient's "
        "number is barred.\n"
        "SMS id: 5b1e0000-0000-4000-8000-0000000077c0\n"
        "Order id: c1d034c5-6af7-4813-aff7-920ab02e27b2\n"
        "Looked up: 2026-06-22 12:00:00 Oslo (CEST) · 10:00:00 UTC"
    )


def test_a_ticket_in_norwegian():
    text = ticket(BARRED, language="nb")
    assert "\nBetyr: Operatøren avviste nummeret: sperret eller ikke i bruk.\n" in text
    assert "\nNå: Feilet 11:57:00 norsk tid.\n" in text
    assert (
        "\nSi: «Mobiloperatøren avviste meldingen. Sjekk at nummeret ditt i Kontakt- og "
        "reservasjonsregisteret er riktig.»\n" in text
    )
    assert "\nOrdre-id: c1d034c5-6af7-4813-aff7-920ab02e27b2\n" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_it_was_is_masked_until_it_is_unmasked(language):
    masked = ticket(BARRED, language=language)
    assert "99112233" not in masked and "01885099999" not in masked
    assert "+4799112233" in ticket(BARRED, language=language, unmasked=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [*STATUS_CLASS, "Foo_Bar", "Failed_Eaten"])
def test_every_status_makes_a_whole_ticket(status, language):
    notification = sms(status, description=None if status == FAILED_TTL else "The API's own text.")
    text = ticket(notification, language=language)
    lines = [line.split(": ", 1) for line in text.split("\n")]
    assert all(len(line) == 2 and line[1] for line in lines)
    assert len(text) < 1600
    said = "(TTL)" if status == FAILED_TTL else "The API's own text."
    assert re.search(rf"API(-et)? (says|sier): .*{re.escape(said)}", text)


def test_what_is_late_says_so_and_for_how_long():
    text = ticket(sms("Sending", NOW - timedelta(hours=3)))
    assert text.startswith("What: SMS +47••••••99: Sending (stuck)\n")
    assert "\nNow: 3 h in Sending; normal: seconds; at most 45 h left.\n" in text
    assert "Do not order again before they answer" in text


def test_hints_and_the_reference_are_in_it_when_there_are_any():
    again = sms("Delivered", NOW, "+4799112233", id="b")
    assert "\nNote: The same recipient has 1 more SMS in this order: 1 Delivered.\n" in ticket(
        BARRED, again
    )
    assert "simulator" in ticket(again, environment="tt02")
    assert "simulator" not in ticket(again)
    assert "Reference" not in ticket(BARRED)

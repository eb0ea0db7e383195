from dataclasses import replace
from datetime import timedelta

import pytest

from sms_monitor.core.hints import TEST_ENVIRONMENTS, hints
from sms_monitor.core.language import LANGUAGES
from sms_monitor.core.patterns import Patterns
from sms_monitor.core.recipients import foreign_code
from sms_monitor.core.status import FAILED_TTL
from sms_monitor.core.thresholds import Thresholds
from tests.core.orders import order
from tests.core.rows import NOW, sms

NUMBER = "+4799112233"


def told(*notifications, environment="prod", language="en", **more):
    """The hints about the first of these SMS."""
    known = order(*notifications)
    return hints(known, known.rows[notifications[0].id], environment, language, **more)


def some(status, count, at=NOW, first=0, **more):
    return [
        sms(status, at, f"+479000{n:04}", id=f"{status}-{n}", **more)
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize("status", ["Delivered", "Accepted", "Failed_BarredReceiver", "New"])
def test_an_ordinary_sms_alone_in_its_order_has_no_hints(status):
    assert told(sms(status, number=NUMBER)) == ()


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        ("+358401234567", "Finnish numbers (+358) may refuse SMS"),
        ("00358401234567", "Finnish numbers (+358) may refuse SMS"),
        ("+66812345678", "Thai numbers (+66)"),
        ("+34600123456", "Spanish numbers (+34)"),
        ("+46701234567", "A foreign number (+46): operators abroad"),
        ("+4721012345", "Not a Norwegian mobile number"),
        ("+479911223", "Not a Norwegian mobile number"),
        ("+47991122334", "Not a Norwegian mobile number"),
        ("21012345", "Not a Norwegian mobile number"),
        ("12345", "Not a Norwegian mobile number"),
        ("+004799112233", "Not a Norwegian mobile number"),
    ],
)
def test_a_number_that_may_be_the_cause_is_pointed_out_until_it_is_delivered(number, hint):
    (said,) = told(sms("Failed_Undelivered", number=number))
    assert said.startswith(hint)
    assert told(sms("Accepted", number=number)) == (said,)
    assert told(sms("Delivered", number=number)) == ()


@pytest.mark.parametrize("number", ["+4799112233", "004741234567", "99 11 22 33", "", None])
def test_a_norwegian_mobile_number_or_none_is_not(number):
    assert told(sms("Failed", number=number)) == ()


def test_other_failures_to_the_country_are_counted():
    rows = [
        sms("Failed_Undelivered", number=f"+35840123456{n}", id=str(n)) for n in range(3)
    ]  # fmt: skip
    rows += [sms("Delivered", number="00358401234599", id="d"), sms("Failed", id="n")]
    assert told(*rows)[1] == "3 of the 4 SMS to +358 in this order failed."
    assert told(*reversed(rows)) == ()


@pytest.mark.parametrize("environment", sorted(TEST_ENVIRONMENTS))
def test_in_a_test_environment_delivered_may_be_the_simulators(environment):
    (said,) = told(sms("Delivered"), environment=environment)
    assert "simulator says Delivered" in said
    assert told(sms("Accepted"), environment=environment) == ()


@pytest.mark.parametrize("environment", ["prod", "custom", "demo", ""])
def test_elsewhere_delivered_is_delivered(environment):
    assert told(sms("Delivered"), environment=environment) == ()


def test_another_sms_to_the_same_phone_in_any_written_form():
    first = sms("Failed_Expired", number="+4799112233", id="a")
    others = [
        sms("Delivered", number="004799112233", id="b"),
        sms("Failed_Expired", number="99112233", id="c"),
        sms("Accepted", number="+4799112233", id="d"),
        sms("Delivered", number="+4799112234", id="e"),
    ]
    assert told(first, *others) == (
        "The same recipient has 3 more SMS in this order: "
        "1 Delivered, 1 failed or late, 1 not final.",
    )
    assert told(first, *others, language="nb") == (
        "Samme mottaker har 3 SMS til i denne ordren: "
        "1 Delivered, 1 feilet eller forsinket, 1 ikke endelig.",
    )


def test_the_same_person_has_one_identity_number_and_may_have_two_phones():
    first = sms("Failed_Expired", number="+4799112233", nin="01885099999", id="a")
    second = sms("Delivered", number="+4799112234", nin="01885099999", id="b")
    (said,) = told(first, second)
    assert said == "The same recipient has 1 more SMS in this order: 1 Delivered."
    # a recipient without a number is told from another without one
    nobody = [sms("Failed_RecipientReserved", number="", nin=nin, id=nin) for nin in ("1", "2")]
    assert told(*nobody) == ()


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        (("Failed_Expired", "Delivered", "Accepted"), "It has been reached."),
        (("Delivered", "Failed_Expired", "Accepted"), "It has been reached."),
        (("Failed_Expired", "Failed", "Accepted"), "None is confirmed."),
    ],
)
def test_an_organisation_is_reached_when_any_of_its_addresses_is(statuses, end):
    rows = [
        sms(status, number=f"+479911223{n}", org="310000001", id=str(n))
        for n, status in enumerate(statuses)
    ]
    (said,) = told(*rows, sms("Delivered", org="310000002", id="other"))
    assert said.startswith("The organisation has 2 more SMS in this order: ")
    assert said.endswith(end)


@pytest.mark.parametrize("status", ["Failed", "Failed_Rejected", "Failed_Expired", "Failed_Eaten"])
def test_many_failures_of_one_kind_in_a_minute_are_a_sign(status):
    rows = some(status, 5, NOW.replace(second=1))
    assert told(*rows) == (
        f"5 SMS of this order failed with {status} in the same minute: a sign of an outage, "
        "not of this phone.",
    )
    assert told(*rows[:4]) == ()
    assert told(*rows[:4], thresholds=Thresholds(same_minute=4)) != ()
    # the minute before, and another kind, are not the same
    before = some(status, 3, NOW - timedelta(minutes=1), first=10)
    assert told(*rows[:4], *before, *some("Failed_Deleted", 9, first=20)) == ()


@pytest.mark.parametrize(
    "status",
    ["Failed_InvalidRecipient", "Failed_RecipientNotIdentified", "Failed_BarredReceiver",
     FAILED_TTL, "Delivered", "Sending"],
)  # fmt: skip
def test_what_fails_together_for_other_reasons_is_no_sign(status):
    assert not any("outage" in hint for hint in told(*some(status, 50)))


def test_no_hint_holds_personal_data_and_all_are_in_both_languages():
    rows = [
        sms("Failed", NOW, "+35840123456", nin="01885099999", id=f"{n}") for n in range(6)
    ]  # fmt: skip
    rows += [sms("Delivered", NOW, "+4799887766", org="310000001", id=f"org{n}") for n in (1, 2)]
    known = order(*rows)
    for row in known.rows.values():
        english, norwegian = (hints(known, row, "tt02", language) for language in LANGUAGES)
        assert len(english) == len(norwegian) >= 3
        for one, other in zip(english, norwegian, strict=True):
            assert one != other and one.endswith(".") and other.endswith(".")
            assert max(len(one), len(other)) <= 200
        for secret in ("40123456", "99887766", "01885099999", "310000001"):
            assert secret not in "".join((*english, *norwegian))


@pytest.mark.parametrize(
    ("number", "code"),
    [("+4799112233", ""), ("004799112233", ""), ("99112233", ""), ("+358401", "358"),
     ("0034600", "34"), ("+1555", "1"), ("", ""), (None, ""), ("abc", "")],
)  # fmt: skip
def test_the_country_of_a_number(number, code):
    assert foreign_code(number) == code


class CountedRows(dict):
    """Counts how often somebody goes through all of them."""

    passes = 0

    def values(self):
        return self

    def __iter__(self):
        self.passes += 1
        return iter(list(super().values()))


def test_the_rows_are_gone_through_once_not_at_every_look():
    known = order(*some("Failed", 40), *some("Delivered", 40, org="310000001", nin="01885099999"))
    rows = CountedRows(known.rows)
    counted = replace(known, patterns=Patterns(rows))
    for _ in range(3):
        for row in known.rows.values():
            hints(counted, row, "tt02")
    # by number, person and organisation, each twice; by minute and by country
    assert 1 <= rows.passes <= 8
    # an order whose rows are the same keeps what was found out
    assert replace(known, label="other").patterns is known.patterns

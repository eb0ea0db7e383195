"""One person, however they are written, and what their SMS say together."""

import time
from datetime import timedelta

import pytest

from sms_monitor.core.models import Recipient
from sms_monitor.core.person import (
    Answer,
    find_person,
    hit_of,
    is_national_identity_number,
    is_organization_number,
    parse_person,
    person_of,
    unread,
)
from sms_monitor.core.recipients import recipient_keys
from tests.core.orders import board, order, summary
from tests.core.rows import NOW, row, sms

# skatteetaten.no's own example of a fødselsnummer; Brønnøysundregistrene's organisation number
NIN, ORG = "01010750160", "974760673"


@pytest.mark.parametrize(
    "written",
    ["99112233", "99 11 22 33", "+4799112233", "+47 99 11 22 33", "004799112233", "4799112233",
     " 0047 991 12 233 ", "(+47) 99-11-22-33", "99\N{NO-BREAK SPACE}112233\n"],
)  # fmt: skip
def test_every_way_to_write_a_number_finds_the_same_rows(written):
    person = parse_person(written)
    for stored in ("+4799112233", "004799112233", "99112233"):
        assert set(person.keys) & set(recipient_keys(Recipient(mobile_number=stored)))
    assert "99112233" not in person.name
    assert person.doubt == ""


@pytest.mark.parametrize("written", ["+358 40 123 4567", "00358401234567"])
def test_a_foreign_number(written):
    assert parse_person(written).keys == ("+358401234567",)


@pytest.mark.parametrize(
    "text", ["", "abc", "99x", "12", "+", "9" * 18, "a044b425-4bb8", "٩٩١١٢٢٣٣"]
)
def test_what_is_no_number_names_nobody(text):
    assert parse_person(text) is None


def test_an_organisation_and_a_national_id_are_known_by_their_check_digits():
    assert parse_person("974 760 673").keys == (f"org {ORG}",)
    assert parse_person(NIN).keys[0] == f"nin {NIN}"
    assert parse_person(NIN).doubt == ""
    assert NIN not in parse_person(NIN).name


def test_a_slip_of_the_pen_is_doubted_and_still_looked_for():
    slipped = NIN[:-1] + str((int(NIN[-1]) + 1) % 10)
    assert "check digits are wrong" in parse_person(slipped).doubt
    assert f"nin {slipped}" in parse_person(slipped).keys
    assert "check digit is wrong" in parse_person("974760674").doubt
    assert "org 974760674" in parse_person("974760674").keys


def test_every_single_wrong_digit_is_seen():
    for number, right in ((NIN, is_national_identity_number), (ORG, is_organization_number)):
        assert right(number)
        for place, digit in enumerate(number):
            for other in set("0123456789") - {digit}:
                assert not right(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    ("statuses", "answer"),
    [
        (["Delivered"], Answer.YES),
        (["Failed_BarredReceiver", "Delivered"], Answer.YES),
        (["Accepted"], Answer.NOT_YET),
        (["Failed", "Sending"], Answer.NOT_YET),
        (["New", "Failed (TTL)"], Answer.NOT_YET),
        (["Failed (TTL)"], Answer.UNKNOWN),
        (["Failed", "Failed (TTL)"], Answer.UNKNOWN),
        (["Foo_Bar"], Answer.UNKNOWN),
        (["Failed"], Answer.NO),
        (["Failed_RecipientReserved", "Failed_Expired"], Answer.NO),
    ],
)
def test_the_answer_is_one_of_four_words(statuses, answer):
    rows = [row(status, id=f"{n}") for n, status in enumerate(statuses)]
    assert hit_of(order(), rows).answer is answer


def test_past_validity_nothing_is_hoped_for():
    long_ago = NOW - timedelta(days=9)
    assert hit_of(order(), [row("New", long_ago)]).answer is Answer.NO
    assert hit_of(order(), [row("Sending", long_ago)]).answer is Answer.UNKNOWN


def test_the_time_is_that_of_what_the_answer_rests_on():
    earlier = NOW - timedelta(hours=1)
    hit = hit_of(order(), [row("Delivered", earlier, id="a"), row("Failed", NOW, id="b")])
    assert (hit.answer, hit.at) == (Answer.YES, earlier)
    assert [r.id for r in hit.rows] == ["b", "a"]


def test_all_watched_orders_are_looked_through_the_newest_first():
    old = order(sms("Delivered", NOW - timedelta(days=9), "+4799112233"), order_id="old")
    new = order(
        sms("Failed", NOW - timedelta(hours=1), "004799112233", id="1"),
        sms("Delivered", NOW, "+4790000000", id="2"),
        order_id="new",
    )
    nobody = order(sms("Delivered", NOW, "+4790000000"), order_id="nobody")
    hits = find_person(board(old, new, nobody), parse_person("99112233"))
    assert [(hit.order.order_id, hit.answer) for hit in hits] == [
        ("new", Answer.NO),
        ("old", Answer.YES),
    ]


def test_who_is_found_follows_the_rows():
    person = parse_person("99112233")
    first = order(sms("New", NOW, "+4799112233"))
    assert find_person(board(first), person)[0].answer is Answer.NOT_YET
    second, _ = first.after_answer(summary(sms("Delivered", NOW, "+4799112233")), None, NOW, 1.0)
    assert find_person(board(second), person)[0].answer is Answer.YES
    third, _ = second.after_answer(summary(sms("Delivered", NOW, "+4790000001")), None, NOW, 2.0)
    assert find_person(board(third), person) == []
    assert find_person(board(third), parse_person("90000001"))[0].answer is Answer.YES


def test_somebody_without_a_number_is_found_by_what_the_register_was_asked_with():
    reserved = order(sms("Failed_RecipientReserved", NOW, "", nin=NIN))
    assert find_person(board(reserved), parse_person(NIN))[0].answer is Answer.NO
    assert person_of(Recipient(mobile_number="")) is None
    assert NIN not in person_of(Recipient(national_identity_number=NIN)).name


def test_a_hundred_thousand_rows_are_looked_through_at_once():
    orders = [
        order(
            *(
                sms("Accepted", NOW, f"+47{40_000_000 + 2000 * o + i}", id=f"{i}")
                for i in range(2000)
            ),
            order_id=f"o{o}",
        )
        for o in range(50)
    ]
    known = board(*orders)
    started = time.process_time()
    found = [find_person(known, parse_person(text)) for text in ("40012345", "004740012345")]
    # measured: 0.1 s for both; a machine ten times slower still passes
    assert time.process_time() - started < 2.0
    assert [[hit.order.order_id for hit in hits] for hits in found] == [["o6"], ["o6"]]


def test_an_order_that_was_never_answered_is_not_looked_through():
    from sms_monitor.core.order import Order

    silent = Order("silent")
    assert unread(board(order(), silent)) == [silent]

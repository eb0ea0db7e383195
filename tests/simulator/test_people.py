import re

import pytest

from sms_monitor.simulator.people import addressee, recipient

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
ORGANISATION_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)


def divides(digits: str, weights: tuple[int, ...]) -> bool:
    sums = zip(digits, weights, strict=False)
    return sum(int(digit) * weight for digit, weight in sums) % 11 == 0


def test_people_are_made_up_and_their_check_digits_right():
    kinds = set()
    for person in range(500):
        found = recipient(7, person, "Delivered")
        kinds.add(tuple(found))
        if number := found.get("nationalIdentityNumber"):
            assert 81 <= int(number[2:4]) <= 92
            assert divides(number, FIRST_WEIGHTS) and divides(number, SECOND_WEIGHTS)
        if number := found.get("organizationNumber"):
            assert number.startswith("31") and divides(number, ORGANISATION_WEIGHTS)
    assert kinds == {
        ("mobileNumber",),
        ("mobileNumber", "nationalIdentityNumber"),
        ("mobileNumber", "organizationNumber"),
    }


def test_numbers_come_in_all_their_written_forms():
    found = [recipient(7, person, "Delivered") for person in range(500)]
    numbers = [one["mobileNumber"] for one in found]
    assert len(set(numbers)) == 500
    assert all(re.fullmatch(r"(\+|00)\d{8,12}", number) for number in numbers)
    assert any(number.startswith("004790") for number in numbers)
    assert any(number.startswith("+4790") for number in numbers)
    assert any(not number.startswith(("+47", "0047")) for number in numbers)
    # a number that was looked up is always written with a plus
    assert all(
        one["mobileNumber"].startswith("+4790")
        for one in found
        if "nationalIdentityNumber" in one or "organizationNumber" in one
    )


@pytest.mark.parametrize("status", ["Failed_RecipientReserved", "Failed_RecipientNotIdentified"])
def test_nobody_was_found_behind_some_failures(status):
    for person in range(50):
        found = recipient(7, person, status)
        assert found["mobileNumber"] == ""
        assert len(found) == 2


def test_a_person_keeps_the_number_from_order_to_order():
    for person in range(50):
        barred = recipient(7, person, "Failed_BarredReceiver")
        assert barred == recipient(7, person, "Delivered")


def test_the_order_said_who_not_the_number_found():
    found = {"mobileNumber": "+4790000001", "nationalIdentityNumber": "01817012345"}
    assert addressee(found) == {"nationalIdentityNumber": "01817012345"}
    assert addressee({"mobileNumber": "+4790000001"}) == {"mobileNumber": "+4790000001"}

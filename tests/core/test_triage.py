import random
from datetime import timedelta

import pytest

from sms_monitor.core.errors import NotFound, Unreachable
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import FAILED_TTL
from sms_monitor.core.triage import Urgency, by_urgency, is_fault, next_fault, urgency
from tests.core.orders import ORDER, board, order
from tests.core.rows import NOW, row, sms

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENING = NOW + 10 * HOUR


@pytest.mark.parametrize(
    ("rows", "now", "expected"),
    [
        ([("Failed", NOW - HOUR)], NOW, Urgency.FAULTS),
        ([("Failed", NOW - DAY)], NOW, Urgency.FAULTS),
        ([("Failed", NOW - 25 * HOUR)], NOW, Urgency.OLD_FAULTS),
        ([("Failed", NOW - 25 * HOUR), ("Delivered", NOW)], NOW, Urgency.FAULTS),
        ([("Failed", NOW - 60 * HOUR), ("Accepted", NOW - 50 * HOUR)], NOW, Urgency.FAULTS),
        ([("Sending", NOW - 3 * HOUR)], NOW, Urgency.FAULTS),
        ([("New", NOW - 90 * HOUR)], NOW, Urgency.OLD_FAULTS),
        ([("Accepted", NOW)], NOW, Urgency.MOVING),
        ([("Paused", NOW - 90 * HOUR)], NOW, Urgency.MOVING),
        ([("New", EVENING), ("Sending", EVENING)], EVENING, Urgency.MOVING),
        ([("New", EVENING), ("Delivered", EVENING)], EVENING, Urgency.WAITING),
        ([], NOW, Urgency.WAITING),
        ([("Delivered", NOW)], NOW, Urgency.DONE),
        ([("Delivered", NOW - 90 * HOUR)], NOW, Urgency.DONE),
    ],
)
def test_what_happened_and_how_long_ago_makes_an_order_urgent(rows, now, expected):
    sent = [sms(status, at, id=str(n)) for n, (status, at) in enumerate(rows)]
    assert urgency(order(*sent, now=now), now) is expected


def test_an_order_that_was_never_answered_comes_right_after_the_faults():
    assert urgency(Order(ORDER), NOW) is Urgency.UNREADABLE
    refused = Order(ORDER).after_error(NotFound("No.", "Look."))
    assert urgency(refused, NOW) is Urgency.UNREADABLE


def test_an_order_that_cannot_be_refreshed_keeps_the_place_its_rows_give_it():
    known = order(sms("Delivered")).after_error(Unreachable("No.", "Wait."))
    assert urgency(known, NOW) is Urgency.DONE


def test_orders_are_listed_by_urgency_then_by_faults_then_as_they_were():
    many = [sms("Failed", id="1"), sms("Failed", id="2")]
    orders = [
        order(sms("Delivered"), order_id="done"),
        order(sms("Failed"), order_id="fault-a"),
        order(sms("Failed", NOW - 9 * DAY), order_id="old"),
        order(sms("Accepted"), order_id="moving"),
        order(*many, order_id="two-faults"),
        order(sms("Failed"), order_id="fault-b"),
        Order("unread"),
        order(order_id="empty"),
    ]
    listed = ["two-faults", "fault-a", "fault-b", "unread", "moving", "empty", "old", "done"]
    assert by_urgency(board(*orders), NOW) == listed
    assert by_urgency(board(), NOW) == []


@pytest.mark.parametrize(
    ("status", "at", "expected"),
    [
        ("Failed", NOW, True),
        (FAILED_TTL, NOW, True),
        ("Failed_Eaten", NOW, True),
        ("Sending", NOW - 3 * HOUR, True),
        ("New", NOW - 90 * HOUR, True),
        ("Accepted", NOW, False),
        ("Paused", NOW, False),
        ("Delivered", NOW, False),
    ],
)
def test_a_fault_is_what_somebody_should_look_at(status, at, expected):
    assert is_fault(row(status, at)) is expected


# from fault to fault


def an_order(name, letters):
    """An order of one SMS a letter: capitals have failed."""
    return order(
        *(sms("Failed" if c.isupper() else "Delivered", id=f"{name}{c}") for c in letters),
        order_id=name,
    )


BOARD = board(
    an_order("1", "aBcD"), an_order("2", "ab"), an_order("3", "Ab"), Order("4"), an_order("5", "C")
)
ORDERS = list("12345")


def go(order_id, letter, step, *, wanted=lambda _: True, orders=ORDERS, keys=None):
    keys = list(BOARD.orders[order_id].rows) if keys is None else keys
    here = (order_id, letter and f"{order_id}{letter}")
    found = next_fault(BOARD, orders, keys, here, step, wanted)
    return found and (found[0], found[1] and found[1][1:])


@pytest.mark.parametrize(
    ("here", "step", "there"),
    [
        (("1", None), 1, ("1", "B")),
        (("1", "a"), 1, ("1", "B")),
        (("1", "B"), 1, ("1", "D")),
        (("1", "c"), 1, ("1", "D")),
        (("1", "D"), 1, ("3", None)),
        (("2", "a"), 1, ("3", None)),
        (("3", "A"), 1, ("5", None)),
        (("4", None), 1, ("5", None)),
        (("5", None), 1, ("5", "C")),
        (("5", "C"), 1, None),
        (("5", "C"), -1, ("3", None)),
        (("4", None), -1, ("3", None)),
        (("3", "b"), -1, ("3", "A")),
        (("3", "A"), -1, ("1", None)),
        (("1", "D"), -1, ("1", "B")),
        (("1", "c"), -1, ("1", "B")),
        (("1", "B"), -1, None),
        (("1", "a"), -1, None),
    ],
)
def test_the_next_fault_is_found_across_orders_both_ways(here, step, there):
    assert go(*here, step) == there


def test_faults_are_met_in_the_order_they_are_listed():
    keys = ["1D", "1c", "1B", "1a"]
    assert go("1", None, 1, keys=keys) == ("1", "D")
    assert go("1", "D", 1, keys=keys) == ("1", "B")
    assert go("1", "B", 1, keys=keys, orders=list("15324")) == ("5", None)
    assert go("1", "B", -1, keys=keys) == ("1", "D")


def test_a_fault_that_is_filtered_out_is_passed_over():
    assert go("1", None, 1, wanted=lambda r: r.id != "1B") == ("1", "D")
    assert go("1", "D", 1, wanted=lambda r: r.id != "3A") == ("5", None)
    assert go("1", None, 1, wanted=lambda _: False) is None


def test_a_row_that_is_listed_no_more_stands_for_the_start_of_the_list():
    assert go("1", "X", 1) == ("1", "B")
    assert go("1", None, 1, keys=["gone", "1D"]) == ("1", "D")


def test_an_order_that_is_watched_no_more_leads_on_to_the_others():
    assert next_fault(BOARD, ORDERS, [], ("gone", None), 1, lambda _: True) == ("1", None)
    assert next_fault(BOARD, ORDERS, [], ("gone", None), -1, lambda _: True) == ("5", None)


def test_walking_on_visits_every_fault_once_and_walking_back_too():
    rng = random.Random(3)
    for _ in range(100):
        known = board(
            *(
                an_order(str(n), rng.sample("abcdEFGH", rng.randrange(8)))
                for n in range(rng.randrange(1, 6))
            )
        )
        ids = list(known.orders)
        faults = [
            (o, key)
            for o in ids
            for key, r in known.orders[o].rows.items()
            if r.phase is Phase.FAILED
        ]
        assert walk(known, ids, 1) == faults
        assert walk(known, ids, -1) == faults[::-1]


def walk(known, ids, step):
    here, seen = ("none", None), []
    while True:
        keys = list(known.orders[here[0]].rows) if here[0] in known.orders else []
        here = next_fault(known, ids, keys, here, step, lambda _: True)
        if here is None:
            return seen
        if here[1] is not None:
            seen.append(here)

from dataclasses import replace

import pytest

from sms_monitor.core.board import Board
from sms_monitor.core.errors import (
    Forbidden,
    NotFound,
    ServerError,
    SignInError,
    Unauthorized,
    Unreachable,
)
from sms_monitor.core.freshness import Connection, freshness
from sms_monitor.core.order import Order
from tests.core.orders import board, order
from tests.core.rows import sms

NO_ANSWER = Unreachable("No answer.", "Wait.")
NOT_FOUND = NotFound("Not found.", "Look.")
AT = 1000.0


def good(name, *, age=5.0, due=10.0):
    """An order answered `age` seconds ago, to be asked again in `due`; None: being asked now."""
    return replace(
        order(sms("Accepted"), order_id=name, answered=AT - age),
        next_poll=None if due is None else AT + due,
    )


def bad(name, error=NO_ANSWER, *, age=None, due=10.0):
    """The same with a failed last attempt; `age` None: it was never answered."""
    known = Order(name) if age is None else good(name, age=age)
    return replace(known.after_error(error), next_poll=None if due is None else AT + due)


LIVE, STALE, OFFLINE, PAUSED, STARTING, NO_ORDERS, NO_SIGN_IN = (
    Connection.LIVE,
    Connection.STALE,
    Connection.OFFLINE,
    Connection.PAUSED,
    Connection.STARTING,
    Connection.NO_ORDERS,
    Connection.NO_SIGN_IN,
)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        # nothing to ask about, whatever went before
        (Board(listed=True), (NO_ORDERS, None, None, None)),
        (Board(paused=True, listed=True), (NO_ORDERS, None, None, None)),
        (Board(failed_in_a_row=9, listed=True), (NO_ORDERS, None, None, None)),
        # it is not known yet whether any are watched
        (Board(), (STARTING, None, None, None)),
        # nothing was answered yet
        (board(Order("a", next_poll=AT)), (STARTING, None, 0, None)),
        (board(Order("a")), (STARTING, None, 0, None)),
        # all is well
        (board(good("a")), (LIVE, 5, 10, None)),
        (board(good("a", due=None)), (LIVE, 5, 0, None)),
        (board(good("a", age=5), good("b", age=400, due=3)), (LIVE, 5, 3, None)),
        (board(good("a"), Order("b")), (LIVE, 5, 0, None)),
        (board(good("a", due=-30)), (LIVE, 5, 0, None)),
        # an order that is refused says nothing about the connection
        (board(bad("a", NOT_FOUND)), (LIVE, None, 10, None)),
        (board(good("a"), bad("b", NOT_FOUND)), (LIVE, 5, 10, None)),
        # some could not be refreshed: the oldest of these counts
        (board(good("a"), bad("b", age=90)), (STALE, 90, 10, NO_ANSWER)),
        (board(bad("a", age=60), bad("b", age=90)), (STALE, 90, 10, NO_ANSWER)),
        (board(good("a"), bad("b")), (STALE, 5, 10, NO_ANSWER)),
        (board(good("a", age=900, due=-31)), (STALE, 900, 0, None)),
        (board(good("a"), good("b", age=900, due=-31)), (STALE, 900, 0, None)),
        # nothing could be refreshed: the newest answer counts
        (board(bad("a")), (OFFLINE, None, 10, NO_ANSWER)),
        (board(bad("a"), bad("b", NOT_FOUND)), (OFFLINE, None, 10, NO_ANSWER)),
        (board(bad("a", age=60), bad("b", age=90), failed_in_a_row=3),
         (OFFLINE, 60, 10, NO_ANSWER)),
        (board(bad("a", age=60), failed_in_a_row=2), (STALE, 60, 10, NO_ANSWER)),
        # paused above all else
        (board(good("a"), paused=True), (PAUSED, 5, None, None)),
        (board(good("a", age=900, due=-800), paused=True), (PAUSED, 900, None, None)),
        (board(bad("a", age=60), failed_in_a_row=9, paused=True), (PAUSED, 60, None, NO_ANSWER)),
        (board(Order("a", next_poll=AT), paused=True), (PAUSED, None, None, None)),
    ],
)  # fmt: skip
def test_how_things_stand_and_how_old_they_are(known, expected):
    assert tuple(freshness(known, AT)) == expected


REFUSALS = [
    SignInError("No sign-in.", "Sign in."),
    Unauthorized("401.", "Sign in."),
    Forbidden("403.", "Ask for the scope."),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.kind)
def test_a_credential_that_is_refused_is_told_from_a_network_that_is_down(error):
    refused, out = bad("a", error), bad("b")
    assert freshness(board(refused), AT) == (NO_SIGN_IN, None, 10, error)
    assert freshness(board(refused, bad("b", NOT_FOUND)), AT).connection is NO_SIGN_IN
    assert freshness(board(refused, out), AT).connection is OFFLINE
    later = board(bad("a", error, age=60), bad("b", error, age=90), failed_in_a_row=3)
    assert freshness(later, AT) == (NO_SIGN_IN, 60, 10, error)
    mixed = board(bad("a", error, age=60), bad("b", age=90), failed_in_a_row=3)
    assert freshness(mixed, AT).connection is OFFLINE


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.kind)
def test_one_refusal_is_not_yet_a_sign_in_that_is_gone(error):
    once = board(bad("a", error, age=60), failed_in_a_row=2)
    assert freshness(once, AT) == (STALE, 60, 10, error)
    beside = board(good("a"), bad("b", error))
    assert freshness(beside, AT).connection is STALE
    assert freshness(replace(once, failed_in_a_row=9, paused=True), AT).connection is PAUSED


def test_kinds_of_refusal_together_are_still_no_sign_in():
    known = board(*(bad(str(n), error) for n, error in enumerate(REFUSALS)))
    assert freshness(known, AT).connection is NO_SIGN_IN


def test_while_the_api_wants_quiet_nothing_is_due_or_late():
    quiet = board(good("a", age=200, due=-100), quiet_until=AT + 400)
    assert freshness(quiet, AT)[:3] == (LIVE, 200, 400)


def test_a_refused_connection_is_nobodys_own_and_the_others_are_only_not_due():
    known = board(bad("a", age=90), good("b", age=60, due=800), good("c", age=60, due=800))
    assert freshness(replace(known, failed_in_a_row=2), AT).connection is STALE
    assert freshness(replace(known, failed_in_a_row=3), AT).connection is OFFLINE
    ill = board(bad("a", ServerError("500.", "Wait."), age=90), good("b"), good("c"))
    assert freshness(replace(ill, failed_in_a_row=9), AT).connection is STALE


def test_age_and_countdown_go_on_by_themselves():
    known = board(good("a", age=5, due=10))
    assert freshness(known, AT + 4)[1:3] == (9, 6)
    assert freshness(known, AT + 40)[:3] == (LIVE, 45, 0)
    assert freshness(known, AT + 40.5)[:3] == (STALE, 45.5, 0)


def test_an_answer_after_trouble_makes_it_live_again():
    down = board(bad("a", age=60), failed_in_a_row=3)
    assert freshness(down, AT).connection is OFFLINE
    up = replace(down, failed_in_a_row=0).with_orders({"a": good("a", age=0)})
    assert freshness(up, AT) == (LIVE, 0, 10, None)


def test_the_error_told_is_one_between_us_and_the_api():
    broken = ServerError("500.", "Wait.")
    known = board(bad("a", NOT_FOUND), bad("b", broken, age=70), good("c"))
    assert freshness(known, AT).error is broken

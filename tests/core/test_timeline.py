from datetime import timedelta
from itertools import pairwise

import pytest

from sms_monitor.core.diff import Direction
from sms_monitor.core.phase import Phase
from sms_monitor.core.timeline import (
    OrderRecord,
    Sight,
    Since,
    board_at,
    counts_by_time,
    delivery,
    in_server_order,
    moments_of,
    neighbour,
    order_at,
    percentile,
    since,
    steps,
    transitions,
)
from tests.core.orders import ORDER, board, order
from tests.core.rows import NOW, sms

A, B = "5b1e0000-0000-4000-8000-00000000000a", "5b1e0000-0000-4000-8000-00000000000b"


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def sight(status, at, seen, notification_id=A):
    """An SMS whose status the server gave at `at` and we saw at `seen`, both seconds."""
    n = sms(status, later(at), id=notification_id) if status else None
    return Sight(notification_id, n, later(seen))


LIFE = (
    sight("New", 0, 5),
    sight("Sending", 60, 65),
    sight("Sending", 62, 70),
    sight("New", 90, 95),
    sight("Sending", 120, 125),
    sight("Delivered", 130, 140),
)


def record(*sights, first=5.0, succeeded=()):
    sights = tuple(sorted(sights, key=lambda one: one.seen_at))
    return OrderRecord(ORDER, "ref", later(first), sights, succeeded)


# steps and transitions


def test_a_status_that_was_only_rewritten_is_one_step():
    assert [(s.status, s.lasted(later(999))) for s in steps(LIFE)] == [
        ("New", timedelta(seconds=60)),
        ("Sending", timedelta(seconds=30)),
        ("New", timedelta(seconds=30)),
        ("Sending", timedelta(seconds=10)),
        ("Delivered", timedelta(seconds=869)),
    ]


def test_a_step_that_two_clocks_put_the_wrong_way_round_lasts_no_time():
    life = steps((sight("New", 60, 5), sight("Sending", 30, 65)))
    assert life[0].lasted(later(100)) == timedelta(0)


def test_an_sms_that_was_away_is_told_to_have_been():
    life = (sight("New", 0, 5), sight(None, 0, 50), sight("New", 0, 80))
    assert [s.status for s in steps(life)] == ["New", None, "New"]
    changes = list(transitions(ORDER, life, first=False))
    assert [t.direction for t in changes] == [Direction.GONE, Direction.FIRST_SEEN]
    assert changes[0].notification.status == "New"


def test_a_first_sight_is_a_change_only_of_an_order_that_was_known():
    assert [t.before for t in transitions(ORDER, LIFE, first=True)][:2] == [None, "New"]
    told = [(t.before, t.after) for t in transitions(ORDER, LIFE, first=False)]
    assert told == [
        ("New", "Sending"),
        ("Sending", "New"),
        ("New", "Sending"),
        ("Sending", "Delivered"),
    ]


# the past


@pytest.mark.parametrize(
    ("at", "status"),
    [(5, "New"), (64, "New"), (65, "Sending"), (94, "Sending"), (95, "New"), (1e6, "Delivered")],
)
def test_an_order_is_as_it_was_known_then(at, status):
    past = order_at(record(*LIFE), later(at))
    assert [row.status for row in past.rows.values()] == [status]
    assert past.summary.senders_reference == "ref"


def test_before_its_first_answer_nothing_is_known_of_an_order():
    past = order_at(record(*LIFE), later(4.9), "label")
    assert past.summary is None
    assert past.name == "label"


def test_the_past_is_judged_by_its_own_time():
    kept = record(sight("Sending", 0, 5))
    assert order_at(kept, later(60)).tally[Phase.IN_FLIGHT] == 1
    assert order_at(kept, later(3 * 3600)).tally[Phase.STUCK] == 1
    assert order_at(kept, later(60 * 3600)).tally[Phase.DEAD] == 1


def test_the_apis_own_count_is_the_one_of_then():
    kept = record(*LIFE, succeeded=((later(5), 0), (later(140), 1)))
    counts = [order_at(kept, later(at)).summary.succeeded for at in (5, 139, 140)]
    assert counts == [0, 0, 1]


def test_an_sms_that_is_gone_is_not_on_the_past_board():
    kept = record(sight("New", 0, 5), sight(None, 0, 50), sight("New", 0, 80))
    assert [len(order_at(kept, later(at)).rows) for at in (49, 50, 79, 80)] == [1, 0, 0, 1]


def test_a_board_near_by_gives_the_same_as_one_made_from_nothing():
    kept = record(*LIFE, sight("Accepted", 10, 15, B))
    live = board(order(order_id=ORDER, label="mine"))
    moments = [0, 5, 15, 64, 65, 95, 125, 139, 140, 4 * 3600, 3 * 86400]
    for before, at in [*pairwise(moments), *pairwise(reversed(moments))]:
        near = board_at([kept], live, later(before))
        found, made = board_at([kept], live, later(at), near), board_at([kept], live, later(at))
        assert found.orders[ORDER].tally == made.orders[ORDER].tally
        assert found.orders[ORDER].name == "mine"
        assert found.news == ()


def test_an_order_that_history_does_not_know_is_empty_then():
    live = board(order(sms("New"), order_id="other", label="mine"))
    past = board_at([], live, NOW)
    assert past.orders["other"].summary is None
    assert past.orders["other"].label == "mine"


def test_what_came_before_a_thing_that_was_seen_was_there_by_then():
    # one program saw the second change before the other could tell of the first
    life = in_server_order(
        (sight("New", 0, 5), sight("Sending", 60, 75), sight("Accepted", 62, 70))
    )
    assert [one.seen_at for one in life] == [later(5), later(70), later(70)]
    assert [row.status for row in order_at(record(*life), later(71)).rows.values()] == ["Accepted"]


# moments


def test_the_moments_are_the_first_answer_and_every_change():
    kept = record(*LIFE, sight("New", 0, 5, B), sight("Accepted", 60, 65, B))
    assert moments_of([kept]) == tuple(map(later, (5, 65, 70, 95, 125, 140)))
    assert moments_of([record(), record(first=2.0)]) == (later(2), later(5))


@pytest.mark.parametrize(
    ("at", "step", "found"),
    [
        *((0, 1, 5), (5, 1, 10), (7, 1, 10), (20, 1, None), (99, 1, None), (5, 2, 20)),
        *((0, -1, None), (5, -1, None), (7, -1, 5), (10, -1, 5), (99, -1, 20), (99, -3, 5)),
        (99, -4, None),
    ],
)
def test_the_moment_before_and_after(at, step, found):
    moments = [later(5), later(10), later(20)]
    assert neighbour(moments, later(at), step) == (None if found is None else later(found))


# counts


def test_only_what_is_new_since_counts():
    failed_before = (sight("Failed", 0, 5), sight("Failed_Expired", 20, 60))
    fails_after = (sight("Accepted", 0, 5), sight("Failed", 40, 45))
    comes_back = (sight("Delivered", 0, 5), sight("Failed", 20, 40), sight("Delivered", 50, 55))
    arrives = (sight("New", 40, 45, B), sight("Delivered", 50, 55, B))
    found = since([failed_before, fails_after, comes_back, arrives], later(30))
    assert found == Since(failed=1, confirmed=1)


def test_percentiles_are_the_nearest_rank():
    ordered = [timedelta(seconds=n) for n in range(1, 101)]
    assert percentile(ordered, 50) == timedelta(seconds=50)
    assert percentile(ordered, 95) == timedelta(seconds=95)
    assert percentile(ordered[:1], 95) == ordered[0]
    assert percentile(ordered[:3], 95) == ordered[2]


def test_delivery_is_about_the_sms_that_were_timed():
    found = delivery(timedelta(seconds=n) for n in (9, 1, 5))
    assert found == (timedelta(seconds=5), timedelta(seconds=9), 3)
    assert delivery([]) is None


def test_times_are_counted_in_spans_the_oldest_first():
    times = [later(s) for s in (-1, 0, 59, 60, 179, 180, 500)]
    assert counts_by_time(times, later(180), timedelta(minutes=1), 3) == (2, 1, 1)

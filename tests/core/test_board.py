import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from sms_monitor.core.board import Board
from sms_monitor.core.decoding import decode_order_status, decode_sms_summary
from sms_monitor.core.errors import NotFound, Unreachable
from sms_monitor.core.order import LARGE_ORDER, Order
from sms_monitor.core.phase import Phase, standing
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS, is_failed
from sms_monitor.core.tally import EMPTY_TALLY, Tally, count_kinds
from tests.core.orders import ORDER, board, order, summary
from tests.core.rows import NOW, row, sms

FIXTURES = Path(__file__).parent.parent / "fixtures"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
POLLS = [
    decode_sms_summary((FIXTURES / f"sms-04-poll-{name}.json").read_bytes())
    for name in ("1", "2-reordered", "3-succeeded-drops")
]
ONE, TWO, THREE = (n.id for n in POLLS[0].notifications)
POLLED_AT = POLLS[0].notifications[0].last_update + MINUTE


def after(known, *notifications, now=NOW, answered=1.0):
    return known.after_answer(summary(*notifications), None, now, answered)


# answers


def test_three_polls_fill_an_order_and_the_tally_follows_the_rows():
    first, news = Order(ORDER).after_answer(POLLS[0], None, POLLED_AT, 5.0)
    assert news == ()
    assert (first.tally.generated, first.tally[Phase.IN_FLIGHT]) == (3, 3)
    assert all(r.seen == () for r in first.rows.values())

    second, news = first.after_answer(POLLS[1], None, POLLED_AT + MINUTE, 20.0)
    assert [(t.before, t.after) for t in news] == [("New", "Accepted")]
    # the API counts the accepted one as succeeded; nothing has arrived
    assert second.summary.succeeded == 1
    assert second.tally[Phase.CONFIRMED] == 0
    assert second.rows[ONE].seen == news
    assert second.rows[TWO] is first.rows[TWO]
    assert second.rows[THREE] is first.rows[THREE]

    third, news = second.after_answer(POLLS[2], None, POLLED_AT + 2 * MINUTE, 35.0)
    assert len(news) == 3
    assert third.summary.succeeded == 1
    assert dict(third.tally.phases) == {Phase.IN_FLIGHT: 1, Phase.CONFIRMED: 1, Phase.FAILED: 1}
    assert third.tally.failures == {"Failed_Undelivered": 1}
    assert [t.after for t in third.rows[ONE].seen] == ["Accepted", "Failed_Undelivered"]
    assert third.changed_at == third.rows[ONE].last_update
    assert third.answered == 35.0
    assert not third.tally.final

    back, news = third.after_answer(POLLS[1], None, POLLED_AT + 3 * MINUTE, 50.0)
    assert len(news) == 3
    assert back.tally[Phase.FAILED] == 0
    assert len(back.rows[ONE].seen) == 3


def test_an_answer_in_another_order_keeps_the_very_same_rows():
    rng = random.Random(7)
    rows = [sms(rng.choice(list(STATUS_CLASS)), id=str(n)) for n in range(40)]
    known = order(*rows)
    for second in range(50):
        shuffled, news = after(known, *rng.sample(rows, 40), now=NOW + second * MINUTE / 60)
        assert news == ()
        assert all(shuffled.rows[key] is known.rows[key] for key in known.rows)
        assert shuffled.tally == known.tally
        known = shuffled


def test_a_row_written_again_is_a_new_row_with_its_history():
    first = order(sms("New"))
    second, _ = after(first, sms("Sending", NOW + MINUTE))
    third, news = after(second, sms("Sending", NOW + 2 * MINUTE))
    was, now = second.rows[sms().id], third.rows[sms().id]
    assert news == ()
    assert now is not was
    assert now.seen == was.seen
    assert len(now.seen) == 1
    assert (now.id, now.status, now.last_update) == (was.id, "Sending", NOW + 2 * MINUTE)


def test_rows_that_come_late_and_rows_that_vanish_are_news():
    first = order(sms(id="a"), sms("Failed", id="b"))
    second, news = after(first, sms(id="a"), sms("Delivered", id="c"))
    assert {t.notification_id: (t.before, t.after) for t in news} == {
        "b": ("Failed", None),
        "c": (None, "Delivered"),
    }
    assert set(second.rows) == {"a", "c"}
    assert second.tally.failures == {}
    assert second.tally.generated == 2
    assert [t.after for t in second.rows["c"].seen] == []


def test_a_change_after_final_is_taken_in():
    first = order(sms("Delivered"))
    assert first.tally.final
    second, (change,) = after(first, sms("Failed_Undelivered", NOW + MINUTE))
    assert (change.before, change.after) == ("Delivered", "Failed_Undelivered")
    assert second.tally[Phase.CONFIRMED] == 0
    assert second.tally.failures == {"Failed_Undelivered": 1}


def test_an_order_without_sms_keeps_the_reason_and_is_not_final():
    reason = decode_order_status((FIXTURES / "order-status-registered.json").read_bytes())
    empty, news = Order(ORDER).after_answer(summary(), reason, NOW, 3.0)
    assert news == ()
    assert empty.order_status is reason
    assert empty.changed_at is None
    assert empty.phases_until is None
    assert not empty.tally.final
    unexplained, _ = empty.after_answer(summary(), None, NOW, 3.5)
    assert unexplained.order_status is reason
    other = decode_order_status(b'{"id": "a", "processingStatus": {"status": "Cancelled"}}')
    assert unexplained.after_answer(summary(), other, NOW, 3.7)[0].order_status is other
    filled, news = empty.after_answer(summary(sms()), None, NOW, 4.0)
    assert len(news) == 1
    assert filled.order_status is None


def test_an_error_keeps_the_rows_and_an_answer_clears_it():
    known = order(sms("Accepted"), answered=4.0)
    error = Unreachable("No answer.", "Wait.")
    failed = known.after_error(error).after_error(error)
    assert failed.rows is known.rows
    assert failed.tally is known.tally
    assert (failed.error, failed.failures, failed.answered) == (error, 2, 4.0)
    well, news = after(failed, sms("Accepted"), answered=9.0)
    assert (well.error, well.failures, well.answered) == (None, 0, 9.0)
    assert news == ()
    assert well.rows[sms().id] is known.rows[sms().id]


def test_an_order_is_called_by_its_label_else_its_reference_else_its_id():
    answer = summary(senders_reference="ref-1")
    named, _ = Order(ORDER, label="Mine").after_answer(answer, None, NOW, 0.0)
    assert named.name == "Mine"
    assert Order(ORDER).after_answer(answer, None, NOW, 0.0)[0].name == "ref-1"
    assert order().name == Order(ORDER).name == "c1d0..b2"


# time alone


@pytest.mark.parametrize(
    ("status", "age", "wait", "before", "then"),
    [
        ("New", 0 * HOUR, 5 * HOUR, Phase.IN_FLIGHT, Phase.STUCK),
        ("New", 0 * HOUR, 9 * HOUR, Phase.IN_FLIGHT, Phase.STUCK),
        ("New", 20 * HOUR, 2 * HOUR, Phase.STUCK, Phase.STUCK),
        ("New", 40 * HOUR, 21 * HOUR, Phase.STUCK, Phase.DEAD),
        ("Sending", 1 * HOUR, HOUR, Phase.IN_FLIGHT, Phase.STUCK),
        ("Sending", 47 * HOUR, HOUR, Phase.STUCK, Phase.DEAD),
        ("Accepted", 3 * HOUR, HOUR, Phase.IN_FLIGHT, Phase.STUCK),
        ("Accepted", 47 * HOUR, 20 * HOUR, Phase.STUCK, Phase.STUCK),
        ("Delivered", HOUR, 900 * HOUR, Phase.CONFIRMED, Phase.CONFIRMED),
    ],
)
def test_time_alone_moves_a_phase(status, age, wait, before, then):
    known = board(order(sms(status, NOW - age), sms("Delivered", id="other")))
    later = known.at(NOW + wait)
    assert known.orders[ORDER].rows[sms().id].phase is before
    assert later.orders[ORDER].rows[sms().id].phase is then
    assert later.orders[ORDER].tally == Tally.of_kinds(
        count_kinds(later.orders[ORDER].rows.values())
    )
    assert (later is known) is (before is then)


def test_a_large_order_that_always_changes_is_aged_all_the_same():
    rows = [sms("Sending", id=str(n)) for n in range(LARGE_ORDER + 1)]
    known = order(*rows)
    assert known.is_large
    # as the poller does: aged when it is due, and an answer every 20 s, each with one change
    for second in range(20, 8000, 20):
        now = NOW + timedelta(seconds=second)
        if known.is_aged(now):
            known = known.at(now)
        rows[second % 40] = sms("Sending", now, id=str(second % 40))
        known, _ = after(known, *rows, now=now)
    assert known.tally[Phase.STUCK] == len(rows) - 2
    assert known.tally[Phase.IN_FLIGHT] == 2


def test_at_the_moment_it_says_the_board_moves_and_not_before():
    known = board(order(sms("Sending", id="a"), sms("Accepted", id="b")))
    first = known.orders[ORDER].phases_until
    assert first == NOW + 2 * HOUR
    assert known.at(first - timedelta(microseconds=1)) is known
    moved = known.at(first)
    assert moved.orders[ORDER].rows["a"].phase is Phase.STUCK
    assert moved.orders[ORDER].rows["b"] is known.orders[ORDER].rows["b"]
    assert moved.orders[ORDER].phases_until == NOW + 4 * HOUR
    assert moved.news == ()


def test_time_does_not_touch_the_orders_that_it_does_not_move():
    moving, still = order(sms("Sending")), order(sms("Delivered"), order_id="still")
    later = board(moving, still).at(NOW + 3 * HOUR)
    assert later.orders["still"] is still
    assert later.orders[ORDER] is not moving


def test_a_row_whose_time_ran_out_moves_with_an_answer_too():
    known = order(sms("Sending"))
    later, news = after(known, sms("Sending"), now=NOW + 2 * HOUR)
    assert news == ()
    assert later.rows[sms().id].phase is Phase.STUCK


def test_a_clock_put_right_brings_a_row_back_from_the_dead():
    known = board(order(sms("Sending"))).at(NOW + timedelta(days=3)).orders[ORDER]
    assert known.tally[Phase.DEAD] == 1
    again, _ = after(known, sms("Sending"), now=NOW + MINUTE)
    assert again.rows[sms().id].phase is Phase.IN_FLIGHT


# counting


def test_the_phases_add_up_to_all_rows_whatever_the_rows_and_the_time():
    rng = random.Random(2000)
    statuses = [*STATUS_CLASS, "Paused", "Failed_Eaten"]
    for number in range(2000):
        now = NOW + timedelta(minutes=rng.randrange(-3000, 3000))
        sent = [
            sms(rng.choice(statuses), now - timedelta(minutes=rng.randrange(5000)), id=str(n))
            for n in range(rng.randrange(8))
        ]
        known = order(*sent, now=now, order_id=str(number))
        later_at = now + timedelta(minutes=rng.randrange(5000))
        later = known.at(later_at)
        for tally, at in ((known.tally, now), (later.tally, later_at)):
            assert tally.generated == sum(tally[p] for p in Phase) == len(sent)
            assert dict(tally.phases) == Counter(standing(n, at).phase for n in sent)
            assert tally.failures == Counter(n.status for n in sent if is_failed(n.status))
            assert tally.faults == tally[Phase.FAILED] + tally[Phase.DEAD] + tally[Phase.STUCK]
            settled = tally[Phase.FAILED] + tally[Phase.DEAD] + tally[Phase.CONFIRMED]
            assert tally.final is (bool(sent) and settled == len(sent))


def test_failures_are_counted_by_status_most_first():
    statuses = ["Failed", FAILED_TTL, FAILED_TTL, "Failed_Eaten", FAILED_TTL, "Failed_Eaten"]
    tally = Tally.of_kinds(count_kinds(row(s) for s in statuses))
    assert list(tally.failures.items()) == [(FAILED_TTL, 3), ("Failed_Eaten", 2), ("Failed", 1)]
    assert tally.faults == 6


def test_no_rows_are_not_final():
    assert not EMPTY_TALLY.final
    assert EMPTY_TALLY.generated == EMPTY_TALLY.faults == EMPTY_TALLY[Phase.FAILED] == 0


def test_totals_are_the_sum_over_all_orders():
    rng = random.Random(5)
    orders = [
        order(*(sms(rng.choice(list(STATUS_CLASS)), id=str(n)) for n in range(9)), order_id=str(o))
        for o in range(30)
    ]
    totals = board(*orders).totals()
    assert totals.generated == 270
    for phase in Phase:
        assert totals[phase] == sum(o.tally[phase] for o in orders)
    assert sum(totals.failures.values()) == totals[Phase.FAILED]
    assert sorted(totals.failures.values(), reverse=True) == list(totals.failures.values())
    assert Board().totals() == EMPTY_TALLY


# which orders


def test_watching_keeps_what_is_known_in_the_order_of_the_list():
    known = board(order(sms(), order_id="a"), order(order_id="b"), failed_in_a_row=2)
    watched = known.watching([("c", ""), ("a", "Mine")])
    assert list(watched.orders) == ["c", "a"]
    assert watched.orders["a"].rows is known.orders["a"].rows
    assert watched.orders["a"].label == "Mine"
    assert watched.orders["c"].summary is None
    assert watched.failed_in_a_row == 2
    assert watched.watching([]).orders == {}


def test_news_last_through_a_step_of_time_and_end_with_another_watch_list():
    known, news = after(order(sms()), sms("Sending", NOW + MINUTE))
    told = board(known, news=news)
    assert told.at(NOW + 3 * HOUR).news == told.with_orders({ORDER: known}).news == news
    assert told.watching([(ORDER, "")]).news == ()


def test_a_board_of_changed_orders_leaves_the_one_before_as_it_was():
    known = board(order(order_id="a"))
    assert known.with_orders({}) is known
    failed = known.orders["a"].after_error(NotFound("No.", "Look."))
    changed = known.with_orders({"a": failed})
    assert changed.orders["a"] is failed
    assert known.orders["a"].error is None

"""Once per change: what makes an alert, what does not, and what makes it again."""

import json
from datetime import timedelta

import pytest

from sms_monitor.core.alerts import AlertKind, AlertRules, Alerts
from sms_monitor.core.board import Board
from tests.core.orders import ORDER, board, order, summary
from tests.core.rows import NOW, sms

ONLY_FAILED = AlertRules(failed=1, late=0, rate_percent=0)


class Watch:
    """One order, polled again and again."""

    def __init__(self, rules: AlertRules = ONLY_FAILED, **before: int) -> None:
        self.alerts = Alerts(rules)
        self.order = order()
        self.now = NOW
        self.poll(**before)

    def poll(self, **counts: int) -> list[str]:
        """Answer with so many SMS of each status; return what that alerts."""
        rows = [
            sms(status, self.now, id=f"{status}-{n}")
            for status, count in counts.items()
            for n in range(count)
        ]
        self.order, _ = self.order.after_answer(summary(*rows), None, self.now, 1.0)
        return self.look()

    def look(self) -> list[str]:
        self.order = self.order.at(self.now)
        self.alerts, made = self.alerts.after(board(self.order), self.now)
        return [alert.text for alert in made]

    def acknowledge(self) -> None:
        self.alerts = self.alerts.acknowledged(board(self.order))


def test_five_hundred_failures_in_one_poll_are_one_alert_and_the_same_poll_again_is_none():
    watch = Watch(AlertRules(), Accepted=1000)
    assert watch.poll(Accepted=500, Failed=500) == [
        "500 more failed, 100.0% of 500 final SMS failed"
    ]
    (alert,) = watch.alerts.waiting
    assert alert.kinds == (AlertKind.FAILED, AlertKind.RATE)
    assert watch.poll(Accepted=500, Failed=500) == []
    assert watch.look() == []
    assert watch.alerts.waiting == (alert,)


def test_what_was_so_at_the_first_answer_is_history():
    watch = Watch(AlertRules(final=True), Failed=400, Delivered=100)
    assert watch.alerts.waiting == ()
    assert watch.poll(Failed=400, Delivered=100) == []
    assert watch.poll(Failed=401, Delivered=100) == ["1 more failed"]


def test_an_order_that_goes_on_failing_is_told_again_when_it_has_doubled():
    watch = Watch(Accepted=1)
    assert watch.poll(Failed=8) == ["8 more failed"]
    told = {n: watch.poll(Failed=n) for n in range(9, 80)}
    assert {n: text for n, text in told.items() if text} == {
        18: ["10 more failed"],
        36: ["18 more failed"],
        72: ["36 more failed"],
    }
    assert [alert.number for alert in watch.alerts.waiting] == [4]


def test_after_it_is_acknowledged_the_next_failure_is_told():
    watch = Watch(Accepted=1)
    watch.poll(Failed=5)
    assert watch.poll(Failed=7) == []
    watch.acknowledge()
    assert watch.alerts.waiting == ()
    # the two were on the screen when it was acknowledged
    assert watch.poll(Failed=7) == []
    assert watch.poll(Failed=8) == ["1 more failed"]


def test_a_limit_is_reached_by_small_steps_too():
    watch = Watch(AlertRules(failed=5, late=0, rate_percent=0), Accepted=1)
    assert watch.poll(Failed=3) == []
    assert watch.poll(Failed=5) == ["5 more failed"]


def test_a_number_that_went_down_is_news_when_it_goes_up_again():
    watch = Watch(AlertRules(failed=0, late=1, rate_percent=0), Sending=2)
    watch.now += timedelta(hours=3)
    assert watch.look() == ["2 more late (2 stuck)"]
    watch.acknowledge()
    assert watch.poll(Delivered=2) == []
    watch.poll(Sending=1)
    watch.now += timedelta(hours=3)
    assert watch.look() == ["1 more late (1 stuck)"]


def test_stuck_that_become_dead_are_no_second_alert():
    watch = Watch(AlertRules(failed=0, late=1, rate_percent=0), Sending=2)
    watch.now += timedelta(hours=3)
    assert watch.look() == ["2 more late (2 stuck)"]
    watch.now += timedelta(days=5)
    assert watch.look() == []
    watch.acknowledge()
    assert watch.look() == []


def test_a_rate_is_told_when_it_goes_over_its_limit_and_not_while_it_hovers_there():
    rules = AlertRules(failed=0, late=0, rate_percent=10, rate_of=20)
    watch = Watch(rules, Delivered=18)
    assert watch.poll(Delivered=17, Failed=2) == []  # 19 are too few
    assert watch.poll(Delivered=18, Failed=2) == []  # 10.0 % is not over
    assert watch.poll(Delivered=17, Failed=3) == ["15.0% of 20 final SMS failed"]
    watch.acknowledge()
    assert watch.poll(Delivered=27, Failed=3) == []
    assert watch.poll(Delivered=26, Failed=4) == []
    assert watch.poll(Delivered=20, Failed=9) == ["31.0% of 29 final SMS failed"]
    watch.acknowledge()
    assert watch.poll(Delivered=200, Failed=9) == []
    assert watch.poll(Delivered=200, Failed=23) == ["10.3% of 223 final SMS failed"]


def test_that_an_order_is_final_is_told_when_it_is_asked_for():
    assert Watch(AlertRules(), Accepted=2).poll(Delivered=2) == []
    watch = Watch(AlertRules(final=True), Accepted=2)
    assert watch.poll(Delivered=2) == ["every SMS is final"]
    assert watch.poll(Delivered=2) == []


@pytest.mark.parametrize(
    "rules", [AlertRules(failed=0, late=0, rate_percent=0), AlertRules(failed=9, rate_of=99)]
)
def test_rules_that_are_off_or_not_reached_say_nothing(rules):
    watch = Watch(rules, Accepted=8)
    assert watch.poll(Failed=8) == []


def test_an_order_that_is_unwatched_takes_its_alert_along():
    watch = Watch(Accepted=2)
    watch.poll(Failed=2)
    watch.alerts, made = watch.alerts.after(Board(), NOW)
    assert (watch.alerts.waiting, made) == ((), ())
    # and is new when it is watched again
    assert watch.look() == []


def test_an_order_added_later_is_judged_from_its_own_first_answer():
    watch = Watch(Accepted=2)
    other = order(sms("Failed"), order_id="other")
    alerts, made = watch.alerts.after(board(watch.order, other), NOW)
    assert made == ()
    more, _ = other.after_answer(
        summary(sms("Failed"), sms("Failed", id="b"), order_id="other"), None, NOW, 2.0
    )
    _, made = alerts.after(board(watch.order, more), NOW)
    assert [(alert.order_id, alert.text) for alert in made] == [("other", "1 more failed")]


def test_one_alert_is_acknowledged_and_the_others_wait():
    first, second = (order(sms(), order_id=name) for name in "ab")
    alerts, _ = Alerts(ONLY_FAILED).after(board(first, second), NOW)
    failed = [
        o.after_answer(summary(sms("Failed"), order_id=o.order_id), None, NOW, 2.0)[0]
        for o in (first, second)
    ]
    alerts, made = alerts.after(board(*failed), NOW)
    assert [alert.number for alert in made] == [1, 2]
    alerts = alerts.acknowledged(board(*failed), 2)
    assert [alert.order_id for alert in alerts.waiting] == ["a"]
    assert alerts.acknowledged(board(*failed)).waiting == ()


def test_what_a_hook_gets_has_counts_and_no_recipient():
    watch = Watch(Accepted=3)
    watch.poll(Accepted=1, Failed_Expired=2)
    (alert,) = watch.alerts.waiting
    told = alert.as_json("tt02")
    assert json.loads(json.dumps(told)) == {
        "kind": "failed",
        "kinds": ["failed"],
        "text": "2 more failed",
        "order_id": ORDER,
        "senders_reference": None,
        "profile": "tt02",
        "counts": {
            "failed": 2,
            "dead": 0,
            "stuck": 0,
            "unknown": 0,
            "in_flight": 1,
            "waiting": 0,
            "confirmed": 0,
        },
        "failures": {"Failed_Expired": 2},
        "at": "2026-06-22T10:00:00Z",
    }

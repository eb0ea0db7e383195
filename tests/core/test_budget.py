import random

import pytest

from sms_monitor.core.budget import LEAST_BURST, Budget


def test_half_a_minutes_worth_may_be_sent_at_once_and_then_it_is_spread():
    budget = Budget(60).spent(30, 100.0)
    assert budget.left_at(100.0) == 0
    assert budget.wait(1, 100.0) == pytest.approx(1.0, abs=0.001)
    assert budget.wait(3, 101.0) == pytest.approx(2.0, abs=0.001)
    assert budget.wait(3, 103.0) == 0
    assert budget.left_at(10_000.0) == 30


@pytest.mark.parametrize(("per_minute", "burst"), [(6, LEAST_BURST), (60, 30), (6000, 3000)])
def test_what_was_not_used_is_saved_up_only_so_far(per_minute, burst):
    assert Budget(per_minute).left_at(1e6) == burst == Budget(per_minute).burst


def test_what_was_sent_all_the_same_is_a_debt_that_others_wait_for():
    budget = Budget(60).spent(40, 0.0)
    assert budget.left_at(0.0) == -10
    assert budget.wait(1, 0.0) == pytest.approx(11.0, abs=0.001)
    assert budget.spent(0, 5.0) is budget


def test_a_clock_that_stands_still_gives_nothing():
    budget = Budget(60).spent(30, 50.0)
    assert budget.left_at(40.0) == 0


def test_what_was_sent_in_the_last_minute_is_counted():
    budget = Budget(60)
    for second in range(0, 120, 10):
        budget = budget.spent(2, float(second))
    assert budget.used(110.0) == 12
    assert budget.used(140.0) == 6
    assert budget.used(170.0) == 0
    assert len(budget.recent) <= 12


def test_another_limit_holds_at_once():
    budget = Budget(600).limited_to(60, 10.0)
    assert budget.left_at(10.0) == 30
    assert budget.spent(30, 10.0).limited_to(600, 10.0).wait(10, 10.0) == pytest.approx(1, abs=0.01)


def test_whoever_waits_as_told_never_sends_more_than_the_bucket_and_its_refill():
    rng, budget, now, sent = random.Random(3), Budget(90), 0.0, []
    for _ in range(3000):
        now += rng.choice([0.0, 0.0, rng.expovariate(1.0), 30.0 * (rng.random() < 0.02)])
        count = rng.randint(1, 3)
        now += budget.wait(count, now)
        assert budget.wait(count, now) == 0, "one wait is enough"
        budget = budget.spent(count, now)
        sent += [now] * count
    for i, start in enumerate(sent):
        for length in (1.0, 60.0, 300.0):
            within = sum(1 for at in sent[i : i + 1000] if at <= start + length)
            assert within <= budget.burst + 1.5 * length + 1

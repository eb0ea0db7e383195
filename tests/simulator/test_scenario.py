"""The same seed and time give the same bytes; the rows move as they change."""

import random
from datetime import UTC, datetime, timedelta

from sms_monitor.simulator.bodies import sms_summary
from sms_monitor.simulator.demo import demo
from sms_monitor.simulator.plan import DELIVERED, Group, Plan
from sms_monitor.simulator.scenario import Scenario, guid

from .conftest import API, IDS, SEED, START, Trial

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def summaries(trial: Trial, minutes: list[int]) -> dict[tuple[str, int], bytes]:
    found = {}
    for minute in minutes:
        trial.at = START + timedelta(minutes=minute)
        for key, order_id in IDS.items():
            found[key, minute] = trial.get(f"{API}/orders/{order_id}/notifications/sms").body
    return found


def test_two_simulators_agree_byte_for_byte_whatever_is_asked_first():
    minutes = [0, 1, 5, 45, 300, 4000]
    shuffled = random.Random(1).sample(minutes, len(minutes))
    forwards, backwards = summaries(Trial(), minutes), summaries(Trial(), minutes[::-1])
    assert forwards == backwards == summaries(Trial(), shuffled)


def test_another_seed_is_another_world():
    ours, theirs = demo(SEED, START), demo(SEED + 1, START)
    assert ours.order(IDS["KOM-118"]) and theirs.order(IDS["KOM-118"]) is None


def a_live_order():
    group = Group(30, DELIVERED, (NOON + timedelta(hours=1), NOON + timedelta(hours=2)))
    plan = Plan("A", "A", "", NOON, NOON + timedelta(minutes=10), 200, (group,))
    found = Scenario(1, [plan]).order(guid(1, "order", "A"))
    assert found is not None
    return found


def test_new_rows_come_in_the_sequence_they_were_inserted():
    found = a_live_order()
    rows = found.sms_at(found.sms[0].changes[0].at)
    assert [sms for sms, _ in rows] == list(found.sms)


def test_rows_of_the_same_fate_are_not_neighbours():
    found = a_live_order()
    late = [
        place for place, sms in enumerate(found.sms) if sms.changes[-1].at in found.moments[-30:]
    ]
    assert len(late) == 30
    assert late[-1] - late[0] > 100


def test_a_row_moves_when_it_changes_and_the_others_keep_their_sequence():
    found = a_live_order()
    moved_once = False
    for moment in found.moments[-30:]:
        before = [sms.id for sms, _ in found.sms_at(moment - timedelta(microseconds=1))]
        changed = {sms.id for sms in found.sms if any(c.at == moment for c in sms.changes)}
        after = [sms.id for sms, _ in found.sms_at(moment)]
        assert [i for i in before if i not in changed] == [i for i in after if i not in changed]
        moved_once |= before != after
    assert moved_once


def test_the_rows_are_never_sorted_once_they_have_changed():
    found = a_live_order()
    rows = found.sms_at(NOON + timedelta(hours=5))
    for key in (lambda one: one[0].id, lambda one: one[1].at, lambda one: one[1].status):
        if len({key(one) for one in rows}) > 1:
            assert rows != sorted(rows, key=key)
            assert rows != sorted(rows, key=key, reverse=True)


def test_nothing_is_written_between_two_moments():
    found = a_live_order()
    first, second = found.moments[-2:]
    just_before = second - timedelta(microseconds=1)
    assert sms_summary(found, first) == sms_summary(found, just_before)
    assert sms_summary(found, first) != sms_summary(found, second)


def test_a_reference_can_belong_to_several_orders_and_is_case_sensitive():
    scenario = demo(SEED, START)
    assert len(scenario.orders_with("KALD-12")) == 2
    assert scenario.orders_with("kald-12") == []

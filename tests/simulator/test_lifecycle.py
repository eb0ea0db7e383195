"""Each life an order or an SMS can have, and when its changes come."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.simulator.plan import (
    DELIVERED,
    INVALID,
    LATE_FAILURE,
    NO_REPORT,
    NOT_IDENTIFIED,
    REFUSED,
    RESERVED,
    SENT_BACK,
    STUCK,
    UNCLAIMED,
    Ending,
    Group,
    Plan,
    Policy,
    reported,
)
from sms_monitor.simulator.scenario import Order, Scenario, guid

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def order(*groups: Group, recipients: int | None = None, seed: int = 3, **changes: object) -> Order:
    size = sum(group.count for group in groups) if recipients is None else recipients
    known = {"created": NOON - HOUR, "requested": NOON, "policy": Policy.ANYTIME}
    plan = Plan(key="A", reference="A", body="", recipients=size, groups=groups, **known | changes)
    found = Scenario(seed, [plan]).order(guid(seed, "order", "A"))
    assert found is not None
    return found


def statuses(found: Order) -> list[list[str]]:
    return [[change.status for change in sms.changes] for sms in found.sms]


@pytest.mark.parametrize(
    "path",
    [
        *(DELIVERED, INVALID, REFUSED, RESERVED, NOT_IDENTIFIED, STUCK, UNCLAIMED),
        *(SENT_BACK, LATE_FAILURE),
        *(reported(f"Failed_{why}") for why in ("BarredReceiver", "Deleted", "Rejected")),
        *(reported(f"Failed_{why}") for why in ("Undelivered", "Expired")),
    ],
)
def test_an_sms_goes_along_its_path(path):
    found = order(Group(20, path))
    assert statuses(found) == [list(path)] * 20
    for sms in found.sms:
        times = [change.at for change in sms.changes]
        assert times == sorted(set(times))
        assert times[-1] <= found.plan.expires


def test_all_sms_of_an_order_appear_at_once():
    found = order(recipients=700)
    born = found.sms[0].changes[0].at
    assert {sms.changes[0].at for sms in found.sms} == {born}
    assert found.sms_at(born - timedelta(microseconds=1)) == []
    assert len(found.sms_at(born)) == 700


def test_the_order_job_takes_what_is_due_within_a_minute():
    found = order(recipients=1)
    assert NOON - MINUTE <= found.sms[0].changes[0].at <= NOON
    assert found.sms[0].changes[1].at >= NOON


def test_an_order_is_registered_processing_processed_completed():
    found = order(recipients=10)
    assert [change.status for change in found.changes] == [
        *("Registered", "Processing", "Processed", "Completed")
    ]
    assert found.changes[0].at == NOON - HOUR
    assert found.changes[2].at == found.sms[0].changes[0].at
    assert found.changes[3].at == max(sms.changes[-1].at for sms in found.sms)
    assert found.processing(NOON - 2 * HOUR) is None
    assert found.processing(NOON - HOUR / 2) == found.changes[0]


@pytest.mark.parametrize("path", [STUCK, UNCLAIMED])
def test_an_order_with_a_stuck_sms_is_never_completed(path):
    found = order(Group(1, path), recipients=10)
    assert found.changes[-1].status == "Processed"
    in_a_year = NOON + timedelta(days=365)
    assert Counter(change.status for _, change in found.sms_at(in_a_year))[path[-1]] == 1


def test_a_late_failure_leaves_the_order_completed():
    found = order(Group(1, LATE_FAILURE))
    failed = found.sms[0].changes[-1].at
    assert found.changes[-1].status == "Completed"
    assert found.changes[-1].at < failed


@pytest.mark.parametrize(
    ("requested", "claimed"),
    [
        ("2026-11-23T18:40:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
        ("2026-11-23T16:00:00Z", "2026-11-24T08:00:00Z"),
        ("2026-03-28T18:00:00Z", "2026-03-29T07:00:00Z"),
        ("2026-10-24T18:00:00Z", "2026-10-25T08:00:00Z"),
    ],
)
def test_a_daytime_order_waits_for_the_send_window(requested, claimed):
    asked = datetime.fromisoformat(requested)
    found = order(recipients=30, requested=asked, created=asked - HOUR, policy=Policy.DAYTIME)
    opened = datetime.fromisoformat(claimed)
    for sms in found.sms:
        assert opened <= sms.changes[1].at < opened + MINUTE


def test_an_anytime_order_does_not_wait():
    asked = datetime(2026, 11, 23, 22, 10, tzinfo=UTC)
    found = order(recipients=1, requested=asked, created=asked - HOUR)
    assert asked <= found.sms[0].changes[1].at < asked + MINUTE


def test_the_send_job_takes_five_hundred_a_minute():
    found = order(recipients=1200)
    taken = Counter(sms.changes[1].at.replace(second=0, microsecond=0) for sms in found.sms)
    assert taken == {NOON: 500, NOON + MINUTE: 500, NOON + 2 * MINUTE: 200}


def test_without_a_report_the_expiry_job_ends_it_5_to_20_minutes_after_the_validity():
    for minutes in range(0, 60, 7):
        asked = NOON + minutes * MINUTE
        found = order(Group(1, NO_REPORT), requested=asked)
        last = found.sms[0].changes[-1]
        assert last.status == "Failed_TTL"
        waited = last.at - (asked + 48 * HOUR)
        assert 5 * MINUTE <= waited <= 20 * MINUTE + timedelta(seconds=3)


def test_the_expiry_job_ends_a_hundred_at_a_time():
    found = order(Group(250, NO_REPORT))
    runs = Counter(sms.changes[-1].at for sms in found.sms)
    assert sorted(runs.values()) == [50, 100, 100]
    first, second, third = sorted(runs)
    assert second - first == third - second == 15 * MINUTE


def test_after_the_validity_only_accepted_changes():
    late = NOON + 50 * HOUR
    found = order(Group(1, DELIVERED, (late, late)), Group(1, INVALID, (late, late)))
    assert sorted(statuses(found)) == [
        ["New", "Sending"],
        ["New", "Sending", "Accepted", "Failed_TTL"],
    ]


def test_a_group_is_spread_evenly_over_its_time():
    first, last = NOON + HOUR, NOON + 2 * HOUR
    found = order(Group(60, DELIVERED, (first, last)))
    ends = sorted(sms.changes[-1].at for sms in found.sms)
    assert first <= ends[0] and ends[-1] <= last
    gaps = [later - sooner for sooner, later in itertools.pairwise(ends)]
    assert max(gaps) <= 1.5 * MINUTE


@pytest.mark.parametrize("ending", [Ending.CANCELLED, Ending.CONDITION_NOT_MET])
def test_an_order_that_was_stopped_has_no_sms(ending):
    found = order(recipients=40, ending=ending, cancelled_at=NOON - HOUR / 2)
    assert found.changes[-1].status == ending.value
    assert found.sms == ()
    assert found.sms_at(NOON + HOUR) == []


def test_a_cancelled_order_was_never_processed():
    found = order(recipients=4, ending=Ending.CANCELLED, cancelled_at=NOON - HOUR / 2)
    assert [change.status for change in found.changes] == ["Registered", "Cancelled"]


def test_an_email_order_has_no_sms():
    found = order(recipients=40, channel="Email")
    assert found.sms == ()
    assert found.changes[-1].status == "Completed"


def test_more_fates_than_recipients_are_refused():
    with pytest.raises(ValueError, match="3 SMS more"):
        order(Group(5, DELIVERED), recipients=2)

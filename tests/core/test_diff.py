import random
from datetime import timedelta
from pathlib import Path

import pytest

from sms_monitor.core.decoding import decode_sms_summary
from sms_monitor.core.diff import Direction
from sms_monitor.core.diff import diff as diff_of
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from tests.core.orders import ORDER, summary
from tests.core.rows import NOW, sms

FIXTURES = Path(__file__).parent.parent / "fixtures"
FIRST, SECOND, THIRD = (
    decode_sms_summary((FIXTURES / f"sms-04-poll-{name}.json").read_bytes())
    for name in ("1", "2-reordered", "3-succeeded-drops")
)
ONE, TWO, THREE = (n.id for n in FIRST.notifications)
MINUTE = timedelta(minutes=1)


def diff(before, after, seen_at):
    return diff_of(after.order_id, before.notifications, after.notifications, seen_at)


def changes(before, after):
    return {t.notification_id: (t.before, t.after) for t in diff(before, after, NOW)}


def one_change(before, after):
    (transition,) = diff(
        summary(*[sms(before)] * (before is not None)),
        summary(*[sms(after, NOW + MINUTE)] * (after is not None)),
        NOW + 2 * MINUTE,
    )
    return transition


def test_three_polls_give_their_transitions_and_nothing_for_what_only_moved():
    assert changes(FIRST, SECOND) == {ONE: ("New", "Accepted")}
    assert changes(SECOND, THIRD) == {
        ONE: ("Accepted", "Failed_Undelivered"),
        TWO: ("New", "Sending"),
        THREE: ("New", "Delivered"),
    }
    assert changes(FIRST, FIRST) == {}


def test_going_back_through_the_same_polls_is_seen_as_that():
    back = {t.notification_id: t.direction for t in diff(THIRD, SECOND, NOW)}
    assert back == {
        ONE: Direction.AFTER_FINAL,
        TWO: Direction.BACKWARD,
        THREE: Direction.AFTER_FINAL,
    }


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (None, "New", Direction.FIRST_SEEN),
        (None, "Delivered", Direction.FIRST_SEEN),
        ("New", "Sending", Direction.FORWARD),
        ("New", "Failed_RecipientReserved", Direction.FORWARD),
        ("Sending", "Accepted", Direction.FORWARD),
        ("Accepted", "Delivered", Direction.FORWARD),
        ("Accepted", FAILED_TTL, Direction.FORWARD),
        ("Accepted", "Paused", Direction.FORWARD),
        ("Paused", "Delivered", Direction.FORWARD),
        ("Queued", "Sending", Direction.FORWARD),
        ("Queued", "Accepted", Direction.FORWARD),
        ("Sending", "New", Direction.BACKWARD),
        ("Accepted", "Sending", Direction.BACKWARD),
        ("Delivered", "Failed_Undelivered", Direction.AFTER_FINAL),
        ("Failed", "Delivered", Direction.AFTER_FINAL),
        ("Failed", FAILED_TTL, Direction.AFTER_FINAL),
        ("Failed_Eaten", "New", Direction.AFTER_FINAL),
        ("New", None, Direction.GONE),
        ("Delivered", None, Direction.GONE),
    ],
)
def test_a_change_has_a_direction(before, after, direction):
    transition = one_change(before, after)
    assert transition.direction is direction
    assert (transition.before, transition.after) == (before, after)
    assert transition.order_id == ORDER
    assert transition.seen_at == NOW + 2 * MINUTE
    assert transition.notification.status == (after or before)


def test_a_row_written_again_with_the_same_status_is_no_change():
    assert diff(summary(sms("New")), summary(sms("New", NOW + MINUTE)), NOW) == ()
    worded = sms("Accepted", description="worded anew")
    assert diff(summary(sms("Accepted")), summary(worded), NOW) == ()


def test_a_failure_that_turns_out_to_lack_a_report_is_a_change_by_its_text_alone():
    assert one_change("Failed", FAILED_TTL).after == FAILED_TTL


def test_the_place_in_the_array_means_nothing():
    rng = random.Random(11)
    for _ in range(200):
        statuses = [rng.choice(list(STATUS_CLASS)) for _ in range(12)]
        rows = [sms(s, id=str(n)) for n, s in enumerate(statuses)]
        assert diff(summary(*rows), summary(*rng.sample(rows, 12)), NOW) == ()
        changed = [sms(rng.choice(list(STATUS_CLASS)), id=str(n)) for n in range(12)]
        expected = {
            a.id: (a.status, b.status)
            for a, b in zip(rows, changed, strict=True)
            if a.status != b.status
        }
        assert changes(summary(*rows), summary(*rng.sample(changed, 12))) == expected


def test_rows_come_late_and_vanish():
    before = summary(sms(id="a"), sms(id="b"))
    after = summary(sms("Sending", id="b"), sms(id="c"))
    assert changes(before, after) == {
        "a": ("New", None),
        "b": ("New", "Sending"),
        "c": (None, "New"),
    }
    assert changes(before, summary()) == {"a": ("New", None), "b": ("New", None)}

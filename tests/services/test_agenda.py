import math
import random

from sms_monitor.services.agenda import Agenda
from sms_monitor.services.deadlines import Deadlines


def test_the_earliest_moment_is_at_hand_whatever_is_put_and_removed():
    rng, deadlines, known = random.Random(5), Deadlines(), {}
    for n in range(4000):
        key = str(rng.randrange(60))
        if rng.random() < 0.3:
            deadlines.remove(key)
            known.pop(key, None)
        else:
            known[key] = (rng.randrange(50), n)
            deadlines.put(key, known[key][0])
        first = min(((at, n, key) for key, (at, n) in known.items()), default=None)
        assert deadlines.first() == (first and (first[0], first[2]))
        assert len(deadlines) == len(known)
    assert len(deadlines._heap) < 300, "what is out of date is swept away"


def put(agenda, order_id, due, pace, troubled=False):
    agenda.put(order_id, due, pace, 1, troubled=troubled)


def test_who_is_latest_for_its_own_pace_goes_first():
    agenda = Agenda()
    put(agenda, "quick", 70.0, 15.0)
    put(agenda, "slow", 0.0, 900.0)
    assert agenda.most_overdue(69.0, troubled=True) == "slow"
    assert agenda.most_overdue(100.0, troubled=True) == "quick"
    agenda.remove("quick")
    assert agenda.most_overdue(100.0, troubled=True) == "slow"


def test_equals_go_in_the_order_they_were_put():
    agenda = Agenda()
    for order_id in "cab":
        put(agenda, order_id, 5.0, 15.0)
    asked = []
    while (order_id := agenda.most_overdue(9.0, troubled=True)) is not None:
        asked.append(order_id)
        agenda.remove(order_id)
    assert asked == ["c", "a", "b"]


def test_those_with_trouble_can_be_left_out():
    agenda = Agenda()
    put(agenda, "bad", 1.0, 2.0, troubled=True)
    put(agenda, "well", 2.0, 15.0)
    assert agenda.most_overdue(9.0, troubled=True) == "bad"
    assert agenda.most_overdue(9.0, troubled=False) == "well"
    assert agenda.first_due(troubled=True) == 1.0
    assert agenda.first_due(troubled=False) == 2.0


def test_what_is_never_due_is_not_there():
    agenda = Agenda()
    put(agenda, "over", 5.0, 900.0)
    put(agenda, "over", math.inf, math.inf)
    assert agenda.first_due(troubled=True) is None
    assert agenda.most_overdue(1e9, troubled=True) is None
    assert agenda.paces() == []


def test_a_change_of_trouble_leaves_no_second_entry():
    agenda = Agenda()
    put(agenda, "a", 1.0, 2.0, troubled=True)
    put(agenda, "a", 50.0, 15.0)
    assert agenda.first_due(troubled=True) == 50.0
    assert agenda.late(60.0) == 1

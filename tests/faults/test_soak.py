from sms_monitor.services.turns import CONCURRENCY
from tests.faults.soak import BUDGET, CHURN, TURN, WATCHED, soak


async def test_a_watch_with_orders_that_come_and_go_holds_no_more_and_keeps_all_it_showed(tmp_path):
    """The short form of `python -m tests.bench soak`."""
    file = tmp_path / "state" / "history.sqlite3"
    end = 2 * TURN + 60
    run = await soak(file, [TURN / 2, end])
    assert run.orders > WATCHED + CHURN, "none came"
    assert run.shown == run.kept > 1000
    assert run.failed > 0 and run.told == ()
    assert max(one.held for one in run.samples) <= WATCHED
    assert run.samples[0].descriptors == run.samples[1].descriptors
    # the test, the one that iterates, its two waits, and the requests under way
    assert max(one.tasks for one in run.samples) <= 4 + CONCURRENCY
    assert run.left == (0, 0)
    # half a minute's worth may be spent at once
    assert run.requests <= BUDGET * (end / 60 + 0.5) + CONCURRENCY

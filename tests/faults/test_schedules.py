from tests.faults.schedule import play_all
from tests.faults.server import FAULTS, GOOD


async def test_whatever_goes_wrong_nothing_is_lost_and_nothing_looks_fresh_that_is_not():
    outcomes = await play_all(range(8))
    assert [(o.lost, o.fresh, o.busy) for o in outcomes] == [(0, 0, 0)] * 8
    assert set().union(*(o.tried for o in outcomes)) == {*FAULTS, *GOOD}

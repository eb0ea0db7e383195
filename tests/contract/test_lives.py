"""Every life that the simulator's scenes hold is one the server could have written."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sms_monitor.simulator.generated import generated, generated_order_ids
from sms_monitor.simulator.lifecycle import EXPIRY_GRACE
from sms_monitor.simulator.scenario import guid
from sms_monitor.simulator.troubled_day import TROUBLED, troubled_day
from tests.one_demo import IDS, SEED, START, one_demo

REPORTS = {"Delivered", "Failed"} | {
    f"Failed_{why}" for why in ("BarredReceiver", "Deleted", "Expired", "Undelivered", "Rejected")
}
"""What a delivery report can make of an SMS (SmsSendResultMapper.cs)."""
WAYS = {
    "New": {"Sending"},
    "Sending": {"New", "Accepted", "Failed", "Failed_InvalidRecipient"},
    "Accepted": {*REPORTS, "Failed_TTL"},
    **dict.fromkeys(REPORTS, REPORTS),
}
BIRTHS = {"New", "Failed_RecipientReserved", "Failed_RecipientNotIdentified"}
SCENES = {
    "demo": (one_demo(), IDS.values()),
    "troubled day": (
        troubled_day(SEED, START.date()),
        [guid(SEED, "order", key) for key in TROUBLED],
    ),
    "generated": (generated(SEED, START, 8, 300), generated_order_ids(SEED, 8)),
}


@pytest.fixture(params=SCENES)
def orders(request):
    scenario, ids = SCENES[request.param]
    return [order for order in map(scenario.order, ids) if order is not None]


def test_every_change_is_one_that_the_server_makes(orders):
    lives = [sms.changes for order in orders for sms in order.sms]
    assert lives
    steps = {(a.status, b.status) for life in lives for a, b in pairwise(life)}
    assert {life[0].status for life in lives} <= BIRTHS
    assert {step for step in steps if step[1] not in WAYS.get(step[0], ())} == set()
    assert all(a.at < b.at for life in lives for a, b in pairwise(life))


def test_nothing_is_written_after_the_validity_but_time_outs(orders):
    for order in orders:
        end = order.plan.expires
        late = [change for sms in order.sms for change in sms.changes if change.at > end]
        assert {change.status for change in late} <= {"Failed_TTL"}
        assert all(change.at >= end + EXPIRY_GRACE for change in late)

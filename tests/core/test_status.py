import json
from pathlib import Path

import pytest

from sms_monitor.core.decoding import decode_sms_summary
from sms_monitor.core.status import (
    FAILED_TTL,
    STATUS_CLASS,
    is_failed,
    is_settled,
    is_step_back,
    severity,
    status_class,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("status", "kind", "failed", "settled", "step"),
    [
        ("New", "in flight", False, False, 0),
        ("Sending", "in flight", False, False, 1),
        ("Accepted", "in flight", False, False, 2),
        ("Delivered", "ok", False, True, 3),
        ("Failed", "system", True, True, 3),
        (FAILED_TTL, "unknown", True, True, 3),
        ("Failed_InvalidRecipient", "number", True, True, 3),
        ("Failed_BarredReceiver", "number", True, True, 3),
        ("Failed_Undelivered", "number", True, True, 3),
        ("Failed_RecipientReserved", "register", True, True, 3),
        ("Failed_RecipientNotIdentified", "register", True, True, 3),
        ("Failed_Expired", "phone", True, True, 3),
        ("Failed_Deleted", "system", True, True, 3),
        ("Failed_Rejected", "system", True, True, 3),
        ("Failed_Eaten", "unknown", True, True, 3),
        ("Paused", "unknown", False, False, 3),
        ("failed", "unknown", False, False, 3),
        ("", "unknown", False, False, 3),
    ],
)
def test_every_status_has_a_class_and_a_place_in_its_life(status, kind, failed, settled, step):
    assert status_class(status) == kind
    assert is_failed(status) is failed
    assert is_settled(status) is settled
    # from Accepted (2) New and Sending are back; nothing is back from what is not in the life
    back = ["New", "Sending", "Accepted"][:step] if step < 3 else []
    assert [s for s in ("New", "Sending", "Accepted") if is_step_back(status, s)] == back


def test_the_known_statuses_are_the_ones_the_api_sends():
    body = (FIXTURES / "sms-03-all-14-results.json").read_bytes()
    assert {n.status for n in decode_sms_summary(body).notifications} == set(STATUS_CLASS)
    sent = {n["sendStatus"]["status"] for n in json.loads(body)["notifications"]}
    assert set(STATUS_CLASS) - {FAILED_TTL} == sent


def test_failures_rank_before_what_may_still_arrive_and_delivered_is_last():
    ranked = sorted(STATUS_CLASS, key=severity)
    assert [is_failed(s) for s in ranked] == [True] * 10 + [False] * 4
    assert ranked[-1] == "Delivered"
    assert severity("Failed_Rejected") < severity("Failed_BarredReceiver") < severity(FAILED_TTL)


def test_an_unknown_status_ranks_after_known_failures_and_before_what_is_on_its_way():
    for status in ("Failed_Eaten", "Paused"):
        assert severity("Failed_Expired") < severity(status) < severity("Sending")

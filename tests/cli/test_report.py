"""The table and the exit status of what the demo does not have."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked
from sms_monitor.cli.report import exit_status, table
from sms_monitor.core.errors import Unreachable
from sms_monitor.core.models import Notification, Recipient, SendStatus, SmsSummary
from sms_monitor.core.order import Order
from sms_monitor.core.order_json import order_as_json

from .conftest import IDS, START


def order(*statuses: str, label: str = "") -> Order:
    rows = tuple(
        Notification(str(number), Recipient(), SendStatus(status, START - timedelta(minutes=1)))
        for number, status in enumerate(statuses)
    )
    order_id = IDS["ARKI-03"]
    summary = SmsSummary(order_id, rows)
    return Order(order_id, label).after_answer(summary, None, START, 0.0)[0]


def test_a_status_this_version_does_not_know_gets_a_column_and_is_not_final():
    new = order("Parked", "Delivered", label="x" * 100)
    lines = table([Checked(new, START)]).splitlines()
    assert "unknown" in lines[1]
    assert max(map(len, lines)) <= 80
    assert lines[2].startswith("? xxx")
    assert exit_status([new]) == ExitStatus.NOT_FINAL


def test_large_numbers_push_nothing_together():
    line = table([Checked(order(*["Accepted"] * 1234), START)]).splitlines()[2]
    assert line.split() == [">", IDS["ARKI-03"][:4] + "..05", "1234", *"---", "1234", *"--"]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["Delivered"], ExitStatus.DONE),
        (["Delivered", "Failed_Later"], ExitStatus.FAILED),
        (["Delivered", "Accepted"], ExitStatus.NOT_FINAL),
        ([], ExitStatus.NOT_FINAL),
    ],
)
def test_one_order_decides_by_its_worst_sms(statuses, status):
    assert exit_status([order(*statuses)]) == status


def test_no_orders_are_done():
    assert exit_status([]) == ExitStatus.DONE


def test_an_order_that_was_never_read_has_no_counts():
    unread = Order(IDS["ARKI-03"]).after_error(Unreachable("No answer.", "Try again."))
    checked = Checked(unread, START)
    assert table([checked]).splitlines()[2:] == ["? 22f0..05", "    No answer.", "    Try again."]
    assert order_as_json(checked.order, checked.at, "p")["failed"] is None

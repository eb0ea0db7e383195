import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from sms_monitor.core.decoding import decode_order_status
from sms_monitor.core.empty_order import explain_empty
from sms_monitor.core.language import LANGUAGES
from sms_monitor.core.models import OrderStatus, ProcessingStatus
from sms_monitor.simulator.demo import demo, demo_start
from sms_monitor.simulator.messages import Request
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.scenario import guid
from tests.core.rows import NOW
from tests.core.test_notes import oslo


def order(status, *, channel="Sms", requested=None, description=None):
    return OrderStatus("0d0183f0", ProcessingStatus(status, description), requested,
                       channel)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (None, "No SMS so far. Why is not known yet: the order's own status has not been read."),
        (order("Registered", requested=oslo("2026-06-22 15:10")),
         "Not due yet: the sender asked for 15:10:00 Oslo time (in 3 h 10 m)."),
        (order("Registered", requested=oslo("2026-06-24 09:00")),
         "Not due yet: the sender asked for Wed 09:00 Oslo time (in 45 h)."),
        (order("Registered", requested=oslo("2026-06-22 11:59")),
         "Due since 11:59:00 Oslo time; the SMS are normally made within minutes."),
        (order("Registered"),
         "The order is registered and waits for its send time, which is not known."),
        (order("Processing"),
         "Altinn is making the SMS of this order now; they appear all at once."),
        (order("Completed", channel="Email"), "An e-mail order: it has no SMS."),
        (order("Completed", channel="EmailPreferred"),
         "Altinn has handled the order, and there was nothing to send by SMS. "
         "Look for e-mail of the same order."),
        (order("SendConditionNotMet"),
         "The sender's condition for sending was not met: no SMS will be sent."),
        (order("Cancelled"), "The order was cancelled before it was sent: no SMS will be sent."),
        (order("Held"), "The order is Held, which this version does not know."),
        (order("Held", description="On hold."),
         "The order is Held, which this version does not know. The API says: On hold."),
    ],
)  # fmt: skip
def test_an_order_without_sms_says_why(status, text):
    assert explain_empty(status, NOW).reason == text


def test_in_norwegian_the_clock_and_the_day_are_norwegian_too():
    later = order("Registered", requested=oslo("2026-06-24 09:00"))
    assert explain_empty(later, NOW, "nb") == (
        "Skal ikke sendes ennå: avsenderen har bedt om ons. 09:00 norsk tid (om 45 t).",
        "Vent til da: dette er normalt.",
    )


def test_completed_and_processed_are_one_answer():
    assert explain_empty(order("Processed"), NOW) == explain_empty(order("Completed"), NOW)


@pytest.mark.parametrize(("minutes", "step"), [(14, "Wait."), (15, "Report")])
def test_an_order_that_is_due_is_waited_for_a_quarter(minutes, step):
    due = order("Registered", requested=NOW - timedelta(minutes=minutes))
    assert explain_empty(due, NOW).next_step.startswith(step)


FIXTURES = Path(__file__).parent.parent / "fixtures"
START = demo_start(date(2026, 11, 23))


def demo_status(key, minutes=0):
    """What the simulator says of an order of its demo, decoded as the client does."""
    now = START + timedelta(minutes=minutes)
    simulator = Simulator(demo(7, START), lambda: now, lambda: 0)
    target = f"/notifications/api/v1/orders/{guid(7, 'order', key)}/status"
    return decode_order_status(simulator.respond(Request("GET", target, {})).body), now


def fixture(name):
    return decode_order_status((FIXTURES / f"order-status-{name}.json").read_bytes()), NOW


EXAMPLES = {
    "registered": lambda: fixture("registered"),
    "processed, called completed": lambda: fixture("processed-shown-as-completed"),
    "completed": lambda: fixture("completed-all-delivered-sms-succeeded-0"),
    "not due yet": lambda: demo_status("TIME-12"),
    "cancelled": lambda: demo_status("KALD-12"),
    "e-mail": lambda: demo_status("EPOST-4"),
    "condition not met": lambda: demo_status("VILK-06"),
}


def test_each_example_has_its_own_sentence_in_both_languages():
    for language in LANGUAGES:
        told = {name: explain_empty(*make(), language) for name, make in EXAMPLES.items()}
        assert len({one.reason for one in told.values()}) == len(EXAMPLES)
        for one in told.values():
            for text in one:
                assert re.fullmatch(r"[A-ZÆØÅ].*\.", text) and len(text) <= 200, text
    assert all(
        explain_empty(*make(), "en").next_step != explain_empty(*make(), "nb").next_step
        for make in EXAMPLES.values()
    )


def test_sms_made_since_the_list_was_read_are_not_called_none():
    made, now = EXAMPLES["completed"]()
    assert made.sms_generated == 3
    assert "has made 3 SMS" in explain_empty(made, now).reason

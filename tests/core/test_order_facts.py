"""The order as it was placed, in words."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sms_monitor.core.decoding import decode_found_orders, decode_order
from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.order_facts import SHOWN, order_facts

FIXTURES = Path(__file__).parent.parent / "fixtures"
BODY = (FIXTURES / "order-get.json").read_bytes()


def facts(body=BODY, *, unmasked=False, before=0):
    order = decode_order(body)
    now = order.requested_send_time - timedelta(hours=before)
    return [f"{label}|{text}" for label, text in order_facts(order, now, unmasked=unmasked)]


def test_what_the_sender_asked_for_is_told():
    told = "\n".join(facts(before=2))
    for part in ("Message|Hei", "Sender|Altinn", "in 2 h", "by ttd", "Reference|ref-2023-12-01",
                 "2 recipients: 1 by mobile number, 1 by national id", "Channel|Sms"):  # fmt: skip
        assert part in told


def test_nobody_is_named_until_unmasked():
    assert "99999999" not in "".join(facts())
    assert "01017012345" not in "".join(facts())
    shown = "".join(facts(unmasked=True))
    assert "+4799999999" in shown
    assert "01017012345" in shown


def test_a_long_list_is_cut_and_counted():
    order = json.loads(BODY)
    order["recipients"] = order["recipients"][:1] * (SHOWN + 51)
    told = facts(json.dumps(order).encode())
    assert told[-1] == "|and 51 more"
    assert f"{SHOWN + 51} recipients" in "".join(told)


def test_the_message_keeps_its_lines_and_loses_what_a_terminal_obeys():
    body = BODY.replace(b'"Hei"', rb'"Hei\n\u001b[2Jdu\u202e"')
    message = facts(body)[0]
    assert message.count("\n") == 1
    assert message.replace("\n", "").isprintable()


def test_an_order_without_sms_says_so():
    body = BODY.replace(b'"smsTemplate"', b'"emailTemplate"')
    assert facts(body)[0] == "Message|The order has no SMS text."


def test_orders_found_by_reference_come_oldest_first():
    assert decode_found_orders(b'{"count": 0, "orders": []}') == ()
    older = BODY.replace(b"2026-07-01T07:59", b"2026-06-01T07:59").replace(b"f1a1", b"aaaa")
    found = decode_found_orders(b'{"count": 2, "orders": [' + BODY + b"," + older + b"]}")
    assert [order.id[:4] for order in found] == ["aaaa", "f1a1"]
    with pytest.raises(InvalidBody):
        decode_found_orders(b'{"count": 0}')

"""Whatever a server answers is a cleaned value that can be judged and told, or `InvalidBody`."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_monitor.core.alerts import Alerts
from sms_monitor.core.board import Board
from sms_monitor.core.decoding import (
    FIRST_YEAR,
    decode_found_orders,
    decode_order,
    decode_order_status,
    decode_sms_summary,
)
from sms_monitor.core.empty_order import explain_empty
from sms_monitor.core.errors import InvalidBody, MonitorError
from sms_monitor.core.evidence import evidence
from sms_monitor.core.export import Format, Layout, export_text
from sms_monitor.core.order import Order
from sms_monitor.core.order_facts import order_facts
from sms_monitor.core.order_json import order_as_json, row_as_json
from sms_monitor.core.person import find_person, person_of
from sms_monitor.core.pulse import breakdown, ranking
from sms_monitor.core.raw_json import notification_json, readable_json
from sms_monitor.core.sorting import SortColumn, sort_rows
from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS
from sms_monitor.core.ticket import ticket_text
from sms_monitor.core.triage import by_urgency
from sms_monitor.core.verdict import board_verdict, verdict
from sms_monitor.services.answers import Peer, refusal_of
from sms_monitor.services.client import _decoded
from sms_monitor.ui.cells import percent
from tests.core.rows import NOW

from .strategies import bytes_of, is_clean, near, spoiled, strings_in, values

FIXTURES = Path(__file__).parent.parent / "fixtures"


def example(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


EXAMPLES = {
    decode_sms_summary: example("sms-04-poll-1"),
    decode_order_status: example("order-status-processed-shown-as-completed"),
    decode_order: example("order-get"),
    decode_found_orders: example("orders-by-sendersreference"),
}


def bodies(decode):
    valid = EXAMPLES[decode]
    return st.one_of(
        near(json.loads(valid)).map(bytes_of),
        near(json.loads(valid)).map(bytes_of),
        spoiled(valid),
        values.map(bytes_of),
        st.binary(max_size=60),
    )


def decoded(decode, body):
    """The value, which is clean; None when the body is refused in a sentence."""
    refused = None
    try:
        value = _decoded(decode, body)
    except InvalidBody as error:
        refused = error
    if refused is not None:
        assert is_clean(refused.message + refused.next_step) and 0 < len(refused.message) < 500
        return None
    assert all(is_clean(text, but="\n") and len(text) <= 5000 for text in strings_in(value))
    return value


@given(bodies(decode_sms_summary), bodies(decode_order_status))
def test_a_summary_can_be_judged_told_and_handed_on(body, status_body):
    summary = decoded(decode_sms_summary, body)
    status = decoded(decode_order_status, status_body)
    explain_empty(status, NOW, "nb")
    if summary is None:
        return
    again = decode_sms_summary(msgspec.json.encode(summary))
    assert again == summary or any(n.last_update.year <= FIRST_YEAR for n in summary.notifications)
    order, _ = Order(summary.order_id).after_answer(
        decode_sms_summary(EXAMPLES[decode_sms_summary]), None, NOW, 0.0
    )
    order, news = order.after_answer(summary, status, NOW, 1.0)
    assert set(order.rows) == {n.id for n in summary.notifications}
    assert all(is_clean(str(change.before)) for change in news)
    told = [*everything_told(order)]
    assert all(is_clean(text, but="\n\ufeff\r\t") for text in told)


def everything_told(order):
    """Every text that is made of an order and its rows."""
    board = Board(orders={order.order_id: order})
    yield verdict(order, NOW, DEFAULT_THRESHOLDS, 0.1).reason.said("nb")
    found = board_verdict(board, NOW, DEFAULT_THRESHOLDS)
    yield found[1].reason.said("en") if found else ""
    by_urgency(board, NOW)
    Alerts().after(board, NOW)
    breakdown([order])
    ranking(board, NOW, DEFAULT_THRESHOLDS)
    yield json.dumps(order_as_json(order, NOW, "p"), ensure_ascii=False)
    yield percent(order.summary.succeeded, max(order.tally.generated, 1))
    for column in SortColumn:
        sort_rows(order.rows.values(), column)
    for layout in (Layout(Format.CSV), Layout(Format.JSON), Layout(Format.MARKDOWN, unmasked=True)):
        yield export_text(layout, order, list(order.rows.values()), NOW, "p")
    for row in order.rows.values():
        yield ticket_text(order, row, NOW, "nb", unmasked=True, environment="tt02")
        yield evidence(order, row, NOW, NOW, "p", unmasked=False)
        yield notification_json(row.notification, unmasked=True)
        yield json.dumps(row_as_json(row, unmasked=False), ensure_ascii=False)
        person = person_of(row.notification.recipient)
        assert person is None or find_person(board, person)
        order.patterns.same_recipient(row)


@given(bodies(decode_order), bodies(decode_found_orders))
def test_orders_are_clean_or_refused_and_have_a_page(body, found_body):
    order = decoded(decode_order, body)
    found = decoded(decode_found_orders, found_body) or ()
    for one in (*found, *([order] if order else [])):
        # a time at the edge of what is reckoned with may need a second step to get there
        kept = decode_order(msgspec.json.encode(one))
        assert kept == one or min(one.created, one.requested_send_time).year <= FIRST_YEAR
        assert decode_order(msgspec.json.encode(kept)) == kept
        told = "\n".join(f"{k} {v}" for k, v in order_facts(one, NOW, unmasked=True))
        assert is_clean(told, but="\n")
    try:
        assert is_clean(readable_json(body, unmasked=False), but="\n")
    except ValueError:
        # not JSON: what was shown before stays
        assert order is None


@given(
    st.sampled_from([200, 301, 400, 401, 403, 404, 418, 429, 500, 503]),
    st.one_of(values.map(bytes_of), spoiled(example("error-400-id-not-guid")), st.binary()),
)
def test_every_refusal_is_a_short_clean_sentence(status, body):
    place = Peer("work", "tt02", "platform.tt02.altinn.no")
    error = refusal_of(httpx.Response(status), body, "1337\x1b", place)
    assert isinstance(error, MonitorError)
    assert is_clean(error.message + error.next_step) and len(error.message) < 600


@pytest.mark.parametrize("decode", EXAMPLES)
@pytest.mark.parametrize("deep", [b"[" * 200_000, b'{"orderId":' * 100_000, b'{"x":' * 100_000])
def test_a_body_without_a_bottom_is_refused(decode, deep):
    with pytest.raises(InvalidBody):
        _decoded(decode, deep)


def test_an_order_that_is_found_has_an_id_to_watch_it_by():
    body = json.loads(EXAMPLES[decode_found_orders])
    body["orders"][0]["id"] = "[b]\x1b]0;x\x07"
    with pytest.raises(InvalidBody, match="which is no order id"):
        decode_found_orders(bytes_of(body))

"""The fixtures are the witness: what they show, the simulator writes byte for byte."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.simulator import bodies
from sms_monitor.simulator.lifecycle import Change
from sms_monitor.simulator.plan import Plan
from sms_monitor.simulator.scenario import Order, Sms

from .conftest import FIXTURES

CREATED = datetime(2026, 7, 1, 7, 59, 31, 579965, UTC)
REQUESTED = datetime(2026, 7, 1, 8, 0, 0, 559191, UTC)
PROCESSED = datetime(2026, 7, 1, 8, 1, 4, 122340, UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
ORDER_ID = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
ALTINN = "https://platform.altinn.no"


def an_order(
    *sms: Sms,
    order_id: str = ORDER_ID,
    reference: str | None = "ref-2023-12-01",
    status="Processed",
) -> Order:
    plan = Plan("key", reference, "Hei", CREATED, REQUESTED, len(sms))
    moments = tuple(sorted({change.at for one in sms for change in one.changes}))
    changes = (Change(CREATED, "Registered"), Change(PROCESSED, status))
    return Order(order_id, plan, changes, sms, moments, spare_ticks=8)


def an_sms(index: int, recipient: dict[str, str], at: datetime, status: str) -> Sms:
    return Sms(f"sms-{index}", recipient, (Change(at, status),), (index,))


def from_fixture(text: str) -> Order:
    body = json.loads(text)
    sms = []
    for index, row in enumerate(body["notifications"]):
        shown = row["sendStatus"]
        status = "Failed_TTL" if "(TTL)" in shown["description"] else shown["status"]
        change = Change(datetime.fromisoformat(shown["lastUpdate"]), status)
        sms.append(Sms(row["id"], row["recipient"], (change,), (index,)))
    return an_order(*sms, order_id=body["orderId"], reference=body.get("sendersReference"))


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("sms-*.json")), ids=lambda path: path.stem)
def test_the_sms_summary_is_the_fixture_byte_for_byte(path):
    written = bodies.sms_summary(from_fixture(path.read_text()), LATER)
    assert written.decode() == path.read_text()


def test_every_result_has_a_fixture_row():
    rows = json.loads((FIXTURES / "sms-03-all-14-results.json").read_text())["notifications"]
    assert {row["sendStatus"]["description"] for row in rows} == set(bodies.DESCRIPTIONS.values())


@pytest.mark.parametrize(
    ("name", "status", "results"),
    [
        ("order-status-registered", "Registered", ()),
        (
            "order-status-processed-shown-as-completed",
            "Processed",
            ("Accepted", "Accepted", "Delivered"),
        ),
        (
            "order-status-completed-all-delivered-sms-succeeded-0",
            "Completed",
            ("Delivered", "Delivered", "Delivered"),
        ),
    ],
)
def test_the_order_status_is_the_fixture_byte_for_byte(name, status, results):
    rows = [an_sms(i, {"mobileNumber": "+4790000001"}, PROCESSED, r) for i, r in enumerate(results)]
    change = Change(PROCESSED, status)
    body = bodies.order_with_status(an_order(*rows, status=status), change, "ttd", ALTINN, LATER)
    assert bodies.as_json(body).decode() == (FIXTURES / f"{name}.json").read_text()


def test_the_order_is_the_fixture_byte_for_byte():
    rows = (
        an_sms(0, {"mobileNumber": "+4799999999"}, PROCESSED, "New"),
        an_sms(
            1,
            {"mobileNumber": "+4790000001", "nationalIdentityNumber": "01017012345"},
            PROCESSED,
            "New",
        ),
    )
    body = bodies.as_json(bodies.order(an_order(*rows), "ttd", ALTINN)).decode()
    shown = (FIXTURES / "order-get.json").read_text()
    # a send time that was asked for has no digits of 100 ns here
    assert body == shown.replace("5591909Z", "559191Z")


def test_a_list_without_orders_is_the_fixture():
    shown = (FIXTURES / "orders-by-sendersreference-none.json").read_text()
    assert bodies.as_json({"count": 0, "orders": []}).decode() == shown


@pytest.mark.parametrize(
    ("microsecond", "shown"),
    [
        (0, "2026-07-01T09:00:04Z"),
        (122340, "2026-07-01T09:00:04.12234Z"),
        (1, "2026-07-01T09:00:04.000001Z"),
        (500000, "2026-07-01T09:00:04.5Z"),
    ],
)
def test_a_time_drops_the_zeros_at_its_end(microsecond, shown):
    at = datetime(2026, 7, 1, 9, 0, 4, microsecond, UTC)
    assert bodies.timestamp(at) == shown
    assert datetime.fromisoformat(shown) == at


def test_an_order_time_can_have_seven_digits():
    assert bodies.ticks_timestamp(CREATED, 8) == "2026-07-01T07:59:31.5799658Z"
    whole = CREATED.replace(microsecond=0)
    assert bodies.ticks_timestamp(whole, 3) == "2026-07-01T07:59:31.0000003Z"
    assert bodies.ticks_timestamp(whole + timedelta(seconds=1), 0) == "2026-07-01T07:59:32Z"


def test_an_organisation_with_two_numbers_is_one_addressee():
    rows = [
        an_sms(
            i, {"mobileNumber": f"+479000000{i}", "organizationNumber": "310000000"}, CREATED, "New"
        )
        for i in range(2)
    ]
    shown = bodies.order(an_order(*rows), "ttd", ALTINN)
    assert shown["recipients"] == [{"organizationNumber": "310000000"}]

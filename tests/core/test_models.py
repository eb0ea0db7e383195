import json
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_monitor.core.decoding import decode_order_status, decode_sms_summary
from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.phase import Phase, standing
from sms_monitor.core.status import FAILED_TTL
from tests.core.rows import NOW

FIXTURES = Path(__file__).parent.parent / "fixtures"
ORDER = "c1d034c5-6af7-4813-aff7-920ab02e27b2"
HOSTILE = "\x1b]52;c;aGk=\x07\x9b2J\u202e\x00\r\n\ue000" + "x" * 10_000
BANNED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def notification(**changes):
    """One notification as JSON values; a change of `...` leaves the key out."""
    row = {
        "id": "f2e9c0e8-5df8-59d1-a375-2a42b28705c7",
        "succeeded": False,
        "recipient": {"mobileNumber": "+4790000001"},
        "sendStatus": {
            "status": "New",
            "description": "The SMS has been created.",
            "lastUpdate": "2026-07-01T09:00:00.1Z",
        },
    }
    for key, value in changes.items():
        home = row["sendStatus"] if key in ("status", "description", "lastUpdate") else row
        home[key] = value
    row["sendStatus"] = {k: v for k, v in row["sendStatus"].items() if v is not ...}
    return {k: v for k, v in row.items() if v is not ...}


def body(*notifications, **changes):
    whole = {
        "orderId": ORDER,
        "generated": len(notifications),
        "succeeded": 0,
        "notifications": list(notifications),
        **changes,
    }
    return json.dumps({k: v for k, v in whole.items() if v is not ...}).encode()


def the_row(**changes):
    return decode_sms_summary(body(notification(**changes))).notifications[0]


def texts(value):
    """Every string in a decoded value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [t for v in value for t in texts(v)]
    fields = getattr(value, "__struct_fields__", ())
    return [t for name in fields for t in texts(getattr(value, name))]


def is_safe(text):
    return len(text) <= 1000 and not any(unicodedata.category(c) in BANNED for c in text)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("sms-*.json")), ids=lambda p: p.stem)
def test_every_example_is_decoded_without_losing_anything(path):
    raw = json.loads(path.read_bytes())
    summary = decode_sms_summary(path.read_bytes())
    assert summary.order_id == raw["orderId"]
    assert summary.senders_reference == raw.get("sendersReference")
    assert summary.succeeded == raw["succeeded"]
    assert len(summary.notifications) == raw["generated"]
    for n, known in zip(summary.notifications, raw["notifications"], strict=True):
        recipient, sent = known["recipient"], known["sendStatus"]
        assert n.id == known["id"]
        assert n.recipient.mobile_number == recipient["mobileNumber"]
        assert n.recipient.organization_number == recipient.get("organizationNumber")
        assert n.recipient.national_identity_number == recipient.get("nationalIdentityNumber")
        assert n.send_status.status == sent["status"]
        assert n.send_status.description == sent["description"]
        assert n.last_update == datetime.fromisoformat(sent["lastUpdate"])
        assert n.last_update.tzinfo is UTC


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("order-status-*.json")), ids=lambda p: p.stem)
def test_every_order_status_is_decoded(path):
    raw = json.loads(path.read_bytes())
    status = decode_order_status(path.read_bytes())
    assert status.id == raw["id"]
    assert status.notification_channel == raw.get("notificationChannel")
    assert status.processing_status.status == raw["processingStatus"]["status"]
    assert status.processing_status.description == raw["processingStatus"].get("description")
    assert status.requested_send_time.tzinfo is UTC
    assert status.requested_send_time == datetime.fromisoformat(raw["requestedSendTime"])


@pytest.mark.parametrize(
    ("status", "description", "shown"),
    [
        ("Failed", "in indefinite state Accepted for too long (TTL), and was set", FAILED_TTL),
        ("Failed", "worded (TTL) quite otherwise", FAILED_TTL),
        ("Failed", "due to an unspecified failure", "Failed"),
        ("Failed", "TTL", "Failed"),
        ("Failed", "", "Failed"),
        ("Failed", ..., "Failed"),
        ("Failed", None, "Failed"),
        ("Failed_TTL", "said openly", FAILED_TTL),
        ("Failed_Expired", "an odd (TTL) here", "Failed_Expired"),
        ("Accepted", "an odd (TTL) here", "Accepted"),
        ("Paused", "not heard of", "Paused"),
    ],
)
def test_only_the_token_tells_a_failure_without_a_report(status, description, shown):
    assert the_row(status=status, description=description).status == shown


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("09:00:00Z", "09:00:00.000000"),
        ("09:00:00.1Z", "09:00:00.100000"),
        ("09:00:00.12Z", "09:00:00.120000"),
        ("09:00:00.123Z", "09:00:00.123000"),
        ("09:00:00.1234Z", "09:00:00.123400"),
        ("09:00:00.12234Z", "09:00:00.122340"),
        ("09:00:00.877361Z", "09:00:00.877361"),
        ("09:00:00.8773614Z", "09:00:00.877361"),
        ("09:00:00.1", "09:00:00.100000"),
        ("11:00:00+02:00", "09:00:00.000000"),
        ("07:30:00.5-01:30", "09:00:00.500000"),
    ],
)
def test_a_time_is_utc_whatever_its_digits_and_offset(written, moment):
    at = the_row(lastUpdate=f"2026-07-01T{written}").last_update
    assert at == datetime.fromisoformat(f"2026-07-01T{moment}+00:00")
    assert at.tzinfo is UTC


@pytest.mark.parametrize("status", ["New", "Sending", "Accepted", "Delivered"])
@pytest.mark.parametrize(
    "written",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:59",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_time_at_either_end_of_the_calendar_can_be_reckoned_with(written, status):
    row = the_row(lastUpdate=written, status=status)
    assert row.last_update.tzinfo is UTC
    assert standing(row, NOW).phase in Phase
    assert abs(NOW - row.last_update) > timedelta(days=365)


@pytest.mark.parametrize(
    ("written", "year"),
    [("0001-01-01T00:00:00+14:00", 1900), ("9999-12-31T23:59:59-01:00", 9000)],
)
def test_the_time_of_an_order_status_may_lie_at_either_end_too(written, year):
    raw = {"id": "a", "processingStatus": {"status": "Registered"}, "requestedSendTime": written}
    at = decode_order_status(json.dumps(raw).encode()).requested_send_time
    assert at.tzinfo is UTC
    assert abs(at.year - year) <= 1
    assert abs(NOW - at) > timedelta(days=365)


def test_keys_the_server_leaves_out_are_none_or_zero():
    row = the_row(recipient={}, description=..., succeeded=...)
    assert row.recipient.mobile_number is None
    assert row.recipient.organization_number is None
    assert row.recipient.national_identity_number is None
    assert row.send_status.description is None
    bare = decode_sms_summary(body(succeeded=...))
    assert bare.succeeded == 0
    assert bare.senders_reference is None
    assert bare.notifications == ()


def test_null_stands_for_an_absent_text():
    row = the_row(recipient={"mobileNumber": None, "organizationNumber": None}, description=None)
    assert row.recipient.mobile_number is None
    assert row.send_status.description is None
    assert decode_sms_summary(body(sendersReference=None)).senders_reference is None


def test_an_empty_number_stays_an_empty_number():
    assert the_row(recipient={"mobileNumber": ""}).recipient.mobile_number == ""


def test_unknown_keys_and_statuses_do_no_harm():
    extra = {"future": [1, {"deep": None}]}
    row = the_row(status="Paused_ByOperator", recipient={"isReserved": True, **extra}, **extra)
    assert row.status == "Paused_ByOperator"
    assert len(decode_sms_summary(body(notification(), **extra)).notifications) == 1


def test_an_id_listed_twice_is_one_row_as_it_was_written_last():
    twice = body(notification(), notification(status="Accepted"), notification(id="other"))
    rows = decode_sms_summary(twice).notifications
    assert [(n.id[:5], n.status) for n in rows] == [("f2e9c", "Accepted"), ("other", "New")]


def test_hostile_text_is_cleaned_and_bounded_everywhere():
    recipient = dict.fromkeys(
        ("mobileNumber", "organizationNumber", "nationalIdentityNumber"), HOSTILE
    )
    hostile = notification(id=HOSTILE, recipient=recipient, status=HOSTILE, description=HOSTILE)
    summary = decode_sms_summary(body(hostile, orderId=HOSTILE, sendersReference=HOSTILE))
    found = texts(summary)
    assert len(found) == 8
    assert all(map(is_safe, found))
    row = summary.notifications[0]
    assert len(row.recipient.mobile_number) == 50
    assert (len(row.id), len(row.status)) == (100, 100)


@pytest.mark.parametrize("length", [51, 900, 1001, 2000])
def test_no_printable_text_is_endless_either(length):
    recipient = {"mobileNumber": "9" * length, "organizationNumber": "8" * length}
    row = the_row(id="a" * length, recipient=recipient, description="d" * length)
    assert all(len(text) <= 1000 for text in texts(row))


def test_the_text_of_an_order_status_is_cleaned():
    status = {"status": HOSTILE, "description": HOSTILE}
    raw = {
        "id": HOSTILE,
        "processingStatus": status,
        "notificationChannel": HOSTILE,
        "requestedSendTime": "2026-07-01T12:00:00.1234567+02:00",
    }
    decoded = decode_order_status(json.dumps(raw).encode())
    found = texts(decoded)
    assert len(found) == 4
    assert all(map(is_safe, found))
    ten = datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert decoded.requested_send_time == ten + timedelta(microseconds=123_457)


def test_an_order_status_may_lack_all_but_its_id_and_status():
    decoded = decode_order_status(b'{"id": "a", "processingStatus": {"status": "Registered"}}')
    assert decoded.requested_send_time is None
    assert decoded.processing_status.description is None
    assert decoded.notification_channel is None


def test_an_ordinary_row_is_kept_as_it_was_decoded():
    decoded = decode_sms_summary(body(notification()))
    assert decoded == decode_sms_summary(body(notification()))
    assert hash(decoded) == hash(decode_sms_summary(body(notification())))


GOOD = body(notification())


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (b"", "ends too early"),
        (GOOD[:-1], "ends too early"),
        (GOOD[:90], "ends too early"),
        (b"upstream connect error", "is not JSON"),
        (b"<html>", "is not JSON"),
        (GOOD + b"}", "is not JSON"),
        (b"\xef\xbb\xbf" + GOOD, "is not JSON"),
        (GOOD.replace(b"The SMS", b"\xff\xfe"), "is not JSON"),
        (GOOD.replace(b"The SMS", rb"\ud800"), "is not JSON"),
        (b"[]", "unexpected shape"),
        (b"null", "unexpected shape"),
        (b'"an order"', "unexpected shape"),
        (b"{}", "unexpected shape"),
        (body(orderId=...), "unexpected shape"),
        (body(orderId=17), "unexpected shape"),
        (body(notifications=...), "unexpected shape"),
        (body(notifications=None), "unexpected shape"),
        (body(notifications={}), "unexpected shape"),
        (body(succeeded="1"), "unexpected shape"),
        (body(succeeded=-1), "unexpected shape"),
        (body(succeeded=10**400), "unexpected shape"),
        (body(notification(id=None)), "unexpected shape"),
        (body(notification(id=...)), "unexpected shape"),
        (body(notification(recipient=None)), "unexpected shape"),
        (body(notification(sendStatus={})), "unexpected shape"),
        (body(notification(status=5)), "unexpected shape"),
        (body(notification(lastUpdate=...)), "unexpected shape"),
        (body(notification(lastUpdate="yesterday")), "unexpected shape"),
        (body(notification(lastUpdate="2026-07-01")), "unexpected shape"),
        (body(notification(lastUpdate="2026-02-30T10:00:00Z")), "unexpected shape"),
    ],
)
def test_a_bad_body_is_told_in_a_sentence(bad, sentence):
    with pytest.raises(InvalidBody) as caught:
        decode_sms_summary(bad)
    assert caught.value.message.startswith("The API answered 200, but the body ")
    assert sentence in caught.value.message
    assert caught.value.message.endswith(").")
    assert "base_url" in caught.value.next_step
    assert is_safe(caught.value.message)


def test_every_truncation_of_a_body_is_refused():
    whole = (FIXTURES / "sms-04-poll-2-reordered.json").read_bytes()
    for length in range(len(whole)):
        with pytest.raises(InvalidBody, match="ends too early"):
            decode_sms_summary(whole[:length])


@pytest.mark.parametrize("bad", [b"", b"[]", b'{"id": "a"}', b'{"id": "a", "processingStatus": 1}'])
def test_a_bad_order_status_is_told_in_the_same_way(bad):
    with pytest.raises(InvalidBody, match=r"^The API answered 200, but the body "):
        decode_order_status(bad)

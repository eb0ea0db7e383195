"""What is sent along with a complaint, and what asks the same from a shell."""

import json
import shlex
from datetime import timedelta

from sms_monitor.core.errors import Unreachable
from sms_monitor.core.evidence import curl_command, evidence
from sms_monitor.core.raw_json import notification_json
from sms_monitor.core.timeline import Sight
from tests.core.orders import ORDER, order, summary
from tests.core.rows import NOW, sms

NIN = "01039012480"
LATER = NOW + timedelta(minutes=3)


def changed_order():
    """Accepted, then barred, as two answers told."""
    first = order(sms("Accepted", nin=NIN), sms("Delivered", id="d" * 36))
    failed = sms("Failed_BarredReceiver", LATER, nin=NIN, description="Barred.")
    answer = summary(
        failed, sms("Delivered", id="d" * 36), succeeded=1, senders_reference="KOM-118"
    )
    return first.after_answer(answer, None, LATER, 60.0)[0]


def block(one, row, **more):
    return evidence(one, row, LATER, LATER, "tt02", **{"unmasked": False, **more})


def test_evidence_names_ids_times_the_apis_words_the_timeline_and_the_counts():
    one = changed_order()
    row = one.rows[sms().id]
    assert block(one, row).split("\n") == [
        f"notification id:    {row.id}",
        "recipient:          +47••••••99",
        "national id:        •••••••••••",
        "status:             Failed_BarredReceiver (failed)",
        'API says:           Failed_BarredReceiver: "Barred."',
        "API's last update:  2026-06-22 12:03:00 Oslo (CEST) · 10:03:00 UTC",
        "timeline:           Accepted to Failed_BarredReceiver, "
        "2026-06-22 12:03:00 Oslo (CEST) · 10:03:00 UTC, "
        "seen by sms-monitor 2026-06-22 12:03:00 Oslo (CEST) · 10:03:00 UTC",
        f"order id:           {ORDER}",
        "sender's reference: KOM-118",
        "SMS:                2, of them 1 failed, 1 confirmed",
        "                    1 Failed_BarredReceiver",
        "API counts:         1 succeeded (Accepted and Delivered together)",
        "answered:           2026-06-22 12:03:00 Oslo (CEST) · 10:03:00 UTC, profile tt02",
        "written:            2026-06-22 12:03:00 Oslo (CEST) · 10:03:00 UTC by sms-monitor",
    ]


def test_the_timeline_is_that_of_history_where_there_is_one():
    one, accepted = changed_order(), sms("Accepted", nin=NIN)
    row = one.rows[accepted.id]
    earlier = NOW - timedelta(hours=1)
    sights = [
        Sight(row.id, sms("New", earlier, nin=NIN), earlier, None),
        Sight(row.id, accepted, NOW, None),
        Sight(row.id, row.notification, LATER + timedelta(hours=1), None),
    ]
    lines = block(one, row, sights=sights).split("\n")
    at = next(place for place, line in enumerate(lines) if line.startswith("timeline:"))
    assert lines[at].startswith("timeline:           New, 2026-06-22 11:00:00 Oslo")
    assert "first seen by sms-monitor 2026-06-22 11:00:00" in lines[at]
    assert lines[at + 1].startswith("                    New to Accepted, 2026-06-22 12:00:00")
    # what is seen only later is not told of a board of the past
    assert lines[at + 2].startswith("order id:")


def test_evidence_shows_whole_numbers_only_when_unmasked():
    one = changed_order()
    row = one.rows[sms().id]
    assert "+4799999999" not in block(one, row) and NIN not in block(one, row)
    assert "+4799999999" in block(one, row, unmasked=True)
    assert NIN in block(one, row, unmasked=True)


def test_evidence_of_an_order_says_when_it_is_not_fresh():
    stale = changed_order().after_error(Unreachable("No answer from the API.", "Wait."))
    text = block(stale, None)
    assert "notification id" not in text
    assert "not refreshed:      No answer from the API." in text


def test_the_apis_json_has_its_names_and_no_key_without_a_value():
    one = sms("Failed_TTL", number="", nin=NIN)
    assert json.loads(notification_json(one, unmasked=True)) == {
        "id": one.id,
        "recipient": {"mobileNumber": "", "nationalIdentityNumber": NIN},
        "sendStatus": {"status": "Failed_TTL", "lastUpdate": "2026-06-22T10:00:00Z"},
    }
    assert NIN not in notification_json(one, unmasked=False)
    assert "99999999" not in notification_json(sms(), unmasked=False)


def test_curl_asks_the_url_with_the_token_of_the_shell():
    command = curl_command("https://x.no/orders/a", "Authorization: Bearer $TOKEN")
    assert shlex.split(command) == [
        *("curl", "--fail-with-body", "-H", "Authorization: Bearer $TOKEN"),
        "https://x.no/orders/a",
    ]
    # in double quotes, so that the shell puts the token in
    assert '"Authorization: Bearer $TOKEN"' in command
    assert "-H" not in curl_command("http://127.0.0.1:5090/a", "")
    assert (
        shlex.split(curl_command("https://x.no/a;rm -rf '~'", ""))[-1]
        == "https://x.no/a;rm -rf '~'"
    )

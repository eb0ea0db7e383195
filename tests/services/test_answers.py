from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from sms_monitor.core.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreachable,
)
from sms_monitor.services.answers import Peer, refusal_of
from tests.services.asking import EMPTY, EMPTY_ID, a_client, trouble_with
from tests.services.wire import DROP, answer, json_answer, wire

FIXTURES = Path(__file__).parent.parent / "fixtures"


async def test_400_shows_what_the_api_says_of_the_id():
    body = (FIXTURES / "error-400-id-not-guid.json").read_bytes()
    error = await trouble_with(answer(400, body), order_id="1337")
    assert isinstance(error, BadRequest)
    assert error.message == (
        "The API does not take \"1337\" as an order id (400): The value '1337' is not valid."
    )


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, Unauthorized, "does not accept the sign-in (401)"),
        (403, Forbidden, "may not read orders (403)"),
        (500, ServerError, "failed (500)."),
        (502, ServerError, "failed (502)."),
        (503, ServerError, "failed (503)."),
        (504, ServerError, "failed (504)."),
        (204, ServerError, "unexpected answer (204)"),
        (418, ServerError, "unexpected answer (418)"),
        (407, Unreachable, "its own sign-in (407)"),
    ],
)
async def test_an_empty_refusal_is_told_by_its_status(status, kind, words):
    error = await trouble_with(answer(status))
    assert type(error) is kind
    assert words in error.message
    assert error.retry_after == 0


async def test_404_asks_about_the_profile_and_names_every_reason():
    error = await trouble_with(answer(404))
    assert isinstance(error, NotFound)
    assert error.message == (
        f'Order {EMPTY_ID} was not found in tt02: right profile? "work" was used. Else the id is '
        "unknown, or that of an order chain."
    )
    assert "shipmentId" in error.next_step


@pytest.mark.parametrize(
    ("environment", "org", "words"),
    [
        ("tt02", "ttd", "was not found for ttd in tt02: right profile?"),
        ("prod", "", "was not found in prod: right profile?"),
        ("custom", "skd", "was not found for skd at api.example:8443: right profile?"),
    ],
)
def test_404_names_the_organisation_and_the_environment(environment, org, words):
    peer = Peer("work", environment, "api.example:8443", org=org)
    assert words in refusal_of(httpx.Response(404), b"", EMPTY_ID, peer).message


NOW = "Mon, 23 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "17"}, 17),
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": "86400"}, 3600),
        ({"Retry_After": "9" * 400}, 3600),
        ({"Retry_After": "Mon, 23 Nov 2026 08:01:30 GMT", "Date": NOW}, 90),
        ({"Retry_After": "Mon, 23 Nov 2026 07:00:00 GMT", "Date": NOW}, 0),
        ({"Retry_After": "Tue, 24 Nov 2026 08:00:00 GMT", "Date": NOW}, 3600),
    ],
)
async def test_a_server_that_names_a_time_is_left_alone_that_long(status, headers, seconds):
    error = await trouble_with(answer(status, **headers))
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Retry_After": "soon"},
        {"Retry_After": "-5"},
        {"Retry_After": "1.5"},
        {"Retry_After": "Mon, 23 Nov 2026 08:01:30 GMT"},
        {"Retry_After": "Mon, 99 Nov 2026 08:01:30 GMT", "Date": NOW},
        {"Retry_After": "Mon, 23 Nov 2026 08:01:30 GMT", "Date": "yesterday"},
    ],
)
async def test_a_wait_that_makes_no_sense_is_ignored(headers):
    limited = await trouble_with(answer(429, **headers))
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 0
    assert type(await trouble_with(answer(503, **headers))) is ServerError


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://login.hotel.example/hi?from=x", "login.hotel.example"),
        ("/elsewhere", "127.0.0.1"),
        ("http://[::1", "an address that is none"),
        ("https://\x1b]0;x\x07.example/", "an address that is none"),
        ("", "127.0.0.1"),
    ],
)
async def test_a_redirect_is_named_and_not_followed(location, host):
    async with wire(answer(302, Location=location)) as server, a_client(server.url) as client:
        with pytest.raises(ServerError) as caught:
            await client.sms_summary(EMPTY_ID)
    assert host in caught.value.message
    assert caught.value.message.isprintable()
    assert "captive portal" in caught.value.next_step
    assert len(server.heads) == 1


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:30:00 GMT", "Mon, 01 Jan 1100 00:00:00 GMT"])
async def test_a_date_at_the_end_of_the_calendar_is_no_clock(date):
    reply = json_answer(EMPTY, Date=date)
    async with wire(reply) as server, a_client(server.url) as client:
        assert (await client.sms_summary(EMPTY_ID)).date is None


async def test_the_words_of_an_error_are_short_and_clean():
    error = await trouble_with(answer(500, b"\x1b]52;c;AAAA\x07 broken [/b]" + b"x " * 2_500_000))
    assert "\x1b" not in error.message
    assert len(error.message) < 300
    assert "broken [/b]x x" in error.message


async def test_a_web_page_as_an_error_is_not_quoted():
    error = await trouble_with(answer(502, b"<html><script>alert(1)</script>"))
    assert error.message.endswith("failed (502) with a web page.")


async def test_an_error_with_half_a_body_keeps_its_status():
    error = await trouble_with(answer(403, b"no", then=DROP, Content_Length="500"))
    assert isinstance(error, Forbidden)

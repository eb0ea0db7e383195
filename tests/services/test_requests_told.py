"""What is told of every request: of the sign-in and of failures too, and never a secret."""

import asyncio

import pytest

from sms_monitor.core.errors import SourceError, TimedOut
from sms_monitor.services.client import open_client
from sms_monitor.services.session import open_session
from tests.services.altinn import ORDER, Altinn, a_profile
from tests.services.asking import EMPTY, EMPTY_ID
from tests.services.keys import jwk
from tests.services.sign_in_parts import StillClock
from tests.services.wire import DROP, HANG, Reply, answer, json_answer, wire

PATH = f"/notifications/api/v1/orders/{EMPTY_ID}/notifications/sms"


async def told_of(*replies, ask=lambda client: client.sms_summary(EMPTY_ID)):
    async with (
        wire(*replies) as server,
        open_client(server.url, profile="p", environment="custom") as client,
    ):
        told = []
        client.wire.tell = told.append
        try:
            await ask(client)
        except SourceError:
            return told
    return told


async def test_a_good_answer_is_told_with_its_size():
    (request,) = await told_of(json_answer(EMPTY))
    assert (request.method, request.path, request.status) == ("GET", PATH, 200)
    assert (request.size, request.next_step) == (len(EMPTY), "")
    assert not request.is_trouble and not request.is_sign_in and request.seconds >= 0
    assert str(request).startswith(f"GET {PATH}: 200 in ")


async def test_the_reference_that_was_asked_for_is_not_told():
    (request,) = await told_of(
        json_answer(b'{"orders": []}'), ask=lambda client: client.orders_with("CANARY 99112233")
    )
    assert request.path == "/notifications/api/v1/orders"
    assert "99112233" not in repr(request)


@pytest.mark.parametrize(
    ("reply", "status", "next_step"),
    [
        (answer(401), 401, 'Get a new token for the profile "p".'),
        (answer(404, b"canary-body"), 404, "Check the profile and the id."),
        (answer(500, b"canary-body"), 500, "It is asked again by itself."),
        (Reply(b"", DROP), None, "It is asked again by itself."),
        (answer(200, b"{}", DROP, Content_Length="999"), None, "It is asked again by itself."),
    ],
)
async def test_a_failure_is_told_with_what_to_do(reply, status, next_step):
    (request,) = await told_of(reply)
    assert request.status == status and request.is_trouble
    assert request.next_step.startswith(next_step)
    assert "canary" not in repr(request)


async def test_a_refused_connection_is_told():
    async with wire(json_answer(EMPTY)) as server:
        url = server.url
    async with open_client(url, profile="p", environment="custom") as client:
        told = []
        client.wire.tell = told.append
        with pytest.raises(SourceError):
            await client.sms_summary(EMPTY_ID)
    assert [request.status for request in told] == [None]


async def test_the_steps_of_the_sign_in_are_told_and_nothing_that_is_secret(tmp_path):
    path, clock = tmp_path / "chain.jwk.json", StillClock()
    path.write_text(jwk())
    path.chmod(0o600)
    altinn = Altinn(clock)
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        told = []
        client.wire.tell = told.append
        await client.sms_summary(ORDER)
    assert [(r.method, r.path, r.is_sign_in, r.status) for r in told] == [
        ("POST", "/token", True, 200),
        ("GET", "/authentication/api/v1/exchange/maskinporten", True, 200),
        ("GET", f"/notifications/api/v1/orders/{ORDER}/notifications/sms", False, 200),
        ("GET", f"/notifications/api/v1/orders/{ORDER}/status", False, 200),
    ][: len(told)]
    assert len(told) >= 3
    assert f"POST sign-in at {told[0].host}: 200 in " in str(told[0])
    assert altinn.token not in repr(told)


async def test_a_refused_sign_in_says_how_to_find_out_why(tmp_path):
    path, clock = tmp_path / "chain.jwk.json", StillClock()
    path.write_text(jwk())
    path.chmod(0o600)
    altinn = Altinn(clock)
    altinn.token_status = 403
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        told = []
        client.wire.tell = told.append
        with pytest.raises(SourceError):
            await client.sms_summary(ORDER)
    assert [(r.status, r.next_step[:24]) for r in told] == [(403, "Run `sms-monitor auth ch")]


async def test_a_request_that_nobody_waits_for_any_more_is_no_trouble_and_a_slow_one_is():
    told = []
    async with wire(Reply(b"", HANG)) as server:
        async with open_client(server.url, profile="p", environment="custom") as client:
            client.wire.tell = told.append
            asking = asyncio.create_task(client.sms_summary(EMPTY_ID))
            await server.asked.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        async with open_client(server.url, profile="p", environment="custom") as client:
            client._deadline = 0.01
            client.wire.tell = told.append
            with pytest.raises(TimedOut):
                await client.sms_summary(EMPTY_ID)
    left, slow = told
    assert left.given_up and not left.is_trouble and ": given up in " in str(left)
    assert slow.is_trouble and not slow.given_up

from __future__ import annotations

import json

import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services.answers import Peer
from sms_monitor.services.connection import open_http
from sms_monitor.services.credentials import Secret
from sms_monitor.services.exchange import exchange
from tests.services.sign_in_parts import StillClock, jwt
from tests.services.wire import answer, wire


async def exchanged(*replies, use_ttd=False, clock=None):
    async with (
        wire(*replies) as server,
        open_http(server.url, None, None) as http,
    ):
        peer = Peer("p", "tt02", "platform.tt02.altinn.no")
        secret = await exchange(
            http, Secret("canary-mp"), peer, clock or StillClock(), use_ttd=use_ttd
        )
    return secret.reveal(), server


@pytest.mark.parametrize("body", [jwt(), json.dumps(jwt()), f"\ufeff{jwt()}\r\n"])
async def test_the_token_comes_bare_or_in_quotes(body):
    token, server = await exchanged(answer(200, body.encode()))
    assert token == jwt()
    assert server.heads[0].startswith(
        "GET /authentication/api/v1/exchange/maskinporten HTTP/1.1\r\n"
    )
    assert server.header("Accept") == ["text/plain"]
    assert server.header("Authorization") == ["Bearer canary-mp"]


async def test_ttd_is_asked_for():
    _, server = await exchanged(answer(200, jwt().encode()), use_ttd=True)
    assert "/exchange/maskinporten?test=true " in server.heads[0]


@pytest.mark.parametrize("status", [401, 500, 503])
async def test_trouble_is_tried_again_before_it_is_told(status):
    clock = StillClock()
    token, _ = await exchanged(
        answer(status), answer(status), answer(200, jwt().encode()), clock=clock
    )
    assert token == jwt()
    assert clock.slept == [1.0, 3.0]


@pytest.mark.parametrize(
    ("reply", "requests", "words"),
    [
        (answer(401), 3, "(401, 3 times): the token is of another environment, or Altinn has"),
        (answer(400, b"unknown provider"), 1, "refused the token of Maskinporten (400)"),
        (answer(503), 3, "failed (503)"),
        (answer(302, Location="https://evil.example/"), 1, "redirect to evil.example"),
        (answer(200, b"<html>canary"), 1, "answered 200 with something else"),
        (answer(200, b""), 1, "answered 200 with something else"),
        (answer(200, b"canary-not-a-jwt"), 1, "answered 200 with something else"),
    ],
)
async def test_a_refusal_names_the_exchange(reply, requests, words):
    heads = []

    def counted(head):
        heads.append(head)
        return reply

    with pytest.raises(SignInError) as caught:
        await exchanged(counted)
    assert len(heads) == requests
    assert caught.value.message.startswith("Altinn's token exchange ")
    assert words in caught.value.message
    assert "canary" not in caught.value.message + caught.value.next_step


@pytest.mark.parametrize("status", [429, 503])
async def test_an_exchange_that_asks_for_time_is_not_asked_again_at_once(status):
    clock, heads = StillClock(), []

    def busy(head):
        heads.append(head)
        return answer(status, Retry_After="40")

    with pytest.raises(SignInError, match="asks us to slow down") as caught:
        await exchanged(busy, clock=clock)
    assert (len(heads), clock.slept, caught.value.retry_after) == (1, [], 40)

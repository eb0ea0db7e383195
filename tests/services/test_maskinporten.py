from __future__ import annotations

import json
import traceback
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from functools import cache
from urllib.parse import parse_qs

import jwt
import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services.answers import Peer
from sms_monitor.services.connection import open_http
from sms_monitor.services.credentials import Secret
from sms_monitor.services.maskinporten import Maskinporten, Registration, clock_note
from sms_monitor.services.private_key import load_private_key
from tests.services.keys import jwk, rsa_key
from tests.services.sign_in_parts import NOW, StillClock
from tests.services.wire import DROP, Reply, answer, json_answer, wire

ISSUER = "https://test.maskinporten.no/"
GRANTED = b'{"access_token": "canary-mp", "token_type": "Bearer", "expires_in": 119, "scope": "s"}'


def granted() -> Reply:
    return json_answer(GRANTED)


def refused(code: str, words: str, *, error: str = "invalid_grant", **headers) -> Reply:
    body = {
        "error": error,
        "error_description": f"{words} (trace_id: 5f1d-77)",
        "error_uri": f"https://maskinporten.no/errors/{code}" if code else "",
    }
    return answer(400, json.dumps(body).encode(), Content_Type="application/json", **headers)


@cache
def key():
    return load_private_key(Secret(jwk()), None, "my-kid")


@asynccontextmanager
async def a_maskinporten(server, clock=None, **more):
    registration = Registration("client-7", ISSUER, f"{server.url}/token", **more)
    async with open_http(f"{server.url}/token", None, None) as http:
        peer = Peer("p", "tt02", "test.maskinporten.no")
        yield Maskinporten(http, registration, peer, clock or StillClock())


async def refusal_of(*replies: Reply, clock=None) -> SignInError:
    async with (
        wire(*replies, methods=("POST",)) as server,
        a_maskinporten(server, clock) as maskinporten,
    ):
        with pytest.raises(SignInError) as caught:
            await maskinporten.token(key())
    error = caught.value
    assert error.message.isprintable() and error.message.endswith(".") and error.next_step
    return error


def claims_in(body: bytes) -> dict:
    form = parse_qs(body.decode())
    (assertion,) = form.pop("assertion")
    assert form == {"grant_type": ["urn:ietf:params:oauth:grant-type:jwt-bearer"]}
    header = jwt.get_unverified_header(assertion)
    assert header == {"alg": "RS256", "typ": "JWT", "kid": "my-kid"}
    return jwt.decode(
        assertion,
        rsa_key().public_key(),
        ["RS256"],
        options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
    )


async def test_the_grant_holds_exactly_what_is_documented():
    async with wire(granted(), methods=("POST",)) as server, a_maskinporten(server) as maskinporten:
        token = await maskinporten.token(key())
        await maskinporten.token(key())
    assert token.access_token.reveal() == "canary-mp"
    assert (token.expires_in, token.scope) == (119, "s")
    assert "canary" not in repr(token)
    first, second = [claims_in(body) for body in server.bodies]
    assert first.pop("jti") != second.pop("jti")
    assert first == {
        "aud": ISSUER,
        "iss": "client-7",
        "scope": "altinn:serviceowner/notifications.create",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 120,
    }
    assert server.heads[0].startswith("POST /token HTTP/1.1\r\n")
    assert server.header("Content-Type")[0] == "application/x-www-form-urlencoded"
    assert server.header("Authorization") == server.header("Cookie") == [None, None]


async def test_what_is_optional_is_there_only_when_it_is_set():
    more = {"resource": "https://r.example", "consumer_org": "991825827"}
    async with (
        wire(granted(), methods=("POST",)) as server,
        a_maskinporten(server, **more) as maskinporten,
    ):
        await maskinporten.token(key())
    claims = claims_in(server.bodies[0])
    assert claims["resource"] == ["https://r.example"]
    assert claims["consumer_org"] == "991825827"


@pytest.mark.parametrize(
    ("code", "words", "explained", "next_step"),
    [
        ("MP-011", "malformed", "the grant is malformed", "Report it"),
        ("MP-012", "used", "the grant was used before", "Report it"),
        (
            "MP-100",
            "x",
            "client_id client-7 is unknown at test.maskinporten.no",
            "either test or production",
        ),
        ("MP-110", "x", "the issuer of the profile is not that of", "maskinporten_issuer"),
        ("MP-120", "x", "the key does not belong to client_id client-7", "production certificate"),
        ("MP-124", "x", "the key does not belong to client_id client-7", "production certificate"),
        ("MP-121", "x", "the registered key has expired", "Register the key again"),
        ("MP-122", "x", "the certificate belongs to another organisation", "organisation"),
        ("MP-123", "x", "the certificate chain (x5c)", "Report it"),
        ("MP-130", "x", "the grant is not of this time, so a clock is wrong", "NTP"),
        ("MP-200", "x", "client-7 does not have the scope altinn:serviceowner/", "Add altinn:"),
        ("MP-201", "x", "is of a type that cannot have the scope", "type Maskinporten"),
        ("MP-250", "x", "the organisation has not been granted the scope", "Ask Altinn"),
        ("MP-251", "x", "has not delegated the scope", "do not count in test"),
        (
            "MP-120",
            "Unknown key identifier (kid): x",
            "kid my-kid is not on client_id",
            "leave kid",
        ),
        ("", "no key identifier (kid) provided", "the grant names no key", 'Write kid = "…"'),
        ("", "Invalid JWT signature", "the key does not belong to client_id", "registered"),
        ("", "JWT is expired", "a clock is wrong", "NTP"),
        ("", "Issue time is after now", "a clock is wrong", "NTP"),
        ("", "Invalid assertion", "something in the grant is not taken", "resource"),
        (
            "MP-999",
            "new",
            "refused the sign-in (MP-999, invalid_grant, 400: new",
            "Check client_id",
        ),
    ],
)
async def test_each_refusal_is_explained(code, words, explained, next_step):
    error = await refusal_of(refused(code, words))
    assert error.message.startswith("Maskinporten ")
    assert explained in error.message
    assert next_step in error.next_step
    assert "trace id 5f1d-77" in error.message
    assert code in error.message
    assert "{" not in error.message


async def test_a_refusal_is_bounded_cleaned_and_hides_what_looks_like_a_token():
    grant = key().sign({"a": "b" * 50}).reveal()
    error = await refusal_of(refused("MP-011", f"\x1b]52;c;x\x07 {grant} " + "long " * 2000))
    assert len(error.message) < 500
    assert grant[:40] not in error.message
    assert "(a token)" in error.message


@pytest.mark.parametrize("body", [b"<html>\x1b[2J" + b"x" * 5_000_000, b"{", b"[]", b"", b"\xff"])
async def test_what_is_not_of_maskinporten_is_told(body):
    error = await refusal_of(answer(403, body))
    assert "refused the sign-in (403" in error.message
    assert "proxy" in error.next_step
    assert len(error.message) < 400


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(503, Retry_After="40"), "asks us to slow down (503)"),
        (answer(429, Retry_After="40"), "asks us to slow down (429)"),
        (answer(500), "failed (500)"),
        (answer(302, Location="https://evil.example/"), "a redirect to evil.example"),
        (Reply(b"HTTP/1.1 200 OK\r\n", DROP), "broke off"),
        (answer(200, b"<html>"), "answered 200 with something else"),
        (answer(200, b'{"token": "canary"}'), "answered 200 with something else"),
        (answer(200, b'{"access_token": 5}'), "answered 200 with something else"),
    ],
)
async def test_trouble_names_maskinporten(reply, words):
    error = await refusal_of(reply)
    assert error.message.startswith("Maskinporten gave no token")
    assert words in error.message
    assert "canary" not in error.message
    assert error.__context__ is None
    assert error.retry_after == (40 if "slow down" in words else 0)


@pytest.mark.parametrize(("skew", "way"), [(3600, "ahead"), (-95, "behind")])
async def test_a_wrong_clock_is_corrected_with_a_new_grant(skew, way):
    clock = StillClock()
    clock.skew = timedelta(seconds=skew)
    date = format_datetime(NOW, usegmt=True)
    replies = [refused("MP-130", "x", Date=date), json_answer(GRANTED, Date=date)]
    async with (
        wire(*replies, methods=("POST",)) as server,
        a_maskinporten(server, clock) as maskinporten,
    ):
        await maskinporten.token(key())
        await maskinporten.token(key())
        assert clock_note(maskinporten.ahead) == (
            f"This machine's clock is {abs(skew)} s {way}{' of' if way == 'ahead' else ''} "
            "Maskinporten's."
        )
    wrong, right, later = [claims_in(body) for body in server.bodies]
    assert wrong["iat"] - right["iat"] == skew
    assert right["iat"] == later["iat"] == int(NOW.timestamp())
    assert len({wrong["jti"], right["jti"], later["jti"]}) == 3


async def test_a_clock_is_corrected_only_once():
    clock = StillClock()
    clock.skew = timedelta(seconds=100)
    reply = refused("MP-130", "x", Date=format_datetime(NOW, usegmt=True))
    async with (
        wire(reply, methods=("POST",)) as server,
        a_maskinporten(server, clock) as maskinporten,
    ):
        with pytest.raises(SignInError, match="this machine's is 100 s ahead"):
            await maskinporten.token(key())
    assert len(server.heads) == 2


async def test_a_crash_report_with_locals_shows_no_grant_and_no_token():
    for reply in (refused("MP-120", "x"), answer(200, GRANTED[:60]), Reply(b"", DROP)):
        async with (
            wire(reply, methods=("POST",)) as server,
            a_maskinporten(server) as maskinporten,
        ):
            with pytest.raises(SignInError) as caught:
                await maskinporten.token(key())
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        locals_ = [f.locals for f in shown.stack if "/sms_monitor/" in f.filename]
        assert locals_
        assert "canary" not in str(locals_) and "eyJ" not in str(locals_)

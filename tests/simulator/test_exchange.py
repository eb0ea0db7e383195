"""The exchange, what its tokens open, and how they are revoked."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime

import jwt
import pytest

from .chain import CLIENT_ID, EXCHANGE, SCOPE, SUMMARY, Chain
from .conftest import API, IDS, Trial


def read(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def test_an_altinn_token_keeps_what_maskinporten_said_and_adds_the_organisation(serve):
    chain = Chain(serve)
    first = chain.first_token()
    claims = read(chain.ask(first, EXCHANGE).body.decode())
    now = int(chain.trial.wall)
    assert len(claims.pop("sid")) == 32
    assert claims == {
        "iss": f"{chain.url}/authentication/api/v1/openid/",
        "iat": now,
        "nbf": now,
        "exp": now + 1800,
        "scope": SCOPE,
        "client_id": CLIENT_ID,
        "token_type": "Bearer",
        "consumer": {"authority": "iso6523-actorid-upis", "ID": "0192:405003309"},
        "jti": read(first)["jti"],
        "urn:altinn:orgNumber": "405003309",
        "urn:altinn:org": "ttd",
        "urn:altinn:authenticatemethod": "maskinporten",
        "urn:altinn:authlevel": "3",
    }


@pytest.mark.parametrize(
    ("accept", "quoted"),
    [
        ("", False),
        ("*/*", False),
        ("text/plain", False),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json, text/plain", True),
        ("text/plain, application/json", False),
        ("application/json, */*", False),
        ("image/png", False),
    ],
)
def test_the_token_is_in_quotes_for_those_who_want_json(serve, accept, quoted):
    chain = Chain(serve)
    reply = chain.ask(chain.first_token(), EXCHANGE, Accept=accept)
    kind = "application/json" if quoted else "text/plain"
    assert reply.headers["Content-Type"] == f"{kind}; charset=utf-8"
    token = json.loads(reply.body) if quoted else reply.body.decode()
    assert chain.ask(token).status == 200


def test_the_date_of_the_exchange_is_the_wall_clock_and_that_of_the_orders_is_not(serve):
    chain = Chain(serve)
    given = chain.ask(chain.first_token(), EXCHANGE)
    orders = chain.ask(given.body.decode())
    dates = [parsedate_to_datetime(reply.headers["Date"]) for reply in (given, orders)]
    assert [date.timestamp() for date in dates] == [chain.trial.wall, chain.trial.at.timestamp()]


def test_whatever_is_wrong_it_answers_401_and_nothing_else(serve):
    chain = Chain(serve)
    first = chain.first_token()
    altinns = chain.ask(first, EXCHANGE).body.decode()
    header, claims, signature = first.split(".")
    for token in ("", "x.y.z", "æ", altinns, f"{header}.{claims}.{signature[::-1]}"):
        refused = chain.request(
            "GET", EXCHANGE, None, {"Authorization": f"Bearer {token}".encode()}
        )
        assert (refused.status, refused.body) == (401, b"")
    assert chain.request("GET", EXCHANGE).status == 401
    chain.trial.wall += 119
    assert chain.ask(first, EXCHANGE).status == 200
    chain.trial.wall += 1
    assert chain.ask(first, EXCHANGE).status == 401


def test_the_exchange_can_be_down(serve):
    chain = Chain(serve, ["exchange-down"])
    refused = chain.ask(chain.first_token(), EXCHANGE)
    assert (refused.status, refused.body) == (401, b"")


def test_another_provider_is_not_known_and_the_method_is_get(serve):
    chain = Chain(serve)
    other = chain.ask(chain.first_token(), EXCHANGE.replace("maskinporten", "ansattporten"))
    assert other.status == 400 and b"ansattporten" in other.body
    refused = chain.request("POST", EXCHANGE, "")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    ("query", "consumer", "org"),
    [
        ("", "991825827", "digdir"),
        ("?test=true", "991825827", "ttd"),
        ("?test=True", "991825827", "ttd"),
        ("?test=false", "991825827", "digdir"),
    ],
)
def test_digdir_may_sign_in_as_the_test_organisation(serve, query, consumer, org):
    chain = Chain(serve)
    token = chain.token(query, consumer_org=consumer)
    assert read(token)["urn:altinn:org"] == org
    assert chain.ask(token).status == (200 if org == "ttd" else 404)


def test_the_orders_take_exchanged_tokens_only(serve):
    chain = Chain(serve)
    assert chain.request("GET", SUMMARY).status == 401
    assert chain.ask(chain.first_token()).status == 401
    assert chain.request("GET", "/simulator/token").status == 404
    minted = Trial("token").get("/simulator/token").body.decode()
    assert chain.ask(minted).status == 401
    token = chain.token()
    for path in (f"/{IDS['KOM-118']}", f"/{IDS['KOM-118']}/status", "?sendersReference=KOM-118"):
        assert chain.ask(token, f"{API}/orders{path}").status == 200


def test_a_token_opens_the_orders_for_half_an_hour_or_as_long_as_is_said(serve):
    for faults, life in (([], 1800), (["token-life=20"], 20)):
        chain = Chain(serve, faults)
        token = chain.token()
        chain.trial.wall += life - 1
        assert chain.ask(token).status == 200
        chain.trial.wall += 1
        assert chain.ask(token).status == 401


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_all_tokens_can_be_revoked_now_and_new_ones_are_given(serve, method):
    chain = Chain(serve)
    old = [chain.token(), chain.token()]
    assert chain.request(method, "/simulator/revoke").status == 200
    assert [chain.ask(token).status for token in old] == [401, 401]
    new = chain.token()
    assert chain.ask(new).status == 200
    assert chain.request(method, "/simulator/revoke").status == 200
    assert chain.ask(new).status == 401


def test_a_token_of_maskinporten_cannot_be_revoked(serve):
    chain = Chain(serve)
    first = chain.first_token()
    chain.request("POST", "/simulator/revoke")
    assert chain.ask(first, EXCHANGE).status == 200


def test_all_tokens_can_be_revoked_at_a_moment(serve):
    chain = Chain(serve, ["revoke=30"])
    token = chain.token()
    chain.trial.wall += 29
    assert chain.ask(token).status == 200
    chain.trial.wall += 1
    assert chain.ask(token).status == 401
    assert chain.ask(chain.token()).status == 200


def test_minted_tokens_are_revoked_too(serve):
    chain = Chain(serve, auth="token")
    token = chain.request("GET", "/simulator/token").body.decode()
    assert chain.ask(token).status == 200
    chain.request("GET", "/simulator/revoke")
    assert chain.ask(token).status == 401
    assert chain.request("PUT", "/simulator/revoke").headers["Allow"] == "GET, POST"

import base64
import json

import pytest

from sms_monitor.simulator.messages import Answer, Request

from .conftest import API, IDS, Trial

SUMMARY = f"{API}/orders/{IDS['ARKI-03']}/notifications/sms"


def token(trial: Trial, query: str = "") -> str:
    answer = trial.get(f"/simulator/token{query}", host="127.0.0.1:5090")
    assert answer.content_type == "text/plain; charset=utf-8"
    return answer.body.decode()


def get(trial: Trial, authorization: str, target: str = SUMMARY) -> Answer:
    return trial.get(target, authorization=authorization)


def test_a_token_looks_like_altinns():
    header, claims, signature = token(Trial("token")).split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims)]
    assert decoded[0] == {"alg": "HS256", "typ": "JWT"}
    assert decoded[1] == {
        "iss": "http://127.0.0.1:5090/authentication/api/v1/openid/",
        "iat": 1_800_000_000,
        "nbf": 1_800_000_000,
        "exp": 1_800_001_800,
        "scope": "altinn:serviceowner/notifications.create",
        "urn:altinn:org": "ttd",
    }
    assert len(base64.urlsafe_b64decode(signature + "=")) == 32


def test_a_token_opens_the_api_until_it_expires():
    trial = Trial("token")
    bearer = f"Bearer {token(trial)}"
    assert get(trial, bearer).status == 200
    assert get(trial, bearer.replace("Bearer", "bearer")).status == 200
    trial.wall += 1799
    assert get(trial, bearer).status == 200
    trial.wall += 1
    assert get(trial, bearer) == Answer(401)


def test_the_life_of_a_token_can_be_set():
    trial = Trial("token", ["token-life=20"])
    bearer = f"Bearer {token(trial)}"
    trial.wall += 19
    assert get(trial, bearer).status == 200
    trial.wall += 1
    assert get(trial, bearer).status == 401


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer x.y.z", "Bearer æ", "Basic {token}"]
)
def test_without_a_valid_token_it_is_401_and_empty(authorization):
    trial = Trial("token")
    assert get(trial, authorization.format(token=token(trial))) == Answer(401)


def test_a_changed_token_is_401():
    trial = Trial("token")
    header, _, signature = token(trial).split(".")
    claims = base64.urlsafe_b64encode(b'{"exp":9999999999,"nbf":0}').decode().rstrip("=")
    assert get(trial, f"Bearer {header}.{claims}.{signature}").status == 401


@pytest.mark.parametrize(
    "query",
    ["?org=", "?scope=", "?scope=altinn:serviceowner/notifications.creator", "?scope=openid"],
)
def test_a_token_without_the_scope_or_the_organisation_is_403_and_empty(query):
    trial = Trial("token")
    assert get(trial, f"Bearer {token(trial, query)}") == Answer(403)


def test_the_scope_may_be_one_of_several():
    trial = Trial("token")
    query = "?scope=openid%20altinn:serviceowner/notifications.create"
    assert get(trial, f"Bearer {token(trial, query)}").status == 200


@pytest.mark.parametrize("org", ["nav", "TTD"])
def test_another_organisations_orders_are_not_found(org):
    trial = Trial("token")
    bearer = f"Bearer {token(trial, f'?org={org}')}"
    assert get(trial, bearer) == Answer(404)
    found = get(trial, bearer, f"{API}/orders?sendersReference=ARKI-03")
    assert json.loads(found.body) == {"count": 0, "orders": []}


def test_sign_in_comes_before_the_id_and_the_route_before_sign_in():
    trial = Trial("token")
    good, scopeless = f"Bearer {token(trial)}", f"Bearer {token(trial, '?scope=')}"
    bad_id = f"{API}/orders/1337/notifications/sms"
    assert get(trial, "", bad_id).status == 401
    assert get(trial, scopeless, bad_id).status == 403
    assert get(trial, good, bad_id).status == 400
    assert get(trial, "", f"{API}/orders").status == 401
    assert get(trial, "", f"{API}/nothing").status == 404
    assert trial.simulator.respond(Request("POST", SUMMARY)).status == 405


def test_without_auth_anything_is_accepted():
    trial = Trial("none")
    assert get(trial, "").status == get(trial, "Bearer nonsense").status == 200

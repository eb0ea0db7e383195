"""`POST /token` over real sockets, with grants that PyJWT and the openssl command line sign."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from sms_monitor.simulator.maskinporten import GRANT_TYPE

from .chain import ABSENT, CLIENT_ID, EXCHANGE, SCOPE, Chain, private_key, public_pem, registered

INVALID = "Invalid assertion"
FAILED = "Invalid assertion. Client authentication failed."
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Testdepartementet")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1000))
        .sign(key, hashes.SHA256())
    )


def x5c(*certificates: x509.Certificate) -> list[str]:
    return [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_grant_becomes_a_token_and_that_one_of_altinn_which_opens_the_orders(serve, algorithm):
    chain = Chain(serve)
    given = chain.post(chain.grant(algorithm=algorithm))
    assert given.status == 200
    assert given.headers["Content-Type"] == "application/json;charset=UTF-8"
    token = given.json.pop("access_token")
    assert given.json | {"access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 120,
        "scope": SCOPE,
    }
    exchanged = chain.ask(token, EXCHANGE)
    assert exchanged.status == 200
    assert chain.ask(exchanged.body.decode()).json["generated"] == 150


def test_a_grant_signed_by_openssl_is_taken(serve, tmp_path):
    def openssl(*arguments: str, stdin: bytes = b"") -> bytes:
        run = ["openssl", *arguments]
        return subprocess.run(run, input=stdin, capture_output=True, check=True).stdout

    def encoded(part: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    key = str(tmp_path / "key.pem")
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
    client = registered(openssl("pkey", "-in", key, "-pubout").decode())
    chain = Chain(serve, auth=client)
    signed = f"{encoded({'alg': 'RS256', 'kid': client.key.kid})}.{encoded(chain.claims())}"
    signature = openssl("dgst", "-sha256", "-sign", key, stdin=signed.encode())
    grant = f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert chain.post(grant).status == 200


def test_a_refusal_has_maskinportens_form(serve):
    chain = Chain(serve)
    refused = chain.post(chain.grant(aud="https://test.maskinporten.no/"))
    assert refused.status == 400
    assert set(refused.json) == {"error", "error_description", "error_uri"}
    assert refused.json["error"] == "invalid_grant"
    assert refused.json["error_uri"] == f"{chain.issuer}errors/MP-110"


def test_the_date_is_the_wall_clock_that_grants_are_judged_by(serve):
    chain = Chain(serve)
    for reply in (chain.post(chain.grant()), chain.post("")):
        assert parsedate_to_datetime(reply.headers["Date"]).timestamp() == chain.trial.wall


@pytest.mark.parametrize(
    ("claim", "value", "code", "said"),
    [
        ("aud", ABSENT, "", f"{INVALID}. Missing claim aud."),
        ("iss", ABSENT, "", f"{INVALID}. Missing claim iss."),
        ("scope", ABSENT, "", f"{INVALID}. Missing claim scope."),
        ("iat", ABSENT, "", f"{INVALID}. Missing claim iat."),
        ("exp", ABSENT, "", f"{INVALID}. Missing claim exp."),
        ("iss", "405003309", "MP-100", f"{FAILED} Client not found."),
        ("scope", "openid", "MP-200", "Token request contains invalid scopes for client, openid"),
        ("scope", [SCOPE], "MP-200", "Token request contains invalid scopes for client, "),
        ("resource", "one", "", f"{INVALID}. The claim resource is not an array."),
        ("resource", [1], "", f"{INVALID}. The claim resource is not an array."),
        ("sub", "me", "", INVALID),
        ("nbf", 1_800_000_000, "", INVALID),
        ("pid", "01010112345", "", INVALID),
    ],
)
def test_a_claim_that_is_missing_wrong_or_not_documented_is_refused(
    serve, claim, value, code, said
):
    chain = Chain(serve)
    assert chain.post(chain.grant(**{claim: value})).refusal == (400, code, said)


@pytest.mark.parametrize("write", [
    lambda issuer: issuer.rstrip("/"),
    lambda issuer: f"{issuer}/",
    lambda issuer: f"{issuer}token",
    lambda issuer: issuer.upper(),
    lambda issuer: [issuer],
])  # fmt: skip
def test_the_audience_is_the_issuer_byte_for_byte(serve, write):
    chain = Chain(serve)
    refused = chain.post(chain.grant(aud=write(chain.issuer)))
    assert refused.refusal == (400, "MP-110", f"{INVALID}. Invalid claim aud.")


@pytest.mark.parametrize("value", ["soon", None, True, [1], {}, -1, float("nan"), 10**400])
@pytest.mark.parametrize("claim", ["iat", "exp"])
def test_a_time_that_is_no_time_is_refused(serve, claim, value):
    chain = Chain(serve)
    # PyJWT would refuse to write some of these
    grant = jwt.PyJWS().encode(
        json.dumps(chain.claims(**{claim: value})).encode(),
        private_key(),
        "RS256",
        {"kid": registered().key.kid},
    )
    said = f"{INVALID}. iat and exp are numbers of seconds."
    assert chain.post(grant).refusal == (400, "", said)


@pytest.mark.parametrize(
    ("issued", "life", "said"),
    [
        (0, 120, None),
        (10, 120, None),
        (11, 120, "Issue time is after now."),
        (0, 180, None),
        (0, 181, "exp must be 1 to 180 s after iat."),
        (5, -6, "exp must be 1 to 180 s after iat."),
        (-129, 120, None),
        (-130, 120, "JWT is expired."),
        (-189, 180, None),
        (-20, 10, "JWT is expired."),
    ],
)
def test_the_clock_may_be_ten_seconds_off_and_a_grant_lasts_three_minutes(
    serve, issued, life, said
):
    chain = Chain(serve)
    iat = int(chain.trial.wall) + issued
    reply = chain.post(chain.grant(iat=iat, exp=iat + life))
    if said is None:
        assert reply.status == 200
    else:
        code = "MP-130" if "exp" not in said.split() else ""
        assert reply.refusal == (400, code, f"{INVALID}. {said}")


def test_a_skewed_clock_shows_in_the_date_and_a_grant_by_that_clock_is_taken(serve):
    chain = Chain(serve, ["clock-skew=-40"])
    refused = chain.post(chain.grant())
    assert refused.refusal[1:] == ("MP-130", f"{INVALID}. Issue time is after now.")
    there = int(parsedate_to_datetime(refused.headers["Date"]).timestamp())
    assert there == chain.trial.wall - 40
    assert chain.ask(chain.token(iat=there, exp=there + 120)).status == 200


def test_a_grant_is_taken_once(serve):
    chain = Chain(serve)
    grant = chain.grant(jti="once")
    assert chain.post(grant).status == 200
    used = (400, "MP-012", f"{INVALID}. The JWT has been used before.")
    assert chain.post(grant).refusal == used
    assert chain.post(chain.grant(jti="once")).refusal == used
    chain.trial.wall += 129
    assert chain.post(chain.grant(jti="once")).refusal == used
    chain.trial.wall += 1
    assert chain.post(chain.grant(jti="once")).status == 200


def test_a_grant_without_jti_is_taken_once_too(serve):
    chain = Chain(serve)
    grant = chain.grant(jti=ABSENT)
    assert chain.post(grant).status == 200
    assert chain.post(grant).refusal[1] == "MP-012"
    assert chain.post(chain.grant(jti=ABSENT, exp=int(chain.trial.wall) + 119)).status == 200


def test_of_many_that_send_the_same_grant_at_once_one_gets_a_token(serve):
    chain = Chain(serve)
    grant = chain.grant()
    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(lambda _: chain.post(grant).status, range(20)))
    assert sorted(statuses) == [200] + [400] * 19


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, f"{FAILED} No key identifier (kid) provided."),
        ({"kid": "another"}, f"{FAILED} Unknown key identifier (kid) for client."),
        ({"x5c": ["MII="]}, f"{FAILED} No key identifier (kid) provided."),
        ({"kid": "a", "x5c": []}, f"{INVALID}. Exactly one of kid and x5c is to be given."),
    ],
)
def test_a_registered_key_is_named_by_its_kid(serve, headers, said):
    chain = Chain(serve)
    assert chain.post(chain.grant(headers=headers)).refusal == (400, "", said)


def test_a_client_with_a_certificate_sends_it_and_no_kid(serve):
    own, other = certificate(private_key()), certificate(private_key(1))
    pem = own.public_bytes(Encoding.PEM).decode()
    chain = Chain(serve, auth=registered(pem))
    assert chain.post(chain.grant(headers={"x5c": x5c(own, other)})).status == 200
    for headers, code, said in (
        ({"x5c": x5c(other)}, "MP-122", "The certificate is not this organisation's."),
        ({"x5c": x5c(other, own)}, "MP-122", "The certificate is not this organisation's."),
        ({"x5c": x5c(own)[0]}, "MP-123", "x5c is not an array of certificates."),
        ({"x5c": []}, "MP-123", "x5c is not an array of certificates."),
        ({"x5c": ["%"]}, "MP-123", "x5c is not base64."),
        ({}, "MP-123", "x5c is not an array of certificates."),
        ({"kid": "mine"}, "", "Unknown key identifier (kid) for client."),
    ):
        refused = chain.post(chain.grant(headers=headers))
        assert refused.refusal == (400, code, f"{FAILED} {said}")
    stolen = chain.grant(key=private_key(1), headers={"x5c": x5c(own)})
    assert chain.post(stolen).refusal == (400, "MP-120", f"{FAILED} Invalid JWT signature.")


def test_another_key_a_changed_grant_and_a_cut_signature_are_refused(serve):
    chain = Chain(serve)
    header, claims, signature = chain.grant().split(".")
    changed = base64.urlsafe_b64encode(json.dumps(chain.claims()).encode()).decode().rstrip("=")
    for grant in (
        chain.grant(key=private_key(1)),
        f"{header}.{changed}.{signature}",
        f"{header}.{claims}.{signature[:-4]}",
        f"{header}.{claims}.{'_' * len(signature)}",
        f"{header}.{claims}.AAAA",
    ):
        assert chain.post(grant).refusal == (400, "MP-120", f"{FAILED} Invalid JWT signature.")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", "ES256", ["RS256"], None])
def test_only_three_algorithms_are_taken(serve, algorithm):
    chain = Chain(serve)
    header = {"alg": algorithm, "kid": registered().key.kid}
    parts = [json.dumps(part).encode() for part in (header, chain.claims())]
    signed = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    # the public key as if it were a secret, the old way to fool a verifier
    forged = hmac.digest(public_pem(private_key()).encode(), signed.encode(), hashlib.sha256)
    grant = f"{signed}.{base64.urlsafe_b64encode(forged).decode().rstrip('=')}"
    assert chain.post(grant).refusal == (400, "", f"{INVALID}. Unsupported signing algorithm.")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda grant: f"{grant}\n",
        lambda grant: grant.replace(".", ".\n", 1),
        lambda grant: f"{grant}=",
        lambda grant: f"{grant}.x",
        lambda grant: grant.rpartition(".")[0] + ".",
        lambda _: "e30.W10.AAAA",
        lambda _: "æ.æ.æ",
        lambda _: f"{base64.urlsafe_b64encode(b'[' * 3000).decode()}.e30.AAAA",
    ],
)
def test_what_is_no_jwt_is_refused(serve, spoil):
    chain = Chain(serve)
    refused = chain.post(spoil(chain.grant()))
    assert refused.refusal == (400, "MP-011", f"{INVALID}. The JWT is malformed.")


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        ("", FORM, "unsupported_grant_type"),
        ("grant_type=client_credentials&assertion=a", FORM, "unsupported_grant_type"),
        (f"grant_type={GRANT_TYPE}", FORM, "invalid_request"),
        (f"grant_type={GRANT_TYPE}&assertion=a&assertion=b", FORM, "invalid_request"),
        (f"grant_type={GRANT_TYPE}&assertion=a", {}, "invalid_request"),
        ("{}", {"Content-Type": "application/json"}, "invalid_request"),
    ],
)
def test_a_form_that_is_none_is_refused(serve, body, headers, error):
    refused = Chain(serve).request("POST", "/token", body, headers)
    assert (refused.status, refused.json["error"]) == (400, error)


def test_a_token_is_asked_for_with_post(serve):
    chain = Chain(serve)
    refused = chain.request("GET", "/token")
    assert (refused.status, refused.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("expired-key", "MP-121", f"{FAILED} The key has expired."),
        ("wrong-kid", "", f"{FAILED} Unknown key identifier (kid) for client."),
        ("scope-missing", "MP-200", f"Token request contains invalid scopes for client, {SCOPE}"),
    ],
)
def test_trouble_with_the_registration_comes_on_request(serve, fault, code, said):
    chain = Chain(serve, [fault])
    assert chain.post(chain.grant()).refusal == (400, code, said)


def test_it_tells_about_itself(serve):
    chain = Chain(serve)
    told = chain.request("GET", "/.well-known/oauth-authorization-server")
    assert told.status == 200
    assert told.json["issuer"] == chain.issuer
    assert told.json["token_endpoint"] == f"{chain.url}/token"
    assert told.json["token_endpoint_auth_signing_alg_values_supported"] == [
        "RS256", "RS384", "RS512",
    ]  # fmt: skip


def test_the_same_seed_gives_the_same_answers():
    first, again = (Chain(lambda _: "http://127.0.0.1:5090").trial for _ in range(2))
    grant = Chain(lambda _: "http://127.0.0.1:5090").grant()
    replies = []
    for trial in (first, again):
        for _ in range(2):
            form = f"grant_type={GRANT_TYPE}&assertion={grant}"
            replies.append(trial.post("/token", form, host="127.0.0.1:5090"))
    assert [reply.status for reply in replies] == [200, 400, 200, 400]
    assert replies[:2] == replies[2:]


@pytest.mark.parametrize("auth", ["none", "token"])
def test_there_is_no_maskinporten_without_a_client(serve, auth):
    chain = Chain(serve, auth=auth)
    assert chain.post(chain.grant()).status == 404
    assert chain.ask("any", EXCHANGE).status == 404
    assert chain.request("GET", "/.well-known/oauth-authorization-server").status == 404


def test_a_supplier_acts_for_an_organisation_that_delegated(serve):
    chain = Chain(serve)
    assert chain.post(chain.grant(consumer_org="991825827")).status == 200
    for consumer, code in (("974760673", "MP-251"), ("405003309", ""), (["a"], "MP-251")):
        assert chain.post(chain.grant(consumer_org=consumer)).refusal[:2] == (400, code)


def test_the_token_says_who_asked_and_for_what(serve):
    chain = Chain(serve)
    token = chain.first_token(resource=["https://api.example"], consumer_org="991825827")
    claims = jwt.decode(token, options={"verify_signature": False})
    now = int(chain.trial.wall)
    jti = claims.pop("jti")
    assert len(jti) == 32
    assert claims == {
        "iss": chain.issuer,
        "aud": ["https://api.example"],
        "scope": SCOPE,
        "client_id": CLIENT_ID,
        "client_amr": "private_key_jwt",
        "token_type": "Bearer",
        "iat": now,
        "exp": now + 120,
        "consumer": {"authority": "iso6523-actorid-upis", "ID": "0192:991825827"},
        "supplier": {"authority": "iso6523-actorid-upis", "ID": "0192:405003309"},
    }

"""`simulate --auth maskinporten`: the profile it prints has all that is needed to sign in."""

from __future__ import annotations

import json
import stat
import subprocess
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import jwt
import pytest

from tests import LIMIT

from .conftest import IDS
from .test_simulate import Served

SCOPE = "altinn:serviceowner/notifications.create"


def profile_of(served: Served) -> dict:
    return tomllib.loads(served.config)["profiles"]["local"]


def ask(url: str, token: str) -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:
        return answer.read()


def sign_in(profile: dict, key: object, headers: dict) -> str:
    """An Altinn token for who has the `key` of the `profile`."""
    claims = {
        "aud": profile["maskinporten_issuer"],
        "iss": profile["client_id"],
        "scope": SCOPE,
        "iat": int(time.time()),
        "exp": int(time.time()) + 120,
    }
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": jwt.encode(claims, key, "RS256", headers=headers),
    }
    body = urllib.parse.urlencode(form).encode()
    endpoint = profile["maskinporten_token_endpoint"]
    with urllib.request.urlopen(endpoint, body, timeout=LIMIT) as answer:
        token = json.load(answer)["access_token"]
    exchange = f"{profile['base_url']}/authentication/api/v1/exchange/maskinporten"
    return ask(exchange, token).decode()


def read_an_order(profile: dict, token: str) -> dict:
    path = f"/notifications/api/v1/orders/{IDS['ARKI-03']}/notifications/sms"
    return json.loads(ask(profile["base_url"] + path, token))


@pytest.fixture
def key_file(tmp_path) -> Path:
    """A private key, made by the line that the documentation gives."""
    file = tmp_path / "own key.pem"
    line = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"]
    subprocess.run([*line, str(file)], check=True, capture_output=True)
    return file


def test_a_key_is_made_and_the_printed_profile_leads_to_it(empty_home):
    with Served(empty_home, "--auth", "maskinporten") as served:
        profile = profile_of(served)
        file = Path(profile["key"]["file"])
        assert file == empty_home.path / "state" / "simulator-7.jwk.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        private = jwt.PyJWK(json.loads(file.read_text()))
        assert private.key_id == profile["kid"]
        token = sign_in(profile, private.key, {"kid": profile["kid"]})
        assert read_an_order(profile, token)["generated"] == 150
        empty_home.write_config(served.config)
        done = empty_home.run("status", IDS["ARKI-03"])
        assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_the_same_seed_makes_the_same_client(empty_home):
    profiles = []
    for seed in ("3", "3", "4"):
        with Served(empty_home, "--auth", "maskinporten", "--seed", seed) as served:
            profiles.append(profile_of(served))
    assert profiles[0]["client_id"] == profiles[1]["client_id"] != profiles[2]["client_id"]
    assert profiles[0]["kid"] == profiles[1]["kid"] != profiles[2]["kid"]


def test_a_private_key_of_ones_own_can_be_used(empty_home, key_file):
    arguments = ("--auth", "maskinporten", "--client-key", str(key_file))
    with Served(empty_home, *arguments) as served:
        profile = profile_of(served)
        assert profile["key"] == {"file": str(key_file)}
        token = sign_in(profile, key_file.read_bytes(), {"kid": profile["kid"]})
        assert read_an_order(profile, token)["generated"] == 150
        assert not (empty_home.path / "state").exists()
        empty_home.write_config(served.config)
        done = empty_home.run("status", IDS["ARKI-03"])
        assert done.returncode == 0, done.stderr


def test_the_public_half_is_enough_and_the_profile_says_what_is_missing(empty_home, key_file):
    public = key_file.with_name("public.pem")
    line = ["openssl", "pkey", "-in", str(key_file), "-pubout", "-out", str(public)]
    subprocess.run(line, check=True)
    with Served(empty_home, "--auth", "maskinporten", "--client-key", str(public)) as served:
        profile = profile_of(served)
        assert f'# the private half of "{public}"' in served.config
        token = sign_in(profile, key_file.read_bytes(), {"kid": profile["kid"]})
        assert read_an_order(profile, token)["generated"] == 150


def test_a_client_with_a_certificate_has_no_kid(empty_home, key_file):
    line = ["openssl", "req", "-x509", "-key", str(key_file), "-subj", "/CN=Etaten"]
    made = subprocess.run(line, check=True, capture_output=True, encoding="ascii").stdout
    both = key_file.with_name("both.pem")
    both.write_text(key_file.read_text() + made)
    both.chmod(0o600)
    with Served(empty_home, "--auth", "maskinporten", "--client-key", str(both)) as served:
        profile = profile_of(served)
        assert "kid" not in profile
        leaf = "".join(made.splitlines()[1:-1])
        token = sign_in(profile, key_file.read_bytes(), {"x5c": [leaf]})
        assert read_an_order(profile, token)["generated"] == 150
        empty_home.write_config(served.config)
        done = empty_home.run("status", IDS["ARKI-03"])
        assert done.returncode == 0, done.stderr


def test_all_tokens_can_be_revoked_while_it_runs(empty_home):
    with Served(empty_home, "--auth", "maskinporten") as served:
        profile = profile_of(served)
        private = jwt.PyJWK(json.loads(Path(profile["key"]["file"]).read_text()))
        token = sign_in(profile, private.key, {"kid": profile["kid"]})
        revoke = next(line for line in served.lines if line.startswith("# revoke")).split()[-1]
        urllib.request.urlopen(revoke, timeout=LIMIT).close()
        with pytest.raises(urllib.error.HTTPError) as caught:
            read_an_order(profile, token)
        with caught.value as answer:
            assert answer.code == 401


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("expired-key", "MP-121"),
        ("wrong-kid", "Unknown key identifier (kid)"),
        ("scope-missing", "invalid_scope"),
    ],
)
def test_trouble_with_the_registration_reaches_the_person(empty_home, fault, said):
    with Served(empty_home, "--auth", "maskinporten", "--fault", fault) as served:
        empty_home.write_config(served.config)
        done = empty_home.run("status", "--json", IDS["ARKI-03"])
        assert done.returncode == 3
        assert '"kind": "sign_in"' in done.stdout
        assert said in done.stdout


def test_a_client_whose_clock_is_wrong_still_gets_in(empty_home):
    with Served(empty_home, "--auth", "maskinporten", "--fault", "clock-skew=-60") as served:
        empty_home.write_config(served.config)
        done = empty_home.run("status", IDS["ARKI-03"])
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--client-key", "{}"], "--client-key is for Maskinporten."),
        (["--auth", "token", "--fault", "expired-key"], "expired-key is trouble with Maskinporten"),
        (["--auth", "maskinporten", "--client-key", "{}.none"], "cannot be read: No such file"),
        (["--auth", "maskinporten", "--client-key", "{}"], "holds neither a PEM nor a JWK."),
        (["--auth", "maskinporten", "--fault", "wrong-kid=1"], "'wrong-kid=1' needs no number"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(empty_home, tmp_path, arguments, said):
    file = tmp_path / "rubbish"
    file.write_bytes(b"\x30\x82rubbish")
    done = empty_home.run("simulate", *(text.format(file) for text in arguments))
    assert (done.returncode, done.stdout) == (4, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr

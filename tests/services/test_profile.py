from __future__ import annotations

from datetime import date

import pytest

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import load_config
from sms_monitor.services.key_expiry import key_expiry_note
from sms_monitor.services.profile import Profile
from sms_monitor.services.profile_choice import choose_profile

OWN = """[profiles.own]
environment = "tt02"
auth = "maskinporten"
client_id = "c"
key = { file = "k.json" }
"""
CUSTOM = OWN.replace('"tt02"', '"custom"\nbase_url = "http://127.0.0.1:1"')


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config.toml"


def loaded(path, text: str) -> Profile:
    path.write_text(text)
    return choose_profile(load_config(path), "own", {})


def problems(path, text: str) -> list[str]:
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return [line.partition(": profiles.own.")[2] for line in caught.value.message.split("\n")]


@pytest.mark.parametrize(
    ("environment", "issuer"),
    [("prod", "https://maskinporten.no/")]
    + [(e, "https://test.maskinporten.no/") for e in ("tt02", "at22", "at23", "at24", "yt01")],
)
def test_each_environment_has_its_maskinporten(path, environment, issuer):
    profile = loaded(path, OWN.replace("tt02", environment))
    assert profile.maskinporten_issuer == issuer
    assert profile.maskinporten_token_endpoint == issuer + "token"
    assert profile.token_origin == "Maskinporten, key from file"
    assert (profile.use_ttd, profile.confirm, profile.kid) == (False, False, None)


def test_every_setting_is_read(path):
    profile = loaded(
        path,
        OWN + 'kid = "k1"\nkey_password = { env = "P" }\nkey_expires = 2027-05-01\n'
        'use_ttd = true\nresource = "https://r"\nconsumer_org = "991825827"\nconfirm = true\n',
    )
    assert profile.key_expires == date(2027, 5, 1)
    assert [name for name, _ in profile.references] == ["key", "key_password"]
    assert profile.use_ttd and profile.confirm


def test_a_custom_issuer_is_kept_byte_for_byte(path):
    text = 'maskinporten_issuer = "http://LOCALHOST:1/"\nmaskinporten_token_endpoint = "{}"\n'
    profile = loaded(path, CUSTOM + text.format("http://127.0.0.1:1/token"))
    assert profile.maskinporten_issuer == "http://LOCALHOST:1/"
    assert profile.maskinporten_token_endpoint == "http://127.0.0.1:1/token"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            OWN.replace('client_id = "c"\n', ""),
            ['client_id is missing; auth = "maskinporten" needs it'],
        ),
        (OWN.replace("key =", "# key ="), ["key is missing; auth"]),
        (OWN.replace("client_id", "client_ID"), ["client_id is missing", "client_ID is not a"]),
        (OWN.replace('{ file = "k.json" }', '"hunter2"'), ["key must not hold the secret itself"]),
        (OWN + 'token = { env = "T" }', ["token is not used with auth"]),
        (OWN.replace('"c"', '"two words"'), ["client_id must be a text without spaces"]),
        (OWN + 'key_expires = "2027-05-01"', ["key_expires must be a date without quotes"]),
        (OWN + "key_expires = 2027-05-01T10:00:00Z", ["key_expires must be a date without"]),
        (OWN + "interactive = true", ["interactive is only for a profile with a command that"]),
        (OWN + 'use_ttd = "yes"', ["use_ttd must be true or false"]),
        (OWN.replace("tt02", "prod") + "use_ttd = true", ["use_ttd is only for environment"]),
        (OWN + 'consumer_org = "12"', ["consumer_org must be an organisation number: 9 digits"]),
        (OWN + 'maskinporten_issuer = "https://x/"', ["maskinporten_issuer is only for env"]),
        (OWN + "confrim = true", ['confrim is not a known key. Did you mean "confirm"?']),
        (CUSTOM, ["maskinporten_issuer is missing; env"]),
        (
            CUSTOM + 'maskinporten_issuer = "http://127.0.0.1.evil/"\n'
            'maskinporten_token_endpoint = "https://u:p@h/token"',
            ["maskinporten_issuer is plain http to", "maskinporten_token_endpoint holds a user"],
        ),
        (
            OWN.replace("maskinporten", "token") + 'token = { env = "T" }',
            ["client_id is only for auth", "key is only for auth"],
        ),
        (
            '[profiles.own]\nenvironment = "tt02"\nauth = "platform-token"\ntoken = {env = "T"}',
            ["token must have file or command: a platform token lives for 5 minutes"],
        ),
        (
            '[profiles.own]\nenvironment = "tt02"\nauth = "platform-token"\n',
            ['token is missing; auth = "platform-token" needs it'],
        ),
        (
            OWN.replace('file = "k.json"', 'keyring = "service"'),
            ['key.keyring must be "SERVICE/USER"'],
        ),
        (OWN.replace('file = "k.json"', 'keyring = "-x/y"'), ["key.keyring must be"]),
    ],
)
def test_what_is_wrong_is_told_by_its_key(path, text, expected):
    found = problems(path, text)
    assert len(found) == len(expected)
    for line in expected:
        assert any(one.startswith(line) for one in found), found
    assert "hunter2" not in str(found)


def test_a_token_of_the_environment_replaces_the_whole_sign_in(path):
    path.write_text(OWN + "confirm = true")
    profile = choose_profile(load_config(path), "own", {"SMS_MONITOR_TOKEN": "x"})
    assert (profile.auth, profile.token_origin) == ("token", "token from env")
    assert (profile.client_id, profile.key, profile.confirm) == (None, None, True)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2027, 3, 31), None),
        (date(2027, 4, 1), "expires in 30 days, on 2027-05-01"),
        (date(2027, 4, 30), "expires in 1 day, on 2027-05-01"),
        (date(2027, 5, 1), "expires today"),
        (date(2027, 5, 3), "expired on 2027-05-01"),
    ],
)
def test_the_end_of_a_key_is_told_from_thirty_days_before(path, today, words):
    note = key_expiry_note(loaded(path, OWN + "key_expires = 2027-05-01"), today)
    assert note is None if words is None else words in (note or "")
    assert key_expiry_note(loaded(path, OWN), today) is None

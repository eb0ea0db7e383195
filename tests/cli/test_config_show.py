"""`config show`: every value with where it comes from, and of a secret only where it is."""

from __future__ import annotations

import json

import pytest

from sms_monitor.cli.origins import masked_arguments
from sms_monitor.services.profile import ProfileTable

CANARY = "canary-7f3c0d52"

CONFIG = """\
# two profiles
default_profile = "tt02"
interval = 30
thresholds = { outage_minutes = 20 }
[profiles.tt02]
environment = "tt02"
auth = "maskinporten"
client_id = "0b1f"
key = { file = "/keys/tt02.pem" }
key_password = { env = "KEY_PASSWORD" }
key_expires = 2027-05-01

[profiles.prod]
environment = "prod"
auth = "token"
token = { command = ["altinn-token", "--env", "prod"] }
confirm = true
"""


def shown(done) -> dict[tuple[str | None, str], tuple[object, str]]:
    """Value and origin by profile and key."""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(list(line) == ["profile", "key", "value", "origin"] for line in lines)
    return {(line["profile"], line["key"]): (line["value"], line["origin"]) for line in lines}


def test_every_value_is_told_with_its_line_or_as_a_default(empty_home):
    empty_home.write_config(CONFIG)
    done = empty_home.run("config", "show", "--json", KEY_PASSWORD=CANARY)
    assert (done.returncode, done.stderr) == (0, "")
    values = shown(done)
    assert values[None, "config_file"] == (str(empty_home.config), "SMS_MONITOR_HOME")
    assert values[None, "default_profile"] == ("tt02", "line 2")
    assert values[None, "interval"] == (30.0, "line 3")
    assert values[None, "theme"] == (None, "default")
    assert values[None, "language"] == (None, "default")
    assert values[None, "ascii"] == (None, "default")
    assert values[None, "thresholds.outage_minutes"] == (20.0, "line 4")
    assert values[None, "thresholds.abnormal_failures"] == (5, "default")
    assert values[None, "profile"] == ("tt02", "default_profile")
    assert values["tt02", "environment"] == ("tt02", "line 6")
    assert values["tt02", "base_url"] == ("https://platform.tt02.altinn.no", "default")
    assert values["tt02", "key"] == ({"file": "/keys/tt02.pem"}, "line 9")
    assert values["tt02", "key_password"] == ({"env": "KEY_PASSWORD"}, "line 10")
    assert values["tt02", "key_expires"] == ("2027-05-01", "line 11")
    assert values["tt02", "maskinporten_issuer"] == ("https://test.maskinporten.no/", "default")
    command = {"command": ["altinn-token", "--env", "prod"]}
    assert values["prod", "token"] == (command, "line 16")
    assert values["prod", "confirm"] == (True, "line 17")
    for name in ("tt02", "prod"):
        assert {key for profile, key in values if profile == name} == set(ProfileTable.model_fields)


def test_the_table_shows_the_same_and_no_secret(empty_home):
    empty_home.write_config(CONFIG)
    done = empty_home.run("config", "show", KEY_PASSWORD=CANARY)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["[profiles.prod]"] in rows
    assert ["key_password", "env", "KEY_PASSWORD", "line", "10"] in rows
    assert 'command ["altinn-token", "--env", "prod"]' in done.stdout
    assert f"{empty_home.config} (mode 0600)" in done.stdout
    assert CANARY not in done.stdout + done.stderr
    assert "KEY_PASSWORD, which is not set now" in empty_home.run("config", "show").stdout


def test_one_profile_can_be_shown_alone(empty_home):
    empty_home.write_config(CONFIG)
    values = shown(empty_home.run("config", "show", "--json", "--profile", "prod"))
    assert values[None, "profile"] == ("prod", "--profile")
    assert {profile for profile, _ in values} == {None, "prod"}
    assert empty_home.run("config", "show", "--profile", "pord").returncode == 4
    assert empty_home.run("config", "show", SMS_MONITOR_PROFILE="pord").returncode == 4


def test_a_token_in_the_environment_is_told_as_what_replaces_the_sign_in(empty_home):
    empty_home.write_config(CONFIG)
    done = empty_home.run(
        "config", "show", "--json", SMS_MONITOR_TOKEN=CANARY, SMS_MONITOR_PROFILE="tt02"
    )
    values = shown(done)
    assert values[None, "profile"] == ("tt02", "SMS_MONITOR_PROFILE")
    assert values["tt02", "environment"] == ("tt02", "line 6")
    assert values["tt02", "auth"] == ("token", "SMS_MONITOR_TOKEN")
    assert values["tt02", "token"] == ({"env": "SMS_MONITOR_TOKEN"}, "SMS_MONITOR_TOKEN")
    assert values["tt02", "key"] == (None, "SMS_MONITOR_TOKEN")
    assert values["tt02", "ca_bundle"] == (None, "default")
    assert values["prod", "auth"] == ("token", "line 15")
    assert CANARY not in done.stdout + done.stderr


def test_the_environment_alone_is_shown_too(empty_home):
    done = empty_home.run(
        "config", "show", "--json",
        SMS_MONITOR_TOKEN=CANARY, SMS_MONITOR_BASE_URL="http://127.0.0.1:1",
    )  # fmt: skip
    assert done.returncode == 0
    values = shown(done)
    assert values[None, "profile"] == ("custom", "SMS_MONITOR_BASE_URL")
    assert values["custom", "base_url"] == ("http://127.0.0.1:1", "SMS_MONITOR_BASE_URL")
    assert values["custom", "token"] == ({"env": "SMS_MONITOR_TOKEN"}, "SMS_MONITOR_TOKEN")
    assert CANARY not in done.stdout


def test_without_a_profile_the_defaults_are_shown_and_how_to_go_on(empty_home):
    done = empty_home.run("config", "show")
    assert done.returncode == 0
    assert "not there yet" in done.stdout
    assert "There is no profile yet" in done.stderr


def test_lines_are_right_also_with_a_byte_order_mark_and_crlf(empty_home):
    empty_home.write_config("")
    empty_home.config.write_bytes(b"\xef\xbb\xbf" + CONFIG.replace("\n", "\r\n").encode())
    assert shown(empty_home.run("config", "show", "--json"))["prod", "confirm"][1] == "line 17"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["altinn-token", "--env", "prod"], ["altinn-token", "--env", "prod"]),
        (["curl", "-u", f"me:{CANARY}", "https://x"], ["curl", "-u", "•••", "https://x"]),
        (["curl", f"https://me:{CANARY}@x/t?env=tt02"], ["curl", "https://•••@x/t?env=tt02"]),
        (["curl", "-H", f"Authorization: Basic {CANARY}"], ["curl", "-H", "•••"]),
        (["curl", "-H", "Accept: text/plain"], ["curl", "-H", "Accept: text/plain"]),
        (["t", f"--client-secret={CANARY}"], ["t", "--client-secret=•••"]),
        (["t", "--password", CANARY, "x"], ["t", "--password", "•••", "x"]),
        (["sh", "-c", f"TOKEN={CANARY} t"], ["sh", "-c", "TOKEN=•••"]),
        (["echo", "eyJhbGciOiJSUzI1NiJ9.eyJ4Ijox.c2ln"], ["echo", "•••"]),
        (["curl", f"https://x/f?code={CANARY}&a=b"], ["curl", "https://x/f?code=•••&a=b"]),
    ],
)
def test_what_looks_secret_in_a_command_is_not_shown(command, told):
    assert masked_arguments(tuple(command)) == told

"""`config check`: the secrets that a profile refers to besides its token."""

from __future__ import annotations

import pytest

CANARY = "canary-7f3c0d52"


def use_key(home, lines: str) -> None:
    home.write_config(
        f'[profiles.a]\nenvironment = "tt02"\nauth = "maskinporten"\nclient_id = "c"\n{lines}\n'
    )


def test_a_key_need_not_be_text(empty_home):
    use_key(empty_home, 'key = { file = "key.p12" }')
    key = empty_home.config.with_name("key.p12")
    key.write_bytes(b"\x30\x82\xff\xfe")
    key.chmod(0o600)
    done = empty_home.run("config", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Maskinporten, key from file" in done.stdout


@pytest.mark.parametrize(
    "lines",
    [
        'key = { file = "secret" }',
        'key = { env = "K" }\nkey_password = { file = "secret" }',
    ],
)
def test_files_that_others_can_read_are_told(empty_home, lines):
    use_key(empty_home, lines)
    secret = empty_home.config.with_name("secret")
    secret.write_text(CANARY)
    secret.chmod(0o640)
    done = empty_home.run("config", "check")
    assert (done.returncode, done.stdout) == (4, "")
    assert f"chmod 600 {secret}" in done.stderr
    assert CANARY not in done.stderr


def test_commands_for_the_password_of_a_key_are_judged_too(empty_home):
    use_key(empty_home, 'key = { env = "K" }\nkey_password = { command = ["pass", "show"] }')
    empty_home.config.chmod(0o666)
    done = empty_home.run("config", "check")
    assert done.returncode == 4
    assert "chmod go-w" in done.stderr


def test_variables_that_are_not_set_are_told(empty_home):
    use_key(empty_home, 'key = { env = "K" }\nkey_password = { env = "P" }')
    done = empty_home.run("config", "check", K=CANARY)
    assert done.returncode == 0
    assert "key from env K P, which is not set now" in done.stdout
    assert CANARY not in done.stdout

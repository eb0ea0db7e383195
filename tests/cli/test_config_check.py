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


def test_keys_are_checked_line_by_line(home):
    home.config.write_text(
        home.config.read_text() + '[keys]\nzoom = ""\nnext-fualt = "n"\nfaults = "ctrl+a,x"\n'
    )
    done = home.run("config", "check")
    assert done.returncode == 4
    assert 'line 7: keys.next-fualt is not the name of a key. Did you mean "next-fault"?' in (
        done.stderr
    )
    assert 'line 8: keys.faults "ctrl+a" is left to the shell' in done.stderr
    assert "zoom" not in done.stderr


def test_a_theme_that_there_is_not_is_told_with_the_one_that_is_meant(home):
    text = home.config.read_text()
    home.config.write_text('theme = "nrod"\n' + text)
    done = home.run("config", "check")
    assert done.returncode == 4
    assert 'config.toml line 1: theme is "nrod"; allowed: ' in done.stderr
    assert 'Did you mean "nord"?' in done.stderr
    home.config.write_text('theme = "nord"\n' + text)
    assert home.run("config", "check").returncode == 0


def test_a_key_that_is_no_text_is_said(home):
    home.config.write_text(home.config.read_text() + "[keys]\nzoom = 7\n")
    done = home.run("config", "check")
    assert (done.returncode, "keys.zoom must be a text in quotes" in done.stderr) == (4, True)


def test_keys_are_shown_with_their_line(home):
    home.config.write_text(home.config.read_text() + '[keys]\nzoom = "x"\n')
    assert home.run("config", "check").returncode == 0
    shown = home.run("config", "show").stdout
    assert any(line.split() == ["keys.zoom", "x", "line", "6"] for line in shown.splitlines())


def test_the_monitor_does_not_begin_with_wrong_keys(home):
    from tests.terminal.pty_session import PtySession

    home.config.write_text(home.config.read_text() + '[keys]\nfaluts = "x"\n')
    with PtySession(["-m", "sms_monitor"], env=home.environ, size=(200, 24)) as terminal:
        assert terminal.ends() == 4
        assert 'Did you mean "faults"?' in " ".join(terminal.text().split())

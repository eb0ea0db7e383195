"""Opening a profile: what becomes of the secrets in the environment."""

from __future__ import annotations

import pytest

from sms_monitor.cli.opening import NoProfileYet, open_profile
from sms_monitor.cli.terminal import draws_ascii


def test_tokens_are_moved_out_of_the_environment(empty_home):
    empty_home.write_config(
        '[profiles.a]\nenvironment = "tt02"\nauth = "token"\ntoken = { env = "OWN_TOKEN" }\n'
    )
    environ = {**empty_home.environ, "OWN_TOKEN": "canary-own", "OTHER": "kept"}
    opened = open_profile(None, environ, pytest.fail)
    assert {name: secret.reveal() for name, secret in opened.taken.items()} == {
        "OWN_TOKEN": "canary-own"
    }
    assert "OWN_TOKEN" not in environ
    assert environ["OTHER"] == "kept"
    assert "canary" not in repr(opened)


def test_the_programs_own_token_variable_is_taken_as_well(empty_home):
    environ = {**empty_home.environ, "SMS_MONITOR_TOKEN": "canary"}
    environ["SMS_MONITOR_ENVIRONMENT"] = "tt02"
    opened = open_profile(None, environ, pytest.fail)
    assert opened.profile.name == "tt02"
    assert opened.taken["SMS_MONITOR_TOKEN"].reveal() == "canary"
    assert "SMS_MONITOR_TOKEN" not in environ


def test_no_profile_at_all_is_told_from_a_wrong_one(empty_home):
    with pytest.raises(NoProfileYet):
        open_profile(None, dict(empty_home.environ), pytest.fail)
    for name, environ in (("a", {}), (None, {"SMS_MONITOR_PROFILE": "a"})):
        with pytest.raises(Exception, match='no profile "a"') as raised:
            open_profile(name, {**empty_home.environ, **environ}, pytest.fail)
        assert not isinstance(raised.value, NoProfileYet)


def test_the_config_decides_before_the_terminal_whether_blocks_are_drawn(monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    assert draws_ascii(None)
    assert not draws_ascii(False)
    assert draws_ascii(True)

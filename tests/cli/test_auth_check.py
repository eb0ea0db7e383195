"""`auth check`: every step of the sign-in, with what to do about it, and nothing secret."""

from __future__ import annotations

import json
import os
import sys
import time
import tomllib
from pathlib import Path

import jwt
import pytest

from tests.terminal.pty_session import PtySession

from .conftest import IDS
from .test_simulate import Served

CANARY = "canary-7f3c0d52"
MASKINPORTEN = ["config", "network", "key", "issuer", "maskinporten", "clock", "exchange", "api"]


def steps(done) -> dict[str, dict]:
    """The steps by name, in the order they were told."""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(list(line) == ["step", "ok", "detail", "fix"] for line in lines)
    return {line["step"]: line for line in lines}


def printing(text: str) -> str:
    """A command that prints `text`, as TOML has it."""
    return json.dumps([sys.executable, "-c", f"print({text!r})"])


def use_token(home, url: str, reference: str, auth: str = "token") -> None:
    home.write_config(
        f'[profiles.a]\nenvironment = "custom"\nbase_url = "{url}"\n'
        f'auth = "{auth}"\ntoken = {{ {reference} }}\n'
    )


def test_every_step_of_maskinporten_passes_and_none_shows_the_key(empty_home):
    with Served(empty_home, "--auth", "maskinporten") as served:
        empty_home.write_config(served.config)
        told = empty_home.run("auth", "check")
        in_json = empty_home.run("auth", "check", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert [line.split()[:2] for line in told.stdout.splitlines()] == [
        ["pass", name] for name in MASKINPORTEN
    ]
    assert "Chosen by default_profile" in told.stdout
    assert f"{empty_home.config} (mode 0600" in told.stdout
    assert in_json.returncode == 0
    assert list(steps(in_json)) == MASKINPORTEN
    assert all(step["ok"] is True for step in steps(in_json).values())
    key = json.loads(
        Path(tomllib.loads(served.config)["profiles"]["local"]["key"]["file"]).read_text()
    )
    for output in (told.stdout, in_json.stdout):
        assert "eyJ" not in output
        assert not any(key[part] in output for part in "dpq")


@pytest.mark.parametrize(
    ("fault", "failed", "fix"),
    [
        ("expired-key", "maskinporten", "Register"),
        ("wrong-kid", "maskinporten", "Samarbeidsportalen"),
        ("scope-missing", "maskinporten", "altinn:serviceowner/notifications.create"),
        ("exchange-down", "exchange", ""),
    ],
)
def test_what_comes_after_the_step_that_failed_is_skipped(empty_home, fault, failed, fix):
    with Served(empty_home, "--auth", "maskinporten", "--fault", fault) as served:
        empty_home.write_config(served.config)
        done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 3
    at = MASKINPORTEN.index(failed)
    expected = [True] * at + [False] + [None] * (len(MASKINPORTEN) - at - 1)
    assert [step["ok"] for step in steps(done).values()] == expected
    assert list(steps(done)) == MASKINPORTEN
    assert steps(done)[failed]["fix"]
    assert fix in steps(done)[failed]["fix"]


def test_in_words_what_to_do_is_under_the_step_that_failed(empty_home):
    with Served(empty_home, "--auth", "maskinporten", "--fault", "expired-key") as served:
        empty_home.write_config(served.config)
        done = empty_home.run("auth", "check")
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["pass"] * 4
    assert lines[4].startswith("FAIL     maskinporten  ")
    assert "MP-121" in lines[4]
    assert lines[5].startswith(" " * 23)
    assert lines[6:] == ["skipped  clock", "skipped  exchange", "skipped  api"]


def test_a_token_endpoint_that_is_not_written_is_found(empty_home):
    with Served(empty_home, "--auth", "maskinporten") as served:
        lines = served.config.splitlines()
        kept = [line for line in lines if not line.startswith("maskinporten_token_endpoint")]
        assert len(kept) == len(lines) - 1
        empty_home.write_config("\n".join(kept))
        done = empty_home.run("auth", "check", "--json")
        looked = empty_home.run("status", IDS["ARKI-03"])
    assert done.returncode == 0
    assert "gives tokens at http://127.0.0.1:" in steps(done)["issuer"]["detail"]
    assert "150" in looked.stdout


def test_a_clock_that_is_wrong_is_a_warning(empty_home):
    with Served(empty_home, "--auth", "maskinporten", "--fault", "clock-skew=-60") as served:
        empty_home.write_config(served.config)
        done = empty_home.run("auth", "check", "--json")
        told = empty_home.run("auth", "check")
    assert (done.returncode, told.returncode) == (0, 0)
    assert steps(done)["clock"]["ok"] is True
    assert "ahead of Maskinporten's" in steps(done)["clock"]["detail"]
    assert "NTP" in steps(done)["clock"]["fix"]
    assert "warning  clock " in told.stdout


def test_a_key_that_others_can_read_comes_with_the_line_that_helps(empty_home):
    with Served(empty_home, "--auth", "maskinporten") as served:
        empty_home.write_config(served.config)
        key = Path(tomllib.loads(served.config)["profiles"]["local"]["key"]["file"])
        key.chmod(0o640)
        done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 3
    assert steps(done)["key"]["ok"] is False
    assert steps(done)["key"]["fix"] == f"Run: chmod 600 {key}"


@pytest.mark.parametrize(
    ("reference", "environ"),
    [
        (f"command = {printing(CANARY)}", {}),
        ('env = "THE_TOKEN"', {"THE_TOKEN": CANARY}),
    ],
)
def test_a_token_that_is_refused_is_not_shown(empty_home, reference, environ):
    with Served(empty_home, "--auth", "token") as served:
        use_token(empty_home, served.lines[0], reference)
        done = empty_home.run("auth", "check", "--json", **environ)
        told = empty_home.run("auth", "check", **environ)
    assert (done.returncode, told.returncode) == (3, 3)
    assert [step["ok"] for step in steps(done).values()] == [True, True, True, False]
    assert "401" in steps(done)["api"]["detail"]
    assert CANARY not in done.stdout + done.stderr + told.stdout + told.stderr


def test_the_token_of_a_command_is_taken(empty_home):
    with Served(empty_home, "--auth", "token") as served:
        empty_home.write_config(served.config)
        done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 0, done.stdout
    assert list(steps(done)) == ["config", "network", "token", "api"]
    assert "eyJ" not in done.stdout


def test_a_platform_token_is_tried_too(empty_home, serve):
    now = int(time.time())
    token = jwt.encode({"iss": "ttd", "iat": now, "nbf": now, "exp": now + 300}, "k" * 32)
    use_token(empty_home, serve(), f"command = {printing(token)}", "platform-token")
    done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 0, done.stdout
    assert list(steps(done)) == ["config", "network", "token", "api"]
    assert token not in done.stdout


def test_without_a_sign_in_only_the_api_is_tried(home):
    done = home.run("auth", "check", "--json")
    assert done.returncode == 0
    assert list(steps(done)) == ["config", "network", "api"]
    assert "Chosen by the only one" in steps(done)["config"]["detail"]


def test_nobody_there_is_a_failure_of_the_network(empty_home):
    empty_home.use("http://127.0.0.1:1")
    done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 3
    assert [step["ok"] for step in steps(done).values()] == [True, False, None]
    assert "127.0.0.1:1 refused the connection" in steps(done)["network"]["detail"]


def test_a_proxy_that_is_not_there_is_a_failure_of_the_network(empty_home):
    empty_home.write_config(
        '[profiles.a]\nenvironment = "tt02"\nauth = "token"\ntoken = { env = "T" }\n'
    )
    proxy = "http://me:canary@127.0.0.1:1"
    done = empty_home.run("auth", "check", "--json", HTTPS_PROXY=proxy, T="x")
    assert done.returncode == 3
    assert [step["ok"] for step in steps(done).values()] == [True, False, None, None]
    assert "127.0.0.1:1" in steps(done)["network"]["detail"]
    assert "canary" not in done.stdout


def test_on_a_narrow_terminal_no_word_is_cut(empty_home):
    empty_home.use("http://127.0.0.1:1")
    environ = {"SMS_MONITOR_HOME": str(empty_home.path)}
    with PtySession(["-m", "sms_monitor", "auth", "check"], size=(60, 30), env=environ) as told:
        assert told.ends() == 3
        lines = told.received.decode().splitlines()
    long = [line for line in lines if len(line) > 60]
    assert all(len(line.split()[-1]) > 37 for line in long), long
    refused = next(n for n, line in enumerate(lines) if line.startswith("FAIL"))
    assert lines[refused + 1].startswith(" " * 23)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (None, "There is no profile yet"),
        ('[profiles.a]\nenvironment = "tt2"\nauth = "none"\n', 'Did you mean "tt02"?'),
    ],
)
def test_without_a_usable_config_the_first_step_fails(empty_home, config, said):
    if config:
        empty_home.write_config(config)
    done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 4
    assert list(steps(done)) == ["config"]
    assert said in steps(done)["config"]["detail"]
    told = empty_home.run("auth", "check")
    assert told.returncode == 4
    assert told.stdout.startswith("FAIL     config ")
    assert said in told.stdout


def test_commands_that_others_could_have_written_are_not_run(empty_home, serve):
    ran = empty_home.path / "ran"
    use_token(empty_home, serve(), f'command = ["touch", "{ran}"]')
    empty_home.config.chmod(0o666)
    done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 4
    assert steps(done)["config"]["ok"] is False
    assert "chmod go-w" in steps(done)["config"]["fix"]
    assert not ran.exists()


def test_a_ca_bundle_that_is_missing_is_a_matter_of_configuration(empty_home):
    empty_home.write_config(
        '[profiles.a]\nenvironment = "tt02"\nauth = "token"\n'
        f'token = {{ command = {printing(CANARY)} }}\nca_bundle = "none.pem"\n'
    )
    done = empty_home.run("auth", "check", "--json")
    assert done.returncode == 4
    assert [step["ok"] for step in steps(done).values()] == [True, False, None, None]
    assert "none.pem" in steps(done)["network"]["detail"]


def test_a_command_with_a_slash_is_beside_the_config_and_never_where_the_person_is(
    empty_home, serve, tmp_path, monkeypatch
):
    use_token(empty_home, serve(), 'command = ["./bin/hand-out"]')
    elsewhere = tmp_path / "elsewhere"
    for folder, token in ((empty_home.config.parent, "mine"), (elsewhere, "canary")):
        program = folder / "bin" / "hand-out"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/{token}'\necho {token}\n")
        program.chmod(0o700)
    monkeypatch.chdir(elsewhere)
    done = empty_home.run("auth", "check", "--json", PATH=f"{os.environ['PATH']}:bin:.")
    assert steps(done)["token"]["ok"] is True, done.stdout
    assert ((tmp_path / "mine").exists(), (tmp_path / "canary").exists()) == (True, False)
    use_token(empty_home, serve(), 'command = ["hand-out"]')
    done = empty_home.run("auth", "check", "--json", PATH=f"{os.environ['PATH']}:bin:.")
    assert "was not found" in steps(done)["token"]["detail"]
    assert not (tmp_path / "canary").exists()


def test_a_variable_that_holds_a_secret_is_not_inherited_by_a_command(empty_home, serve):
    seen = empty_home.path / "seen"
    url = serve()
    empty_home.write_config(
        f'[profiles.a]\nenvironment = "custom"\nbase_url = "{url}"\n'
        f'auth = "maskinporten"\nclient_id = "c"\nmaskinporten_issuer = "{url}/"\n'
        f'key = {{ command = ["sh", "-c", "env > {seen}; echo x"] }}\n'
        'key_password = { env = "KEY_PASSWORD" }\n'
    )
    done = empty_home.run("auth", "check", "--json", KEY_PASSWORD=CANARY)
    assert done.returncode == 3
    assert steps(done)["key"]["ok"] is False
    assert "PATH=" in seen.read_text()
    assert CANARY not in seen.read_text() + done.stdout + done.stderr

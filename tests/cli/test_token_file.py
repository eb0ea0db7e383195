"""`--token-file` and `--config`: another token and another config for one run."""

from __future__ import annotations

import os
import shlex
import subprocess
import urllib.request

import pytest

from tests.terminal.pty_session import PtySession

from .conftest import IDS, LIMIT, PROGRAM
from .test_simulate import Served

ORDER = IDS["ARKI-03"]


@pytest.fixture
def served(empty_home):
    """An API that wants a token, a profile whose own token is of no use, and a token that is."""
    with Served(empty_home, "--auth", "token") as served:
        url = served.url = served.lines[0]
        empty_home.write_config(
            f'[profiles.local]\nenvironment = "custom"\nbase_url = "{url}"\nauth = "token"\n'
            'token = { env = "NOT_SET" }\n'
        )
        with urllib.request.urlopen(f"{url}/simulator/token", timeout=LIMIT) as answer:
            served.token = answer.read().decode()
        yield served


def a_file(home, text: str, mode: int = 0o600) -> str:
    file = home.path / "own.token"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_a_token_comes_from_a_file(empty_home, served):
    assert empty_home.run("status", ORDER).returncode == 3
    file = a_file(empty_home, served.token)
    for arguments in (["status", ORDER], ["orders", "add", ORDER], ["status", "--json"], []):
        done = empty_home.run("--token-file", file, *arguments)
        assert (done.returncode, "150" in done.stdout) == (0, True), done
        assert served.token not in done.stdout + done.stderr
    done = empty_home.run("export", ORDER, "--output", "-", "--token-file", file)
    assert (done.returncode, done.stdout.count("Delivered")) == (0, 150), done
    done = empty_home.run("auth", "check", f"--token-file={file}")
    assert "token from --token-file" in done.stdout and done.returncode == 0


def test_a_token_is_piped_in(empty_home, served):
    done = empty_home.run("--token-file", "-", "status", ORDER, stdin=f"{served.token}\n")
    assert (done.returncode, "150" in done.stdout) == (0, True), done
    # the table in place of the monitor: there are no keys to read
    done = empty_home.run("--token-file", "-", ORDER, stdin=served.token)
    assert (done.returncode, "150" in done.stdout) == (0, True), done


def test_a_token_comes_from_a_process_that_prints_it_once(empty_home, served):
    line = f"{shlex.join(PROGRAM)} status {ORDER} --token-file <(echo {served.token})"
    done = subprocess.run(
        ["bash", "-c", line], env=empty_home.environ, capture_output=True, check=False, timeout=30
    )
    assert (done.returncode, b"150" in done.stdout) == (0, True), done


def test_a_token_needs_no_config(empty_home, served):
    empty_home.config.unlink()
    file = a_file(empty_home, served.token)
    there = {"SMS_MONITOR_BASE_URL": served.url}
    done = empty_home.run("status", ORDER, "--token-file", file, **there)
    assert (done.returncode, "150" in done.stdout) == (0, True), done
    done = empty_home.run("status", ORDER, "--token-file", file)
    assert done.returncode == 4
    assert "--token-file is set, but not where to send it." in done.stderr


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_line_that_helps(empty_home, served, mode):
    file = a_file(empty_home, served.token, mode)
    done = empty_home.run("status", ORDER, "--token-file", file)
    assert done.returncode == 3
    assert f"Run: chmod 600 {file}" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_judged(empty_home, served):
    file = a_file(empty_home, served.token, 0o644)
    os.chown(file, 1, 1)
    assert empty_home.run("status", ORDER, "--token-file", file).returncode == 0


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("stdin", "said"),
    [("", "Standard input is empty"), ("x" * 70_000, "more than 64 KiB"), ("a b", "white space")],
)
def test_what_is_piped_in_and_is_no_token_is_a_sentence(empty_home, stdin, said):
    done = empty_home.run("status", ORDER, "--token-file", "-", stdin=stdin)
    assert done.returncode == 3
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("served")
def test_a_file_that_is_not_there_is_a_sentence(empty_home):
    done = empty_home.run("status", ORDER, "--token-file", "/nowhere/x")
    assert done.returncode == 3
    assert "/nowhere/x cannot be read" in done.stderr


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("arguments", [["--token-file", "-"], ["status", "--token-file", "-"]])
def test_with_a_keyboard_nothing_is_waited_for(empty_home, arguments):
    env = {"SMS_MONITOR_HOME": str(empty_home.path)}
    with PtySession(["-m", "sms_monitor", *arguments], size=(100, 30), env=env) as screen:
        assert screen.ends() == 4
        assert "nothing is piped in" in screen.text()
        assert "or name a file." in screen.text()


def test_the_monitor_says_where_its_token_is_from(empty_home, served):
    file = a_file(empty_home, served.token)
    env = {"SMS_MONITOR_HOME": str(empty_home.path)}
    command = ["-m", "sms_monitor", "--token-file", file, ORDER]
    with PtySession(command, size=(140, 30), env=env) as screen:
        screen.until(lambda: "LIVE" in screen.text() and "150 of 150" in screen.text())
        screen.until(lambda: "token from --token-file" in screen.text())
    assert served.token.encode() not in screen.received


# --config


def test_another_config_file_is_used_by_every_command(empty_home, serve):
    other = empty_home.path / "other.toml"
    other.write_text(
        f'[profiles.second]\nenvironment = "custom"\nbase_url = "{serve()}"\nauth = "none"\n'
    )
    empty_home.write_config("this is not TOML")
    for arguments in (["status", ORDER], ["orders", "add", ORDER], ["orders", "list"], [],
                      ["auth", "check"], ["config", "check"], ["config", "show"]):  # fmt: skip
        done = empty_home.run("--config", str(other), *arguments, SMS_MONITOR_CONFIG="/nowhere")
        assert done.returncode == 0, done
    assert empty_home.run("config", "path", "--config", "~/x").stdout.endswith("/x\n")
    shown = empty_home.run("config", "show", f"--config={other}").stdout.splitlines()
    assert next(line for line in shown if "config_file" in line).endswith("--config")


def test_a_config_file_that_is_not_there_is_said_and_can_be_made(empty_home):
    other = str(empty_home.path / "new" / "other.toml")
    done = empty_home.run("status", "--config", other)
    assert done.returncode == 4
    assert f"There is no {other}, which --config names." in done.stderr
    assert empty_home.run("config", "init", "--config", other).stdout == f"{other}\n"
    assert empty_home.run("config", "check", "--config", other).returncode == 0

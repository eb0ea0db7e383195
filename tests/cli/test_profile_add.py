"""`profile add` on a real terminal: questions, a trial, and only then a line in the config."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.pty_session import PROJECT, PtySession

from .conftest import IDS
from .test_simulate import Served

CANARY = "canary-7f3c0d52"
SIZE = (160, 100)


class Conversation(PtySession):
    """Waits for each question before it is answered."""

    def __init__(self, home, *arguments: str, size=SIZE, **environ: str) -> None:
        command = ["-m", "sms_monitor", "profile", "add", *arguments]
        # nothing outside this machine is asked
        env = {"SMS_MONITOR_HOME": str(home.path), "HTTPS_PROXY": "http://127.0.0.1:1", **environ}
        super().__init__(command, size=size, env=env)
        self._answered = 0

    def asked(self, question: str) -> None:
        """Wait until `question` is what the cursor stands behind."""

        def is_asked() -> bool:
            last = self.received[self._answered :].decode().rsplit("\n", 1)[-1]
            return question in last and last.endswith(": ")

        self.until(is_asked)

    def answer(self, *pairs: tuple[str, str]) -> None:
        for question, text in pairs:
            self.asked(question)
            self._answered = len(self.received)
            self.send(f"{text}\r")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A private key, made by the line that the README gives."""
    file = tmp_path / "tt02.pem"
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    lines = [line.strip() for line in readme.splitlines()]
    (line,) = [line for line in lines if line.startswith("openssl genpkey")]
    words = [str(file) if word.endswith(".pem") else word for word in shlex.split(line)]
    subprocess.run(words, check=True, capture_output=True)
    return file


@pytest.fixture
def chain(empty_home, key_file) -> Iterator[dict[str, str]]:
    """A whole sign-in on this machine for the key; gives the profile that fits."""
    with Served(empty_home, "--auth", "maskinporten", "--client-key", str(key_file)) as served:
        yield tomllib.loads(served.config)["profiles"]["local"]


def maskinporten(profile: dict, key_file: Path, **changed: str) -> list[tuple[str, str]]:
    """The questions about Maskinporten and the answers that `profile` gives."""
    answers = {"Client id": profile["client_id"], "kid": profile["kid"], **changed}
    return [
        ("Environment", "custom"),
        ("Base URL", profile["base_url"]),
        ("Sign-in", "maskinporten"),
        ("Client id", answers["Client id"]),
        ("One of file, env", ""),
        ("Path of the file", str(key_file)),
        ("kid", answers["kid"]),
        ("encrypted", ""),
        ("Last day", "2999-01-01"),
        ("Organisation you act for", ""),
        ("Issuer [http://127.0.0.1:", ""),
        ("Token endpoint [http://127.0.0.1:", ""),
        ("Anything unusual", ""),
    ]


def test_from_a_key_made_on_the_spot_to_rows(empty_home, chain, key_file):
    with Conversation(empty_home, "chain") as told:
        told.answer(*maskinporten(chain, key_file))
        assert told.ends() == 0
        assert f'The profile "chain" was added to {empty_home.config}' in told.text()
        key = "".join(key_file.read_text().splitlines()[1:-1])
        assert not any(key[n : n + 24] in told.text() for n in range(0, len(key), 24))
        assert "eyJ" not in told.text()
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["chain"]
    assert made["key"] == {"file": str(key_file)}
    assert made["maskinporten_issuer"] == f"{chain['base_url']}/"
    done = empty_home.run("status", IDS["ARKI-03"])
    assert (done.returncode, "150" in done.stdout) == (0, True), done.stderr
    environ = {"SMS_MONITOR_HOME": str(empty_home.path)}
    with PtySession(["-m", "sms_monitor", IDS["FRIST-05"]], size=(120, 40), env=environ) as monitor:
        monitor.until(lambda: "LIVE" in monitor.text() and "FRIST-05" in monitor.text())
        monitor.until(lambda: "dead" in monitor.text())


def test_one_bad_answer_is_asked_for_again_and_nothing_else(empty_home, chain, key_file):
    with Conversation(empty_home, "a b") as told:
        told.answer(
            ("Environment", "custm"),
            ("Environment", "custom"),
            ("Name of the profile [custom]", "a/b"),
            ("Name of the profile", "chain"),
            ("Base URL", "http://127.0.0.1.evil"),
            ("Base URL", ""),
            ("Base URL", chain["base_url"]),
            ("Sign-in", "maskin porten"),
            ("Sign-in", "maskinporten"),
            ("Client id", ""),
            ("Client id", chain["client_id"]),
            ("One of file, env", "disk"),
            ("One of file, env", "file"),
            ("Path of the file", "/nowhere/key.pem"),
            ("Path of the file [/nowhere/key.pem]", str(key_file)),
            ("kid", chain["kid"]),
            ("encrypted", "maybe"),
            ("encrypted", "n"),
            ("Last day", "2027-02-30"),
            ("Last day", ""),
            ("Organisation you act for", "12"),
            ("Organisation you act for", ""),
            ("Issuer", ""),
            ("Token endpoint", ""),
            ("Anything unusual", ""),
        )
        assert told.ends() == 0
        text = told.text()
    for said in ('Did you mean "custom"?', "That is plain http to 127.0.0.1.evil",
                 "An answer is needed", "/nowhere/key.pem cannot be read",
                 "That must be a date, such as",
                 "That must be an organisation number: 9 digits."):  # fmt: skip
        assert said in text
    assert "quotes" not in text
    assert list(tomllib.loads(empty_home.config.read_text())["profiles"]) == ["chain"]


def test_when_the_trial_fails_one_answer_can_be_changed(empty_home, chain, key_file):
    with Conversation(empty_home, "chain") as told:
        told.answer(*maskinporten(chain, key_file, kid="wrong"))
        told.asked("Keep it")
        assert "kid wrong is not on client_id" in told.text()
        assert "skipped  exchange" in told.text()
        assert not empty_home.config.exists()
        again = [(question.split(" [")[0], "") for question, _ in maskinporten(chain, key_file)]
        told.answer(
            ("Keep it", "c"), *((q, chain["kid"] if q == "kid" else text) for q, text in again)
        )
        assert told.ends() == 0
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["chain"]
    assert (made["kid"], made["client_id"]) == (chain["kid"], chain["client_id"])


@pytest.mark.parametrize(("choice", "status"), [("n", 3), ("y", 0)])
def test_when_the_trial_fails_it_is_asked_whether_to_keep_it(home, choice, status):
    before = home.config.read_bytes()
    with Conversation(home, "gone") as told:
        told.answer(
            ("Environment", "custom"),
            ("Base URL", "http://127.0.0.1:1"),
            ("Sign-in [none]", ""),
            ("Keep it", "x"),
            ("Keep it", choice),
        )
        assert told.ends() == status
        assert "FAIL     network" in told.text()
        assert ("Nothing was changed." in told.text()) == (choice == "n")
    after = home.config.read_bytes()
    assert after.startswith(before)
    assert (b"[profiles.gone]" in after) == (choice == "y")


@pytest.mark.parametrize("at", ["Environment", "Base URL", "Sign-in", "Keep it"])
@pytest.mark.parametrize("leave", [Conversation.interrupt, lambda told: told.send("\x04")])
def test_leaving_in_the_middle_changes_nothing(empty_home, at, leave):
    answers = [("Environment", "custom"), ("Base URL", "http://127.0.0.1:1"), ("Sign-in", "none")]
    with Conversation(empty_home, "x") as told:
        told.answer(*answers[: [*(q for q, _ in answers), "Keep it"].index(at)])
        told.asked(at)
        leave(told)
        assert told.ends() == 130
        assert "Nothing was changed." in told.text()
        assert "Traceback" not in told.text()
    assert list(empty_home.path.iterdir()) == []


def test_interrupting_the_trial_changes_nothing(empty_home, serve):
    began = empty_home.path / "began"
    with Conversation(empty_home, "x") as told:
        told.answer(
            ("Environment", "custom"),
            ("Base URL", serve()),
            ("Sign-in", "token"),
            ("One of", "command"),
            ("Command", f"sh -c 'touch {began}; sleep 60'"),
            ("Anything unusual", ""),
        )
        told.until(began.exists)
        told.interrupt()
        assert told.ends() == 130
        assert "Nothing was changed." in told.text()
    assert list(empty_home.path.iterdir()) == [began]


def test_a_token_command_is_tried_and_its_token_is_not_shown(empty_home):
    with Served(empty_home, "--auth", "token") as served:
        command = tomllib.loads(served.config)["profiles"]["local"]["token"]["command"]
        with Conversation(empty_home, "staff") as told:
            told.answer(
                ("Environment", "custom"),
                ("Base URL", served.lines[0]),
                ("Sign-in", "token"),
                ("One of file, env, command, keyring [command]", ""),
                ("Command", shlex.join(command)),
                ("Anything unusual", ""),
            )
            assert told.ends() == 0
            assert "eyJ" not in told.text()
        done = empty_home.run("status", IDS["ARKI-03"])
    assert done.returncode == 0, done.stderr
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["staff"]
    assert made["token"] == {"command": command}


def test_a_platform_token_comes_from_a_command_or_a_file(empty_home, serve):
    with Conversation(empty_home, "app") as told:
        told.answer(
            ("Environment", "custom"),
            ("Base URL", serve()),
            ("Sign-in", "platform-token"),
            ("One of command, file", "env"),
            ("One of command, file", ""),
            ("Command", f"{sys.executable} -c 'print(\"{CANARY}\")'"),
            ("Anything unusual", ""),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
        assert "not a JWT" in told.text()
    assert (
        tomllib.loads(empty_home.config.read_text())["profiles"]["app"]["auth"] == "platform-token"
    )


def test_a_secret_in_place_of_where_it_is_goes_nowhere(empty_home):
    pem = "-----BEGIN PRIVATE KEY-----"
    with Conversation(empty_home, "x") as told:
        told.answer(
            ("Environment", "tt02"),
            ("Sign-in", "token"),
            ("One of", "env"),
            ("Name of the environment", f"eyJhbGciOiJSUzI1NiJ9.{CANARY}"),
            ("Name of the environment", pem),
            ("Name of the environment", '{"kty":"RSA"}'),
            ("Name of the environment", "UNSET_TOKEN"),
            ("Anything unusual", ""),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
        assert told.text().count("That looks like a key or a token itself") == 3
    written = empty_home.config.read_text()
    assert tomllib.loads(written)["profiles"]["x"]["token"] == {"env": "UNSET_TOKEN"}
    assert CANARY not in written


@pytest.mark.parametrize("paste", ["{}", "\x1b[200~{}\x1b[201~"])
def test_no_line_of_a_pasted_key_is_taken_for_an_answer(empty_home, key_file, paste):
    key = key_file.read_text().strip().replace("\n", "\r")
    with Conversation(empty_home, "x") as told:
        told.answer(
            ("Environment", "tt02"),
            ("Sign-in", "token"),
            ("One of", "env"),
            ("Name of the environment", paste.format(key)),
            ("Name of the environment", "UNSET_TOKEN"),
            ("Anything unusual", ""),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
        assert told.text().count("That looks like a key or a token itself") == 1
    tokens = tomllib.loads(empty_home.config.read_text())["profiles"]["x"]["token"]
    assert tokens == {"env": "UNSET_TOKEN"}


def test_a_token_in_a_variable_is_used_and_neither_shown_nor_written(empty_home):
    with (
        Served(empty_home, "--auth", "token") as served,
        Conversation(empty_home, "x", THE_TOKEN=CANARY) as told,
    ):
        told.answer(
            ("Environment", "custom"),
            ("Base URL", served.lines[0]),
            ("Sign-in", "token"),
            ("One of", "env"),
            ("Name of the environment", "THE_TOKEN"),
            ("Anything unusual", ""),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
        assert "401" in told.text()
        assert CANARY not in told.received.decode()
    assert CANARY not in empty_home.config.read_text()


def test_what_is_told_fits_a_narrow_terminal(empty_home):
    with Conversation(empty_home, "x", size=(60, 60)) as told:
        told.answer(("Environment", "tt02"), ("Sign-in", "token"))
        told.asked("One of")
        lines = told.received.decode().splitlines()
    assert not [line for line in lines if len(line) > 60]
    token = next(n for n, line in enumerate(lines) if line.startswith("  token "))
    assert lines[token + 1].startswith(" " * 19)


def test_a_command_is_meant_from_where_it_is_typed(empty_home, tmp_path, serve):
    program = tmp_path / "hand-out"
    program.write_text("#!/bin/sh\necho canary\n")
    program.chmod(0o700)
    with Conversation(empty_home, "x") as told:
        told.answer(
            ("Environment", "custom"),
            ("Base URL", serve()),
            ("Sign-in", "token"),
            ("One of", "command"),
            ("Command", f"{os.path.relpath(program, PROJECT)} now"),
            ("Anything unusual", ""),
        )
        assert told.ends() == 0
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["x"]
    assert made["token"] == {"command": [str(program), "now"]}


def test_a_secret_in_a_variable_is_not_inherited_by_a_command(empty_home, serve):
    url = serve()
    seen = empty_home.path / "seen"
    with Conversation(empty_home, "x", KEY_PASSWORD=CANARY) as told:
        told.answer(
            ("Environment", "custom"),
            ("Base URL", url),
            ("Sign-in", "maskinporten"),
            ("Client id", "c"),
            ("One of", "command"),
            ("Command", f"sh -c 'env > {seen}; echo x'"),
            ("kid", ""),
            ("encrypted", "y"),
            ("One of", "env"),
            ("Name of the environment", "KEY_PASSWORD"),
            ("Last day", ""),
            ("Organisation", ""),
            ("Issuer", ""),
            ("Token endpoint", ""),
            ("Anything unusual", ""),
            ("Keep it", "n"),
        )
        assert told.ends() == 3
        assert "FAIL     key" in told.text()
    assert "PATH=" in seen.read_text()
    assert CANARY not in seen.read_text()


def test_a_password_in_a_command_is_doubted_and_may_be_kept(empty_home):
    with Conversation(empty_home, "x") as told:
        told.answer(
            ("Environment", "tt02"),
            ("Sign-in", "token"),
            ("One of", "command"),
            ("Command", "false -u me:pw"),
            ("Command, with its arguments [false -u me:pw]", "false"),
            ("Anything unusual", ""),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
        assert "seems to hold a password or a token" in told.text()
    assert "me:pw" not in empty_home.config.read_text()


def test_what_is_in_the_config_stays_byte_for_byte_and_names_are_not_taken_twice(home, serve):
    home.config.write_text("# mine\n" + home.config.read_text() + "   # the end")
    before = home.config.read_bytes()
    with Conversation(home, "local") as told:
        told.answer(
            ("Environment", "custom"),
            ("Name of the profile", "local"),
            ("Name of the profile", "second"),
            ("Base URL", serve()),
            ("Sign-in", ""),
        )
        assert told.ends() == 0
        assert told.text().count('There is a profile "local" already.') == 2
    assert home.config.read_bytes().startswith(before)
    assert list(tomllib.loads(home.config.read_text())["profiles"]) == ["local", "second"]


def test_what_is_unusual_is_asked_for_after_one_question(empty_home, tmp_path):
    with Conversation(empty_home, "odd") as told:
        told.answer(
            ("Environment", "tt02"),
            ("Sign-in", "maskinporten"),
            ("Client id", "c"),
            ("One of", "command"),
            ("Command", "false"),
            ("kid", "k"),
            ("encrypted", ""),
            ("Last day", ""),
            ("Organisation", ""),
            ("Anything unusual, y or n [n]", "y"),
            ("Sign in as ttd", "y"),
            ("Audience", "two words"),
            ("Audience", "https://example.altinn.no"),
            ("Does a command ask you", "y"),
            ("PEM file", "/nowhere/ca.pem"),
            ("PEM file", str(tmp_path / "ca.pem")),
            ("PEM file", ""),
            ("Keep it", "c"),
            *((question, "") for question in ("Environment", "Sign-in", "Client id", "One of",
              "Command", "kid", "encrypted", "Last day", "Organisation", "unusual, y or n [y]",
              "Sign in as ttd, which only Digdir's own clients may, y or n [y]", "Audience",
              "Does a command ask you something when it runs, y or n [y]")),
            ("PEM file", ""),
            ("PEM file", ""),
            ("Keep it", "y"),
        )  # fmt: skip
        assert told.ends() == 0
        assert told.received.count(b"It is not there.") == 3
        assert b"must be a text without spaces" in told.received
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["odd"]
    assert made["use_ttd"] is made["interactive"] is True
    assert (made["resource"], made["ca_bundle"]) == (
        "https://example.altinn.no",
        str(tmp_path / "ca.pem"),
    )


def test_a_token_from_a_file_is_not_asked_about_commands_or_audiences(empty_home, tmp_path):
    token = tmp_path / "token"
    token.write_text("opaque")
    token.chmod(0o600)
    with Conversation(empty_home, "x") as told:
        told.answer(
            ("Environment", "custom"),
            ("Base URL", "http://127.0.0.1:1"),
            ("Sign-in", "token"),
            ("One of", "file"),
            ("Path", str(token)),
            ("Anything unusual", "y"),
            ("PEM file", "-"),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["x"]
    assert made.keys() == {"environment", "base_url", "auth", "token"}


def test_prod_is_asked_for_before_it_is_used(empty_home):
    with Conversation(empty_home) as told:
        told.answer(
            ("Environment", "prod"),
            ("Name of the profile [prod]", ""),
            ("Sign-in", "none"),
            ("Sign-in", "token"),
            ("One of", "command"),
            ("Command", "false"),
            ("Anything unusual", ""),
            ("Ask before it is used, y or n [y]", ""),
            ("Keep it", "y"),
        )
        assert told.ends() == 0
    made = tomllib.loads(empty_home.config.read_text())["profiles"]["prod"]
    assert (made["environment"], made["confirm"]) == ("prod", True)


def test_a_config_that_is_wrong_is_told_before_anything_is_asked(empty_home):
    empty_home.write_config("inteval = 3\n")
    with Conversation(empty_home) as told:
        assert told.ends() == 4
        assert 'Did you mean "interval"?' in told.text()
        assert "Environment" not in told.text()


def test_when_it_cannot_be_written_the_answers_are_not_lost(home, serve):
    with Conversation(home, "x") as told:
        told.answer(("Environment", "custom"), ("Base URL", serve()))
        told.asked("Sign-in")
        home.write_config("inteval = 3\n")
        told.answer(("Sign-in", "none"))
        assert told.ends() == 4
        assert told.text().count("[profiles.x]") == 2
        assert "These are the lines of the profile" in told.text()


def test_without_a_terminal_it_says_so(empty_home):
    done = empty_home.run("profile", "add", "x", stdin="tt02\n")
    assert (done.returncode, done.stdout) == (4, "")
    assert "on a terminal" in done.stderr
    assert list(empty_home.path.iterdir()) == []

"""What the shells complete, asked from the shells themselves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sms_monitor.cli.commands import COMMANDS
from sms_monitor.cli.completion import completed
from sms_monitor.cli.parser import parser_of
from tests.one_demo import IDS

SHELLS = ("bash", "zsh", "fish")
# zsh completes for a terminal only: the words it would offer are caught on their way
ZSH_CATCH = """
compdef() { }
compadd() {
    local name
    if [[ $1 == -a ]]; then print -l -- ${(P)2}; else print -l -- "$@"; fi
}
_describe() { local one; for one in ${(P)2}; do print -r -- ${one%%:*}; done }
_files() { print FILES }
"""


@pytest.fixture
def filled(empty_home):
    empty_home.write_config(
        'default_profile = "local"\n'
        + "".join(
            f'[profiles.{name}]\nenvironment = "custom"\nbase_url = "http://127.0.0.1:9"\n'
            'auth = "none"\n'
            for name in ("local", "prod")
        )
    )
    empty_home.watch("ARKI-03", **{"KOM-118": "Kommunal avgift"})
    return empty_home


def offered(home, shell: str, *words: str) -> list[str]:
    """What `shell` offers for the last of `words`, which come after `sms-monitor`."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = home.path / f"completion.{shell}"
    script.write_text(home.run("completion", shell).stdout)
    line = ["sms-monitor", *words]
    match shell:
        case "bash":
            code = (
                f'. "{script}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sms_monitor; '
                "printf '%s\\n' \"${COMPREPLY[@]}\""
            )
            argv = [program, "--norc", "-c", code, "bash", *line]
        case "zsh":
            code = (
                f'{ZSH_CATCH}. "{script}"; words=("$@"); CURRENT=$#; PREFIX=$words[CURRENT]; '
                "_sms_monitor"
            )
            argv = [program, "-f", "-c", code, "zsh", *line]
        case _:
            code = f'source "{script}"; complete -C "{" ".join(line)}"'
            argv = [program, "--no-config", "-c", code]
    # the scripts call the program by its name
    commands = home.path / "bin"
    commands.mkdir(exist_ok=True)
    named = commands / "sms-monitor"
    named.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sms_monitor "$@"\n')
    named.chmod(0o755)
    done = subprocess.run(
        argv,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={
            **home.environ,
            "PATH": f"{commands}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HOME": str(home.path),
        },
        check=False,
    )
    assert done.stderr == ""
    lines = [line.split("\t")[0].replace("\\ ", " ") for line in done.stdout.splitlines()]
    return [line for line in lines if line.startswith(words[-1])]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "among"),
    [
        (["st"], ["status"]),
        (["orders", ""], ["add", "remove", "list"]),
        (["wait", "--un"], ["--until"]),
        (["wait", "--until", ""], ["final", "delivered"]),
        (["wait", "Komm"], ["Kommunal avgift"]),
        (["status", IDS["ARKI-03"][:6]], [IDS["ARKI-03"]]),
        (["--profile", ""], ["local", "prod"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["--profile", "local", "orders", "remove", "Komm"], ["Kommunal avgift"]),
    ],
)
def test_a_word_is_completed(filled, shell, words, among):
    assert set(offered(filled, shell, *words)) == set(among)


@pytest.mark.parametrize("shell", SHELLS)
def test_another_profile_has_other_orders_and_new_ids_are_not_guessed(filled, shell):
    assert not offered(filled, shell, "--profile", "prod", "wait", "Komm")
    assert not offered(filled, shell, "orders", "add", "Komm")


def test_every_command_and_option_is_in_what_is_completed():
    by_name = {one.name: one for one in completed()}
    assert by_name.keys() >= COMMANDS.keys()
    for name in COMMANDS:
        flags = {flag for option in by_name[name].options for flag in option.flags}
        assert flags == set(parser_of(name)._option_string_actions)


def test_the_scripts_are_for_three_shells(empty_home):
    for shell in SHELLS:
        done = empty_home.run("completion", shell)
        assert done.returncode == 0
        assert all(name.split()[-1] in done.stdout for name in COMMANDS)
    done = empty_home.run("completion", "powershell")
    assert done.returncode == 4
    assert "bash, zsh, fish" in done.stderr


def test_names_are_cheap_and_broken_files_are_silent(filled):
    code = "from sms_monitor.cli import main\nmain(['completion', 'names-of-orders'])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        encoding="utf-8",
        env=filled.environ,
        check=True,
    )
    *names, modules = done.stdout.splitlines()
    assert names == ["Kommunal avgift", IDS["ARKI-03"], IDS["KOM-118"]]
    assert not set(modules.split()) & {"httpx", "pydantic", "msgspec", "textual"}
    filled.orders.write_text(json.dumps({"profiles": {"local": [7]}}))
    filled.config.write_text("[[[")
    for what in ("names-of-orders", "names-of-profiles"):
        done = filled.run("completion", what)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

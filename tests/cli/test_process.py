"""Each command as a process: what it does is what the other tests see of it in their own."""

from __future__ import annotations

import pytest

from sms_monitor.cli.parser import COMMANDS

from .conftest import IDS

ARCHIVE, TAX, UNKNOWN = IDS["ARKI-03"], IDS["KOM-118"], IDS["UNKNOWN"]

COMMAND_LINES = [
    [],
    ["status"],
    ["status", "--json", "--rows", ARCHIVE],
    ["status", UNKNOWN],
    ["find", "40404040"],
    ["export", ARCHIVE],
    ["record", "--nothing"],
    ["history", "--json"],
    ["wait", "--until", "never"],
    ["watch", "--nothing"],
    ["doctor", "--nothing"],
    ["completion", "tcsh"],
    ["orders", "list"],
    ["orders", "add", "-", ARCHIVE.upper(), UNKNOWN, "nothing"],
    ["orders", "remove", TAX],
    ["config", "path"],
    ["config", "init"],
    ["config", "check"],
    ["config", "show"],
    ["auth", "check"],
    ["profile", "add"],
    ["simulate", "--fault", "flood=1"],
    ["demo", "--speed", "0"],
    ["--version"],
    ["--help"],
    ["staus"],
]


def test_no_command_is_left_out():
    tried = [" ".join(line) for line in COMMAND_LINES]
    assert [name for name in COMMANDS if not any(line.startswith(name) for line in tried)] == []


@pytest.mark.parametrize("line", COMMAND_LINES, ids=" ".join)
def test_a_process_prints_and_answers_the_same(home, line):
    home.watch("KOM-118", "INNK-77")
    before = home.orders.read_bytes()
    stdin = f"{IDS['MORG-02']}\n"
    here = home.run(*line, stdin=stdin)
    changed = home.orders.read_bytes() != before
    home.orders.write_bytes(before)
    there = home.execute(*line, stdin=stdin)
    assert (there.returncode, there.stderr) == (here.returncode, here.stderr)
    # the demo and the sign-in check tell the time and what it took
    unlike = {"demo", "auth"}.intersection(line)
    assert there.stdout == here.stdout or (unlike and bool(there.stdout) == bool(here.stdout))
    writes = line[:2] in (["orders", "add"], ["orders", "remove"])
    assert (home.orders.read_bytes() != before) == changed == writes

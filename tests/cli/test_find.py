"""`find`, and orders by reference."""

from __future__ import annotations

import json
import signal

import pytest

from tests import LIMIT

from .conftest import IDS
from .test_record import until

ARCHIVE = IDS["ARKI-03"]


@pytest.fixture
def somebody(home):
    """A number that got its SMS, from an order that is watched."""
    home.watch("ARKI-03", "KOM-117")
    done = home.run("status", "--json", "--rows", "--unmask", ARCHIVE)
    rows = json.loads(done.stdout)["notifications"]
    return next(r["recipient"] for r in rows if r["recipient"].startswith("+479"))


def test_a_number_in_another_form_is_found_and_masked(home, somebody):
    digits = somebody.removeprefix("+47")
    done = home.run("find", f"{digits[:2]} {digits[2:4]} {digits[4:]}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("+ yes ")
    assert "ARKI-03" in done.stdout
    assert digits not in done.stdout


def test_json_has_a_line_for_each_order(home, somebody):
    done = home.run("find", "--json", "-", stdin=f"{somebody}\n")
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert {hit["order_id"] for hit in hits} >= {ARCHIVE}
    assert all(hit["answer"] == "yes" for hit in hits)
    assert somebody not in done.stdout
    unmasked = home.run("find", "--json", "--unmask", somebody)
    assert somebody in unmasked.stdout


def test_nobody_is_unknown(home):
    home.watch("ARKI-03")
    done = home.run("find", "40404040")
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown: 40••••40" in done.stderr or "unknown: " in done.stderr


def test_an_order_that_cannot_be_read_is_named(home):
    home.watch("ARKI-03", "UNKNOWN")
    done = home.run("find", "40404040")
    assert done.returncode == 3
    assert "was not looked through" in done.stderr


@pytest.mark.parametrize("text", ["abc", "", "12"])
def test_what_is_no_number_is_a_usage_error(home, text):
    home.watch("ARKI-03")
    done = home.run("find", text)
    assert (done.returncode, done.stdout) == (4, "")
    assert "no phone number" in done.stderr


def test_history_tells_of_orders_that_are_not_watched_now(home, somebody):
    recording = home.start("record")
    until(lambda: "ARKI-03" in home.run("history", "--summary").stdout, recording)
    recording.send_signal(signal.SIGTERM)
    recording.wait(LIMIT)
    home.watch("KOM-118")
    done = home.run("find", somebody)
    assert "From history: yes: ARKI-03, Delivered" in done.stderr
    assert "not watched now" in done.stderr
    assert somebody not in done.stderr


def test_while_the_api_is_away_what_is_unknown_is_told_from_what_was_seen(home, somebody):
    recording = home.start("record")
    until(lambda: home.run("history", "--summary").stdout.count("\n") == 2, recording)
    recording.send_signal(signal.SIGTERM)
    recording.wait(LIMIT)
    home.use("http://127.0.0.1:1")

    done = home.run("find", somebody)
    assert (done.returncode, done.stdout) == (3, "")
    assert "unknown: none of the 2 watched orders could be read." in done.stderr
    assert "From history: yes: ARKI-03, Delivered" in done.stderr
    assert "That order could not be read now." in done.stderr
    assert "2 orders were not looked through" in done.stderr

    lines = [json.loads(line) for line in home.run("find", "--json", somebody).stdout.splitlines()]
    known = [line for line in lines if line["source"] == "history"]
    assert {line["order_id"] for line in known} >= {ARCHIVE}
    assert known[0]["answer"] == "yes" and known[0]["looked_at"]
    unread = {line["order_id"]: line for line in lines if line["error"]}
    assert unread.keys() == {ARCHIVE, IDS["KOM-117"]}
    assert {line["answer"] for line in unread.values()} == {"unknown"}
    assert unread[ARCHIVE]["error"]["kind"] == "unreachable"

    # what history knows an order by is its name, also where the API is needed for the rest
    assert f"{ARCHIVE}  ARKI-03\n" in home.run("orders", "list").stdout
    table = home.run("status").stdout
    assert "? ARKI-03" in table and "? KOM-117" in table
    (line,) = home.run("status", "--json", ARCHIVE).stdout.splitlines()
    assert json.loads(line)["senders_reference"] == "ARKI-03"


def test_orders_are_added_by_reference(home):
    done = home.run("orders", "add", "--ref", "ARKI-03", "--ref", "nobody")
    assert done.returncode == 3
    assert done.stdout == f"{ARCHIVE}  ARKI-03  150 SMS\n"
    assert '"nobody"' in done.stderr
    assert home.watched() == [ARCHIVE]

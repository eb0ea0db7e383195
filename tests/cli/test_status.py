"""`status`: one look, as a table or as JSON, and an exit status that sums it up."""

from __future__ import annotations

import json
import signal
import socket
import time
from pathlib import Path

import pytest

from tests import LIMIT
from tests.terminal.pty_session import is_waiting

from .conftest import IDS

KEYS = (
    *("order_id", "senders_reference", "profile", "checked_at", "generated", "confirmed"),
    *("in_flight", "waiting", "stuck", "dead", "failed", "unknown"),
    *("api_succeeded", "final", "failures", "error"),
)
UNKNOWN = IDS["UNKNOWN"]


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


def test_json_is_one_object_a_line_with_counts_by_phase(home):
    done = home.run("status", "--json", IDS["INNK-77"])
    (order,) = objects(done.stdout)
    assert tuple(order) == KEYS
    assert order == {
        "order_id": IDS["INNK-77"],
        "senders_reference": "INNK-77",
        "profile": "local",
        "checked_at": "2026-11-23T07:50:00Z",
        "generated": 200,
        "confirmed": 196,
        "in_flight": 0,
        "waiting": 0,
        "stuck": 0,
        "dead": 0,
        "failed": 4,
        "unknown": 0,
        "api_succeeded": 196,
        "final": True,
        "failures": {"Failed (TTL)": 2, "Failed_BarredReceiver": 1, "Failed_Deleted": 1},
        "error": None,
    }
    assert (done.returncode, done.stderr) == (1, "")


def test_json_of_an_order_that_cannot_be_read_has_nulls_and_the_error(home):
    done = home.run("status", "--json", "--rows", UNKNOWN)
    (order,) = objects(done.stdout)
    assert tuple(order) == (*KEYS, "notifications")
    assert order["error"].keys() == {"kind", "message", "next_step"}
    assert order["error"]["kind"] == "not_found"
    known = {"order_id", "profile", "checked_at", "error"}
    assert all(value is None for key, value in order.items() if key not in known)
    assert done.returncode == 3


def test_rows_are_masked_unless_asked_for(home):
    masked = home.run("status", "--json", "--rows", IDS["INNK-77"])
    (order,) = objects(masked.stdout)
    rows = order["notifications"]
    assert len(rows) == 200
    assert [row["phase"] for row in rows] == ["failed"] * 4 + ["confirmed"] * 196
    keys = ["id", "phase", "status", "class", "recipient", "last_update", "description"]
    assert list(rows[0]) == keys
    assert all("•" in row["recipient"] for row in rows)
    assert {row["status"] for row in rows if row["class"] == "unknown"} == {"Failed (TTL)"}
    shown = home.run("status", "--json", "--rows", "--unmask", IDS["INNK-77"])
    numbers = [row["recipient"] for row in objects(shown.stdout)[0]["notifications"]]
    assert not any("•" in number for number in numbers)
    assert all(number not in masked.stdout for number in numbers)


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        (["ARKI-03"], 0),
        (["INNK-77"], 1),
        (["FRIST-05"], 1),  # dead
        (["VARS-09"], 2),  # stuck
        (["MORG-02"], 2),  # waiting
        (["TIME-12"], 2),  # no SMS yet
        (["KALD-12"], 0),  # cancelled: there will be none
        (["EPOST-4"], 0),  # e-mail only
        (["UNKNOWN"], 3),
        (["ARKI-03", "MORG-02"], 2),
        (["MORG-02", "INNK-77", "ARKI-03"], 1),
        (["INNK-77", "UNKNOWN", "MORG-02"], 3),
    ],
)
def test_the_exit_status_is_that_of_the_worst(home, keys, status):
    assert home.run("status", *(IDS[key] for key in keys)).returncode == status


def test_the_watched_orders_are_shown_in_their_order(home):
    keys = ["ARKI-03", "UNKNOWN", "KOM-118", "EPOST-4"]
    home.watch(*keys)
    done = home.run("status", "--json")
    assert [order["order_id"] for order in objects(done.stdout)] == [IDS[key] for key in keys]


def test_the_table_fits_80_columns_and_says_what_to_do(home):
    label = "a label that is too long to be shown whole"
    home.watch("KOM-118", "UNKNOWN", "EPOST-4", **{"ARKI-03": label})
    done = home.run("status")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1].split() == [
        *("ORDER", "SMS", "failed", "dead", "stuck", "in", "flight", "waiting", "confirmed")
    ]
    assert lines[2].split() == ["X", "KOM-118", "1000", "12", "-", "3", "41", "-", "944"]
    assert lines[3].startswith(f"? {UNKNOWN[:4]}..{UNKNOWN[-2:]}")
    assert UNKNOWN in done.stdout
    assert "Check the profile and the id." in done.stdout
    assert "    An e-mail order: it has no SMS." in lines
    assert lines[-1].startswith("+ a label that is ")
    assert "…" in lines[-1]
    assert done.stderr == ""


def test_nothing_printed_is_obeyed_by_a_terminal(home):
    home.watch("KOM-118", "UNKNOWN")
    for arguments in (["status"], ["status", "--json", "--rows"], [], ["demo"]):
        done = home.execute(*arguments, FORCE_COLOR="1")
        assert "\x1b" not in done.stdout + done.stderr


def test_trouble_with_the_api_is_told_once(home):
    home.use("http://127.0.0.1:9")
    home.watch("KOM-118", "ARKI-03", "EPOST-4")
    done = home.run("status")
    assert done.returncode == 3
    assert [line[0] for line in done.stdout.splitlines()[2:5]] == ["?", "?", "?"]
    assert done.stdout.count("127.0.0.1:9") == 1


@pytest.mark.parametrize(
    "written",
    [
        "{" + IDS["ARKI-03"].upper() + "}",
        IDS["ARKI-03"].replace("-", ""),
        f"https://platform.altinn.no/notifications/api/v1/orders/{IDS['ARKI-03']}/status",
        "my order",
        "ARKI-03",
    ],
)
def test_an_order_has_many_names(home, written):
    home.watch("KOM-118", **{"ARKI-03": "my order"})
    done = home.run("status", "--json", written)
    assert [order["order_id"] for order in objects(done.stdout)] == [IDS["ARKI-03"]]


def test_a_name_given_twice_is_asked_once(home):
    done = home.run("status", "--json", IDS["ARKI-03"], IDS["ARKI-03"].upper())
    assert len(objects(done.stdout)) == 1


def test_a_name_nobody_has_is_an_error(home):
    home.watch("ARKI-03", "UNKNOWN")
    done = home.run("status", "arki-03")
    assert (done.returncode, done.stdout) == (4, "")
    assert 'called "arki-03"' in done.stderr


def test_a_name_cannot_be_looked_for_when_the_api_is_away(home):
    home.use("http://127.0.0.1:9")
    home.watch("ARKI-03")
    done = home.run("status", "arki-03")
    assert (done.returncode, done.stdout) == (3, "")
    assert "127.0.0.1:9" in done.stderr


def test_without_orders_it_says_how_to_watch_some(home):
    done = home.run("status")
    assert (done.returncode, done.stdout) == (4, "")
    assert "sms-monitor orders add" in done.stderr


def test_without_a_profile_it_says_what_can_be_done(empty_home):
    for arguments in (["status"], []):
        done = empty_home.run(*arguments)
        assert (done.returncode, done.stdout) == (4, "")
        for way in ("sms-monitor demo", "SMS_MONITOR_TOKEN", "profile add"):
            assert way in done.stderr
    assert not list(empty_home.path.iterdir())


def test_the_token_may_come_from_the_environment_alone(empty_home, serve):
    done = empty_home.run(
        *("status", "--json", IDS["ARKI-03"]),
        SMS_MONITOR_TOKEN="canary-token",
        SMS_MONITOR_BASE_URL=serve(),
    )
    assert done.returncode == 0
    assert objects(done.stdout)[0]["profile"] == "custom"
    assert "canary" not in done.stdout + done.stderr


def test_a_wrong_config_is_a_sentence(home):
    home.write_config("profiles = 3\n")
    done = home.run("status")
    assert (done.returncode, done.stdout) == (4, "")
    assert "config.toml line 1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_watch_list_is_set_aside_and_told(home):
    home.orders.write_text("{")
    done = home.run("status", IDS["ARKI-03"])
    assert done.returncode == 0
    assert "orders.json.corrupt-" in done.stderr


def test_a_reader_that_goes_away_is_no_trouble(home):
    home.watch("KOM-118", "ARKI-03", "EPOST-4")
    for arguments in (["status"], ["status", "--json", "--rows"]):
        program = home.start(*arguments)
        program.stdout.close()
        assert program.stderr.read() == ""
        program.stderr.close()
        assert program.wait(LIMIT) == 141


def test_an_interrupt_ends_it_with_130(home):
    with socket.create_server(("127.0.0.1", 0)) as server:
        home.use(f"http://127.0.0.1:{server.getsockname()[1]}")
        program = home.start("status", IDS["ARKI-03"])
        server.settimeout(LIMIT)
        connection, _ = server.accept()
        # it has asked, and waits for the answer
        connection.settimeout(LIMIT)
        assert connection.recv(1)
        while not is_waiting(program.pid):
            time.sleep(0.005)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=LIMIT)
        connection.close()
    assert (program.returncode, out, err) == (130, "", "")


def test_a_terminal_that_is_not_utf_8_gets_no_traceback(home):
    done = home.execute(*("status", "--json", "--rows", IDS["INNK-77"]), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert objects(done.stdout)[0]["notifications"][0]["recipient"].startswith("+47••••••")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_output_that_cannot_be_written_is_no_failed_delivery(home):
    with Path("/dev/full").open("w") as full:
        program = home.start("status", IDS["ARKI-03"], stdout=full)
        _, err = program.communicate(timeout=LIMIT)
    assert program.returncode == 4
    assert "output cannot be written" in err
    assert "Traceback" not in err

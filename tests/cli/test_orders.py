"""`orders`: what is watched, and what is refused."""

from __future__ import annotations

import json

import pytest

from .conftest import IDS

ARCHIVE, COLLECTION, UNKNOWN = IDS["ARKI-03"], IDS["INNK-77"], IDS["UNKNOWN"]


def test_added_orders_are_listed_in_the_order_they_were_added(home):
    address = f"https://platform.altinn.no/notifications/api/v1/orders/{COLLECTION.upper()}"
    done = home.run("orders", "add", address, ARCHIVE)
    assert done.stdout.splitlines() == [
        f"{COLLECTION}  INNK-77  200 SMS",
        f"{ARCHIVE}  ARKI-03  150 SMS",
    ]
    assert (done.returncode, done.stderr) == (0, "")
    assert home.run("orders", "list").stdout.splitlines() == [COLLECTION, ARCHIVE]


def test_an_order_the_api_does_not_know_is_not_kept(home):
    done = home.run("orders", "add", UNKNOWN, ARCHIVE)
    assert done.returncode == 3
    assert done.stdout == f"{ARCHIVE}  ARKI-03  150 SMS\n"
    assert f"{UNKNOWN} was not added." in done.stderr
    assert home.watched() == [ARCHIVE]


def test_a_url_of_another_environment_is_doubted_and_tried(home):
    # whoever asks tt02 meets this proxy, where nobody listens
    away = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    token = {"SMS_MONITOR_TOKEN": "opaque", "SMS_MONITOR_ENVIRONMENT": "tt02"}
    home.config.unlink()
    address = f"https://platform.altinn.no/notifications/api/v1/orders/{ARCHIVE}"
    done = home.run("orders", "add", address, **away, **token)
    said = "This URL is from prod, the profile is tt02. It is tried all the same.\n"
    assert done.stderr.startswith(said)
    assert f"{ARCHIVE} was not added. The proxy http://127.0.0.1:9" in done.stderr
    assert done.returncode == 3


def test_nothing_is_kept_when_the_api_cannot_be_reached(home):
    home.use("http://127.0.0.1:9")
    done = home.run("orders", "add", ARCHIVE)
    assert (done.returncode, done.stdout) == (3, "")
    assert home.run("orders", "list").stdout == ""


def test_what_is_no_id_is_named_and_the_rest_is_added(home):
    done = home.run("orders", "add", "KOM\x1b-118", ARCHIVE)
    assert done.returncode == 4
    assert '"KOM\N{REPLACEMENT CHARACTER}-118" holds no order id' in done.stderr
    assert home.watched() == [ARCHIVE]


def test_lines_on_stdin_may_have_comments(home):
    lines = f"# today\n\n{ARCHIVE}  # the archive {COLLECTION}\n  #{UNKNOWN}\n"
    done = home.run("orders", "add", "-", stdin=lines)
    assert (done.returncode, done.stderr) == (0, "")
    assert home.watched() == [ARCHIVE]


def test_an_empty_stdin_is_an_error(home):
    done = home.run("orders", "add", "-")
    assert (done.returncode, done.stdout) == (4, "")


def test_an_order_that_is_watched_already_is_not_asked_about(home):
    home.watch("ARKI-03")
    home.use("http://127.0.0.1:9")
    done = home.run("orders", "add", ARCHIVE)
    assert (done.returncode, done.stdout) == (0, f"{ARCHIVE}  watched already\n")


def test_a_label_names_one_order(home):
    assert home.run("orders", "add", ARCHIVE, "--label", "the archive").returncode == 0
    assert home.run("orders", "list").stdout == f"{ARCHIVE}  the archive\n"
    assert home.run("orders", "add", ARCHIVE, "--label", "another").returncode == 0
    assert home.run("orders", "list").stdout == f"{ARCHIVE}  another\n"
    assert home.run("orders", "add", ARCHIVE, COLLECTION, "--label", "x").returncode == 4


def test_a_note_is_kept_beside_the_label(home):
    def described():
        answer = json.loads(home.run("orders", "list", "--json").stdout)
        return answer["label"], answer["note"]

    assert home.run("orders", "add", ARCHIVE, "--note", "asked by Kari").returncode == 0
    assert described() == ("", "asked by Kari")
    assert home.run("orders", "add", ARCHIVE, "--label", "the archive").returncode == 0
    assert described() == ("the archive", "asked by Kari")
    assert home.run("orders", "add", ARCHIVE, COLLECTION, "--note", "x").returncode == 4


def test_a_curl_command_names_its_order(home):
    line = f"curl -H 'Authorization: Bearer x' https://platform.altinn.no/orders/{ARCHIVE}/sms"
    assert home.run("orders", "add", "-", stdin=line).returncode == 0
    assert home.watched() == [ARCHIVE]


def test_the_list_is_also_json(home):
    home.watch("INNK-77", **{"ARKI-03": "the archive"})
    done = home.run("orders", "list", "--json")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {
            "order_id": order_id,
            "label": label,
            "note": "",
            "senders_reference": None,
            "profile": "local",
            "added": "2026-11-23T07:00:00Z",
        }
        for order_id, label in ((COLLECTION, ""), (ARCHIVE, "the archive"))
    ]


def test_an_empty_list_says_so_beside_the_data(home):
    done = home.run("orders", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "No orders are watched" in done.stderr


@pytest.mark.parametrize("name", [ARCHIVE.upper(), "the archive", "ARKI-03"])
def test_an_order_is_removed_by_any_of_its_names(home, name):
    home.watch("INNK-77", **{"ARKI-03": "the archive"})
    done = home.run("orders", "remove", name)
    assert (done.returncode, done.stdout) == (0, f"{ARCHIVE}  removed\n")
    assert home.watched() == [COLLECTION]


@pytest.mark.parametrize("names", [[ARCHIVE, UNKNOWN], [ARCHIVE, "nothing"]])
def test_nothing_is_removed_when_one_of_the_names_is_wrong(home, names):
    home.watch("INNK-77", "ARKI-03")
    done = home.run("orders", "remove", *names)
    assert (done.returncode, done.stdout) == (4, "")
    assert home.watched() == [COLLECTION, ARCHIVE]


def test_removing_by_id_asks_nobody(home):
    home.use("http://127.0.0.1:9")
    home.watch("ARKI-03")
    assert home.run("orders", "remove", ARCHIVE).returncode == 0


def test_a_watch_list_of_a_newer_program_is_left_alone(home):
    text = '{"version": 2, "profiles": []}'
    home.orders.write_text(text)
    done = home.run("orders", "add", ARCHIVE)
    assert done.returncode == 4
    assert "newer sms-monitor" in done.stderr
    assert home.orders.read_text() == text

"""What `doctor` finds, and that it tells no secret and asks nobody."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from tests.one_demo import IDS


def facts(done) -> dict[str, dict[str, object]]:
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {fact["key"]: fact for fact in found}


def test_a_good_installation_is_0_and_said_in_full(home):
    home.watch("ARKI-03", "KOM-118")
    done = home.run("doctor", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = facts(done)
    assert all(set(fact) == {"key", "ok", "value", "fix"} for fact in found.values())
    assert all(fact["ok"] for fact in found.values())
    assert found["watched orders"]["value"] == "local 2"
    assert str(home.config) in found["config file"]["value"]
    assert "mode 0600" in found["config file"]["value"]
    assert found["profile local"]["value"].startswith("custom http://127.0.0.1:")
    assert found["new is stuck after"]["value"] == "2 h, the default"
    for key in ("sms-monitor", "python", "textual", "httpx", "TERM", "colours", "clipboard"):
        assert found[key]["value"]


def test_nothing_is_written_and_nobody_asked(empty_home):
    empty_home.use("http://127.0.0.1:9")
    before = sorted(empty_home.path.rglob("*"))
    assert empty_home.run("doctor").returncode == 0
    assert sorted(empty_home.path.rglob("*")) == before


def test_without_any_file_it_is_0(empty_home):
    done = empty_home.run("doctor")
    assert done.returncode == 0
    assert "none: every value is its default" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_is_wrong_is_4_and_said_with_what_to_do(home):
    home.config.write_text("interval = 1.0\n")
    home.orders.write_text("{")
    state = home.path / "state"
    state.mkdir()
    (state / "state.json").write_text("[]")
    (state / "history.sqlite3").write_text("no database, and long enough to be looked at" * 9)
    done = home.run("doctor", "--json")
    assert done.returncode == 4
    found = facts(done)
    for key in ("config", "watched orders", "state", "history"):
        assert not found[key]["ok"] and found[key]["fix"]
    assert "config.toml line 1: interval" in found["config"]["value"]
    assert home.orders.read_text() == "{"
    text = home.run("doctor").stdout
    assert "FAIL watched orders" in text


def test_a_history_is_only_read(home):
    path = home.path / "state" / "history.sqlite3"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table seen (id text)")
        database.commit()
    before = path.read_bytes()
    assert facts(home.run("doctor", "--json"))["history"]["value"].startswith("readable, 1 table")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_wrong_keys_in_the_config_are_found(home):
    home.config.write_text(home.config.read_text() + '[keys]\nnext-fualt = "n"\n')
    found = facts(home.run("doctor", "--json"))
    assert 'Did you mean "next-fault"?' in found["config"]["value"]


def test_no_secret_is_told(home):
    home.write_config(
        '[profiles.own]\nenvironment = "tt02"\nauth = "token"\n'
        'token = { command = ["give", "--password", "CANARY-1"] }\n'
    )
    done = home.run("doctor", SMS_MONITOR_TOKEN="CANARY-2", SMS_MONITOR_ENVIRONMENT="tt02")
    assert "CANARY" not in done.stdout + done.stderr


def test_online_tries_the_sign_in(home):
    done = home.run("doctor", "--online", "--json")
    assert done.returncode == 0
    assert facts(done)["online api"]["ok"]
    home.use("http://127.0.0.1:9")
    done = home.run("doctor", "--online")
    assert done.returncode in (3, 4)
    assert "FAIL online" in done.stdout


def test_an_id_is_not_a_fact(home):
    home.watch("ARKI-03")
    assert IDS["ARKI-03"] not in home.run("doctor").stdout

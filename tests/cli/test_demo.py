"""`demo`: needs nothing and leaves nothing."""

from __future__ import annotations

from sms_monitor.cli.demo import DemoClock, DemoWatchList
from sms_monitor.simulator.clock import SimulatedClock
from sms_monitor.simulator.demo import WATCHED

from .conftest import IDS, START


def test_without_a_terminal_it_prints_one_table_and_touches_nothing(empty_home):
    empty_home.write_config("this is not TOML")
    before = empty_home.config.stat()
    done = empty_home.run("demo")
    assert (done.returncode, done.stderr) == (0, "")
    for key in set(WATCHED) - {"UNKNOWN"}:
        assert f" {key} " in done.stdout
    assert f"Order {IDS['UNKNOWN']} was not found" in done.stdout.replace("\n    ", " ")
    assert [path.name for path in empty_home.path.rglob("*")] == ["config", "config.toml"]
    assert empty_home.config.stat() == before


def test_another_seed_has_other_orders(empty_home):
    done = empty_home.run("demo", "--seed", "8", "--speed", "0")
    assert "KOM-118" in done.stdout
    assert IDS["UNKNOWN"] not in done.stdout


def test_its_watch_list_undoes_a_removal():
    clock = DemoClock(SimulatedClock(START, 0.0, lambda: 0.0).now)
    watched = DemoWatchList(["a" * 8 + IDS[key][8:] for key in WATCHED[:3]], clock)
    before = watched.orders()
    assert watched.add([before[0].order_id, IDS["ARKI-03"]]) == (IDS["ARKI-03"],)
    removed = watched.remove([before[0].order_id, before[2].order_id])
    assert [one.place for one in removed] == [0, 2]
    watched.restore(removed)
    watched.restore(removed)
    assert watched.orders()[:3] == before
    assert len(watched.orders()) == 4

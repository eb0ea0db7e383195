"""How the screens look, in every layout, in a dark, a light and the terminal's own theme."""

from dataclasses import replace
from datetime import date

import pytest

from sms_monitor.simulator.clock import oslo
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.scenario import guid
from sms_monitor.simulator.troubled_day import TROUBLED, troubled_day
from tests.ui.snap import assert_picture
from tests.ui.stage import SEED, stage


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 50)])
async def test_the_monitor_at_the_start(size) -> None:
    async with stage(size) as s:
        assert_picture(s.app, f"monitor-{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_the_monitor_in_other_themes(theme) -> None:
    async with stage((120, 40), theme=theme) as s:
        assert_picture(s.app, f"monitor-{theme}")


async def test_a_failure_in_full_on_a_small_screen() -> None:
    async with stage((80, 24)) as s:
        await s.press("n", "n", "n", "enter")
        assert_picture(s.app, "detail-80x24")


async def test_faults_filtered_with_changes_seen() -> None:
    async with stage((120, 40)) as s:
        await s.press("p")
        for _ in range(4):
            await s.poll_in_turn(45)
        await s.press("p")
        await s.heard_of_all()
        await s.press("f", "slash", *"number", "enter")
        assert_picture(s.app, "faults-120x40")


async def test_the_orders_on_a_small_screen() -> None:
    async with stage((80, 24)) as s:
        await s.press("1")
        assert_picture(s.app, "orders-80x24")


async def test_the_past() -> None:
    async with stage((120, 40)) as s:
        await s.press("p")
        for _ in range(4):
            await s.poll_in_turn(45)
        await s.press("left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert_picture(s.app, "replay-120x40")


async def test_offline() -> None:
    async with stage((120, 40)) as s:
        s.server.close()
        await s.poll(120)
        await s.poll(2)
        assert_picture(s.app, "offline-120x40")


async def test_the_help() -> None:
    async with stage((120, 40)) as s:
        await s.press("question_mark")
        assert_picture(s.app, "help-120x40")


async def test_adding_orders() -> None:
    async with stage((80, 24)) as s:
        await s.press("a", *"not an order", "enter")
        await s.until(lambda: "efused" in s.text())
        assert_picture(s.app, "add-80x24")


async def test_a_failure_in_norwegian() -> None:
    async with stage((120, 40), language="nb") as s:
        while "Undelivered" not in s.detail():
            await s.press("n")
        assert_picture(s.app, "norwegian-120x40")


def on_a_troubled_day(clock, size):
    day = date(2026, 11, 23)
    return stage(
        size,
        order_ids=[guid(SEED, "order", key) for key in TROUBLED],
        respond=lambda now: Simulator(troubled_day(SEED, day), now, lambda: 0),
        now=oslo(day, clock),
    )


async def test_an_outage_on_a_small_screen() -> None:
    async with on_a_troubled_day("15:00", (80, 24)) as s:
        assert_picture(s.app, "outage-80x24")


async def test_choosing_what_to_copy() -> None:
    async with stage((80, 24)) as s:
        await s.press("2", "j", "y")
        assert_picture(s.app, "copy-80x24")


async def test_exporting_marked_sms(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with stage((80, 24)) as s:
        await s.press("2", "j", "space", "j", "space", "E")
        assert_picture(s.app, "export-80x24")


async def test_the_log() -> None:
    async with stage((120, 40)) as s:
        await s.press("p")
        for _ in range(2):
            await s.poll_in_turn(45)
        # how long an answer took is the machine's affair, and so is how it was packed
        s.app._requests = [
            heard._replace(request=replace(heard.request, seconds=0.012))
            for heard in s.app._requests
        ]
        await s.press("at", *"jjjjjjj")
        assert_picture(s.app, "log-120x40")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_pulse_of_a_bad_morning(size) -> None:
    async with on_a_troubled_day("11:40", size) as s:
        await s.press("P")
        assert_picture(s.app, f"pulse-{size[0]}x{size[1]}")

"""The past on the screen, and what history tells of the present."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from sms_monitor.core.durations import oslo_time
from sms_monitor.core.phase import Phase
from sms_monitor.services.history import open_history
from sms_monitor.simulator.demo import demo_order_ids
from tests.ui.stage import SEED, START, MemoryState, stage

KOM_118 = demo_order_ids(SEED)[0]
MINUTE = 60.0


def in_file(path):
    """A history that lasts longer than the app."""
    return lambda now, tell: open_history(path, "demo", now, tell)


@asynccontextmanager
async def after(minutes, path=None, **options):
    """The app after some minutes of polls, a minute apart; with the tallies it showed live."""
    history = {} if path is None else {"history": in_file(path)}
    async with stage(order_ids=[KOM_118], **history, **options) as s:
        live = {s.clock.now(): s.app.board.orders[KOM_118].tally}
        for _ in range(minutes):
            await s.poll(MINUTE)
            live[s.clock.now()] = s.app.board.orders[KOM_118].tally
        yield s, live


def header(s):
    return s.lines()[0]


async def test_stepping_back_through_a_recorded_hour_shows_what_live_showed() -> None:
    async with after(8) as (s, live):
        now, shown = s.clock.now(), {}
        while True:
            before = s.app.replayed_at
            await s.press("left_square_bracket")
            if s.app.replayed_at == before:
                break
            at = s.app.replayed_at
            order = s.screen.order
            shown[at] = order.tally
            assert f"REPLAY {oslo_time(at, now)}" in header(s)
            assert s.screen.order_list.board.orders[KOM_118].tally == live[at]
            assert s.screen.sms_table.order is order
            assert len(s.screen.sms_table.keys) == order.tally.generated
        assert shown.items() <= live.items()
        assert len(shown) >= 6
        assert len({str(tally) for tally in shown.values()}) >= 4
        assert min(shown) == START.astimezone(min(shown).tzinfo)
        assert "History does not go further back" in s.text()


async def test_forward_again_ends_in_the_present() -> None:
    async with after(4) as (s, live):
        await s.press(*["left_square_bracket"] * 3)
        past = s.app.replayed_at
        await s.press("right_square_bracket")
        assert past < s.app.replayed_at < s.clock.now()
        await s.press(*["right_square_bracket"] * 9)
        assert s.app.replayed_at is None
        assert "REPLAY" not in header(s)
        assert s.app.board.orders[KOM_118].tally == live[s.clock.now()]


async def test_ages_and_phases_are_those_of_then() -> None:
    async with after(5) as (s, _):
        await s.press("S", "G")
        row = s.screen.sms_table.row
        await s.press(*["left_square_bracket"] * 4)
        at = s.app.replayed_at
        then = s.screen.order.rows[row.id]
        age = int((at - then.last_update).total_seconds() // 60)
        assert s.screen.order.judged_at == at
        s.screen.sms_table.move_to(row.id)
        await s.pilot.pause()
        line = next(line for line in s.lines() if f" {age // 60}h " in line or f" {age}m " in line)
        assert line


async def test_the_poller_goes_on_behind_the_past_and_only_its_events_are_told() -> None:
    async with after(3) as (s, _):
        await s.press("left_square_bracket", "left_square_bracket")
        at, past = s.app.replayed_at, s.screen.order.tally
        told = len(s.screen.events_list.keys)
        for _ in range(3):
            await s.poll_behind(MINUTE)
        assert s.app.replayed_at == at
        assert s.screen.order.tally == past
        newer = s.screen.events_list.keys[: len(s.screen.events_list.keys) - told]
        events = [s.screen.events_list.item(key) for key in newer]
        assert any("to Delivered" in event.text for event in events)
        assert all(event.at > at for event in events)
        await s.press("full_stop")
        assert "REPLAY" not in header(s)
        live = s.app.watching.poller.board
        assert s.screen.order is live.orders[KOM_118]
        count = len(s.screen.events_list.keys)
        await s.press("left_square_bracket", "full_stop")
        assert len(s.screen.events_list.keys) == count, "the past told something"


async def test_coming_back_puts_the_cursor_where_it_was() -> None:
    async with after(4) as (s, _):
        await s.press("2", "j", "j", "j", "j")
        table = s.screen.sms_table
        keys, key, view = list(table.keys), table.key, table.view
        await s.press("left_square_bracket", "left_square_bracket", "g", "S")
        await s.press("full_stop")
        assert (table.key, table.view.sort) == (key, view.sort)
        await s.press("left_square_bracket", "G", "full_stop")
        assert table.key == key
        assert list(table.keys) == keys


async def test_the_way_back_is_offered_only_to_who_is_away() -> None:
    async with after(2) as (s, _):
        assert "live" not in s.lines()[-1]
        await s.press("left_square_bracket")
        assert "live" in s.lines()[-1]
        await s.press("full_stop")
        assert "live" not in s.lines()[-1]


async def test_changes_of_the_order_under_the_cursor_are_gone_to() -> None:
    async with stage() as s:
        for _ in range(4):
            await s.poll(MINUTE)
        s.clock.advance(1)
        await s.press("left_curly_bracket")
        record = await s.app.watching.history.record(KOM_118)
        assert s.screen.order.order_id == KOM_118
        assert s.app.replayed_at == record.moments[-1]
        await s.press("left_curly_bracket")
        assert s.app.replayed_at == record.moments[-2]
        await s.press("right_curly_bracket", "right_curly_bracket")
        assert s.app.replayed_at is None


async def test_a_time_can_be_gone_to_and_one_that_makes_no_sense_is_told() -> None:
    async with after(6) as (s, _):
        s.app.action_replay_to("08:53")
        await s.recalled()
        assert "REPLAY 08:53:00" in header(s)
        for when, told in (("half past", "needs a time such as"), ("2h", "further back")):
            s.app.action_replay_to(when)
            await s.recalled()
            assert told in s.text()
            assert "REPLAY 08:53:00" in header(s)
        s.app.action_replay_live()
        await s.recalled()
        assert "REPLAY" not in header(s)


async def test_an_order_that_was_not_known_then_says_so() -> None:
    async with after(3) as (s, _):
        s.watched.add(demo_order_ids(SEED)[1:2])
        await s.app.watching.reload()
        await s.heard_of_all()
        s.app.action_replay_to("08:51")
        await s.recalled()
        assert "not seen yet" in s.text()
        assert "asking" not in s.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
async def test_the_past_is_named_on_every_size(size) -> None:
    async with after(2, size=size) as (s, _):
        await s.press("left_square_bracket")
        assert "REPLAY 08:5" in header(s)


# across restarts


async def test_the_timeline_goes_on_after_a_restart(tmp_path) -> None:
    path = tmp_path / "history.sqlite3"
    async with after(0, path) as (s, _):
        first = s.screen.order.rows
    async with after(0, path, now=START + timedelta(minutes=15)) as (s, _):
        changed = next(
            row
            for row in s.screen.order.rows.values()
            if row.phase is Phase.FAILED and first[row.id].status != row.status
        )
        s.screen.sms_table.move_to(changed.id)
        await s.pilot.pause()
        await s.recalled()
        detail = s.detail()
        assert f"{first[changed.id].status}, first seen 08:50:00" in detail
        assert f"{changed.status}, after " in detail
        assert "seen 09:05:00, not looked at since 08:50:00" in detail
        assert changed.seen == ()


async def test_what_happened_while_nobody_looked_is_told_at_the_start(tmp_path) -> None:
    path = tmp_path / "history.sqlite3"
    async with after(0, path) as (s, _):
        before = s.screen.order.tally
        assert "since" not in s.text()
    async with after(0, path, now=START + timedelta(minutes=15)) as (s, _):
        now = s.screen.order.tally
        failed = now[Phase.FAILED] - before[Phase.FAILED]
        confirmed = now[Phase.CONFIRMED] - before[Phase.CONFIRMED]
        assert failed > 0
        events = [s.screen.events_list.item(key).text for key in s.screen.events_list.keys]
        assert f"KOM-118: +{failed} failed, +{confirmed} confirmed since 08:50" in events
        await s.press("W")
        assert s.screen.sms_table.view.filter.text == "since:08:50"
        assert len(s.screen.sms_table.keys) == failed + confirmed
        await s.press("escape")
        await s.press("left_square_bracket", "left_square_bracket")
        assert s.screen.order.tally == before


async def test_a_first_visit_has_nothing_before_it() -> None:
    async with after(0) as (s, _):
        await s.press("W")
        assert "There was no visit before this one" in s.text()
        assert s.screen.sms_table.view.filter.text == ""


async def test_the_detail_says_how_long_delivery_took() -> None:
    async with after(6) as (s, _):
        assert "Delivery" in s.detail()
        found = await s.app.watching.history.delivery(KOM_118)
        assert f"of {found.sms} SMS seen on their way" in s.detail()


async def test_a_history_that_is_not_kept_is_told_and_the_monitor_goes_on(tmp_path) -> None:
    path = tmp_path / "history.sqlite3"
    path.mkdir()
    async with after(3, path, state=MemoryState()) as (s, live):
        events = [s.screen.events_list.item(key).text for key in s.screen.events_list.keys]
        assert sum("History is not kept on the disk." in event for event in events) == 1
        assert len(live) == 4
        await s.press("left_square_bracket", "left_square_bracket")
        assert "REPLAY" in header(s)


async def test_a_note_is_of_no_time_and_the_pulse_says_that_it_is_the_past() -> None:
    async with after(3) as (s, _):
        s.app.watching.poller.watch([(KOM_118, "mine")], {KOM_118: "ring back"})
        await s.until(lambda: s.app.board.orders[KOM_118].note == "ring back")
        await s.press("left_square_bracket", "left_square_bracket")
        await s.until(lambda: s.app.replayed_at is not None)
        order = s.screen.order
        assert (order.label, order.note) == ("mine", "ring back")
        assert s.app.answered_at(order) == order.answered_at
        await s.press("P")
        await s.until(lambda: "PULSE" in s.text())
        assert "REPLAY" in s.lines()[0]

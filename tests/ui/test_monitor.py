"""The monitor under a pilot: what keys do, and what stays where it is."""

import asyncio
import json
import random
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from textual import events
from textual.command import CommandList

from sms_monitor.core.phase import FAULTS, Phase
from sms_monitor.services.state import ViewState
from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.ui.keys import MONITOR_KEYS, PULSE_KEYS, TABLE_KEYS
from tests.one_demo import IDS
from tests.ui.stage import SEED, START, MemoryState, Played, stage

FIXTURES = Path(__file__).parent.parent / "fixtures"
KOM_118 = demo_order_ids(SEED)[0]
SOME = [IDS[key] for key in ("VARS-09", "UNKNOWN", "ARKI-03")]
"""Fewer than the demo watches, where it does not matter which."""
SEQ = "c1d034c5-6af7-4813-aff7-920ab02e27b2"


def poll_bodies() -> list[bytes]:
    names = ("sms-04-poll-1", "sms-04-poll-2-reordered", "sms-04-poll-3-succeeded-drops")
    return [(FIXTURES / f"{name}.json").read_bytes() for name in names]


async def test_the_worst_order_is_on_top_and_under_the_cursor_at_the_start() -> None:
    async with stage() as s:
        assert s.screen.order.order_id == KOM_118
        assert s.screen.order_list.cursor_row == 0
        assert "94.4% confirmed (API says 98.5%)" in s.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 50)])
@pytest.mark.parametrize("key", ["f", "n"])
async def test_one_key_and_enter_reach_the_worst_failure_and_its_next_step(size, key) -> None:
    async with stage(size) as s:
        await s.press(key, "enter")
        assert s.screen.pane == "detail"
        row = s.screen.sms_table.row
        assert row.phase is Phase.FAILED and row.status == "Failed"
        assert "Do next" in s.text()
        assert "the sender places a new order once" in s.detail()


async def test_the_next_fault_goes_through_the_order_and_on_into_the_next() -> None:
    async with stage() as s:
        seen = []
        for _ in range(16):
            await s.press("n")
            seen.append((s.screen.order.name, s.screen.sms_table.row.phase))
        assert all(phase in FAULTS for _, phase in seen)
        assert [name for name, _ in seen] == ["KOM-118"] * 15 + ["VARS-09"]
        await s.press("N")
        assert s.screen.order.name == "KOM-118"
        assert s.screen.sms_table.row.phase is Phase.STUCK


async def test_no_further_fault_is_said_and_the_cursor_stays() -> None:
    async with stage(order_ids=[demo_order_ids(SEED)[9]]) as s:
        await s.press("n")
        assert "No fault further on" in s.text()


async def test_faults_and_filter_compose_and_both_are_in_the_title() -> None:
    async with stage() as s:
        await s.press("f", "slash", *"barred", "enter")
        title = next(line for line in s.lines() if "[2] SMS" in line)
        assert "faults only" in title and "/barred" in title and "4 of 1000" in title
        assert {row.status for row in s.screen.sms_table.order.rows.values()} > {"Delivered"}
        assert {s.screen.sms_table.item(k).status for k in s.screen.sms_table.keys} == {
            "Failed_BarredReceiver"
        }
        await s.press("escape")
        assert s.screen.sms_table.view.filter.text == "" and s.screen.sms_table.view.faults_only
        await s.press("escape")
        assert not s.screen.sms_table.view.faults_only
        await s.press("escape")
        assert s.screen.pane == "orders"
        await s.press("escape")
        assert s.app.is_running


async def test_a_half_typed_filter_survives_a_poll() -> None:
    async with stage() as s:
        await s.press("slash", *"Deliv")
        keys = list(s.screen.sms_table.keys)
        await s.poll(30)
        assert s.app.focused.id == "filter" and s.app.focused.value == "Deliv"
        assert list(s.screen.sms_table.keys)[: len(keys)] == keys
        await s.press("escape")
        assert s.screen.sms_table.view.filter.text == ""


async def test_a_bad_expression_is_said_and_hides_nothing() -> None:
    async with stage() as s:
        await s.press("slash", *"re:(", "enter")
        assert len(s.screen.sms_table.keys) == 1000
        assert s.screen.sms_table.view.filter.error[:20] in s.text()


@pytest.mark.long
async def test_nothing_moves_under_the_cursor_in_100_polls() -> None:
    """Shuffled arrays and changing statuses: key, offset, filter and pane stay."""
    rng = random.Random(4)
    body = json.loads((FIXTURES / "sms-04-poll-1.json").read_text())
    template = body["notifications"][0]
    statuses = ["New", "Sending", "Accepted", "Delivered", "Failed_BarredReceiver"]

    def answer() -> bytes:
        rows = []
        for i in range(100):
            status = {**template["sendStatus"], "status": rng.choice(statuses)}
            row_id = f"00000000-0000-4000-8000-{i:012}"
            rows.append({**template, "id": row_id, "sendStatus": status})
        rng.shuffle(rows)
        return json.dumps({**body, "generated": 100, "notifications": rows}).encode()

    async with stage(
        (100, 30),
        order_ids=[SEQ],
        respond=lambda now: Played([answer() for _ in range(101)], now),
    ) as s:
        await s.press("2", "slash", *"0000-4000", "enter", *["j"] * 25)
        table = s.screen.sms_table
        key, offset, keys = table.key, table.scroll_offset, list(table.keys)
        assert offset.y > 0
        for place in range(1, 101):
            s.played.place = place
            await s.poll()
            assert (table.key, table.scroll_offset, list(table.keys)) == (key, offset, keys)
            assert table.view.filter.text == "0000-4000" and s.screen.pane == "sms"
        assert s.app.board.orders[SEQ].rows[key].seen


async def test_the_tally_follows_the_rows_and_a_backward_move_is_a_transition() -> None:
    async with stage(order_ids=[SEQ], respond=lambda now: Played(poll_bodies(), now)) as s:
        await s.press("2", "j")
        table = s.screen.sms_table
        key, keys = table.key, list(table.keys)
        for place in (1, 2):
            s.played.place = place
            await s.poll(15)
            assert table.key == key and list(table.keys) == keys
        order = s.app.board.orders[SEQ]
        assert order.summary.succeeded == 1
        assert order.tally[Phase.CONFIRMED] == 1 and order.tally[Phase.FAILED] == 1
        s.played.place = 0
        await s.poll(15)
        assert "went back from Sending to New" in s.text()
        await s.press("1", "2", "enter")
        moved = next(
            row for row in s.app.board.orders[SEQ].rows.values() if row.id.startswith("1125a3a1")
        )
        assert [(t.before, t.after) for t in moved.seen] == [("New", "Sending"), ("Sending", "New")]


async def test_the_server_going_away_keeps_the_rows_and_says_so_until_it_is_back() -> None:
    async with stage() as s:
        rows = s.screen.sms_table.order.rows
        s.server.close()
        await s.poll(60)
        assert s.screen.sms_table.order.rows.keys() == rows.keys()
        assert "OFFLINE 1m, retry" in s.lines()[0]
        assert "not refreshed" in s.text() and "refused the connection" in s.text()
        s.serve_again()
        await s.poll(60)
        assert "LIVE 0s" in s.lines()[0]
        assert "The API answers again" in s.text()


async def test_numbers_are_masked_until_m_and_again_after_it() -> None:
    async with stage() as s:
        row = s.screen.sms_table.row
        number = row.notification.recipient.mobile_number
        assert number not in s.text() and "••••••" in s.text()
        await s.press("m")
        assert number in s.text() and "UNMASKED" in s.lines()[0]
        await s.press("m")
        assert number not in s.text() and "UNMASKED" not in s.lines()[0]


async def test_unwatch_and_undo() -> None:
    async with stage() as s:
        assert s.app.check_action("undo", ()) is False
        await s.press("D")
        assert KOM_118 not in s.app.board.orders and s.screen.order.name != "KOM-118"
        await s.press("u")
        await s.heard_of_all()
        assert next(iter(s.app.board.orders)) == KOM_118
        assert s.watched.orders()[0].order_id == KOM_118


async def test_undo_typed_twice_takes_one_order_back_once() -> None:
    async with stage() as s:
        await s.press("D")
        await s.until(lambda: KOM_118 not in s.app.board.orders)
        s.app.action_undo()
        s.app.action_undo()
        await s.heard_of_all()
        await s.until(lambda: KOM_118 in s.app.board.orders)
        assert [o.order_id for o in s.watched.orders()].count(KOM_118) == 1
        assert s.app.is_running and not s.app.check_action("undo", ())


async def test_pause_and_go_on() -> None:
    async with stage() as s:
        await s.press("p")
        assert "PAUSED" in s.lines()[0]
        s.clock.advance(3600)
        await s.pilot.pause(0.05)
        assert all(o.next_poll is not None for o in s.app.board.orders.values())
        await s.press("p")
        await s.until(lambda: "LIVE 0s" in s.lines()[0])


async def test_sorting_by_keys_and_back() -> None:
    async with stage() as s:
        await s.press("2", "A")
        ages = [s.screen.sms_table.item(k).last_update for k in s.screen.sms_table.keys]
        assert ages == sorted(ages, reverse=True)
        await s.press("O")
        ages = [s.screen.sms_table.item(k).last_update for k in s.screen.sms_table.keys]
        assert ages == sorted(ages)
        await s.press("M")
        assert "NUMBERv" in s.text()
        await s.press("S")
        assert s.screen.sms_table.item(s.screen.sms_table.keys[0]).phase is Phase.FAILED


async def test_copying_says_what_was_copied_and_keeps_the_mask() -> None:
    async with stage() as s:
        await s.press("2", "y", "n")
        assert s.app.clipboard.startswith("+47••••••")
        await s.press("m", "y", "n")
        number = s.screen.sms_table.row.notification.recipient.mobile_number
        assert s.app.clipboard == number
        await s.press("y", "o")
        assert s.app.clipboard == KOM_118


async def test_the_view_is_remembered_and_restored() -> None:
    state = MemoryState()
    async with stage(state=state) as s:
        await s.press("1", "j", "2", "f", "j", "j", "A")
        name, key = s.screen.order.name, s.screen.sms_table.key
        await s.press("ctrl+q")
    assert isinstance(state.state, ViewState) and state.state.faults_only
    async with stage(state=state) as s:
        assert (s.screen.order.name, s.screen.sms_table.key) == (name, key)
        assert s.screen.sms_table.view.faults_only and s.screen.sms_table.view.sort == "age"


@pytest.mark.parametrize(
    ("typed", "kept"), [("47 99 11 22", ""), ("barred", "barred"), ("age>24h", "age>24h")]
)
async def test_a_number_that_was_filtered_by_is_not_left_on_the_disk(typed, kept) -> None:
    state = MemoryState()
    async with stage(state=state, order_ids=[KOM_118]) as s:
        await s.press("slash")
        s.app.focused.value = typed
        await s.press("enter", "ctrl+q")
    assert state.state.filter == kept


async def test_keys_typed_ahead_belong_to_what_the_keys_before_them_opened() -> None:
    async with stage((80, 24)) as s:
        await s.press("2", "slash", *"barred", "enter", "G", "y", "i")
        assert s.screen.sms_table.view.filter.text == "barred"
        row = s.screen.sms_table.row
        assert row.status == "Failed_BarredReceiver" and s.app.clipboard == row.id
        assert s.screen.sms_table.key == s.screen.sms_table.keys[-1]
        await s.press("I", *["backspace"] * 4, *"30", "enter", "p")
        assert s.app.board.interval == 30 and "PAUSED" in s.lines()[0]
        await s.press("a", *"qn", "escape", "m")
        assert s.app.unmasked and s.screen.pane == "sms"


@pytest.mark.parametrize("pasted", ["\x1b]52;c;QUJD\x07barred", "\u202ebarred\x9b2J"])
async def test_what_is_pasted_into_the_filter_is_cleaned(pasted) -> None:
    async with stage() as s:
        await s.press("slash")
        s.app.post_message(events.Paste(pasted))
        await s.pilot.pause()
        assert "barred" in s.app.focused.value
        assert not any(c in s.text() for c in "\x1b\x07\x9b\u202e")


async def test_a_number_in_the_filter_is_masked_in_the_title() -> None:
    async with stage() as s:
        await s.press("slash", *"+47 90 00 00 01", "enter")
        assert "90 00" not in s.text() and "/•" in s.text()
        await s.press("m")
        assert "/+47 90 00 00 01" in s.text()


async def test_a_wish_to_go_back_to_a_row_ends_with_the_first_key() -> None:
    async with stage(order_ids=[KOM_118]) as s:
        last = s.screen.sms_table.keys[-1]
    state = MemoryState(ViewState(last_order=KOM_118, row_id=last, faults_only=True))
    async with stage(order_ids=[KOM_118], state=state) as s:
        await s.press("2", "escape", "j", "j")
        key, offset = s.screen.sms_table.key, s.screen.sms_table.scroll_offset
        await s.poll(15)
        assert (s.screen.sms_table.key, s.screen.sms_table.scroll_offset) == (key, offset)


async def test_orders_heard_of_late_do_not_move_what_is_read() -> None:
    async with stage((80, 24), heard=False) as s:
        await s.until(lambda: bool(s.screen.order_list.keys))
        await s.press("enter")
        order_id, keys = s.screen.order.order_id, list(s.screen.order_list.keys)
        await s.heard_of_all()
        assert s.screen.order.order_id == order_id and list(s.screen.order_list.keys) == keys


async def test_the_next_failure_is_read_from_its_top() -> None:
    async with stage((60, 15)) as s:
        await s.press("n", "enter", *"jjjjj")
        assert s.screen.detail.scroll_offset.y > 0
        await s.press("n")
        assert s.screen.detail.scroll_offset.y == 0


async def test_hostile_text_is_shown_and_neither_obeyed_nor_parsed() -> None:
    body = json.loads((FIXTURES / "sms-04-poll-1.json").read_text())
    hostile = "[/red]\x1b]52;c;AAAA\x07\x9b2J\u202e[@click=app.quit]x[/] " + "A" * 10_000
    body["sendersReference"] = hostile
    for row in body["notifications"]:
        row["sendStatus"]["status"] = f"Odd_{hostile}"
        row["sendStatus"]["description"] = hostile
        row["recipient"]["mobileNumber"] = hostile
    async with stage(
        order_ids=[SEQ], respond=lambda now: Played([json.dumps(body).encode()], now)
    ) as s:
        await s.press("2", "enter")
        text = s.text()
        assert "[/red]" in text and "[@click=app.quit]x[/]" in text
        assert not any(c in text for c in "\x1b\x07\x9b\u202e")
        await s.press("m", "y")
        await s.press("escape", "n", "f", "z", "z", "ctrl+p")
        await s.press("escape")
        assert s.app.is_running


@pytest.mark.long
@pytest.mark.parametrize("pane", ["1", "2", "3", "4"])
async def test_every_key_of_the_map_is_safe_in_every_pane(pane) -> None:
    async with stage((80, 24), order_ids=SOME) as s:
        # every second key, the others in the next pane
        for key in MONITOR_KEYS[int(pane) % 2 :: 2]:
            if key.id == "close" or key.keys in "1234":
                continue
            await s.pilot.press(pane, key.keys.split(",")[-1])
            while len(s.app.screen_stack) > 1:
                await s.pilot.press("escape")
            if s.app.focused is not None and s.app.focused.id in ("filter", "command"):
                await s.pilot.press("escape")
        await s.pilot.press(*(name for key in TABLE_KEYS for name in key.keys.split(",")))
        assert s.app.is_running


@pytest.mark.parametrize("keys", [MONITOR_KEYS, PULSE_KEYS])
def test_no_needed_key_is_one_the_terminal_or_tmux_takes_and_none_is_bound_twice(keys) -> None:
    names = [name for key in (*TABLE_KEYS, *keys) for name in key.keys.split(",")]
    assert len(names) == len(set(names))
    assert not {f"ctrl+{c}" for c in "absjozc"} & set(names)


async def test_phases_move_by_time_alone() -> None:
    async with stage() as s:
        morning = next(o for o in s.app.board.orders.values() if o.name == "MORG-02")
        assert morning.tally[Phase.WAITING] == 320
        s.screen.order_list.move_to(morning.order_id)
        await s.press("p")
        s.clock.advance(timedelta(minutes=11).total_seconds())
        await s.until(lambda: s.app.board.orders[morning.order_id].tally[Phase.IN_FLIGHT] == 320)
        assert START + timedelta(minutes=11) == s.clock.now()


async def test_paging_in_a_palette_that_is_not_laid_out_yet_is_safe(monkeypatch) -> None:
    async with stage((60, 15)) as s:
        await s.press("ctrl+p")
        await s.until(lambda: len(s.app.screen_stack) == 2)
        commands = s.app.screen.query_one(CommandList)
        await s.until(lambda: commands.option_count > 0)
        commands.highlighted = 0
        monkeypatch.setattr(CommandList, "_lines", property(lambda _: []))
        s.app.screen._action_command_list("page_down")
        monkeypatch.undo()
        await s.press("escape", "f")
        assert s.screen.sms_table.view.faults_only


async def test_quitting_lets_connections_be_closed_however_long_that_takes(monkeypatch) -> None:
    really, closed = httpx.AsyncHTTPTransport.aclose, []

    async def slowly(self):
        for _ in range(50):
            await asyncio.sleep(0)
        await really(self)
        closed.append(self)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "aclose", slowly)
    async with stage() as s:
        await s.app.action_quit()
    assert closed

"""Marks: shown by a sign, counted, and kept while everything around them moves."""

import json

import pytest

from sms_monitor.simulator.demo import demo_order_ids
from tests.core.orders import ORDER
from tests.ui.stage import START, Played, stage

KOM_118 = demo_order_ids(7)[0]


def body(statuses):
    """An order of these SMS, in the order given, which means nothing."""
    rows = [
        {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "recipient": {"mobileNumber": f"+4790000{number:03}"},
            "sendStatus": {"status": status, "lastUpdate": START.isoformat()},
        }
        for number, status in statuses
    ]
    return json.dumps({"orderId": ORDER, "notifications": rows}).encode()


def marked(s):
    return [row.id[-2:] for row in s.screen.marked_rows]


def signs(s):
    """The glyph and what stands behind it, of the lines of SMS."""
    table = s.screen.sms_table
    return [table._line(y, table._widths()).plain[:2] for y in range(1, 1 + len(table.keys))]


BEFORE = [(number, "Accepted") for number in range(6)]
AFTER = [(5, "Accepted"), (2, "Delivered"), (0, "Accepted"), (4, "Delivered"), (1, "Accepted")]


def played(*bodies):
    return {"order_ids": [ORDER], "respond": lambda now: Played(bodies, now)}


async def test_space_marks_and_unmarks_with_a_sign_and_a_count():
    async with stage(**played(body(BEFORE))) as s:
        await s.press("2", "g", "space", "j", "j", "space")
        assert marked(s) == ["00", "02"] and signs(s) == [">*", "> ", ">*", "> ", "> ", "> "]
        assert "6 of 6 · 2 marked" in s.text()
        await s.press("space")
        assert marked(s) == ["00"] and "· 1 marked" in s.text()
        await s.press("k", "k", "space")
        assert marked(s) == [] and "marked" not in s.text()


async def test_v_marks_the_range_from_the_last_mark_in_either_direction():
    async with stage(**played(body(BEFORE))) as s:
        await s.press("2", "g", "j", "v")
        assert marked(s) == ["01"] and "v on another SMS" in s.text()
        await s.press("j", "j", "v")
        assert marked(s) == ["01", "02", "03"]
        await s.press("g", "v")
        assert marked(s) == ["00", "01", "02", "03"]
        await s.press("V")
        assert marked(s) == []


async def test_marks_stay_with_their_sms_through_polls_that_shuffle_and_drop():
    async with stage(**played(body(BEFORE), body(AFTER), body(BEFORE))) as s:
        await s.press("2", "g", "j", "j", "space", "j", "space", "j", "space")
        assert marked(s) == ["02", "03", "04"]
        key = s.screen.sms_table.key
        s.played.place = 1
        await s.poll(20)
        # the one that is no longer listed is neither counted nor exported
        assert sorted(marked(s)) == ["02", "04"] and "· 2 marked" in s.text()
        assert s.screen.sms_table.key == key
        for _ in range(3):
            s.played.place = 3 - s.played.place
            await s.poll(20)
        s.played.place = 0
        await s.poll(20)
        assert sorted(marked(s)) == ["02", "03", "04"] and "· 3 marked" in s.text()


async def test_marks_outlive_filters_sorting_and_a_look_at_another_order():
    async with stage() as s:
        await s.press("2", "g", "space", "j", "space")
        one = s.screen.marked_rows
        await s.press("slash", *"delivered", "enter")
        assert set(s.screen.marked_rows) == set(one) and "· 2 marked" in s.text()
        await s.press("A", "1", "j")
        assert s.screen.marked_rows == [] and "marked" not in s.text()
        await s.press("k")
        assert set(s.screen.marked_rows) == set(one)


async def test_esc_clears_the_filter_then_the_faults_then_the_marks_then_goes_out():
    async with stage(order_ids=[KOM_118]) as s:
        await s.press("2", "f", "space", "slash", *"barred", "enter")
        view = s.screen.sms_table
        await s.press("escape")
        assert not view.view.filter.text and view.view.faults_only and s.screen.marked_rows
        await s.press("escape")
        assert not view.view.faults_only and s.screen.marked_rows
        await s.press("escape")
        assert not s.screen.marked_rows and s.screen.pane == "sms"
        await s.press("escape")
        assert s.screen.pane == "orders"


@pytest.mark.parametrize("pane", ["1", "4"])
async def test_nothing_is_marked_where_no_sms_is_under_the_cursor(pane):
    async with stage(order_ids=[KOM_118]) as s:
        await s.press(pane, "space", "v", "V")
        assert s.screen.marked_rows == []


async def test_a_mark_can_be_seen_without_colour_on_the_smallest_screen():
    async with stage((60, 15), order_ids=[KOM_118]) as s:
        await s.press("2", "g", "space")
        assert "X*" in s.lines()[4] and "1 marked" in s.lines()[1]

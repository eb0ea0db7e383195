"""Did this person get the SMS: `#`, `*`, and the row it leads to."""

import json

from textual.widgets import Input

from sms_monitor.core.recipients import recipient_keys
from sms_monitor.services.history import open_history
from sms_monitor.simulator.demo import demo_order_ids
from tests.ui.dialog_host import words
from tests.ui.stage import SEED, stage


def somebody(s, status, reference=None):
    """The number of a row of that status, and where it is."""
    for order in s.app.board.orders.values():
        for row in order.rows.values():
            number = row.notification.recipient.mobile_number
            if row.status == status and number and reference in (None, order.name):
                return number, order, row
    raise AssertionError(status)


async def test_a_number_as_people_write_it_leads_to_the_row():
    async with stage((120, 40)) as s:
        number, order, row = somebody(s, "Failed_BarredReceiver")
        digits = number.removeprefix("+47").removeprefix("0047")
        await s.press("f", "number_sign", *f"{digits[:2]} {digits[2:5]} {digits[5:]}", "enter")
        assert s.screen.order.order_id == order.order_id
        assert s.screen.sms_table.key == row.id
        assert s.screen.pane == "sms"
        told = s.screen.events_list.event.text
        assert told.startswith(f"+47••••••{number[-2:]}: no, ")
        assert "Failed_BarredReceiver" in told
        assert digits not in s.text().replace(" ", "")


async def test_a_long_answer_can_be_read_to_its_end_until_the_next_key():
    async with stage((80, 24)) as s:
        number, _, _ = somebody(s, "Failed_BarredReceiver")
        await s.press("number_sign", *number.replace("+", "00"), "enter")
        answer = s.screen.events_list.event.text
        assert len(answer) > 80 and answer.endswith("could not be read.")
        assert answer in words(s.app)
        await s.press("j")
        assert "could not be read." not in words(s.app)


async def test_a_view_that_hides_the_row_is_cleared():
    async with stage((120, 40)) as s:
        number, _, row = somebody(s, "Delivered", "KOM-118")
        await s.press("f", "number_sign", *number.replace("+", "00"), "enter")
        assert s.screen.sms_table.key == row.id
        assert not s.screen.sms_table.view.faults_only
        assert ": yes, " in s.screen.events_list.event.text


async def test_nobody_is_told_as_unknown_and_the_dialog_stays():
    async with stage((80, 24)) as s:
        await s.press("number_sign", *"40404040", "enter")
        text = words(s.app)
        assert "unknown: " in text
        assert "none of the 11 watched orders" in text
        assert "1 could not be. " in text
        await s.press("enter")
        s.app.screen.query_one(Input).value = "hello"
        await s.press("enter")
        assert "That is no phone number" in words(s.app)
        await s.press("escape")
        assert s.app.screen is s.screen

        # the command asks in the same dialog, with what was typed and why it did not do
        await s.press("colon", *"find 40404040", "enter")
        await s.until(lambda: "none of the 11 watched orders" in words(s.app))
        assert s.app.screen.query_one(Input).value == "40404040"
        await s.press("escape", "colon", *"find 12", "enter")
        await s.until(lambda: "That is no phone number" in words(s.app))
        assert s.app.screen.query_one(Input).value == "12"


async def test_an_order_that_is_not_watched_now_is_told_of_from_history(tmp_path):
    def history(now, tell):
        return open_history(tmp_path / "history.sqlite3", "demo", now, tell)

    async with stage(history=history) as s:
        number, order, _ = somebody(s, "Failed_BarredReceiver")
    async with stage((120, 40), history=history, order_ids=demo_order_ids(SEED)[-1:]) as s:
        await s.press("number_sign", *number, "enter")
        await s.until(lambda: "is not watched now" in words(s.app))
        text = words(s.app)
        assert "History: no:" in text
        assert f"{order.name}, Failed_BarredReceiver" in text
        assert number not in text.replace(number, "", 1), "only what was typed is legible"


async def test_the_detail_shows_the_same_person_elsewhere():
    async with stage((120, 40)) as s:
        await s.press("g")
        others = s.screen.elsewhere()
        assert others and all(hit.order.name in s.detail() for hit in others[:3])
        assert "Elsewhere" in s.detail()


async def test_the_same_person_in_every_order_can_be_chosen():
    async with stage((120, 40)) as s:
        for order in s.app.board.orders.values():
            shared = [
                (row, hits)
                for row in order.rows.values()
                if (keys := recipient_keys(row.notification.recipient))
                and len(hits := [o for o in s.app.board.orders.values() if o.patterns.ids_of(keys)])
                > 1
            ]
            if shared:
                break
        row, hits = shared[0]
        s.screen.go_to(order.order_id, row.id)
        await s.press("asterisk")
        text = s.text()
        for hit in hits:
            assert hit.name in text
        await s.press("2")
        assert s.screen.order.order_id != order.order_id or s.screen.sms_table.key != row.id
        here = s.screen.sms_table.row.notification.recipient
        assert set(recipient_keys(here)) & set(recipient_keys(row.notification.recipient))


async def test_the_page_of_an_order_shows_message_and_json_masked():
    async with stage((100, 30)) as s:
        s.screen.go_to(s.screen.order.order_id, s.screen.sms_table.keys[0])
        await s.press("o")
        await s.until(lambda: "Message" in s.text())
        assert "Sender" in s.text()
        await s.press("J")
        await s.until(lambda: '"sendersReference"' in s.text())
        await s.press("escape", "J")
        await s.until(lambda: '"sendStatus"' in s.text())
        assert "•" in s.text()
        await s.press("escape", "m", "J")
        await s.until(lambda: '"sendStatus"' in s.text())
        number = s.screen.sms_table.row.notification.recipient.mobile_number
        assert json.dumps(number) in s.text()


async def test_the_page_says_why_there_is_nothing_to_show():
    async with stage((80, 24)) as s:
        s.server.close()
        await s.press("o")
        await s.until(lambda: "refused the connection" in words(s.app))
        await s.press("escape")
        assert s.app.screen is s.screen


async def test_orders_are_found_by_reference_and_chosen():
    async with stage((80, 24)) as s:
        await s.press("1")
        name = s.screen.order.name
        await s.press("D")
        await s.until(lambda: len(s.app.board.orders) == 11)
        await s.press("ampersand", *name, "enter")
        await s.until(lambda: "1 found" in s.text())
        await s.press("space", "enter")
        await s.until(lambda: "Nothing is ticked" in s.text())
        await s.press("space", "enter")
        await s.until(lambda: len(s.app.board.orders) == 12)
        await s.heard_of_all()
        assert s.screen.order.name == name, "the cursor is on what was added"


async def test_a_reference_nobody_has_is_said():
    async with stage((80, 24)) as s:
        await s.press("ampersand", *"nobody", "enter")
        await s.until(lambda: "No order of your organisation" in words(s.app))
        await s.press("escape")
        await s.press("ampersand", *"KOM-118", "enter")
        await s.until(lambda: "watched already" in words(s.app))

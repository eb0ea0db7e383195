"""The copy menu on the real board: what each letter copies, and that it is masked."""

import json
import shlex

import pytest

from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.simulator.messages import Answer
from sms_monitor.ui.clipboard import LIMIT
from tests.core.orders import ORDER
from tests.ui.stage import START, Played, stage

KOM_118 = demo_order_ids(7)[0]
NUMBER, NIN = "+4790817263", "01039012480"


def body(reference="KOM-118", number=NUMBER, status="Failed_BarredReceiver", text="Barred."):
    row = {
        "id": "5b1e0000-0000-4000-8000-0000000077c0",
        "succeeded": False,
        "recipient": {"mobileNumber": number, "nationalIdentityNumber": NIN},
        "sendStatus": {"status": status, "description": text, "lastUpdate": START.isoformat()},
    }
    whole = {"orderId": ORDER, "sendersReference": reference, "succeeded": 0}
    return json.dumps({**whole, "notifications": [row]}).encode()


def one_order(*bodies, **more):
    bodies = bodies or (body(),)
    return stage(order_ids=[ORDER], respond=lambda now: Played(bodies, now), **more)


async def copied(s, *keys):
    s.app._clipboard = ""
    await s.press(*keys)
    return s.app.clipboard


async def test_every_letter_copies_what_it_names():
    async with one_order() as s:
        await s.press("2")
        row_id = s.screen.sms_table.key
        line = await copied(s, "y", "y")
        assert line.split("  ")[:2] == ["Failed_BarredReceiver", "+47••••••63"]
        assert line.endswith(row_id)
        assert await copied(s, "y", "n") == "+47••••••63"
        assert await copied(s, "y", "i") == row_id
        assert await copied(s, "c") == row_id
        assert await copied(s, "y", "o") == ORDER
        assert await copied(s, "y", "r") == "KOM-118"
        norwegian = await copied(s, "y", "t")
        assert norwegian.startswith("Hva: SMS +47••••••63: Failed_BarredReceiver\nBetyr: ")
        assert f"\nOrdre-id: {ORDER}\n" in norwegian and "\nSi: «" in norwegian
        english = await copied(s, "y", "T")
        assert english.startswith("What: SMS +47••••••63: Failed_BarredReceiver\nMeans: ")
        evidence = await copied(s, "y", "e")
        assert (
            f"notification id:    {row_id}\n" in evidence and "\nSMS:                1" in evidence
        )
        assert json.loads(await copied(s, "y", "j"))["sendStatus"]["description"] == "Barred."
        assert "Copied the JSON, masked: m shows it" in s.text()


async def test_the_order_has_letters_of_its_own():
    async with one_order() as s:
        await s.press("1")
        assert await copied(s, "c") == ORDER
        assert await copied(s, "y", "o") == ORDER
        assert await copied(s, "y", "r") == "KOM-118"
        assert "1 failed" in await copied(s, "y", "y")
        assert "notification id" not in (evidence := await copied(s, "y", "e"))
        assert f"order id:           {ORDER}\n" in evidence
        counts = json.loads(await copied(s, "y", "j"))
        assert counts["order_id"] == ORDER and counts["failed"] == 1
        await s.press("y")
        assert not any(" n  number" in line or " i  notif" in line for line in s.lines())


async def test_curl_asks_what_the_program_asks():
    async with one_order() as s:
        await s.press("2")
        command = shlex.split(await copied(s, "y", "c"))
        url = f"{s.server.url}/notifications/api/v1/orders/{ORDER}/notifications/sms"
        assert command == ["curl", "--fail-with-body", url]


async def test_what_is_copied_holds_no_number_until_it_is_unmasked():
    async with one_order() as s:
        await s.press("2")
        letters = "yniotTejrc"
        for keys in ([("y", one) for one in letters], [("space", "V", "y", one) for one in "ynj"]):
            for one in keys:
                text = await copied(s, *one)
                assert text and NUMBER[3:] not in text and NIN not in text
        await s.press("m")
        for letter in "yntTej":
            assert NUMBER in await copied(s, "y", letter)
        assert NIN in await copied(s, "y", "j") and NIN in await copied(s, "y", "e")


async def test_several_marked_sms_are_copied_a_line_each():
    async with stage(order_ids=[KOM_118]) as s:
        await s.press("2", "g", "space", "j", "j", "v")
        ids = [row.id for row in s.screen.marked_rows]
        assert len(ids) == 3 and await copied(s, "y", "i") == "\n".join(ids)
        assert [line.split("  ")[-1] for line in (await copied(s, "y", "y")).split("\n")] == ids
        objects = [json.loads(line) for line in (await copied(s, "y", "j")).split("\n")]
        assert [one["id"] for one in objects] == ids
        await s.press("y")
        assert "evidence" not in s.text() and "3 lines" in s.text()


HOSTILE = "=cmd|'x'!A0 \x1b]52;c;QUJD\x07 a|b \"q\" \u202eX [/red] line\nbreak"


async def test_hostile_text_is_copied_as_text():
    async with one_order(body(HOSTILE, HOSTILE, f"Odd_{HOSTILE}", HOSTILE)) as s:
        await s.press("2", "m")
        for letter in "yntTerjc":
            text = await copied(s, "y", letter)
            assert text and not any(c in text for c in "\x1b\x07\u202e\x9b\r\t")
        assert "[/red]" in await copied(s, "y", "r")
        await s.press("y", "p", "e")
        assert "[/red]" in s.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_p_shows_the_text_alone_and_esc_is_back(size):
    async with one_order(size=size) as s:
        await s.press("2", "y", "p", "e")
        lines = s.lines()
        assert "select it with the mouse" in lines[0]
        assert lines[1].startswith("notification id:    5b1e0000-0000-4000-8000-0000000077c0")
        assert s.app.clipboard == ""
        await s.press("G")
        assert s.text().rstrip().endswith("by sms-monitor")
        await s.press("escape")
        assert "[2] SMS" in s.text()


async def test_the_config_may_have_it_shown_or_refuse():
    async with one_order(clipboard="screen") as s:
        await s.press("2", "c")
        assert s.lines()[1].startswith("5b1e0000") and s.app.clipboard == ""
        await s.press("escape", "y", "n")
        assert s.lines()[1].startswith("+47••••••63")
        await s.press("escape", "y", "p", "o")
        assert 'clipboard = "off"' not in s.text()
    async with one_order(clipboard="off") as s:
        for keys in (("c",), ("y", "n")):
            await s.press("2", *keys)
            assert 'clipboard = "off"' in s.text() and s.app.clipboard == ""


async def test_too_much_is_said():
    async with stage((120, 40), order_ids=[KOM_118]) as s:
        await s.press("2", "g", "space", "G", "v", "y", "y")
        assert "Not copied, the marked lines: " in s.text() and f"{LIMIT:,}" in s.text()
        assert s.app.clipboard == ""


class Refusing:
    """An API that knows no order."""

    def __init__(self, now):
        self.now = now

    def respond(self, _request):
        return Answer(404)


async def test_an_order_that_was_never_read_can_be_handed_over_too():
    async with stage(order_ids=[ORDER], respond=Refusing) as s:
        await s.press("2")
        assert await copied(s, "c") == ORDER
        evidence = await copied(s, "y", "e")
        assert "not read so far" in evidence and "not refreshed" in evidence
        assert json.loads(await copied(s, "y", "j"))["error"]["kind"] == "not_found"

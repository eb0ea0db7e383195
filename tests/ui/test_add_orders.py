import asyncio

import pytest
from textual import events
from textual.widgets import TextArea

from sms_monitor.core.errors import NotFound, StorageError, Unreachable
from sms_monitor.ui.screens.add_orders import AT_ONCE, AddOrders
from tests.ui.dialog_host import SIZES, Host, in_sight, shown, words


def order(n):
    return f"{n:08x}-1111-4111-8111-111111111111"


KNOWN = frozenset(order(n) for n in range(5))


class Api:
    """Answers as it is told, and remembers what was asked and kept."""

    def __init__(self, errors=None):
        self.errors = errors or {}
        self.asked = []
        self.kept = []
        self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def check(self, order_id):
        self.asked.append(order_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        return self.errors.get(order_id)

    async def keep(self, order_ids):
        self.kept.extend(order_ids)

    def dialog(self, known=KNOWN, environment=""):
        return AddOrders(self.check, known, self.keep, environment)


async def paste(pilot, text):
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def enter(pilot):
    await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def text_of(app):
    return app.screen.query_one(TextArea).text


async def test_a_line_end_that_is_typed_before_the_terminal_is_ours_begins_another_line():
    api = Api()
    async with Host(api.dialog()).run_test(size=SIZES[0]) as pilot:
        for number in (7, 8):
            await pilot.press(*order(number), "ctrl+j")
        assert text_of(pilot.app) == f"{order(7)}\n{order(8)}\n"
        await enter(pilot)
        assert api.kept == [order(7), order(8)]


async def test_of_thirty_pasted_lines_the_good_are_added_and_the_bad_stay():
    bad = [f"not an id {n}" for n in range(10)]
    good = [f"https://host/notifications/api/v1/orders/{order(n)}" for n in range(10, 25)]
    lines = [line for pair in zip(bad, good, strict=False) for line in pair]
    lines += [*good[10:], *sorted(KNOWN)]
    assert len(lines) == 30
    api = Api()
    async with Host(api.dialog()).run_test(size=(80, 24)) as pilot:
        await paste(pilot, "\r".join(lines))
        assert len(text_of(pilot.app).splitlines()) == 30
        await enter(pilot)
        assert "Added 15. 5 already watched. 10 refused:" in shown(pilot.app)
        assert '"not an id 0": there is no order id in it.' in shown(pilot.app)
        assert text_of(pilot.app).splitlines() == bad
        await pilot.press("escape")
    assert api.kept == [order(n) for n in range(10, 25)]
    assert pilot.app.answers == [tuple(api.kept)]
    assert not KNOWN.intersection(api.asked)
    assert api.most_at_once == AT_ONCE


async def test_it_closes_by_itself_when_nothing_was_refused():
    api = Api()
    async with Host(api.dialog()).run_test() as pilot:
        await pilot.press(*order(7))
        await enter(pilot)
        assert pilot.app.answers == [(order(7),)]
    assert api.kept == [order(7)]


async def test_orders_that_are_watched_already_are_said_when_it_closes():
    api = Api()
    async with Host(api.dialog()).run_test(notifications=True) as pilot:
        await paste(pilot, f"{order(1)}\n{order(7)}")
        await enter(pilot)
        assert pilot.app.answers == [(order(7),)]
        assert [n.message for n in pilot.app._notifications] == ["Added 1. 1 already watched."]


async def test_a_url_of_another_environment_is_doubted_and_tried():
    api = Api({order(7): NotFound(f"Order {order(7)} was not found.", "Check the id.")})
    async with Host(api.dialog(environment="prod")).run_test(notifications=True) as pilot:
        await paste(
            pilot, f"https://platform.tt02.altinn.no/notifications/api/v1/orders/{order(7)}"
        )
        await enter(pilot)
        said = words(pilot.app)
        doubt = "This URL is from tt02, the profile is prod."
        assert f"{doubt} Order {order(7)} was not found." in said
        api.errors.clear()
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert pilot.app.answers == [(order(7),)]
        assert [n.message for n in pilot.app._notifications] == [f"{doubt} Added 1."]
    assert api.asked == [order(7)] * 2


async def test_an_unreachable_api_refuses_and_the_text_stays():
    down = Unreachable("The API cannot be reached.", "Check the network.")
    api = Api({order(7): down, order(8): down})
    async with Host(api.dialog()).run_test(size=(100, 30)) as pilot:
        await paste(pilot, f"{order(7)}\n{order(8)}")
        await enter(pilot)
        assert "Added 0. 2 refused:" in shown(pilot.app)
        assert f"{order(7)}: The API cannot be reached." in shown(pilot.app)
        assert text_of(pilot.app) == f"{order(7)}\n{order(8)}"
        api.errors.clear()
        await enter(pilot)
        assert pilot.app.answers == [(order(7), order(8))]


async def test_a_reason_that_names_the_order_does_not_name_it_twice():
    api = Api({order(7): NotFound(f"Order {order(7)} was not found.", "Check the id.")})
    async with Host(api.dialog()).run_test() as pilot:
        await paste(pilot, order(7))
        await enter(pilot)
        assert f" Order {order(7)} was not found. Check the id." in shown(pilot.app)


async def test_esc_during_a_check_stops_it_and_loses_nothing():
    api = Api()
    async with Host(api.dialog()).run_test(size=(80, 24)) as pilot:
        text = "\n".join(order(n) for n in range(10, 30))
        await paste(pilot, text)
        api.gate.clear()
        await pilot.press("enter")
        await pilot.pause()
        assert "checking 1 of 20, Esc stops" in shown(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert "Stopped." in shown(pilot.app)
        assert text_of(pilot.app) == text
        assert api.at_once == 0
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.answers == [()]
    assert api.kept == []


async def test_what_was_checked_before_esc_is_kept_and_said():
    api = Api()
    slow = {order(n) for n in range(10 + AT_ONCE, 30)}
    check = api.check

    async def check_half(order_id):
        if order_id in slow:
            api.gate.clear()
        return await check(order_id)

    api.check = check_half
    async with Host(api.dialog()).run_test(size=(80, 24)) as pilot:
        await paste(pilot, "\n".join(order(n) for n in range(10, 30)))
        await pilot.press("enter")
        await pilot.pause()
        assert "checking 9 of 20" in shown(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert f"still here. Added {AT_ONCE}." in shown(pilot.app)
        assert len(text_of(pilot.app).splitlines()) == 20 - AT_ONCE
        await pilot.press("escape")
    assert pilot.app.answers == [tuple(api.kept)]


async def test_lines_typed_while_ids_are_checked_are_not_lost():
    api = Api()
    async with Host(api.dialog()).run_test(size=(80, 24)) as pilot:
        api.gate.clear()
        await pilot.press(*order(10), "enter", "enter", *order(11))
        api.gate.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert text_of(pilot.app) == order(11)
        await enter(pilot)
        assert pilot.app.answers == [(order(10), order(11))]


async def test_a_list_that_cannot_be_written_is_a_sentence_and_the_text_stays():
    api = Api()

    async def keep(_):
        raise StorageError("The disk is full.", "Free some space.")

    async with Host(AddOrders(api.check, KNOWN, keep)).run_test(size=(80, 24)) as pilot:
        await paste(pilot, order(7))
        await enter(pilot)
        assert "The disk is full. Free some space. Added 0." in shown(pilot.app)
        assert text_of(pilot.app) == order(7)
        await pilot.press("escape")
    assert pilot.app.answers == [()]


async def test_enter_on_nothing_says_what_to_do():
    api = Api()
    async with Host(api.dialog()).run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "Type or paste an order id first." in shown(pilot.app)


async def test_hostile_text_is_shown_as_text_and_obeyed_by_nobody():
    api = Api()
    async with Host(api.dialog()).run_test(size=(80, 24)) as pilot:
        await paste(pilot, "[/red] [@click=app.quit]x[/]\n\x1b]0;pwned\x07\u202eabc\n[red\n")
        assert "\x1b" not in text_of(pilot.app) and "\u202e" not in text_of(pilot.app)
        await enter(pilot)
        screen = shown(pilot.app)
        assert '"[/red] [@click=app.quit]x[/]": there is no order id in it.' in screen
        assert "3 refused:" in screen
        assert not {"\x1b", "\x07", "\u202e"} & set(screen)


async def test_pasting_twice_keeps_the_line_end_between():
    api = Api()
    async with Host(api.dialog()).run_test() as pilot:
        await paste(pilot, f"{order(7)}\r\n")
        await paste(pilot, order(8))
        assert text_of(pilot.app) == f"{order(7)}\n{order(8)}"


@pytest.mark.parametrize("size", SIZES)
async def test_text_and_reasons_can_be_reached_and_scrolled(size):
    api = Api()
    async with Host(api.dialog()).run_test(size=size) as pilot:
        assert "Enter adds, Esc closes." in words(pilot.app)
        await paste(pilot, "\n".join(f"bad {n}" for n in range(40)))
        await enter(pilot)
        assert in_sight(pilot.app) and isinstance(pilot.app.focused, TextArea)
        await pilot.press("tab")
        assert in_sight(pilot.app)
        assert '"bad 39"' not in shown(pilot.app)
        await pilot.press("G")
        await pilot.pause()
        assert '"bad 39": there is no order id in it.' in shown(pilot.app)

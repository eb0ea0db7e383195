"""The label and the note of an order."""

from tests.ui.stage import stage


async def test_e_edits_label_and_note_and_both_are_shown() -> None:
    async with stage((120, 40)) as s:
        before = s.screen.order
        await s.press("e", *"Skatt", "tab", *"asked by Kari [/b]", "enter")
        await s.until(lambda: s.screen.order is not None and s.screen.order.name == "Skatt")
        assert s.screen.order.order_id == before.order_id
        assert "Note asked by Kari [/b]" in s.detail()
        kept = next(o for o in s.watched.orders() if o.order_id == before.order_id)
        assert (kept.label, kept.note) == ("Skatt", "asked by Kari [/b]")
        await s.press("e")
        await s.until(lambda: len(s.app.screen_stack) == 2)
        assert "Skatt" in s.text() and "asked by Kari" in s.text()
        await s.press("x", "escape")
        assert s.screen.order.name == "Skatt"


async def test_a_label_can_be_typed_as_a_command_and_the_note_stays() -> None:
    async with stage((120, 40)) as s:
        await s.press("e", "tab", *"mine", "enter")
        await s.until(lambda: s.screen.order.note == "mine")
        await s.press("colon", *"label KOM", "enter")
        await s.until(lambda: s.screen.order.name == "KOM")
        assert s.screen.order.note == "mine"


async def test_unwatching_and_undo_keep_label_and_note() -> None:
    async with stage((120, 40)) as s:
        await s.press("e", *"Skatt", "tab", *"mine", "enter")
        await s.until(lambda: s.screen.order.name == "Skatt")
        order_id = s.screen.order.order_id
        await s.press("D")
        await s.until(lambda: order_id not in s.app.board.orders)
        await s.press("u")
        await s.until(lambda: order_id in s.app.board.orders)
        again = s.app.board.orders[order_id]
        assert (again.label, again.note) == ("Skatt", "mine")

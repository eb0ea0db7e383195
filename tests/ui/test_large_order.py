"""An order so large that threads work on it: what is shown is what a small one would show."""

from datetime import timedelta

import msgspec

from sms_monitor.core.order import LARGE_ORDER
from sms_monitor.core.phase import Phase
from sms_monitor.core.sorting import SortColumn, sort_rows
from sms_monitor.simulator.messages import Answer
from sms_monitor.ui.widgets.sms_table import View
from tests.core.orders import ORDER, summary
from tests.core.rows import sms
from tests.one_demo import START
from tests.ui.stage import Played, stage

COUNT = LARGE_ORDER + 500


def notifications(changed=0):
    """Every fifth failed; of those that are on their way the first `changed` have arrived."""
    for n in range(COUNT):
        status = "Failed_InvalidRecipient" if n % 5 == 0 else "Accepted"
        if status == "Accepted" and n < changed:
            status = "Delivered"
        at = START - timedelta(seconds=n)
        yield sms(status, at, f"+47{90000000 + n}", id=f"{n:08d}-0000-4000-8000-000000000000")


def body(changed=0, without=0):
    return msgspec.json.encode(summary(*list(notifications(changed))[without:]))


async def test_a_large_order_is_shown_filtered_sorted_and_kept_up_to_date() -> None:
    bodies = [body(), body(100), body(100, without=10)]
    played = lambda now: Played(bodies, now)  # noqa: E731
    async with stage(order_ids=[ORDER], respond=played) as s:
        table = s.screen.sms_table
        await s.until(lambda: len(table.keys) == COUNT)
        order = s.app.board.orders[ORDER]
        assert list(table.keys) == [r.id for r in sort_rows(order.rows.values(), table.view.sort)]
        assert f"{COUNT} of {COUNT}" in s.text()

        # faults only, and a row that ceases to be one stays until the view is made anew
        await s.press("f")
        await s.until(lambda: len(table.keys) == COUNT // 5)
        await s.press("f")
        await s.until(lambda: len(table.keys) == COUNT)
        await s.press("slash", *"accepted", "enter")
        await s.until(lambda: len(table.keys) == COUNT * 4 // 5)
        assert table.row.status == "Accepted"
        here, shown = table.key, list(table.keys)

        s.played.place = 1
        await s.poll(20)
        assert (list(table.keys), table.key, table.left_over) == (shown, here, 80)
        assert "80 changed" in s.text()

        s.played.place = 2
        await s.poll(20)
        assert len(table.keys) == COUNT * 4 // 5 - 8
        assert len(s.app.board.orders[ORDER].rows) == COUNT - 10
        await s.press("escape")
        await s.until(lambda: len(table.keys) == COUNT - 10)
        assert table.left_over == 0


SMALL = "c1d034c5-6af7-4813-aff7-920ab02e0000"


class Two(Played):
    """A large order, and one of one SMS."""

    def respond(self, request):
        if SMALL in request.target:
            one = msgspec.json.encode(summary(sms("Delivered", START), order_id=SMALL))
            return Answer(200, one, "application/json")
        return super().respond(request)


def two_orders():
    return stage(order_ids=[ORDER, SMALL], respond=lambda now: Two([body(), body(100)], now))


async def test_another_order_that_is_chosen_meanwhile_is_the_one_that_is_shown() -> None:
    async with two_orders() as s:
        table = s.screen.sms_table
        s.screen.order_list.move_to(ORDER)
        await s.until(lambda: len(table.keys) == COUNT)
        table.make_view()
        s.screen.order_list.move_to(SMALL)
        await s.until(lambda: table.order is not None and table.order.order_id == SMALL)
        await s.recalled()
        await s.until(lambda: not any(w.group == "view" for w in s.app.workers if w.is_running))
        assert len(table.keys) == 1


async def test_a_person_is_found_in_a_large_order_that_is_not_on_the_screen() -> None:
    async with two_orders() as s:
        table, wanted = s.screen.sms_table, sms_id(1777)
        s.screen.order_list.move_to(SMALL)
        await s.until(lambda: len(table.keys) == 1)
        await s.press("colon", *f"find {90000000 + 1777}", "enter")
        await s.until(lambda: table.key == wanted)
        assert s.screen.order.order_id == ORDER

        # and one that the view hides, after an answer
        await s.press("slash", *"accepted", "enter")
        await s.until(lambda: len(table.keys) == COUNT * 4 // 5)
        await s.poll(20)
        await s.press("colon", *f"find {90000000 + 1775}", "enter")
        await s.until(lambda: table.key == sms_id(1775) and len(table.keys) == COUNT)


async def test_the_next_fault_can_be_in_a_large_order_that_is_not_on_the_screen() -> None:
    async with two_orders() as s:
        table = s.screen.sms_table
        s.screen.order_list.move_to(SMALL)
        await s.until(lambda: len(table.keys) == 1)
        # the oldest of the large one is no fault
        s.screen.make_view(View(sort=SortColumn.AGE, reverse=True))
        await s.press("N" if s.screen.order_list.keys.index(ORDER) == 0 else "n")
        await s.until(lambda: table.row is not None and table.row.phase is Phase.FAILED)
        assert s.screen.order.order_id == ORDER


def sms_id(n: int) -> str:
    return f"{n:08d}-0000-4000-8000-000000000000"

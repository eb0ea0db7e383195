import re

from sms_monitor.simulator.messages import Answer
from tests.ui.stage import stage

IDS = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(100)]
BODY = """{"orderId": "%s", "sendersReference": "REF", "generated": 1, "succeeded": 0,
 "notifications": [{"id": "5f1a6f4e-8a1c-4d3c-9e9c-3a1b7d1c0001", "succeeded": false,
 "recipient": {"mobileNumber": "+4799999999"},
 "sendStatus": {"status": "Accepted", "description": "", "lastUpdate": "%s"}}]}"""


class Hundred:
    """A hundred orders of one SMS that has been on its way for a minute."""

    def __init__(self, now):
        self.now = now
        self._at = now().isoformat()

    def respond(self, request):
        if not request.target.endswith("/notifications/sms"):
            return Answer(404)
        body = BODY % (request.target.split("/")[-3], self._at)
        return Answer(200, body.encode(), "application/json; charset=utf-8")


def heard_of(s):
    return sum(order.summary is not None for order in s.app.board.orders.values())


def events(s):
    return " / ".join(s.screen.events_list.item(key).text for key in s.screen.events_list.keys)


async def test_it_is_told_when_the_budget_holds_the_orders_back_and_another_one_ends_it():
    async with stage((160, 40), order_ids=IDS, respond=Hundred, budget=60, heard=False) as s:
        await s.until(lambda: heard_of(s) == 29)
        await s.pilot.pause()
        s.screen.tick()
        assert "29/60 req/min" in s.lines()[0]
        for _ in range(15):
            s.clock.advance(1)
            before = heard_of(s)
            await s.until(lambda before=before: heard_of(s) > before)
        await s.until(lambda: s.app.board.spacing is not None)
        await s.pilot.pause()
        line = r"LIVE each ~(\d+) (s|min), \d+ unread .* what moves every ~\1 \2 at 60 req/min"
        told = re.search(line, s.lines()[0])
        assert told, s.lines()[0]
        assert "At 60 requests a minute an order that moves is asked every ~" in events(s)
        await s.press(*":budget 5", "enter")
        assert '"5" cannot be the budget. Type 6 to 6000 requests a minute.' in s.text()
        await s.press("escape", *":budget 6000", "enter")
        s.clock.advance(2)
        await s.until(lambda: heard_of(s) == 100 and s.app.board.spacing is None)
        await s.pilot.pause()
        s.screen.tick()
        assert re.search(r"LIVE .* 1\d\d/6000 req/min", s.lines()[0]), s.lines()[0]
        assert "6000 requests a minute are enough again" in events(s)
        await s.press(*":budget", "enter")
        assert re.search(r"1\d\d requests in the last minute, the budget is 6000", events(s))


async def test_what_a_person_opens_is_counted_and_only_the_order_under_the_cursor_is_open():
    async with stage((160, 40), order_ids=IDS[:2], respond=Hundred, budget=600) as s:
        poller = s.app.watching.poller
        assert poller.board.budget.used(s.clock.monotonic()) == 2
        await s.press("o")  # the page of the order, of which there is none
        await s.press("escape", "r")
        await s.until(lambda: poller.board.budget.used(s.clock.monotonic()) == 4)
        assert poller._turns.open == s.screen.order.order_id
        await s.press("j")
        await s.pilot.pause()
        assert poller._turns.open == s.screen.order.order_id == IDS[1]

"""Going to another profile in the running monitor."""

from dataclasses import replace

from sms_monitor.cli.demo import DemoWatchList
from sms_monitor.core.errors import ConfigError
from sms_monitor.services.client import open_client
from sms_monitor.services.watch_list import WatchList
from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.simulator.generated import generated, generated_order_ids
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from sms_monitor.ui.widgets.header import Place
from tests.ui.stage import SEED, START, MemoryState, stage


class Other:
    """A second API with orders of its own, and the set-up that leads to it."""

    def __init__(self, s, *, confirm: bool = False) -> None:
        self.server = SimulatorServer(
            Simulator(generated(3, START, 2, 5), s.clock.now, lambda: 0.0)
        )
        self.state = MemoryState()
        first = s.app.setup
        url = self.server.url
        self.second = replace(
            first,
            place=Place("other", "prod"),
            connect=lambda: open_client(url, profile="other", environment="prod"),
            watched=DemoWatchList(generated_order_ids(3, 2), s.clock),
            remembered=self.state,
            confirm=confirm,
        )
        self.asked: list[str] = []
        environments = {"demo": "demo", "other": "prod", "broken": "tt02"}

        def switch(name):
            self.asked.append(name)
            if name == "broken":
                raise ConfigError("The profile is broken.", "Mend it.")
            return replace(self.second if name == "other" else first, switch=switch)

        self.second = replace(self.second, environments=environments)
        first = replace(first, environments=environments)
        s.app.setup = replace(first, switch=switch)


async def test_another_profile_brings_its_own_orders_and_badge_and_nothing_of_the_first() -> None:
    async with stage() as s:
        other = Other(s)
        await s.press("m", "D", "C", "2")
        await s.until(lambda: s.app.setup.place.profile == "other")
        await s.heard_of_all()
        assert set(s.app.board.orders) == set(generated_order_ids(3, 2))
        assert s.lines()[0].startswith(" PROD ")
        assert "KOM-118" not in "\n".join(s.lines()[:30])
        assert not s.app.unmasked and s.app.check_action("undo", ()) is False
        await s.press("C", "1")
        await s.until(lambda: s.app.setup.place.profile == "demo")
        await s.heard_of_all()
        assert s.lines()[0].startswith(" DEMO ")
        other.server.close()


async def test_a_profile_that_wants_a_yes_is_not_used_without_one() -> None:
    async with stage() as s:
        other = Other(s, confirm=True)
        await s.press("C", "2")
        await s.until(lambda: "It is for PROD" in s.text())
        await s.press("n")
        assert s.app.setup.place.profile == "demo"
        await s.press("C", "2")
        await s.until(lambda: "It is for PROD" in s.text())
        await s.press("y")
        await s.until(lambda: s.app.setup.place.profile == "other")
        other.server.close()


async def test_a_profile_that_wants_a_yes_is_asked_for_at_the_start_too() -> None:
    async with stage(order_ids=[], confirm=True, heard=False) as s:
        await s.until(lambda: "Use the profile demo?" in s.text())
        assert s.app.watching is None
        await s.press("y")
        await s.until(lambda: s.app.watching is not None)
    async with stage(order_ids=[], confirm=True, heard=False) as s:
        await s.until(lambda: "Use the profile demo?" in s.text())
        await s.press("n")
        await s.until(lambda: s.app.return_value == 0)


async def test_a_broken_profile_is_said_and_the_first_goes_on() -> None:
    async with stage() as s:
        other = Other(s)
        await s.press("C", "3")
        await s.until(lambda: "The profile is broken. Mend it." in s.text())
        assert s.app.setup.place.profile == "demo"
        await s.poll(20)
        other.server.close()


async def test_the_key_does_nothing_where_there_is_one_profile() -> None:
    async with stage() as s:
        await s.press("C")
        assert len(s.app.screen_stack) == 1


async def test_a_watch_list_that_is_set_aside_meanwhile_is_written_back(tmp_path) -> None:
    reports: list[str] = []

    def drained() -> tuple[str, ...]:
        told = tuple(reports)
        reports.clear()
        return told

    async with stage(heard=False) as s:
        ids = demo_order_ids(SEED)[:4]
        path = tmp_path / "orders.json"
        watched = WatchList(path, "demo", s.clock.now, reports.append)
        watched.add(ids)
        setup = replace(s.app.setup, watched=watched, reports=drained, switch=lambda _: setup)
        setup = replace(setup, environments={"demo": "demo", "same": "demo"})
        s.app.setup = setup
        await s.press("C", "2")
        await s.until(lambda: len(s.app.board.orders) == 4)
        path.write_text("{broken")
        gone = s.screen.order.order_id
        await s.press("D")
        await s.until(lambda: gone not in s.app.board.orders)
        assert {o.order_id for o in watched.orders()} == set(ids) - {gone}
        assert list(tmp_path.glob("orders.json.corrupt-*"))
        await s.press("4", "g")
        told = [s.screen.events_list.item(key).text for key in s.screen.events_list.keys]
        assert any("were written back" in text for text in told)
        await s.press("1")
        await s.press("u")
        await s.until(lambda: gone in s.app.board.orders)
        assert {o.order_id for o in watched.orders()} == set(ids)

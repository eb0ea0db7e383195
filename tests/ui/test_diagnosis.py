"""What the screen says of an SMS and of its order: in which language, and what fits."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from sms_monitor.core.guidance import guidance_at
from sms_monitor.services.state import ViewState
from sms_monitor.simulator.clock import oslo
from sms_monitor.simulator.demo import demo_order_ids
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.scenario import guid
from sms_monitor.simulator.troubled_day import TROUBLED, troubled_day
from tests.ui.stage import SEED, START, MemoryState, Played, stage
from tests.ui.test_switching import Other

FIXTURES = Path(__file__).parent.parent / "fixtures"
ALL_14 = (FIXTURES / "sms-03-all-14-results.json").read_bytes()
ORDER = json.loads(ALL_14)["orderId"]
NOW = max(
    n["sendStatus"]["lastUpdate"] for n in json.loads(ALL_14)["notifications"]
)  # ISO, so the latest is the largest
DAY = date(2026, 11, 23)


def played(body):
    return lambda now: Played([body if isinstance(body, bytes) else json.dumps(body).encode()], now)


def at_fixture():
    """A little after the last change in the fixture."""
    return START.fromisoformat(NOW) + timedelta(minutes=1)


def troubled(now):
    return Simulator(troubled_day(SEED, DAY), now, lambda: 0)


TROUBLED_IDS = [guid(SEED, "order", key) for key in TROUBLED]


async def test_the_language_is_changed_by_a_key_and_remembered() -> None:
    state = MemoryState()
    async with stage(state=state) as s:
        await s.press("n")
        assert "Say (en)" in s.detail() and "no reason was given" in s.detail()
        await s.press("L")
        assert "Say (nb) SMS-en kunne ikke leveres" in s.detail()
        assert "Ikke levert, og ingen årsak er oppgitt." in s.detail()
        assert "norsk tid." in s.detail()
        assert "Guidance is in bokmål" in s.text()
        s.app.leave()
    assert state.state.language == "nb"
    async with stage(state=state) as s:
        assert "Say (nb)" in s.detail()
        await s.press("L")
        assert "Say (en)" in s.detail()
        s.app.leave()
    # the configured language is not a choice that outlasts the config
    assert state.state.language is None


async def test_the_configured_language_is_spoken_from_the_start_in_the_table_too() -> None:
    async with stage((200, 50), language="nb") as s:
        await s.press("n")
        assert "Say (nb)" in s.detail()
        assert "Ikke levert, og ingen årsak" in "\n".join(
            line for line in s.lines() if "X Failed " in line and "system" in line
        )
        await s.app.run_action("language('en')")
        await s.pilot.pause()
        assert "Say (en)" in s.detail()
        await s.app.run_action("language('en')")
        assert s.app.language == "en"


async def test_a_language_nobody_speaks_in_the_state_file_is_passed_over() -> None:
    async with stage(state=MemoryState(ViewState(language="tlh")), language="nb") as s:
        assert s.app.language == "nb"


async def test_another_profile_is_read_in_the_same_language() -> None:
    async with stage() as s:
        other = Other(s)
        await s.press("L", "C", "2")
        await s.until(lambda: s.app.setup.place.profile == "other")
        await s.heard_of_all()
        assert s.app.language == "nb"
        other.server.close()


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_what_matters_of_every_status_is_on_a_small_screen(size, language) -> None:
    async with stage(
        size, order_ids=[ORDER], respond=played(ALL_14), now=at_fixture(), language=language
    ) as s:
        await s.press("2")
        seen = set()
        for _ in range(14):
            row = s.screen.sms_table.row
            seen.add(row.status)
            words = guidance_at(row.notification, row.phase, s.clock.now(), language)
            lines = s.lines()
            here = next(i for i, line in enumerate(lines) if line.startswith(" Meaning"))
            assert row.status in lines[here - 1]
            assert lines[here].split("Meaning")[1].strip()[:30] == words.meaning[:30]
            if size == (80, 24):
                below = "\n".join(lines[here:])
                assert f"Do next   {words.next_step[:30]}" in below
                assert f"Say ({language})  {words.say[:30]}" in below
            await s.press("j")
        assert len(seen) == 14


async def test_the_detail_says_things_in_the_order_they_are_asked() -> None:
    async with stage((120, 40)) as s:
        while "Undelivered" not in s.detail():
            await s.press("n")
        text = s.detail()
        labels = ["Meaning", "Cause", "Do next", "Say (en)", "Hints", "Now", "API says", "Verdict"]
        places = [text.index(f" {label} ") for label in labels]
        assert places == sorted(places)
        assert "numbers (+66) may refuse SMS from Altinn for legal reasons" in text
        assert "Bad numbers. 9 of 12 failures lie in the number or the register" in text


async def test_a_status_nobody_knows_is_told_with_the_apis_text() -> None:
    body = json.loads(ALL_14)
    body["notifications"] = body["notifications"][:2]
    for row, status in zip(body["notifications"], ("Foo_Bar", "Failed_Foo"), strict=True):
        row["sendStatus"] |= {"status": status, "description": f"A [red]new[/red] {status}."}
    async with stage(order_ids=[ORDER], respond=played(body), now=at_fixture()) as s:
        for _ in range(2):
            await s.press("L")
            for key in ("g", "j"):
                await s.press("2", key)
                status = s.screen.sms_table.row.status
                assert f'API says {status}: "A [red]new[/red] {status}."' in s.detail()
                assert "sms-monitor" in s.detail()


async def test_in_a_test_environment_delivered_is_doubted() -> None:
    ids = [demo_order_ids(SEED)[9]]
    async with stage(order_ids=ids, environment="tt02") as s:
        await s.press("2")
        assert "a simulator says Delivered" in s.detail().replace("For others ", "")
    async with stage(order_ids=ids) as s:
        await s.press("2")
        assert "simulator" not in s.detail()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 50)])
async def test_an_order_that_is_in_trouble_as_a_whole_is_named_on_every_screen(size) -> None:
    now = oslo(DAY, "15:00")
    async with stage(size, order_ids=TROUBLED_IDS, respond=troubled, now=now) as s:
        line = next(line for line in s.lines() if "confirmed" in line)
        assert "DRIFT-2" in line and "possible outage" in line
        if size != (60, 15):
            assert "DRIFT-2 possible outage" in s.lines()[0]
        assert "Verdict Possible outage. 100 failed with Failed within 10 minutes" in s.detail()


async def test_the_verdicts_of_the_troubled_orders_are_on_their_lines() -> None:
    now = oslo(DAY, "15:00")
    async with stage((120, 40), order_ids=TROUBLED_IDS, respond=troubled, now=now) as s:
        said = {}
        await s.press("1")
        for _ in TROUBLED:
            line = next(line for line in s.lines() if "[2]" not in line and "/5  " in line)
            said[s.screen.order.name] = line.split("│")[-1]
            await s.press("j")
        await s.press("g")
        kinds = {"IMPORT-1": "bad numbers", "DRIFT-2": "possible outage", "HENG-4": "stuck",
                 "VANLIG-5": "one person"}  # fmt: skip
        for name, kind in kinds.items():
            assert kind in said[name], said[name]


async def test_accepted_is_shown_as_on_its_way_beside_what_the_api_counts() -> None:
    body = json.loads(ALL_14)
    template = next(n for n in body["notifications"] if n["sendStatus"]["status"] == "Delivered")
    body["notifications"] = []
    for number in range(1000):
        status = "Accepted" if number < 600 else "Delivered"
        row = {**template, "id": f"{number:08}-0000-4000-8000-000000000000"}
        row["sendStatus"] = {**template["sendStatus"], "status": status, "lastUpdate": NOW}
        body["notifications"].append(row)
    body |= {"generated": 1000, "succeeded": 1000}
    async with stage(order_ids=[ORDER], respond=played(body), now=at_fixture()) as s:
        assert "40.0% confirmed (API says 100%)" in s.text()
        assert "600 in flight" in s.text() or ">600" in s.text()


async def test_an_order_without_sms_says_why_and_what_to_do_in_both_languages() -> None:
    ids = [guid(SEED, "order", key) for key in ("KALD-12", "EPOST-4")]
    async with stage((120, 40), order_ids=ids) as s:
        await s.press("1", "g")
        told = set()
        for _ in ids:
            for _ in range(2):
                assert "No SMS" in s.detail() and "Do next" in s.detail()
                told.add(s.detail())
                await s.press("L")
            await s.press("j")
        assert len(told) == 4
        assert any("Ordren ble kansellert" in one for one in told)

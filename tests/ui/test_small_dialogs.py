import pytest
from pydantic import ValidationError
from textual import events
from textual.widgets import Input

from sms_monitor.core.phase import Phase
from sms_monitor.services.config import Config
from sms_monitor.ui.commands import COMMANDS
from sms_monitor.ui.copy_items import CopyItem
from sms_monitor.ui.keys import MONITOR_KEYS, PULSE_KEYS, TABLE_KEYS
from sms_monitor.ui.screens.copy_menu import Copied, CopyMenu
from sms_monitor.ui.screens.help import Help, help_text, key_names
from sms_monitor.ui.screens.interval import LONGEST, SHORTEST, AskInterval
from sms_monitor.ui.widgets.reading import Reading
from tests.ui.dialog_host import SIZES, Host, in_sight, shown

ITEMS = (
    CopyItem("y", "line", "[/red]\x1b[2J Failed_BarredReceiver  +47 9** ** 312"),
    CopyItem("n", "number", "+47 9** ** 312"),
    CopyItem("i", "SMS id", "5b1e0000-1111-4111-8111-111111111111"),
    CopyItem("o", "order id", "7f3c0000-1111-4111-8111-111111111111"),
)


@pytest.mark.parametrize("item", ITEMS)
async def test_one_key_press_copies(item):
    async with Host(CopyMenu(ITEMS)).run_test() as pilot:
        await pilot.press(item.key)
        await pilot.pause()
        assert pilot.app.answers == [Copied(item, show=False)]


async def test_j_k_and_enter_choose_what_to_copy():
    async with Host(CopyMenu(ITEMS)).run_test() as pilot:
        await pilot.press("j", "j", "k", "enter")
        await pilot.pause()
        assert pilot.app.answers == [Copied(ITEMS[1], show=False)]


async def test_keys_that_come_faster_than_frames_scroll_a_text_by_as_many_lines():
    async with Host(Help()).run_test(size=(80, 24)) as pilot:
        reading = pilot.app.screen.query_one(Reading)
        for _ in range(7):
            reading.action_move(1)
        assert reading.scroll_y == 7


async def test_a_click_chooses_what_to_copy():
    async with Host(CopyMenu(ITEMS[1:])).run_test() as pilot:
        await pilot.click("Menu", offset=(3, 2))
        await pilot.pause()
        assert pilot.app.answers == [Copied(ITEMS[3], show=False)]


@pytest.mark.parametrize("as_configured", [False, True])
async def test_p_shows_what_would_be_copied_or_copies_what_would_be_shown(as_configured):
    async with Host(CopyMenu(ITEMS, show=as_configured)).run_test() as pilot:
        assert ("Show" if as_configured else "Copy") in shown(pilot.app)
        await pilot.press("p")
        assert ("Copy" if as_configured else "Show") in shown(pilot.app)
        await pilot.press("n")
        await pilot.pause()
        assert pilot.app.answers == [Copied(ITEMS[1], show=not as_configured)]


async def test_esc_copies_nothing():
    async with Host(CopyMenu(ITEMS)).run_test() as pilot:
        await pilot.press("x", "escape")
        await pilot.pause()
        assert pilot.app.answers == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_the_menu_shows_what_would_be_copied(size):
    async with Host(CopyMenu(ITEMS)).run_test(size=size) as pilot:
        screen = shown(pilot.app)
        assert all(item.text in screen for item in ITEMS[1:])
        assert "[/red]\N{REPLACEMENT CHARACTER}[2J" in screen
        assert in_sight(pilot.app)


async def test_the_line_under_the_cursor_is_marked_without_colour(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with Host(CopyMenu(ITEMS[1:])).run_test() as pilot:
        strips = pilot.app.screen._compositor.render_strips()
        underlined = [s.text for s in strips if any(p.style and p.style.underline for p in s)]
        assert len(underlined) == 1 and "number" in underlined[0]


async def test_an_interval_is_answered_in_seconds():
    async with Host(AskInterval(15.0)).run_test() as pilot:
        await pilot.press(*"2,5", "enter")
        await pilot.pause()
        assert pilot.app.answers == [2.5]


@pytest.mark.parametrize("typed", ["1", "3601", "nan", "inf", "abc", "", "-5"])
async def test_a_wrong_interval_says_what_is_allowed_and_stays(typed):
    async with Host(AskInterval(15.0)).run_test(size=(60, 15)) as pilot:
        await pilot.press("backspace")
        pilot.app.post_message(events.Paste(typed))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "Type 2 to 3600 seconds." in shown(pilot.app)
        assert pilot.app.screen.query_one(Input).value == typed
        assert pilot.app.answers == []
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.answers == [None]


async def test_markup_typed_as_an_interval_is_text():
    async with Host(AskInterval(15.0)).run_test(size=(80, 24)) as pilot:
        pilot.app.post_message(events.Paste("[/red]\x1b[2J"))
        await pilot.press("enter")
        await pilot.pause()
        assert '"[/red]\N{REPLACEMENT CHARACTER}[2J" is not a number.' in shown(pilot.app)


def test_the_interval_may_be_what_the_config_file_may_say():
    for seconds in (SHORTEST, LONGEST):
        Config(interval=float(seconds))
    for seconds in (SHORTEST - 0.1, LONGEST + 0.1):
        with pytest.raises(ValidationError):
            Config(interval=seconds)


@pytest.mark.parametrize("key", [*TABLE_KEYS, *MONITOR_KEYS, *PULSE_KEYS], ids=lambda key: key.id)
def test_every_key_is_in_the_help(key):
    lines = help_text(200).plain.splitlines()
    assert f"{key_names(key.keys):<16}{key.help}" in lines


def test_every_sign_and_the_rest_is_in_the_help():
    page = help_text(69).plain
    for phase in Phase:
        assert f"\n{phase.glyph:<16}{phase.value.replace('_', ' ')}: " in page
    for words in ("ctrl-p", "ctrl-q", "shift-drag selects text with the mouse", "age>2h", "re:"):
        assert words in page


def test_keys_are_named_as_on_a_keyboard():
    assert key_names("question_mark,f1") == "? F1"
    assert key_names("slash") == "/"
    assert key_names("ctrl+d") == "ctrl-d"
    assert key_names("shift+tab") == "shift-Tab"
    assert key_names("G,end") == "G End"
    assert key_names("escape,h") == "Esc h"


def test_the_help_is_wrapped_to_its_width():
    assert max(len(line.rstrip()) for line in help_text(53).plain.splitlines()) <= 53


@pytest.mark.parametrize("size", SIZES)
async def test_the_help_scrolls_to_its_end_and_back(size):
    async with Host(Help()).run_test(size=size) as pilot:
        last = f"{COMMANDS[-3].usage:<16}"
        assert "Next line" in shown(pilot.app) and last not in shown(pilot.app)
        for keys, end in ((["G"], True), (["g"], False), (["ctrl+d"] * 90, True), (["k"], True)):
            await pilot.press(*keys)
            await pilot.pause()
            assert (last in shown(pilot.app)) is end
            assert ("Next line" in shown(pilot.app)) is not end


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "f1"])
async def test_the_help_is_left_by_the_keys_that_open_it(key):
    async with Host(Help()).run_test() as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert pilot.app.answers == [None]

"""Commands by name: the line after `:`, and that every way to them has the same ones."""

from dataclasses import replace

import pytest
from textual.command import CommandPalette

from sms_monitor.core.board import Board
from sms_monitor.services.state import ViewState
from sms_monitor.ui.app import MonitorApp
from sms_monitor.ui.command_arguments import Known
from sms_monitor.ui.command_typed import candidates, parse_command
from sms_monitor.ui.commands import COMMANDS
from sms_monitor.ui.keys import MONITOR_KEYS
from sms_monitor.ui.screens.add_orders import AddOrders
from sms_monitor.ui.screens.help import help_text
from sms_monitor.ui.screens.monitor import MonitorScreen
from sms_monitor.ui.screens.page import Page
from tests.ui.stage import SEED, START, MemoryState, demo_order_ids, stage

KNOWN = Known(
    orders={"KOM-118": "a" * 36, "KOM-117": "b" * 36, "Purring mai": "c" * 36},
    profiles=("tt02", "prod"),
    themes=("nord", "textual-dark"),
    statuses=("failed", "stuck", "in_flight", "Failed_BarredReceiver"),
    now=START,
)


@pytest.mark.parametrize(
    ("line", "action", "parameters"),
    [
        ("refresh-all", "app.refresh_all", None),
        ("  zoom ", "zoom", None),
        ("next-fault", "fault(1)", None),
        ("q", "app.quit", None),
        ("QUIT", "app.quit", None),
        ("interval", "app.interval", None),
        ("interval 30", "app.interval", (30.0,)),
        ("interval 2,5", "app.interval", (2.5,)),
        ("ctx prod", "app.profile", ("prod",)),
        ("profile TT02", "app.profile", ("tt02",)),
        ("order kom-118", "order", ("a" * 36,)),
        ("order 117", "order", ("b" * 36,)),
        ("order purring mai", "order", ("c" * 36,)),
        ("status failed,stuck", "filter", ("st:failed,stuck",)),
        ("status Barred, stuck", "filter", ("st:barred,stuck",)),
        ("sort age desc", "sort_by", ("age", True)),
        ("sort age", "sort_by", ("age", False)),
        ("sort severity desc", "sort_by", ("severity", False)),
        ("sort severity ASC", "sort_by", ("severity", True)),
        ("mask off", "app.mask", (False,)),
        ("mouse on", "app.mouse", (True,)),
        ("theme Nord", "app.theme", ("nord",)),
        ("filter two words", "filter", ("two words",)),
        ("add x y", "app.add", ("x y",)),
        ("find 99 11 22 33", "app.find", ("99 11 22 33",)),
        ("ref KOM-118", "app.reference", ("KOM-118",)),
    ],
)
def test_a_line_is_an_action_and_its_parameters(line, action, parameters):
    assert parse_command(line, KNOWN) == (action, parameters)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pasue", 'There is no command "pasue". Did you mean "pause"?'),
        ("xyzzy 1", "Tab shows the commands"),
        ("pause now", '"pause" takes nothing after it'),
        ("sort", "Say what: sort COLUMN [asc|desc]"),
        ("sort agee", 'Did you mean "age"?'),
        ("sort age dsc", 'Did you mean "desc"?'),
        ("sort age desc desc", "all there can be"),
        ("order kom-119", 'Did you mean "kom-118"?'),
        ("order kom", "names of 2 orders"),
        ("status fialed", 'Did you mean "failed"?'),
        ("interval soon", '"soon" is not a number'),
        ("interval 1", "out of range"),
        ("interval nan", "out of range"),
        ("theme nordd", 'Did you mean "nord"?'),
        ("theme nope", '"nope" cannot be a theme. It can be nord or textual-dark.'),
        ("sort banana", "severity, "),
        ("ctx nope", "It can be tt02 or prod."),
        ("replay 99:99", '"99:99" is no time: the command needs a time such as 13:55'),
        ("replay 2999-01-01", "a time that has been"),
        ("since soon", '"soon" is no time'),
        ("mask maybe", "on or off"),
        ("ctx prd", 'Did you mean "prod"?'),
        ("\x1b[31mred", "There is no command"),
    ],
)
def test_a_wrong_line_is_a_sentence(line, said):
    with pytest.raises(ValueError) as refused:
        parse_command(line, KNOWN)
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)


def lines(typed):
    return [candidate.line for candidate in candidates(typed, KNOWN)]


def test_names_are_completed_those_that_begin_so_first():
    assert [line.strip() for line in lines("")] == [command.name for command in COMMANDS]
    assert lines("so")[:2] == ["sort ", "sort-age"]
    assert lines("so")[-2:] == ["json", "same-person"]
    assert lines("all") == ["ack-all", "refresh-all"]
    assert lines("nothing like it") == []


def test_arguments_are_completed_word_by_word():
    assert lines("order kom") == ["order KOM-118", "order KOM-117"]
    assert lines("status failed,st") == ["status failed,stuck"]
    assert "status failed,failed" not in lines("status failed,f")
    assert lines("sort age d") == ["sort age desc"]
    assert lines("ctx ") == ["ctx tt02", "ctx prod"]
    assert lines("pause ") == []


def test_what_is_completed_is_what_is_understood():
    for command in COMMANDS:
        if command.argument is None:
            continue
        for candidate in candidates(f"{command.name} ", KNOWN):
            if candidate.word in ("asc", "desc"):
                continue
            assert parse_command(candidate.line, KNOWN).action == command.action


def test_every_command_does_something_that_exists():
    for command in COMMANDS:
        name = command.action.partition("(")[0]
        owner = MonitorApp if name.startswith("app.") else MonitorScreen
        assert callable(getattr(owner, f"action_{name.removeprefix('app.')}")), command


async def test_keys_palette_help_and_line_have_the_same_commands():
    names = {command.name for command in COMMANDS}
    assert len(names) == len(COMMANDS)
    assert {key.id for key in MONITOR_KEYS} <= names
    page = help_text(200).plain.splitlines()
    for command in COMMANDS:
        assert any(
            line.startswith(f"{command.usage} ") or line == command.usage for line in page
        ), command
    async with stage((80, 24)) as s:
        palette = {one.title for one in s.app.get_system_commands(s.screen)}
        assert palette == {command.usage for command in COMMANDS}
        assert {candidate.line.strip() for candidate in s.screen.candidates("")} == names


def shown(s):
    return "\n".join(s.lines())


async def test_a_command_is_typed_completed_and_run() -> None:
    async with stage((80, 24)) as s:
        await s.press("1", "colon")
        assert "add" in s.lines()[-3] and s.screen.pane == "orders"
        await s.press("z", "z")
        assert s.lines()[-2].strip() == "zz"
        await s.press("backspace", "backspace")
        assert s.screen.has_class("-at-orders")
        await s.press(*"sor", "tab", *"ag", "right", "space", *"de", "tab", "enter")
        assert s.screen.sms_table.view.sort == "age" and s.screen.sms_table.view.reverse
        assert s.screen.pane == "orders" and not s.screen.command_line.has_class("-open")


async def test_tab_goes_round_and_marks_what_is_taken_without_colour() -> None:
    async with stage((80, 24)) as s:
        await s.press("colon", *"mask ", "tab")
        line = s.screen.command_line.input
        assert line.value == "mask on"
        await s.press("tab")
        assert line.value == "mask off"
        await s.press("shift+tab")
        assert line.value == "mask on"
        await s.press("tab", "tab", "tab", "enter")
        assert s.app.unmasked


async def test_a_wrong_command_is_said_and_what_was_typed_stays() -> None:
    async with stage((80, 24)) as s:
        await s.press("colon", *"pasue", "enter")
        assert 'Did you mean "pause"?' in shown(s)
        assert s.screen.command_line.input.value == "pasue"
        await s.press("left", "left", "backspace", "right", "s", "enter")
        await s.until(lambda: not s.screen.command_line.has_class("-open"))
        assert "There is no command" not in shown(s)


async def test_esc_leaves_and_gives_the_keys_back() -> None:
    async with stage((80, 24)) as s:
        await s.press("3", "colon", *"quit", "escape")
        assert s.screen.pane == "detail" and not s.screen.command_line.has_class("-open")
        await s.press("colon", "enter")
        assert s.screen.pane == "detail"


async def test_history_goes_up_and_down_and_keeps_no_number() -> None:
    state = MemoryState()
    async with stage((80, 24), state=state) as s:
        await s.press("colon", *"interval 30", "enter")
        await s.press("colon", *"filter 99 11 22 33", "enter")
        await s.press("colon", *"faults", "enter")
        await s.press("colon", *"so", "up")
        line = s.screen.command_line.input
        assert line.value == "faults"
        await s.press("up", "up", "up")
        assert line.value == "interval 30"
        await s.press("down", "down")
        assert line.value == "so"
        await s.press("escape")
        await s.app.action_quit()
    assert state.state.commands == ("interval 30", "faults")
    async with stage((80, 24), state=state) as s:
        await s.press("colon", "up", "up")
        assert s.screen.command_line.input.value == "interval 30"


async def test_an_order_is_gone_to_by_a_part_of_its_name() -> None:
    async with stage() as s:
        await s.press("colon", *"order purr", "enter")
        assert s.screen.order.name == "PURR-31"


async def test_statuses_are_a_filter_and_show_in_the_title() -> None:
    async with stage() as s:
        await s.press("colon", *"status failed,stuck", "enter")
        rows = [s.screen.sms_table.item(key) for key in s.screen.sms_table.keys]
        assert rows and {row.phase for row in rows} <= {"failed", "stuck"}
        assert "/st:failed,stuck" in shown(s)
        await s.press("escape")
        assert s.screen.sms_table.view.filter.text == ""


async def test_orders_typed_after_add_are_checked_and_watched() -> None:
    async with stage((80, 24), order_ids=[], heard=False) as s:
        await s.until(lambda: s.app.watching is not None)
        known = demo_order_ids(SEED)[0]
        await s.press("colon")
        s.screen.command_line.input.value = f"add {known}"
        await s.press("enter")
        await s.until(lambda: known in s.app.board.orders)
        await s.until(lambda: len(s.app.screen_stack) == 1)
        await s.press("colon", *"add nonsense", "enter")
        await s.until(lambda: isinstance(s.app.screen, AddOrders))
        await s.until(lambda: "there is no order id in it" in " ".join(shown(s).split()))
        assert s.app.screen.area.text == "nonsense"


async def test_a_command_that_cannot_be_done_now_is_said() -> None:
    async with stage((80, 24)) as s:
        await s.press("colon", *"undo", "enter")
        assert '":undo" has nothing to do at the moment' in shown(s)


async def test_mask_theme_keys_and_interval() -> None:
    async with stage() as s:
        await s.press("colon", *"mask off", "enter")
        await s.until(lambda: s.app.unmasked)
        await s.press("colon", *"mask off", "enter")
        assert "It is shown already" in shown(s) and s.app.unmasked
        await s.press("colon", *"theme nord", "enter")
        assert s.app.theme == "nord" and 'theme = "nord"' in shown(s)
        await s.press("colon", *"interval 20", "enter")
        await s.until(lambda: s.app.board.interval == 20)
        await s.press("colon", *"keys", "enter")
        await s.until(lambda: isinstance(s.app.screen, Page))
        assert "next-fault" in shown(s)


async def test_the_doctor_is_shown_as_text_and_not_there_in_the_demo() -> None:
    async with stage() as s:
        await s.press("colon", *"doctor", "enter")
        assert '":doctor" has nothing to do at the moment' in shown(s)
        s.app.setup = replace(s.app.setup, examine=lambda: "ok   python  [/red]3.11")
        await s.press("colon", *"doctor", "enter")
        await s.until(lambda: isinstance(s.app.screen, Page))
        await s.until(lambda: "ok   python  [/red]3.11" in shown(s))
        await s.press("q")
        assert len(s.app.screen_stack) == 1


async def test_the_palette_runs_commands_and_opens_the_line_for_those_that_need_a_word() -> None:
    async with stage() as s:
        await s.press("ctrl+p")
        await s.until(lambda: isinstance(s.app.screen, CommandPalette))
        by_title = {one.title: one for one in s.app.get_system_commands(s.screen)}
        # it may be closed before what it looks for is found
        s.app.screen._gather_commands("f")
        await s.app.screen.query_one("CommandList").remove()
        await s.press("escape")
        by_title["faults"].callback()
        await s.until(lambda: s.screen.sms_table.view.faults_only)
        by_title["sort COLUMN [asc|desc]"].callback()
        await s.until(lambda: s.screen.command_line.input.value == "sort ")
        assert s.app.focused is s.screen.command_line.input


async def test_keys_typed_ahead_reach_the_line_and_what_it_opens() -> None:
    async with stage((80, 24)) as s:
        await s.press("colon", *"faults", "enter", "colon", *"pause", "enter", "z")
        await s.until(lambda: s.app.board.paused)
        assert s.screen.sms_table.view.faults_only and s.screen.has_class("-zoomed")


async def test_the_line_works_without_orders_and_on_a_small_screen() -> None:
    async with stage((60, 15), order_ids=[], heard=False) as s:
        await s.press("colon")
        assert s.lines()[-3].startswith(" :  ack")
        await s.press(*"order x", "enter")
        assert 'No watched order is called "x"' in shown(s)
        # what is wrong stays in the line, and all of what is said can be read
        await s.press(*["backspace"] * 7, *"theme nope", "enter")
        assert s.screen.command_line.input.value == "theme nope"
        sentence = " ".join(shown(s).split())
        assert '"nope" cannot be a theme. It can be ansi-dark' in sentence
        assert f"or {max(s.app.available_themes)}." in sentence
        await s.press("escape", "colon", *"replay 99:99", "enter")
        assert s.screen.command_line.input.value == "replay 99:99"
        assert '"99:99" is no time' in shown(s)
        assert isinstance(s.app.board, Board)


async def test_pane_and_zoom_are_found_again() -> None:
    state = MemoryState()
    async with stage(state=state) as s:
        await s.press("3", "z")
        await s.app.action_quit()
    assert (state.state.pane, state.state.zoomed) == ("detail", True)
    async with stage(state=state) as s:
        assert s.screen.pane == "detail" and s.screen.has_class("-zoomed")
    async with stage(state=MemoryState(ViewState(pane="gone"))) as s:
        assert s.screen.pane == "orders"

"""The keys in force: by the map, by the config file, on every screen, and in the help."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from textual.binding import Binding, BindingsMap
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.widgets import DataTable, Footer

import sms_monitor.ui
from sms_monitor.ui.app import MonitorApp
from sms_monitor.ui.keymap import LIST_KEYS, key_problems, keys_in_force
from sms_monitor.ui.keys import MONITOR_KEYS, TABLE_KEYS
from sms_monitor.ui.screens.dialog import Dialog
from sms_monitor.ui.screens.help import help_text, key_names
from sms_monitor.ui.screens.key_names import names_text
from sms_monitor.ui.screens.monitor import MonitorScreen
from sms_monitor.ui.widgets.live_table import LiveTable
from tests.ui.stage import stage

ALL = {key.id: key for key in (*TABLE_KEYS, *MONITOR_KEYS)}
RESERVED = {f"ctrl+{letter}" for letter in "abcjos"}


def our_classes() -> list[type[DOMNode]]:
    """Everything of ours that has bindings: the app, screens, dialogs and widgets."""
    for module in pkgutil.walk_packages(sms_monitor.ui.__path__, "sms_monitor.ui."):
        importlib.import_module(module.name)
    found, todo = [], [DOMNode]
    while todo:
        for one in todo.pop().__subclasses__():
            todo.append(one)
            if one.__module__.startswith("sms_monitor.") and "BINDINGS" in vars(one):
                found.append(one)
    return found


@pytest.mark.parametrize("one", our_classes(), ids=lambda one: one.__name__)
def test_no_binding_is_reserved_double_or_without_a_name(one):
    bindings = [b for made in one.BINDINGS for b in Binding.make_bindings([made])]
    names = [binding.key for binding in bindings]
    assert len(names) == len(set(names))
    assert not RESERVED & set(names)
    # ctrl-z suspends, as the shell means it; nothing else may have it
    assert all(b.id == "suspend" for b in bindings if b.key == "ctrl+z")
    assert all(binding.id for binding in bindings)


def test_every_binding_of_the_monitor_is_in_the_help():
    page = help_text(200).plain
    for one in our_classes():
        if issubclass(one, MonitorScreen | LiveTable | MonitorApp):
            for binding in BindingsMap(one.BINDINGS).key_to_bindings:
                assert re.search(rf"(^|\s){re.escape(key_names(binding))}\s", page, re.M), binding
    assert {b.id for b in Binding.make_bindings(MonitorScreen.BINDINGS)} == {
        key.id for key in MONITOR_KEYS
    }
    dialogs = [one for one in our_classes() if issubclass(one, Dialog)]
    assert len(dialogs) > 2


def test_what_the_lists_have_for_themselves_is_not_given_away():
    own = {
        name
        for kind in (DataTable, VerticalScroll)
        for base in kind.__mro__
        for name in BindingsMap(vars(base).get("BINDINGS", ())).key_to_bindings
    }
    assert own <= LIST_KEYS


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"next-fualt": "n"}, 'Did you mean "next-fault"?'),
        ({"xyzzy": "n"}, ":keys lists the names"),
        ({"zoom": "ctrl+a"}, "left to the shell, tmux, screen and the terminal"),
        ({"zoom": "ctrl-b,x"}, '"ctrl-b"'),
        ({"zoom": "ctrl+z"}, "left to the shell"),
        ({"zoom": "ctrl+q"}, "always quits"),
        ({"zoom": "Ctrl+P"}, "always opens the palette"),
        ({"zoom": "f1"}, "always opens the help"),
        ({"zoom": "enter"}, "moves in every list"),
        ({"zoom": "zzz"}, '"zzz" is not a key'),
        ({"zoom": "cntrl+x"}, "is not a key"),
        ({"help": ""}, "cannot be without a key"),
        ({"zoom": "\x1b"}, "is not a key"),
    ],
)
def test_wrong_keys_are_sentences(keys, said):
    ((key_id, sentence),) = key_problems(keys)
    assert key_id in keys
    assert said in sentence
    assert "\x1b" not in sentence


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("x", "x"),
        ("X", "X"),
        ("shift+x", "X"),
        ("ctrl+x", "ctrl+x"),
        ("ctrl-X", "ctrl+x"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("F5", "f5"),
        ("space", "space"),
        ("PgDn", "pagedown"),
        ("alt+x", "alt+x"),
    ],
)
def test_keys_may_be_written_as_they_are_on_a_keyboard(written, name):
    key_id = "page-down" if name == "pagedown" else "zoom"
    assert key_problems({key_id: written}) == ()
    assert keys_in_force({key_id: written}).keys[key_id] == name


def test_without_a_wish_nothing_differs():
    in_force = keys_in_force({})
    assert in_force.keymap == {} and in_force.clashes == ()
    assert in_force.keys == {key.id: key.keys for key in ALL.values()}


def test_a_persons_key_is_taken_from_what_had_it_and_that_is_said():
    in_force = keys_in_force({"next-fault": "f,ctrl+n"})
    assert in_force.keys["next-fault"] == "f,ctrl+n"
    assert in_force.keys["faults"] == ""
    assert in_force.clashes == ('"f" is next-fault by the config file, and faults no longer',)
    swapped = keys_in_force({"next-fault": "f", "faults": "n"})
    assert swapped.clashes == ()
    assert (swapped.keys["next-fault"], swapped.keys["faults"]) == ("f", "n")


def test_two_wishes_for_one_key_are_said_and_the_first_has_it():
    in_force = keys_in_force({"zoom": "U", "pause": "U,p"})
    assert (in_force.keys["zoom"], in_force.keys["pause"]) == ("U", "p")
    assert in_force.clashes == (
        'Both zoom and pause are to be on "U" by the config file; it is zoom now',
    )


def test_the_help_keeps_a_key_whatever_is_wished():
    in_force = keys_in_force({"zoom": "?", "help": "f2"})
    assert in_force.keys["zoom"] == "question_mark"
    assert in_force.keys["help"] == "f2,f1"
    assert keys_in_force({"zoom": "?"}).keys["help"] == "f1"


async def test_keys_of_the_config_file_do_what_they_say_and_the_others_nothing() -> None:
    keys = {"faults": "x,ctrl+n", "zoom": "", "down": "e", "pause": "f"}
    async with stage((80, 24), keys=keys) as s:
        await s.press("z")
        assert not s.screen.has_class("-zoomed")
        await s.press("f")
        await s.until(lambda: s.app.board.paused)
        assert not s.screen.sms_table.view.faults_only
        await s.press("x")
        assert s.screen.sms_table.view.faults_only
        await s.press("ctrl+n")
        assert not s.screen.sms_table.view.faults_only
        before = s.screen.sms_table.cursor_row
        await s.press("2", "e")
        assert s.screen.sms_table.cursor_row == before + 1 and len(s.app.screen_stack) == 1
        footer = str(s.lines()[-1])
        assert "x fault" in footer and "f pause" in footer and "zoom" not in footer
        events = [s.screen.events_list.item(key).text for key in s.screen.events_list.keys]
        assert '"e" is down by the config file, and label no longer' in events


async def test_the_help_and_the_list_of_keys_show_what_is_in_force() -> None:
    keys = {"faults": "x", "zoom": ""}
    async with stage((120, 40), keys=keys) as s:
        await s.press("question_mark")
        await s.until(lambda: len(s.app.screen_stack) == 2)
        page = help_text(69, s.app.keys_in_force.keys).plain
        assert f"{'x':<16}{ALL['faults'].help}" in page
        assert f"{'(no key)':<16}{ALL['zoom'].help}" in page
        assert f"{'z':<16}" not in page
    listed = names_text(keys_in_force(keys).keys).plain
    assert re.search(r"^faults +x  \(not f\)$", listed, re.M)
    assert re.search(r"^zoom +\(none\)  \(not z\)$", listed, re.M)


async def test_the_footer_shows_no_more_than_eight_keys() -> None:
    async with stage((200, 50)) as s:
        assert len(s.screen.query_one(Footer).children) <= 8


def is_open(s) -> bool:
    """Whether something lies over the panes, or a line is typed in."""
    focused = s.app.focused
    return len(s.app.screen_stack) > 1 or (focused is not None and focused.id in TYPED)


TYPED = ("filter", "command")
OPENING = [key.keys.split(",")[0] for key in MONITOR_KEYS if key.id not in ("close", "out")]


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
async def test_every_key_on_whatever_a_key_opens_ends_nothing(part, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)  # the export writes a file where one is
    # the panes themselves: test_every_key_of_the_map_is_safe_in_every_pane
    names = dict.fromkeys(name for key in ALL.values() for name in key.keys.split(","))
    names = [*names, "backspace", "space", "7"]
    names.remove("q")
    async with stage((60, 15)) as s:
        for place, way in enumerate([*OPENING, "ctrl+p"]):
            await s.pilot.press(way)
            # a quarter of the keys on each, another one on the next: all of them in four parts
            for name in names[(place + part) % 4 :: 4] if is_open(s) else ():
                if not is_open(s):
                    await s.pilot.press(way)
                await s.pilot.press(name)
                assert s.app.is_running and s.app.crash == "", (way, name)
            for _ in range(4):
                await s.pilot.press(*["escape"] * is_open(s))

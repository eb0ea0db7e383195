"""What the output filter sends, shown by a terminal in memory, against what was to be shown."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from sms_monitor.ui.cell_diff import Shown

WIDTH, HEIGHT = 40, 12
STYLES = (
    Style(),
    Style(color="#e0e0e0", bgcolor="#121212"),
    Style(color="#e0e0e0", bgcolor="#0c304b"),
    Style(color="#d17e92", bgcolor="#121212", bold=True),
    Style(color="#d17e92", bgcolor="#121212", bold=True, reverse=True),
    Style(color="red", underline=True),
    Style(bgcolor="color(238)"),
    Style(bold=True),
    Style(bold=True, dim=True, italic=True),
    Style(dim=True, strike=True),
)
WORDS = ("Delivered", "  ", " ", "x", "2026", "日本", "blåbær", "-" * 9)
SYSTEMS = (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD)


def a_line(chance: random.Random) -> Strip:
    segments = [
        Segment(chance.choice(WORDS), chance.choice(STYLES)) for _ in range(chance.randrange(9))
    ]
    return Strip(segments).adjust_cell_length(WIDTH, STYLES[1])


def next_lines(lines: Sequence[Strip], chance: random.Random) -> list[Strip]:
    """Lines that follow `lines` as they do in the app: a few others, or some moved in a block."""
    after = list(lines)
    if chance.random() < 0.5:
        first = chance.randrange(HEIGHT - 3)
        last = chance.randrange(first + 3, HEIGHT)
        by = chance.choice((-2, -1, 1, 2))
        block = after[first : last + 1]
        new = [a_line(chance) for _ in range(abs(by))]
        after[first : last + 1] = [*block[by:], *new] if by > 0 else [*new, *block[:by]]
    for y in chance.sample(range(HEIGHT), chance.randrange(3)):
        after[y] = a_line(chance)
    return after


def sent_for(shown: Shown, lines: Sequence[Strip]) -> str:
    found = shown.update(LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, HEIGHT)))
    assert found is not None
    return found.render_segments(None)


def cells(screen: pyte.Screen) -> list[list[tuple]]:
    return [[tuple(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


@pytest.mark.parametrize("seed", range(3))
def test_the_terminal_shows_what_it_would_if_all_was_sent(seed):
    chance = random.Random(seed)
    system = SYSTEMS[seed % len(SYSTEMS)]
    shown = Shown(WIDTH, HEIGHT, system)
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    lines = [a_line(chance) for _ in range(HEIGHT)]
    for step in range(20):
        few = sent_for(shown, lines)
        stream.feed(few)
        whole = pyte.Screen(WIDTH, HEIGHT)
        pyte.Stream(whole).feed(sent_for(Shown(WIDTH, HEIGHT, system), lines))
        assert cells(screen) == cells(whole), step
        assert sent_for(shown, lines) == ""
        lines = next_lines(lines, chance)


def test_a_pane_of_four_lines_that_go_down_by_one_is_moved():
    chance = random.Random(1)
    lines = [a_line(chance) for _ in range(HEIGHT)]
    shown = Shown(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    sent_for(shown, lines)
    new = Strip([Segment("08:50:00   1 Accepted to Delivered", STYLES[1])])
    new = new.adjust_cell_length(WIDTH, STYLES[1])
    moved = sent_for(shown, [*lines[:8], new, *lines[8:11]])
    assert "\x1b[9;12r" in moved
    assert len(moved) < 120


def test_only_the_part_of_the_looks_that_differs_is_sent():
    plain, cursor, bold = STYLES[1], STYLES[2], Style(color="#e0e0e0", bgcolor="#121212", bold=True)
    shown = Shown(WIDTH, 1, ColorSystem.TRUECOLOR)

    def line(*segments: tuple[str, Style]) -> list[Strip]:
        parts = [Segment(*one) for one in segments]
        return [Strip(parts).adjust_cell_length(WIDTH, plain)]

    def sent(*segments: tuple[str, Style]) -> str:
        update = LayoutUpdate([line(*segments)], Region(0, 0, WIDTH, 1))
        found = shown.update(update)
        assert found is not None
        return found.render_segments(None)

    sent(("", plain))
    assert sent(("a", plain), ("b", cursor), ("c", bold)) == (
        "\x1b[1;1H\x1b[0;38;2;224;224;224;48;2;18;18;18ma"
        "\x1b[48;2;12;48;75mb"
        "\x1b[1;48;2;18;18;18mc\x1b[0m"
    )
    # what stayed is passed over
    again = sent(("z", plain), ("b", cursor), ("c", bold), ("         d", plain))
    assert again == ("\x1b[1;1H\x1b[0;38;2;224;224;224;48;2;18;18;18mz\x1b[11Cd\x1b[0m")


def test_of_a_line_of_uncertain_width_all_that_is_known_is_sent_and_nothing_else():
    shown = Shown(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    for text in ("one 🚀 two", "one e\u0301 two"):
        strip = Strip([Segment(text)])
        found = shown.update(LayoutUpdate([[strip]], Region(5, 3, strip.cell_length, 1)))
        assert found is not None
        sent = found.render_segments(None)
        assert "\0" not in sent
        assert sent.startswith("\x1b[4;6H") and text in sent


@pytest.mark.parametrize("odd", ["🚀", "e\u0301e"])
def test_what_stood_behind_letters_of_uncertain_width_is_sent_again_when_they_go(odd):
    shown = Shown(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    for start in (odd, "xx"):
        line = Strip([Segment(f"{start} two three")])
        found = shown.update(LayoutUpdate([[line]], Region(0, 3, line.cell_length, 1)))
        assert f"{start} two three" in found.render_segments(None)


def test_what_is_unknown_between_two_parts_is_not_sent():
    shown = Shown(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    chops = {5: Strip([Segment("ab")]), 9: Strip([Segment("cd")])}
    found = shown.update(ChopsUpdate([chops], [(0, 5, 11)], [[7, 11]]))
    screen = pyte.Screen(WIDTH, HEIGHT)
    pyte.Stream(screen).feed(found.render_segments(None))
    assert "\0" not in found.render_segments(None)
    assert screen.display[0].rstrip() == "     ab  cd"

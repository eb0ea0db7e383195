import pytest

from sms_monitor.core.sparkline import ASCII, BLOCKS, bar, needs_ascii, sparkline


@pytest.mark.parametrize(
    ("counts", "blocks", "ascii_only"),
    [
        ([], "", ""),
        ([0, 0, 0], "▁▁▁", "..."),
        # few are shown as what they are
        ([0, 1, 2, 3], "▁▂▃▄", "._,:"),
        ([7, 0], "█▁", "#."),
        # many by their share of the most
        ([0, 50, 100], "▁▅█", ".:#"),
        ([100, 0, 100], "█▁█", "#.#"),
        # one is not none, however many there are elsewhere
        ([0, 1, 100_000], "▁▂█", "._#"),
    ],
)
def test_counts_become_a_column_each(counts, blocks, ascii_only):
    assert sparkline(counts) == blocks
    assert sparkline(counts, ascii_only=True) == ascii_only


@pytest.mark.parametrize(("glyphs", "ascii_only"), [(BLOCKS, False), (ASCII, True)])
def test_more_is_never_drawn_lower_and_only_none_as_none(glyphs, ascii_only):
    for most in (0, 1, 4, 5, 7, 8, 9, 100, 12_345):
        drawn = sparkline(range(most + 1), ascii_only=ascii_only)
        heights = [glyphs.index(glyph) for glyph in drawn]
        assert heights == sorted(heights)
        assert heights[0] == 0 and 0 not in heights[1:]
        assert most < len(glyphs) or heights[-1] == len(glyphs) - 1


def test_the_ascii_ones_are_ascii_and_neither_is_braille():
    assert ASCII.isascii()
    assert all(0x2581 <= ord(glyph) <= 0x2588 for glyph in BLOCKS)


@pytest.mark.parametrize(
    ("share", "cells"), [(0.0, 0), (0.001, 1), (0.05, 1), (0.5, 5), (0.94, 9), (1.0, 10)]
)
def test_a_bar_is_as_long_as_its_share_and_never_empty_for_some(share, cells):
    assert bar(share, 10) == "█" * cells
    assert bar(share, 10, ascii_only=True) == "#" * cells


def test_a_bar_without_room_is_empty():
    assert bar(0.5, 0) == ""


@pytest.mark.parametrize(
    ("term", "encoding", "ascii_only"),
    [
        ("xterm-256color", "utf-8", False),
        ("screen", "UTF8", False),
        ("", "utf_8", False),  # Windows has no TERM
        ("linux", "utf-8", True),
        ("dumb", "utf-8", True),
        ("xterm", "ISO-8859-1", True),
        ("xterm", "ascii", True),
        ("xterm", None, True),
    ],
)
def test_blocks_are_not_drawn_where_they_are_known_not_to_show(term, encoding, ascii_only):
    assert needs_ascii(term, encoding) is ascii_only

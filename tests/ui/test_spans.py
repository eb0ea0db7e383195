"""What is sent of a line of which some cells are drawn anew."""

import re

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from sms_monitor.ui.spans import Spans


def sent(text: str, left: int, right: int) -> list[tuple[int, str]]:
    """The column from 1 and the text of each part that is sent of `text`, which stands at 10."""
    strip = Strip([Segment(text)])
    update = Spans([{10: strip}], [(0, left, right)], [[10 + strip.cell_length]])
    parts = re.split(r"\x1b\[1;(\d+)H", update.render_segments(Console()))
    assert parts[0] == ""
    return [(int(at), part) for at, part in zip(parts[1::2], parts[2::2], strict=True)]


@pytest.mark.parametrize("text", ["one two three", "én •• három"])
def test_of_a_line_whose_width_is_certain_only_the_cells_that_are_drawn_anew(text):
    assert sent(text, 14, 17) == [(15, text[4:7])]


@pytest.mark.parametrize("odd", ["👩‍👩‍👧 ", "e\u0301 ", "⚠️ ", "🇳🇴 "])
@pytest.mark.parametrize("text", ["{}two three", "one two {}three"])
def test_of_a_line_of_uncertain_width_all(text, odd):
    whole = text.format(odd)
    assert sent(whole, 14, 17) == [(11, whole)]

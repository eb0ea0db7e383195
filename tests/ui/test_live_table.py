"""The table that stands on Textual's `DataTable`, and the line that sends only what changed."""

import random
from collections.abc import Sequence
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.widgets import DataTable

from sms_monitor.ui.widgets.live_line import LiveLine, changed_cells, changed_runs
from sms_monitor.ui.widgets.live_table import LiveTable, TableColumn


class Lines(LiveTable[str]):
    COLUMNS: ClassVar = (
        TableColumn("key", "KEY", 8),
        TableColumn("text", "TEXT", 0),
        TableColumn("count", "N", 5, right=True, from_width=30),
    )

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.asked = 0

    def item(self, key: str) -> str:
        return key

    def cells(self, item: str) -> Sequence[Content]:
        self.asked += 1
        text = Content(self.texts.get(item, f"text of {item}"))
        shown = [Content(item), text, Content(str(len(item)))]
        return shown if self.room >= 30 else shown[:2]


class LinesApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Lines()
        yield LiveLine()


def keys(count: int) -> list[str]:
    return [f"k{i}" for i in range(count)]


def test_textual_still_has_the_private_names_the_table_rests_on() -> None:
    table = DataTable()
    assert {"_data", "_row_locations", "_get_row_region", "rows"} <= set(dir(table))
    assert table._get_row_region(0) == Region()


async def test_the_cursor_follows_its_key_and_the_screen_stays_where_it_is() -> None:
    app = LinesApp()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Lines)
        table.focus()
        table.place(keys(100))
        await pilot.pause()
        await pilot.press(*"j" * 20)
        assert table.key == "k20" and table.scroll_offset.y > 0
        offset = table.scroll_offset
        table.place([*keys(100), "new"])
        await pilot.pause()
        assert table.key == "k20" and table.scroll_offset == offset
        table.place(keys(100)[::-1])
        assert table.key == "k20" and table.cursor_row == 79
        table.place([])
        assert table.key is None
        table.place(keys(3))
        await pilot.press("G")
        assert table.key == "k2"
        await pilot.press("g", "enter")
        assert table.key == "k0"


async def test_the_messages_and_the_coordinates_of_a_data_table_are_right() -> None:
    chosen: list[str] = []

    class Choosing(LinesApp):
        def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
            chosen.append(str(event.row_key.value))

    app = Choosing()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Lines)
        table.focus()
        table.place(keys(50))
        await pilot.press("j", "j", "enter")
        await pilot.pause()
        assert chosen == ["k2"] and table.row_count == 50
        await pilot.click(Lines, offset=(3, 5))
        assert table.key == "k4"
        await pilot.press("pagedown", "ctrl+u", "end", "home")
        assert table.key == "k0"


async def test_only_lines_that_look_different_are_drawn_again() -> None:
    app = LinesApp()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Lines)
        table.place(keys(1000))
        await pilot.pause()
        refreshed: list[Region] = []
        table.refresh = lambda *regions, **_: refreshed.extend(regions)  # type: ignore[method-assign]
        table.repaint()
        assert refreshed == []
        table.texts["k500"] = "off the screen"
        table.repaint()
        assert refreshed == []
        table.texts["k3"] = "text of K3"
        table.repaint()
        assert refreshed == [Region(17, 4, 1, 1)]


async def test_no_more_rows_are_looked_at_than_are_on_the_screen() -> None:
    app = LinesApp()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Lines)
        table.place(keys(100_000))
        await pilot.pause()
        table.asked = 0
        table.place(list(table.keys))
        await pilot.pause()
        assert table.asked <= 12


@pytest.mark.parametrize("width", [20, 29, 40, 90])
async def test_columns_stay_aligned_whatever_is_in_them(width) -> None:
    app = LinesApp()
    async with app.run_test(size=(width, 12)) as pilot:
        table = app.query_one(Lines)
        table.texts = {
            "k0": "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
            "k1": "e\u0301 combining and \N{GRINNING FACE} wide",
            "k2": "[/boom] [@click=app.quit]x[/]",
            "k3": "x" * 10_000,
        }
        table.place(keys(6))
        await pilot.pause()
        for y in range(7):
            assert table.render_line(y).cell_length == table.size.width
        assert "[/boom]"[: max(0, table.room - 9)] in table.render_line(3).text
        if table.room >= 30:
            assert all(table.render_line(y).text.rstrip().endswith("2") for y in range(1, 7))


def look(content: Content, start: int, width: int) -> str:
    return content.plain[start : start + width]


def test_changed_cells_cover_every_difference_and_little_more() -> None:
    rng = random.Random(3)
    for _ in range(2000):
        old = "".join(rng.choice("ab 漢") for _ in range(rng.randrange(12)))
        new = old
        if rng.random() < 0.9:
            place = rng.randrange(len(old) + 1)
            new = old[:place] + rng.choice(["", "x", "字", "xy"]) + old[place + rng.randrange(2) :]
        changed = changed_cells(Content(old), Content(new))
        if old == new:
            assert changed is None
            continue
        runs = changed_runs(Content(old), Content(new))
        before, after = cells_of(old), cells_of(new)
        for x in range(max(len(before), len(after))):
            if before[x : x + 1] != after[x : x + 1]:
                for some in ([changed], runs):
                    assert any(start <= x < start + width for start, width in some), (old, new, x)


def test_parts_of_a_line_that_are_far_apart_are_drawn_each() -> None:
    old = Content(f"LIVE 5s{' ' * 40}9/60 req/min")
    new = Content(f"LIVE 0s{' ' * 40}8/60 req/min")
    assert changed_runs(old, new) == [(5, 1), (47, 1)]
    near = Content("LIVE 0s, next 5s")
    assert changed_runs(Content("LIVE 5s, next 1s"), near) == [(5, 10)]
    assert changed_runs(near, Content("LIVE 0s, next 5s")) == []


def cells_of(text: str) -> list[str]:
    """One entry a terminal cell; the second half of a wide character is its own."""
    return [part for c in text for part in ([c] if c.isascii() else [c, c + "2"])]


def test_a_change_of_style_alone_is_a_change() -> None:
    plain = Content("12 failed")
    assert changed_cells(plain, plain.stylize("bold", 0, 2)) == (0, 2)
    assert changed_cells(plain, Content("12 failed")) is None


async def test_a_line_is_never_markup_and_never_too_long() -> None:
    app = LinesApp()
    async with app.run_test(size=(20, 5)) as pilot:
        line = app.query_one(LiveLine)
        line.show(Content("[/red] and a good deal more than fits"))
        await pilot.pause()
        assert line.render_line(0).text == "[/red] and a good d…"

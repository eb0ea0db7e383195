"""A Textual `DataTable` over rows it does not own, that repaints only what changed.

`DataTable` copies every cell into dicts, so many rows take seconds to show, and one updated
cell repaints the whole widget. Here its containers are views of the caller's rows and a line is
drawn in one go; the cursor, its keys, messages and CSS classes stay Textual's.

It rests on four private names of Textual 8.2 (`_data`, `_row_locations`, `_get_row_region`,
`_on_idle`'s use of `_require_update_dimensions`), which is why the dependency is held to one
minor range and `tests/ui/test_live_table.py` fails when they change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.style import Style
from textual.widgets import DataTable
from textual.widgets.data_table import ColumnKey, RowKey
from textual.widgets.data_table import Row as DataTableRow

from sms_monitor.ui.keys import TABLE_BINDINGS
from sms_monitor.ui.widgets.live_line import changed_runs

ItemT = TypeVar("ItemT")


class TableColumn(NamedTuple):
    """How one column is headed and how wide it is, in terminal cells."""

    key: str
    label: str
    width: int
    """0 takes what the others leave."""
    right: bool = False
    """Numbers stand to the right."""
    from_width: int = 0
    """The column is left out of a table narrower than this."""


class _Rows(Mapping[RowKey, Any]):
    """What `DataTable` asks of its row containers, answered from the table's keys."""

    def __init__(self, table: LiveTable[Any]) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table.keys)

    def __iter__(self) -> Iterator[RowKey]:
        return (RowKey(key) for key in self._table.keys)

    def __getitem__(self, key: RowKey) -> Any:
        return self._table.item(str(key.value))

    def get_key(self, index: int) -> RowKey | None:
        """Return the key of the row at `index`; None when there is no such row."""
        keys = self._table.keys
        return RowKey(keys[index]) if 0 <= index < len(keys) else None


class LiveTable(DataTable[Content], Generic[ItemT]):
    """Rows under a header; the cursor stays on its key, and rows stay where they are.

    A subclass gives `COLUMNS`, `item` and `cells`, and calls `place` to say which keys stand
    in which order, and `repaint` when what they stand for may have changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = TABLE_BINDINGS
    COLUMNS: ClassVar[tuple[TableColumn, ...]] = ()
    DEFAULT_CSS = """
    LiveTable {
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .datatable--header { background: $panel; color: $text-muted; text-style: bold; }
        &:nocolor > .datatable--header { text-style: bold underline; }
        &:ansi > .datatable--header { background: ansi_default; text-style: bold underline; }
        &:ansi > .datatable--cursor { background: ansi_default; color: ansi_default; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(cursor_type="row", id=id)
        self.keys: Sequence[str] = ()
        self.touched = False
        """Whether the person has moved the cursor since the rows were last replaced."""
        self._painted: dict[int, Content] = {}
        """The lines as they are on the screen, by their number in the widget."""
        self._seen: dict[int, object] = {}
        """What `looks` said of them."""
        self._room: int | None = None
        views = _Rows(self)
        self._data = self.rows = self._row_locations = views  # type: ignore[assignment]

    def on_mount(self) -> None:
        """Declare the columns to `DataTable`; their cells are drawn here."""
        for column in self.COLUMNS:
            self.add_column(column.label, width=column.width or 1, key=column.key)

    def item(self, key: str) -> ItemT:
        """Return what stands in the row of `key`."""
        raise NotImplementedError

    def cells(self, item: ItemT) -> Sequence[Content]:
        """Return a cell per column; when there are fewer, the last one spans the rest."""
        raise NotImplementedError

    def looks(self, item: ItemT) -> object:  # noqa: ARG002
        """Return what stays equal for as long as the cells of `item` do; None when nothing does.

        A line is then not worked out each second only to see that it is what it was.
        """
        return None

    def label(self, column: TableColumn) -> str:
        """Return the heading of `column`."""
        return column.label

    @property
    def shown(self) -> Sequence[TableColumn]:
        """The columns that there is room for."""
        room = self.room
        return [column for column in self.COLUMNS if room >= column.from_width]

    @property
    def room(self) -> int:
        """Cells a line has, beside the scrollbar."""
        return self._room if self._room is not None else self.scrollable_content_region.width

    @contextmanager
    def _room_held(self) -> Iterator[None]:
        """Ask Textual once how much room there is, which takes longer than to draw a line."""
        self._room = self.scrollable_content_region.width
        try:
            yield
        finally:
            self._room = None

    @property
    def top_lines(self) -> int:
        """Lines above the first row: the heading, when there is one."""
        return self.header_height if self.show_header else 0

    @property
    def key(self) -> str | None:
        """The key under the cursor; None when there are no rows."""
        return self.keys[self.cursor_row] if 0 <= self.cursor_row < len(self.keys) else None

    def place(self, keys: Sequence[str], cursor: str | None = None) -> None:
        """Put rows of `keys` in this order, the cursor on `cursor`, else where it was.

        The screen does not scroll unless the cursor would leave it.
        """
        cursor = cursor if cursor is not None else self.key
        if keys is self.keys and cursor == self.key:
            self.repaint()
            return
        old, self.keys = self.keys, keys
        if len(old) != len(keys):
            self._take_lines(len(keys) + self.top_lines)
        where = min(self.cursor_row, len(keys) - 1)
        if not keys or keys[where] != cursor:
            with suppress(ValueError):
                where = keys.index(cursor or "")
        if where != self.cursor_row:
            self.move_cursor(row=max(0, where), animate=False)
        self.repaint()

    def _take_lines(self, lines: int) -> None:
        """Let there be `lines` to scroll in."""
        size = Size(self.size.width, lines)
        scrolls = lines > self.container_size.height
        if lines < self.virtual_size.height or self.show_vertical_scrollbar != scrolls:
            self.virtual_size = size
            return
        # all stays where it is: to lay the whole screen out would paint all scrollbars anew
        before = self.virtual_size.height
        self.set_reactive(LiveTable.virtual_size, size)
        if scrolls and not self.scroll_y and self._thumb(before) == self._thumb(lines):
            self.vertical_scrollbar.set_reactive(ScrollBar.window_virtual_size, lines)
        elif scrolls:
            self.vertical_scrollbar.window_virtual_size = lines

    def _thumb(self, lines: int) -> int:
        """Return how long the scrollbar's thumb is among `lines`, in the eighths it is drawn in."""
        height = self.container_size.height
        return math.ceil(8 * max(1, height * height / max(1, lines)))

    def move_to(self, key: str) -> None:
        """Put the cursor on `key`, scrolling when it is off the screen."""
        self.move_cursor(row=self.keys.index(key), animate=False)

    def repaint(self) -> None:
        """Send to the terminal the lines on screen that would look different, and no others."""
        if not self._painted:
            return
        with self._room_held():
            widths = self._widths()
            first = self._index(0)
            for y in range(self.size.height):
                old = self._painted.get(y)
                seen = self._looks_of(first + y)
                if old is None or (seen is not None and seen == self._seen.get(y)):
                    continue
                changed = changed_runs(old, self._line(y, widths))
                if changed:
                    self.refresh(*(Region(x, y, width, 1) for x, width in changed))
                else:
                    self._seen[y] = seen

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget in one go."""
        with self._room_held():
            line = self._line(y, self._widths())
            index = self._index(y)
            self._painted[y], self._seen[y] = line, self._looks_of(index)
        if y < self.top_lines:
            style = self.get_visual_style("datatable--header")
        elif index == self.cursor_row and index < len(self.keys) and self.show_cursor:
            style = self.get_visual_style("datatable--cursor")
            # one colour pair, chosen by the theme to be readable
            line = line.without_spans
            if self.app.no_color or self.app.native_ansi_color:
                # no shade to tell a cursor that has the keys from one that waits
                style += Style(reverse=True) if self.has_focus else Style(underline=True)
        else:
            style = self.visual_style
        strip = Strip(line.render_segments(style), line.cell_length)
        return strip.adjust_cell_length(self.size.width, style.rich_style)

    def _looks_of(self, index: int) -> object:
        """Return what `looks` says of the row at `index`, in the room there is; None for none."""
        if not 0 <= index < len(self.keys):
            return () if index > 0 else None
        looks = self.looks(self.item(self.keys[index]))
        return None if looks is None else (self._room, looks)

    def _index(self, y: int) -> int:
        return y - self.top_lines + self.scroll_offset.y

    def _line(self, y: int, widths: Sequence[tuple[TableColumn, int]]) -> Content:
        if y < self.top_lines:
            cells: Sequence[Content] = [Content(self.label(column)) for column, _ in widths]
        else:
            index = self._index(y)
            if index >= len(self.keys):
                return Content("")
            cells = self.cells(self.item(self.keys[index]))
        return _join(cells, widths, self.room)

    def _widths(self) -> list[tuple[TableColumn, int]]:
        room = self.room
        shown = self.shown
        left = room - sum(column.width for column in shown) - len(shown) + 1
        return [(column, column.width or max(left, 1)) for column in shown]

    def column_at(self, x: int) -> TableColumn | None:
        """Return the column drawn at cell `x` of the widget; None past the last one."""
        for column, width in self._widths():
            if x < width:
                return column
            x -= width + 1
        return None

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row, or say which heading was clicked."""
        if event.y < self.top_lines:
            column = self.column_at(event.x)
            if column is not None:
                key = ColumnKey(column.key)
                place = [one.key for one in self.COLUMNS].index(column.key)
                self.post_message(
                    DataTable.HeaderSelected(self, key, place, self.columns[key].label)
                )
        elif self._index(event.y) < len(self.keys):
            self.touched = True
            again = self.cursor_row == self._index(event.y)
            self.move_cursor(row=self._index(event.y), animate=False)
            if again:
                self.action_select_cursor()

    def on_resize(self) -> None:
        """Draw anew in the new width."""
        self.virtual_size = Size(self.size.width, len(self.keys) + self.top_lines)
        self._painted.clear()
        self._seen.clear()
        # the layout may have drawn it already: a line not in `_painted` is never drawn again
        self.refresh()

    def action_move(self, step: int) -> None:
        """Move the cursor by `step` rows, as far as there are rows."""
        self.touched = True
        self.move_cursor(row=self.cursor_row + step, animate=False)

    def action_page(self, share: float) -> None:
        """Move the cursor by `share` of a screenful, negative for up."""
        self.action_move(round(share * max(1, self.size.height - self.top_lines)))

    @property
    def ordered_rows(self) -> list[DataTableRow]:
        """None: `DataTable` adds up heights of rows that stay in place, and here none does.

        Its own list of all rows is made anew for the first key after each change.
        """
        return []

    def _get_row_region(self, row_index: int) -> Region:
        if not self.is_valid_row_index(row_index):
            return Region()
        return Region(0, row_index + self.top_lines, self.size.width, 1)


def _join(
    cells: Sequence[Content], widths: Sequence[tuple[TableColumn, int]], room: int
) -> Content:
    parts: list[Content] = []
    used = 0
    for i, (cell, (column, width)) in enumerate(zip(cells, widths, strict=False)):
        last = i == len(cells) - 1
        space = room - used if last else width
        if column.right and not (last and len(cells) < len(widths)):
            cell = cell.pad_left(max(0, width - cell.cell_length))
        parts.append(cell.truncate(max(space, 0), ellipsis=True, pad=not last))
        used += width + 1
    return Content(" ").join(parts)

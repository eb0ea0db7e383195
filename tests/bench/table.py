"""The table of SMS in an app of its own: show, change one row, move, sort, filter.

`show` is of rows that are sorted; `show unsorted` and `sort` sort them for the first time.

With 100,000 rows against itself with 1,000; against Textual's `DataTable` used the usual way
(add_row, update_cell, clear and fill again); sorting and filtering also against plain Python. CPU
until all is drawn, less what waiting for that takes; drawn for no terminal.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from sms_monitor.core.decoding import decode_sms_summary
from sms_monitor.core.order import Order
from sms_monitor.core.patterns import Patterns
from sms_monitor.core.row_filter import parse_filter
from sms_monitor.core.sorting import SortColumn
from sms_monitor.ui.widgets.sms_table import SmsTable, View
from tests.bench.bodies import ORDER, body, rows
from tests.bench.ratio import Ratio, Result, Scale, interleaved
from tests.bench.stock_table import COLUMNS, StockTable, cells_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SMALL = 1000
WORD = "barred"
EVENTS = ("show", "show unsorted", "one row changed", "cursor down", "page down", "sort", "filter")

TIMES = {"nothing": 20, "one row changed": 5, "cursor down": 20, "page down": 5}
"""How often what takes little is done, to be told from nothing."""


class _Host(App[None]):
    def __init__(self, table: Widget) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        yield self._table


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    small, large = min(SMALL, scale.rows), scale.rows
    with asyncio.Runner() as runner:
        costs = {size: runner.run(_ours(size, scale.few)) for size in (small, large)}
        stock = runner.run(_stock(large))
    column = [f"2026-11-23T{second:08d}" for _, _, second in rows(large)]
    floor = interleaved(
        scale.rounds,
        {
            "sort": lambda: _cpu(lambda: sorted(range(large), key=column.__getitem__)),
            "filter": lambda: _cpu(lambda: [n for n in range(large) if WORD in column[n]]),
        },
    )
    limits = {"show": 3.0} | dict.fromkeys(EVENTS[2:5], 1.5)
    for event, limit in limits.items():
        what, against = f"{event}, {large:,} rows", f"{small:,} rows"
        yield Ratio(what, against, costs[large][event], costs[small][event], "ms", limit)
    for event, limit in (("sort", 2.5), ("filter", None)):
        yield Ratio(
            f"{event} {large:,} rows",
            "plain Python",
            costs[large][event],
            floor[event],
            "ms",
            limit,
        )
    for event in EVENTS:
        what = f"{event}, {large:,} rows"
        yield Ratio(what, "DataTable", costs[large][event], stock[event], "ms")


async def _ours(size: int, rounds: int) -> Mapping[str, float]:
    before = rows(size)
    number, kind, second = before[0]
    order = _answered(Order(ORDER), body(before), 0)
    later = [order]
    for step in range(1, TIMES["one row changed"] + 1):
        rows_then = [(number, kind, second + step), *before[1:]]
        later.append(_answered(later[-1], body(rows_then), 60 * step))
    order.patterns.in_order(View().sort, View().reverse)
    table = SmsTable(lambda: NOW)
    async with _Host(table).run_test(size=(120, 40)) as pilot:
        barred = View(filter=parse_filter(WORD))
        by_status = View(sort=SortColumn.STATUS)

        kept: list[Order] = []
        to_come: list[Order] = []

        def show(order: Order) -> None:
            table.show(None)
            table.show(order)

        events: dict[str, Callable[[], object]] = {
            "show": lambda: show(order),
            "show unsorted": lambda: show(_unsorted(order)),
            "one row changed": lambda: table.show(to_come.pop()),
            "cursor down": lambda: table.action_move(1),
            "page down": lambda: table.action_page(1),
            "sort": lambda: table.make_view(by_status),
            "filter": lambda: table.make_view(barred),
        }

        def restore() -> None:
            # what is let go of is not part of what is measured
            kept[:] = [_unsorted(order)]
            to_come[:] = reversed(later[1:])
            table.view = View()
            show(kept[0])

        return await _taken(pilot, events, rounds, restore)


async def _stock(size: int) -> Mapping[str, float]:
    cells = cells_of(size)
    table = StockTable(cursor_type="row")
    async with _Host(table).run_test(size=(120, 40)) as pilot:
        for name in COLUMNS:
            table.add_column(name, width=16, key=name)
        events: dict[str, Callable[[], object]] = {
            "show": lambda: table.fill(cells),
            "show unsorted": lambda: table.fill(cells),
            "one row changed": lambda: table.change_one("changed"),
            "cursor down": table.action_cursor_down,
            "page down": table.action_page_down,
            "sort": lambda: table.sort("STATUS"),
            "filter": lambda: table.fill([one for one in cells if "Barred" in one[0]]),
        }
        # once: it takes many seconds, and the ratios are far from 1
        return await _taken(pilot, events, 1, None)


async def _taken(
    pilot: Pilot[None],
    events: Mapping[str, Callable[[], object]],
    rounds: int,
    restore: Callable[[], object] | None,
) -> Mapping[str, float]:
    """Return the median ms of CPU of each event; `restore` is called before each."""
    taken: dict[str, list[float]] = {event: [] for event in ("nothing", *events)}
    for _ in range(rounds):
        for event, does in (("nothing", _nothing), *events.items()):
            if restore is not None:
                restore()
            await _settled(pilot)
            gc.collect()
            times = TIMES.get(event, 1)
            begin = time.process_time()
            for _ in range(times):
                does()
                await _settled(pilot)
            taken[event].append(1000 * (time.process_time() - begin) / times)
    nothing = sorted(taken["nothing"])[rounds // 2]
    return {e: max(0.1, sorted(taken[e])[rounds // 2] - nothing) for e in events}


async def _settled(pilot: Pilot[None]) -> None:
    """Wait until all is drawn; the view of a large order is made by a worker."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def _nothing() -> None:
    pass


def _answered(order: Order, of: bytes, seconds: float) -> Order:
    return order.after_answer(decode_sms_summary(of), None, NOW, seconds)[0]


def _unsorted(order: Order) -> Order:
    """Return `order` as it is before its rows have been sorted for the first time."""
    return replace(order, patterns=Patterns(order.rows))


def _cpu(what: Callable[[], object]) -> float:
    begin = time.process_time()
    what()
    return 1000 * (time.process_time() - begin)

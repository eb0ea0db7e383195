"""What stands above the panes: how much of what is shown, and the order the SMS belong to."""

from __future__ import annotations

from textual.content import Content

from sms_monitor.core.board import Board
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.core.verdict import TROUBLE, Verdict
from sms_monitor.ui.cells import ERROR_STYLE, MUTED, order_note, percent, tally_words, totals
from sms_monitor.ui.widgets.order_list import OrderList
from sms_monitor.ui.widgets.sms_table import SmsTable, View


def orders_title(board: Board, view: View, *, masked: bool) -> Content:
    """`[1] ORDERS 9`, with the filters that wait in the orders: `SMS: faults only`."""
    title = Content(f"[1] ORDERS {len(board.orders)}")
    filters = _filters(view, masked=masked)
    if filters:
        filters[0] = Content("SMS: ") + filters[0]
    return Content(" · ").join([title, *filters])


def detail_title(order: Order | None) -> Content:
    """`[3] DETAIL`, with the order where its own line is not on the screen."""
    if order is None:
        return Content("[3] DETAIL")
    return Content(" ").join([Content("[3] DETAIL"), Content(order.name), totals(order.tally)])


def events_title(waiting: int) -> Content:
    """`[4] EVENTS`, with how many alerts wait and the key that acknowledges them."""
    title = Content("[4] EVENTS")
    if not waiting:
        return title
    count = "1 alert, x" if waiting == 1 else f"{waiting} alerts, x or X"
    return Content(" · ").join([title, Content.styled(f"{count} acknowledges", "bold")])


def sms_title(table: SmsTable, *, masked: bool) -> Content:
    """Every filter in force and how much it lets through: `[2] SMS faults "47" 15 of 1000`."""
    view = table.view
    parts = [Content("[2] SMS")]
    parts += _filters(view, masked=masked)
    if view.filter.error:
        parts.append(Content.styled(view.filter.error, ERROR_STYLE))
    total = len(table.order.rows) if table.order else 0
    parts.append(Content(f"{len(table.keys)} of {total}"))
    marked = 0
    if table.order is not None and table.marks:
        marked = sum(key in table.marks for key in table.order.rows)
    if marked:
        parts.append(Content.styled(f"{marked} marked", "bold"))
    if table.left_over:
        parts.append(Content(f"{table.left_over} changed"))
    parts.append(Content(f"by {view.sort}{', reversed' if view.reverse else ''}"))
    parts.append(Content("masked (m)" if masked else "UNMASKED (m)"))
    return Content(" · ").join(parts)


def _filters(view: View, *, masked: bool) -> list[Content]:
    parts = [Content.styled("faults only", "bold")] if view.faults_only else []
    if view.filter.text:
        text = mask_numbers_in(view.filter.text) if masked else view.filter.text
        parts.append(Content.styled(f"/{text}", "bold"))
    return parts


def order_line(
    order: Order | None, order_list: OrderList, found: Verdict | None, width: int
) -> Content:
    """The order, the share that is confirmed beside what the API counts, its tally and verdict.

    The tally is in words when `width`, in cells, has room for them. The verdict is told of
    trouble only, and is reversed when it is about the whole order.
    """
    if order is None:
        return Content(" no order is watched: press a to add one")
    name = Content.styled(f" {order.name}", "bold")
    place = Content.styled(f"{_place(order, order_list)}", MUTED)
    if order.error is not None:
        trouble = "not refreshed: " if order.rows else ""
        return Content("  ").join(
            [name, place, Content.styled(f"{trouble}{order.error.message}", ERROR_STYLE)]
        )
    if order.summary is None or not order.rows:
        return Content("  ").join([name, place, order_note(order) or Content("")])
    generated = order.tally.generated
    shares = Content(
        f"{percent(order.tally[Phase.CONFIRMED], generated)} confirmed "
        f"(API says {percent(order.summary.succeeded, generated)})"
    )
    told = []
    if found is not None and found.kind in TROUBLE:
        told = [Content.styled(found.kind, "bold reverse" if found.flagged else "bold")]
    words, glyphs = tally_words(order.tally), totals(order.tally)
    line = Content("  ").join([name, place, *told, words, shares])
    if line.cell_length < width:
        return line
    return Content("  ").join([name, place, *told, glyphs, shares])


def _place(order: Order, order_list: OrderList) -> str:
    keys = list(order_list.keys)
    return f"{keys.index(order.order_id) + 1}/{len(keys)}" if order.order_id in keys else ""

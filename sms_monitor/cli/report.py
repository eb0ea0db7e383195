"""Orders as text for people, without terminal codes, and what they say to the shell."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from sms_monitor.cli.exit_status import ExitStatus
from sms_monitor.cli.looks import Checked
from sms_monitor.core.empty_order import explain_empty
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.text import cell_width

WIDTH = 80
"""Cells in a line of the table; names that do not fit are cut."""

_WORST_FIRST = (ExitStatus.SOURCE, ExitStatus.FAILED, ExitStatus.NOT_FINAL)


def exit_status(orders: Iterable[Order]) -> ExitStatus:
    """Return what is worst: not read, then failed or dead, then not final."""
    found = {_exit_status(order) for order in orders}
    return next((status for status in _WORST_FIRST if status in found), ExitStatus.DONE)


def _exit_status(order: Order) -> ExitStatus:
    if order.error is not None:
        return ExitStatus.SOURCE
    if order.tally[Phase.FAILED] or order.tally[Phase.DEAD]:
        return ExitStatus.FAILED
    return ExitStatus.DONE if order.final else ExitStatus.NOT_FINAL


def table(checked: Sequence[Checked]) -> str:
    """Return a table with a line for each order, and sentences under those that need them."""
    phases = [phase for phase in Phase if phase is not Phase.UNKNOWN or _any_unknown(checked)]
    words = [phase.replace("_", " ") for phase in phases]
    lines = [
        (" ", "", "", [phase.glyph for phase in phases]),
        (" ", "ORDER", "SMS", words),
        *(_cells(one.order, phases) for one in checked),
    ]
    widths = [max(len(word), 5) for word in words]
    room = WIDTH - len("X  1000000") - sum(width + 1 for width in widths)
    room = min(room, max(cell_width(name) for _, name, _, _ in lines))
    told = [[], [], *map(_sentences, checked)]
    # trouble with the API is the same for one order after the other
    told = [[] if this == after else this for this, after in pairwise([*told, []])]
    return "\n".join(
        text
        for line, sentences in zip(lines, told, strict=True)
        for text in (_line(*line, room, widths), *sentences)
    )


def _cells(order: Order, phases: Iterable[Phase]) -> tuple[str, str, str, list[str]]:
    if order.summary is None:
        return _glyph(order), order.name, "", ["" for _ in phases]
    counts = [str(order.tally[phase] or "-") for phase in phases]
    return _glyph(order), order.name, str(order.tally.generated), counts


def _line(
    glyph: str, name: str, generated: str, counts: list[str], room: int, widths: list[int]
) -> str:
    if cell_width(name) > room:
        while cell_width(name) >= room:
            name = name[:-1]
        name += "…"
    name += " " * (room - cell_width(name))
    cells = (f"{text:>{width}}" for text, width in zip(counts, widths, strict=True))
    return f"{glyph} {name} {generated:>7} {' '.join(cells)}".rstrip()


def _any_unknown(checked: Iterable[Checked]) -> bool:
    return any(one.order.tally[Phase.UNKNOWN] for one in checked)


def _glyph(order: Order) -> str:
    """Return the worst that is true of an order: a phase, `=` for no SMS, `?` for no answer."""
    if order.summary is None:
        return "?"
    return order.worst.glyph if order.worst else "="


def _sentences(one: Checked) -> list[str]:
    error = one.order.error
    if error is not None:
        sentences = [error.message, error.next_step]
    elif not one.order.rows:
        sentences = [*explain_empty(one.order.order_status, one.at)]
    else:
        return []
    return [line for text in sentences for line in textwrap.wrap(text, 76, **_INDENT)]


_INDENT: dict[str, Any] = {
    "initial_indent": "    ",
    "subsequent_indent": "    ",
    # an id or a path must stay in one piece, to be copied
    "break_long_words": False,
    "break_on_hyphens": False,
}

"""The SMS of an order as a file for people: CSV, JSON or a Markdown table.

CSV is for spreadsheets, which take `+47…` for a formula and `0047…` for a number without its
zeros. So a cell that would become either begins with an apostrophe, and stays text; it is a
part of the cell and can be seen (owasp.org, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sms_monitor.core.durations import oslo_and_utc
from sms_monitor.core.order import Order, Row
from sms_monitor.core.order_json import order_as_json, rows_as_json, utc_text
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.text import clean


class Format(StrEnum):
    """What can be written; the value is also the end of the file's name."""

    CSV = "csv"
    JSON = "json"
    """The object of `status --json --rows`, in one line, with the chosen rows alone."""
    MARKDOWN = "md"


def format_of(file_name: str) -> Format:
    """Return the format that the ending of a file's name asks for; CSV when it has none.

    Raises:
        ValueError: It is another ending; a sentence for the person.
    """
    # what follows the last dot of the last part of a path; a name may also begin with a dot
    stem, _, ending = re.split(r"[/\\]", file_name.strip())[-1].rpartition(".")
    if not stem or not ending:
        return Format.CSV
    try:
        return Format(ending.lower())
    except ValueError as error:
        known = ", ".join(f".{one}" for one in Format)
        raise ValueError(
            f'What ".{clean(ending, 20)}" is to hold is not known: a name ends in {known}.'
        ) from error


SEPARATORS = (";", ",", "\t")
"""Between the cells of CSV. A spreadsheet set to Norwegian wants the first."""

BOM = "\ufeff"
"""In front of CSV it tells Excel that the file is UTF-8; other programs may show it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is to look."""

    format: Format = Format.CSV
    separator: str = ";"
    """Of CSV alone: one character, neither a quote nor a line break."""
    bom: bool = False
    """Of CSV alone."""
    unmasked: bool = False


def export_text(
    layout: Layout, order: Order, rows: Sequence[Row], at: datetime, profile: str
) -> str:
    """Return `rows`, which are some or all of `order`, as the text of a file.

    `at` is when the API answered, UTC. An order that was never read has no rows.
    """
    match layout.format:
        case Format.JSON:
            line = order_as_json(order, at, profile)
            line["notifications"] = rows_as_json(rows, unmasked=layout.unmasked)
            return json.dumps(line, ensure_ascii=False) + "\n"
        case Format.CSV:
            return _csv(layout, order, rows)
        case Format.MARKDOWN:
            return _markdown(layout, order, rows, at, profile)


# the columns of CSV and Markdown

_Cell = Callable[[Row, bool], str]

_FOR_PEOPLE: dict[str, _Cell] = {
    "recipient": lambda row, unmasked: recipient_text(
        row.notification.recipient, unmasked=unmasked
    ),
    "phase": lambda row, _: row.phase.value,
    "status": lambda row, _: row.status,
    "class": lambda row, _: row.status_class,
    "updated_oslo": lambda row, _: f"{row.last_update.astimezone(OSLO):%Y-%m-%d %H:%M:%S}",
    "last_update": lambda row, _: utc_text(row.last_update),
    "description": lambda row, _: row.notification.send_status.description or "",
    "id": lambda row, _: row.id,
}
_TIMES = frozenset({"updated_oslo", "last_update"})
"""Ours, and better off as a date that can be sorted and counted with."""


# CSV, RFC 4180

_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What a formula begins with. The wide ones are made narrow by some spreadsheets."""

_NUMBER = re.compile(r"[\d\s.,:/'%()+-]*\d[\d\s.,:/'%()eE+-]*")
"""What may become a number, a time or a date: `00123`, `1E10`, `12/5`, `47 99 11 22 33`."""


def as_text(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula, a number or a date."""
    start = cell.lstrip()[:1]
    if start in _FORMULA or cell[:1] in _FORMULA or _NUMBER.fullmatch(cell):
        return f"'{cell}" if cell else cell
    return cell


def _csv(layout: Layout, order: Order, rows: Sequence[Row]) -> str:
    file = io.StringIO()
    write = csv.writer(file, delimiter=layout.separator, lineterminator="\r\n").writerow
    write([*_FOR_PEOPLE, "order_id", "senders_reference"])
    tail = [as_text(order.order_id), as_text(_reference(order))]
    for row in rows:
        cells = {name: cell(row, layout.unmasked) for name, cell in _FOR_PEOPLE.items()}
        write([*(c if name in _TIMES else as_text(c) for name, c in cells.items()), *tail])
    return (BOM if layout.bom else "") + file.getvalue()


# Markdown, as GitHub and most ticket systems read it

_OBEYED = re.compile(r"[\\`*\[\]<>|~&$#]|(?<![^\W_])_|_(?![^\W_])")
"""What ends a cell or is not shown as it is; a "_" inside a word is."""


def as_cell(text: str) -> str:
    """Return `text` so that it is shown letter by letter and does not leave its cell."""
    one_line = " ".join(c if c.isprintable() else " " for c in text.split())
    return _OBEYED.sub(lambda found: f"\\{found[0]}", unicodedata.normalize("NFC", one_line))


def _markdown(layout: Layout, order: Order, rows: Sequence[Row], at: datetime, profile: str) -> str:
    names = [name for name in _FOR_PEOPLE if name != "last_update"]
    lines = [
        f"**{as_cell(order.name)}**: {len(rows)} of {order.tally.generated} SMS, order "
        f"{as_cell(order.order_id)}, {as_cell(profile)}, {oslo_and_utc(at)}",
        "",
        f"| {' | '.join(names)} |",
        f"|{'---|' * len(names)}",
    ]
    for row in rows:
        cells = (as_cell(_FOR_PEOPLE[name](row, layout.unmasked)) for name in names)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _reference(order: Order) -> str:
    return (order.summary.senders_reference if order.summary else None) or ""

"""Sending a terminal only the cells that differ from what it shows.

Textual sends all of a widget that is drawn anew: 8 kB for a table that scrolls by a row. Here the
lines it wants to show are compared with those the terminal has, which are kept; lines that only
moved are moved by the terminal itself (DECSTBM, the scroll region of a VT100).

It rests on classes of Textual that are not public. Whatever it does not know is sent as `spans`
sends it, and with `SMS_MONITOR_OUTPUT=lines` all is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderResult
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from sms_monitor.ui.spans import drawn_chops, is_uncertain
from sms_monitor.ui.widgets.live_line import stretches

Cell = tuple[str, str]
"""A character with its marks, "" for the right half of a wide one; and its SGR codes."""
Line = list[Cell]

_UNKNOWN: Cell = ("\0", "")
"""What a cell holds of which nothing is known: equal to none that is shown."""
_BLANK: Cell = (" ", "")
"""What a cell holds that the terminal made itself, in its own colours."""
_MOST_MOVED = 12
"""Lines at most by which others are moved; a page is sent as it is."""
_WORTH = 2
"""Lines that must be saved for the terminal to move some."""
_APART = 3
"""Lines that stayed, at most, between two that changed and may have moved together."""
_GAP = 4
"""Cells that stayed and are sent all the same: to go past them takes as many bytes."""


class Bytes(CompositorUpdate):
    """An update that has been worked out already."""

    def __init__(self, sequences: str) -> None:
        self._sequences = sequences

    def __bool__(self) -> bool:
        """Whether there is anything to send."""
        return bool(self._sequences)

    def render_segments(self, console: Console) -> str:  # noqa: ARG002
        """Return what is to be sent."""
        return self._sequences

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield nothing: it is never printed."""
        yield from ()


class Shown:
    """What a terminal of `width` times `height` cells shows, as far as it is known."""

    def __init__(self, width: int, height: int, colours: ColorSystem) -> None:
        self.size = width, height
        self._colours = colours
        self._lines: list[Line] = [[_UNKNOWN] * width for _ in range(height)]

    def update(self, update: CompositorUpdate) -> Bytes | None:
        """Return what makes the terminal show `update`; None when that cannot be told.

        From then on nothing is to be sent but what comes from here; after None, throw it away.
        """
        wanted = self._wanted(update)
        if wanted is None:
            return None
        changed = sorted(y for y, line in wanted.items() if line != self._lines[y])
        out: list[str] = []
        for first, last in _blocks(changed):
            out += self._move(first, last, wanted)
        sgr: str | None = None
        for y, line in sorted(wanted.items()):
            here = None
            for start, end in _runs(self._lines[y], line):
                out.append(_go_to(y, start, here))
                for text, codes in line[start:end]:
                    if codes != sgr:
                        out.append(_look(sgr, codes))
                        sgr = codes
                    out.append(text)
                # past the last cell, and past letters that may be wider there, it is not certain
                sure = end < len(line) and all(text.isascii() for text, _ in line[start:end])
                here = end if sure else None
            self._lines[y] = line
        return Bytes("".join([*out, "\x1b[0m" if sgr else ""]))

    def _wanted(self, update: CompositorUpdate) -> dict[int, Line] | None:
        """Return the lines that `update` touches as it wants them, by number from 0."""
        width, height = self.size
        wanted: dict[int, Line] = {}
        for y, x, strip, room in _pieces(update):
            cells = self._cells(strip)
            if cells is None or not 0 <= y < height:
                return None
            line = wanted.setdefault(y, list(self._lines[y]))
            cells = cells[: max(0, min(room, width - x))]
            line[x : x + len(cells)] = cells
        known = isinstance(update, ChopsUpdate | LayoutUpdate)
        return wanted if known else None

    def _cells(self, strip: Strip) -> Line | None:
        """Return the cells of `strip`; None when its letters do not add up to its width."""
        cells: Line = []
        for text, style, control in strip:
            if control:
                continue
            codes = Strip.render_ansi(style, self._colours) if style else ""
            if text.isascii():
                cells += [(letter, codes) for letter in text]
                continue
            for letter in text:
                width = cell_len(letter)
                if width == 0 and cells:
                    cells[-1] = (cells[-1][0] + letter, codes)
                else:
                    cells += [(letter, codes), ("", codes)][:width]
        return cells if len(cells) == strip.cell_length else None

    def _move(self, first: int, last: int, wanted: dict[int, Line]) -> Iterator[str]:
        """Let the terminal move the lines from `first` to `last`, when that saves some."""
        if any(_UNKNOWN in self._lines[y] for y in range(first, last + 1)):
            return
        after = [_text(wanted.get(y, self._lines[y])) for y in range(first, last + 1)]
        before = [_text(self._lines[y]) for y in range(first, last + 1)]
        by, most = 0, _same(after, before) + _WORTH
        for step in range(1, min(len(after), _MOST_MOVED)):
            for way, same in (
                (step, _same(after, before[step:])),
                (-step, _same(after[step:], before)),
            ):
                if same > most:
                    by, most = way, same
        if by == 0:
            return
        for y in range(first, last + 1):
            wanted.setdefault(y, self._lines[y])
        new = [[_BLANK] * self.size[0] for _ in range(abs(by))]
        moved = self._lines[first : last + 1]
        at, feed = (last, "\n") if by > 0 else (first, "\x1bM")
        self._lines[first : last + 1] = [*moved[by:], *new] if by > 0 else [*new, *moved[:by]]
        yield f"\x1b[0m\x1b[{first + 1};{last + 1}r\x1b[{at + 1};1H{feed * abs(by)}\x1b[r"


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip, int]]:
    """Yield the line, the column, the strip and its cells at most, of all that is updated."""
    match update:
        case LayoutUpdate():
            for y, strips in enumerate(update.strips, update.region.y):
                x = update.region.x
                for strip in strips:
                    yield y, x, strip, strip.cell_length
                    x += strip.cell_length
        case ChopsUpdate():
            for y, x, chop, _, stop in drawn_chops(update):
                yield y, x, chop, stop - x


def _runs(before: Line, after: Line) -> Iterator[tuple[int, int]]:
    """Yield from where to where `after` is to be sent over `before`."""
    changed = [x for x, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    if changed and (is_uncertain(_known_text(before)) or is_uncertain(_known_text(after))):
        # where the cells of what is there now stand is not known either
        known = [x for x, cell in enumerate(after) if cell is not _UNKNOWN]
        for start, last in stretches(known, lambda x, y: y == x + 1):
            yield start, last + 1
        return
    for start, last in stretches(changed, lambda x, y: _is_gap_sent(after[x : y + 1])):
        while start > 0 and after[start][0] == "":
            start -= 1
        yield start, last + 1


def _known_text(line: Line) -> str:
    return "".join(cell[0] for cell in line if cell is not _UNKNOWN)


def _is_gap_sent(cells: Line) -> bool:
    """Whether all of `cells` are sent, of which only the first and the last differ."""
    near = len(cells) - 2 <= _GAP and len({codes for _, codes in cells[:-1]}) == 1
    return near and _UNKNOWN not in cells


def _blocks(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of `lines`, sorted, that are near each other."""
    for first, last in stretches(lines, lambda y, following: following - y - 1 <= _APART):
        if last - first >= _WORTH:
            yield first, last


def _go_to(y: int, x: int, here: int | None) -> str:
    """Return what puts the cursor at a cell; `here` is where it is in that line, None if unsure."""
    if here is None:
        return f"\x1b[{y + 1};{x + 1}H"
    return f"\x1b[{x - here}C" if x - here > 1 else "\x1b[C"


class _Codes(NamedTuple):
    """SGR codes by what they set; "" and none for what is as the terminal has it."""

    attributes: frozenset[str]
    foreground: str
    background: str


_COLOURS = {"38": 0, "39": 0, "48": 1, "49": 1}
_COLOURS |= {str(base + n): 0 for base in (30, 90) for n in range(8)}
_COLOURS |= {str(base + n): 1 for base in (40, 100) for n in range(8)}


_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""What ends an attribute."""
_WEIGHTS = frozenset({"1", "2"})
"""Attributes that end together."""


@lru_cache(maxsize=1024)
def _codes_in(sgr: str) -> _Codes:
    attributes: set[str] = set()
    colours = ["", ""]
    codes = iter(sgr.split(";") if sgr else ())
    for code in codes:
        if code not in _COLOURS:
            attributes.add(code)
        elif code in ("38", "48"):
            kind = next(codes)
            numbers = [next(codes) for _ in range(1 if kind == "5" else 3)]
            colours[_COLOURS[code]] = ";".join([code, kind, *numbers])
        else:
            colours[_COLOURS[code]] = code
    return _Codes(frozenset(attributes), *colours)


@lru_cache(maxsize=1024)
def _look(before: str | None, after: str) -> str:
    """Return what turns the looks of SGR `before`, None when not known, into those of `after`."""
    if not after:
        return "\x1b[0m"
    anew = f"\x1b[0;{after}m"
    if before is None:
        return anew
    old, new = _codes_in(before), _codes_in(after)
    gone = old.attributes - new.attributes
    if not gone <= _OFF.keys() or (gone & _WEIGHTS and new.attributes & _WEIGHTS):
        return anew
    codes = sorted({_OFF[code] for code in gone}) + sorted(new.attributes - old.attributes)
    for had, has, usual in zip(old[1:], new[1:], ("39", "49"), strict=True):
        codes += [has or usual] if has != had else []
    turned = f"\x1b[{';'.join(codes)}m" if codes else ""
    return min(turned, anew, key=len)


def _text(line: Line) -> str:
    # without its end, where a scrollbar stays while the rest moves
    return "".join(text for text, _ in line[:-4])


def _same(one: Sequence[str], other: Iterable[str]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=False))

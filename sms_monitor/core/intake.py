"""An answer about an order against the one before: only what differs is decoded.

A list of 100,000 SMS has 40 MB, comes whole each time, in another order each time, and differs
from the last one in a few records. So each record is known by the hash of its bytes: one that
was there before, wherever it stood, says nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from sms_monitor.core.decoding import (
    Buffer,
    clean_notification,
    decode_sms_head,
    decode_sms_summary,
)
from sms_monitor.core.models import Notification, SmsSummary

SLICE = 128 * 1024
"""Bytes of a large body that are read at a time, which takes less than a millisecond: a thread
that does it lets others go on in between."""

_LIST = re.compile(rb'"notifications"\s*:\s*\[')
_BETWEEN = re.compile(rb"\}\s*,\s*\{")
_ROW = msgspec.json.Decoder(Notification)
_ROWS = msgspec.json.Decoder(list[Notification])
_RECORDS = msgspec.json.Decoder(list[msgspec.Raw])
_NO_MARKS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Body:
    """What is kept of a body to compare the next one with."""

    fingerprint: int
    """Hash of all its bytes: 64 bits, with a key of this process."""
    head: SmsSummary
    """What it says of the order, without its SMS."""
    count: int
    """How many SMS it lists."""
    marks: Mapping[str, int] = field(default_factory=lambda: _NO_MARKS)
    """By notification id, the hash of its record; empty of a body too small to need it."""
    known: frozenset[int] = frozenset()
    """All of `marks`."""


class SmsDelta(NamedTuple):
    """How the SMS of an order differ from those of the answer before."""

    head: SmsSummary
    """What the new answer says of the order, without its SMS."""
    fresh: tuple[Notification, ...] = ()
    """SMS that are new, or whose record is written otherwise than it was."""
    gone: frozenset[str] = frozenset()
    """Ids of the SMS that are not listed any more."""


class Taken(NamedTuple):
    """One answer, taken in."""

    answer: SmsSummary | SmsDelta
    """All of it, or how it differs from the `Body` before."""
    body: Body


def take_in(body: Buffer, last: Body | None = None) -> Taken:
    """Return what `body` says, cleaned; against `last`, the body before about this order.

    Raises:
        InvalidBody: `body` is not JSON, is cut short, or has another shape.
    """
    fingerprint = _fingerprint(body)
    if last is not None and fingerprint == last.fingerprint:
        return Taken(SmsDelta(last.head), last)
    if len(body) > SLICE:
        try:
            taken = _by_records(body, fingerprint, last)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # cut in the wrong place, or no good: what is wrong with it only the whole can tell
            taken = None
        if taken is not None:
            return taken
    summary = decode_sms_summary(body)
    return Taken(summary, Body(fingerprint, without_sms(summary), len(summary.notifications)))


def without_sms(summary: SmsSummary) -> SmsSummary:
    """Return what `summary` says of the order itself."""
    return replace(summary, notifications=())


def _by_records(body: Buffer, fingerprint: int, last: Body | None) -> Taken | None:
    """Compare record by record; None when an id is listed twice, or no list is found."""
    found = _sliced(body)
    if found is None:
        return None
    head, pieces = found
    marks = dict(last.marks) if last is not None else {}
    known = last.known if last is not None else frozenset()
    all_marks: list[int] = []
    fresh: list[Notification] = []
    for piece in pieces:
        records = _RECORDS.decode(piece)
        here = [hash(bytes(record)) for record in records]
        all_marks += here
        if len(new := set(here) - known) == len(here):
            rows = _ROWS.decode(piece)
        else:
            rows = [_ROW.decode(r) for m, r in zip(here, records, strict=True) if m in new]
            here = [m for m in here if m in new]
        rows = list(map(clean_notification, rows))
        fresh += rows
        marks.update(zip((n.id for n in rows), here, strict=True))
    gone: frozenset[str] = frozenset()
    if len(marks) > len(all_marks):
        listed = set(all_marks)
        gone = frozenset(key for key, mark in marks.items() if mark not in listed)
        for key in gone:
            del marks[key]
    if len(marks) != len(all_marks):
        return None
    new_body = Body(fingerprint, head, len(marks), marks, frozenset(marks.values()))
    if last is None or not last.marks:
        return Taken(replace(head, notifications=tuple(fresh)), new_body)
    return Taken(SmsDelta(head, tuple(fresh), gone), new_body)


def _fingerprint(body: Buffer) -> int:
    with memoryview(body) as view:
        pieces = (bytes(view[at : at + SLICE]) for at in range(0, len(view), SLICE))
        return hash((len(view), *map(hash, pieces)))


def _sliced(body: Buffer) -> tuple[SmsSummary, Iterator[bytes]] | None:
    """Return what `body` says of the order, and its SMS as JSON lists; None when it cannot.

    Nothing is guessed: a string of JSON cannot hold a bare quote, so the name of the list is
    found or it is not, and a cut in the wrong place leaves pieces that are no JSON.
    """
    begin = _LIST.search(body)
    end = body.rfind(b"]")
    if begin is None or end < begin.end():
        return None
    with memoryview(body) as view:
        head = decode_sms_head(b"".join((view[: begin.end()], view[end:])))
    return None if head.notifications else (head, _pieces(body, begin.end(), end))


def _pieces(body: Buffer, at: int, end: int) -> Iterator[bytes]:
    with memoryview(body) as view:
        while at < end:
            cut = _BETWEEN.search(view, min(at + SLICE, end), end)
            stop = cut.start() + 1 if cut else end
            yield b"".join((b"[", view[at:stop], b"]"))
            at = cut.end() - 1 if cut else end

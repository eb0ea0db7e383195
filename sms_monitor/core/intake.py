"""An answer about an order against the one before: only what differs is decoded.

A list of 100,000 SMS has 40 MB, comes whole each time, in another order each time, and differs
from the last one in a few records. So each record is known by the hash of its bytes: one that
was there before, wherever it stood, says nothing new.

Records are cut apart at the text that stands between the first two, with the `"id":` that each
begins with: it cannot be in a string of JSON, where a quote is written otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import is_
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from xxhash import xxh3_64_intdigest

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

_SPACE = b" \t\r\n"
_LIST = re.compile(rb'"notifications"\s*:\s*\[')
_FIRST = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"id"[ \t\r\n]*:')
_BETWEEN = re.compile(rb'\}[ \t\r\n]*,[ \t\r\n]*\{[ \t\r\n]*"id"[ \t\r\n]*:')
_ROW = msgspec.json.Decoder(Notification)
_ROWS = msgspec.json.Decoder(list[Notification])
_NO_MARKS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Body:
    """What is kept of a body to compare the next one with."""

    fingerprint: int
    """Hash of all its bytes, 64 bits."""
    head: SmsSummary
    """What it says of the order, without its SMS."""
    count: int
    """How many SMS it lists."""
    marks: Mapping[int, str] = field(default_factory=lambda: _NO_MARKS)
    """Notification ids by the hash of their record; empty of a body too small to need it."""


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
    fingerprint = xxh3_64_intdigest(body)
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


class _Records(NamedTuple):
    """Where the records of a body stand, each from the value of its id to before its brace."""

    head: SmsSummary
    first: int
    last: int
    """End of the last one."""
    between: bytes
    """What stands between two of them."""


def _by_records(body: Buffer, fingerprint: int, last: Body | None) -> Taken | None:
    """Compare record by record; None when an id is listed twice, or no list is found."""
    records = _records(body)
    if records is None:
        return None
    before = last.marks if last is not None else _NO_MARKS
    left = dict(before)
    count = 0
    new: list[int] = []
    fresh: list[Notification] = []
    for piece in _pieces(body, records):
        here = piece.split(records.between)
        marks_here = list(map(xxh3_64_intdigest, here))
        count += len(here)
        if not before:
            new += marks_here
            fresh += map(clean_notification, _ROWS.decode(b'[{"id":%b}]' % piece))
            continue
        # whatever is not taken out of it was not listed
        is_new = list(map(is_, map(left.pop, marks_here, repeat(None)), repeat(None)))
        new += compress(marks_here, is_new)
        fresh += map(_row, compress(here, is_new))
    ids = [n.id for n in fresh]
    left = dict(left)  # gives the room of all the others back
    marks = dict(before)
    for mark in left:
        del marks[mark]
    marks.update(zip(new, ids, strict=False))
    replaced = frozenset(left.values())
    if not len(new) == len(ids) == len(set(ids)) or len(marks) != count:
        return None
    if not replaced.issuperset(ids) and len(set(marks.values())) != count:
        return None
    new_body = Body(fingerprint, records.head, count, marks)
    if not before:
        return Taken(replace(records.head, notifications=tuple(fresh)), new_body)
    return Taken(SmsDelta(records.head, tuple(fresh), replaced.difference(ids)), new_body)


def _row(record: bytes) -> Notification:
    return clean_notification(_ROW.decode(b'{"id":%b}' % record))


def _records(body: Buffer) -> _Records | None:
    """Return where the SMS stand in `body`; None when that cannot be told.

    Nothing is guessed: a string of JSON cannot hold a bare quote, so the name of the list is
    found or it is not.
    """
    begin = _LIST.search(body)
    first = _FIRST.match(body, begin.end()) if begin is not None else None
    end = body.rfind(b"]")
    last = body.rfind(b"}", 0, max(end, 0))
    if begin is None or first is None or last < first.end() or body[last + 1 : end].strip(_SPACE):
        return None
    with memoryview(body) as view:
        head = decode_sms_head(b"".join((view[: begin.end()], view[end:])))
    # a long text is found much faster than a brace
    second = _BETWEEN.search(body, first.end(), last)
    between = second[0] if second is not None else b"},"
    return None if head.notifications else _Records(head, first.end(), last, between)


def _pieces(body: Buffer, records: _Records) -> Iterator[bytes]:
    """Yield the records with what stands between them, about `SLICE` bytes at a time."""
    at, end, between = records.first, records.last, records.between
    while True:
        cut = body.find(between, min(at + SLICE, end), end)
        with memoryview(body) as view:
            yield bytes(view[at : cut if cut >= 0 else end])
        if cut < 0:
            return
        at = cut + len(between)

"""Answers of the API about one order of any size, as it writes them: indented, in no order."""

from __future__ import annotations

import random
from collections.abc import Sequence

ORDER = "c1d034c5-6af7-4813-aff7-920ab02e27b2"
_HEAD = f'{{\n  "orderId": "{ORDER}",\n  "sendersReference": "BENCH-1",\n  "generated": '
_ROW = """\
    {{
      "id": "{number:08x}-0000-4000-8000-{number:012x}",
      "succeeded": {succeeded},
      "recipient": {{
        "mobileNumber": "+47{phone:08d}"
      }},
      "sendStatus": {{
        "status": "{status}",
        "description": "{description}",
        "lastUpdate": "2026-11-23T{hour:02d}:{minute:02d}:{second:02d}.{micro:06d}Z"
      }}
    }}"""
_KINDS = (
    ("Delivered", "The SMS was delivered to the recipient."),
    ("Accepted", "The SMS was accepted by the service provider."),
    ("Failed_BarredReceiver", "The SMS was not delivered because the receiver is barred."),
    ("Failed_Undelivered", "The SMS could not be delivered."),
)
_WEIGHTS = (90, 6, 2, 2)

Row = tuple[int, int, int]
"""Number, index of its kind, second of the day of its last update."""


def rows(size: int) -> list[Row]:
    """Return the SMS of an order, the same ones each time."""
    chance = random.Random(size)
    kinds = chance.choices(range(len(_KINDS)), _WEIGHTS, k=size)
    return [(number, kind, chance.randrange(28_000, 40_000)) for number, kind in enumerate(kinds)]


def changed(before: Sequence[Row], count: int, seed: int) -> list[Row]:
    """Return `before` with `count` SMS changed, and these at other places, as the server does."""
    chance = random.Random(seed)
    after = list(before)
    places = chance.sample(range(len(after)), count)
    moved = list(places)
    chance.shuffle(moved)
    for place, to in zip(places, moved, strict=True):
        number, kind, second = before[place]
        after[to] = (number, (kind + 1) % len(_KINDS), second + 60 + seed)
    return after


def shuffled(before: Sequence[Row], seed: int) -> list[Row]:
    """Return `before` in another order: the server has none of its own."""
    after = list(before)
    random.Random(seed).shuffle(after)
    return after


def body(of: Sequence[Row]) -> bytes:
    """Return the answer that lists these SMS."""
    succeeded = sum(kind < 2 for _, kind, _ in of)
    return (
        f'{_HEAD}{len(of)},\n  "succeeded": {succeeded},\n  "notifications": [\n'
        + ",\n".join(map(_written, of))
        + "\n  ]\n}"
    ).encode()


def _written(row: Row) -> str:
    number, kind, second = row
    status, description = _KINDS[kind]
    return _ROW.format(
        number=number,
        succeeded="true" if kind < 2 else "false",
        phone=40_000_000 + number * 37 % 60_000_000,
        status=status,
        description=description,
        hour=second // 3600,
        minute=second // 60 % 60,
        second=second % 60,
        micro=number * 7 % 1_000_000,
    )

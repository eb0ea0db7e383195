import random
from datetime import timedelta

import pytest

from sms_monitor.core.sorting import SortColumn, sort_rows
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from tests.core.rows import NOW, row

MINUTE = timedelta(minutes=1)

# the letters are the ids; C is made before B, so that age in memory cannot pass for the id
A = row("Failed_Rejected", NOW - 9 * MINUTE, "+4740000001", id="a")
C = row("Failed_BarredReceiver", NOW - 1 * MINUTE, "40000002", id="c")
B = row("Failed_BarredReceiver", NOW - 1 * MINUTE, "004740000003", id="b")
D = row("Failed_BarredReceiver", NOW, "40000002", id="d")
E = row("Accepted", NOW - 2 * MINUTE, "+358401234519", id="e")
F = row("Sending", NOW - 200 * MINUTE, "", org="910026623", id="f")
G = row("Delivered", NOW - 3 * MINUTE, "+4740000009", id="g")
H = row(FAILED_TTL, NOW - 4 * MINUTE, "", id="h")
DEAD = row("New", NOW - 6000 * MINUTE, "+4740000005", id="i")
ROWS = [A, B, C, D, E, F, G, H, DEAD]


@pytest.mark.parametrize(
    ("column", "ids", "reversed_ids"),
    [
        (SortColumn.SEVERITY, "adbchifeg", "gefihdbca"),
        (SortColumn.STATUS, "eghdbcaif", "fiadbchge"),
        (SortColumn.CLASS, "iedbcgfah", "hafgdbcei"),
        (SortColumn.NUMBER, "eadcbighf", "fhgibdcae"),
        (SortColumn.AGE, "dbceghafi", "ifahgebcd"),
    ],
)
def test_rows_sort_by_a_column_then_newest_then_id(column, ids, reversed_ids):
    rng = random.Random(3)
    for _ in range(50):
        mixed = rng.sample(ROWS, len(ROWS))
        assert "".join(r.id for r in sort_rows(mixed, column)) == ids
        assert "".join(r.id for r in sort_rows(mixed, column, reverse=True)) == reversed_ids


@pytest.mark.parametrize("column", SortColumn)
@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_does_not_depend_on_the_order_of_the_answer(column, reverse):
    rng = random.Random(5)
    statuses = [*STATUS_CLASS, "Paused", "Failed_Eaten"]
    rows = [
        row(rng.choice(statuses), NOW - rng.randrange(4) * MINUTE, rng.choice(["", "99999999"]),
            id=str(number))
        for number in range(300)
    ]  # fmt: skip
    expected = sort_rows(rows, column, reverse)
    for _ in range(5):
        assert sort_rows(rng.sample(rows, len(rows)), column, reverse) == expected


def test_sorting_nothing_gives_nothing_and_leaves_the_argument_alone():
    rows = [G, A]
    assert sort_rows([], SortColumn.SEVERITY) == []
    assert sort_rows(rows, SortColumn.SEVERITY) == [A, G]
    assert rows == [G, A]

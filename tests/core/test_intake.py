import random
from datetime import timedelta

import msgspec
import pytest

from sms_monitor.core.decoding import decode_sms_summary
from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.intake import SLICE, SmsDelta, take_in
from sms_monitor.core.models import SmsSummary
from sms_monitor.core.order import Order
from sms_monitor.core.patterns import Patterns
from tests.core.orders import ORDER, summary
from tests.core.rows import NOW, sms

STATUSES = ("New", "Sending", "Accepted", "Delivered", "Failed", "Failed_InvalidRecipient")
WIDE = '}, {"notifications": [ \\" ], \u202e[/] 😀'
"""Text of a recipient in which a careless cut would find an end."""


def many(count=1000):
    numbers = ("+4799999999", "+46701234567", "+358401234567", "")
    return [
        sms("New", number=numbers[n * n % 11 % 4], id=f"{n:08d}-0000-4000-8000-{n:012d}")
        for n in range(count)
    ]


def packed(notifications, **more):
    return msgspec.json.encode(summary(*notifications, **more))


def pretty(notifications, **more):
    return msgspec.json.format(packed(notifications, **more), indent=2)


def changed(n, rng):
    number = n.recipient.mobile_number if rng.random() < 0.95 else "+46700000000"
    return sms(rng.choice(STATUSES), NOW + timedelta(minutes=rng.randrange(60)), number, id=n.id)


def lived(polls=12, *, write=packed, seed=0):
    """Bodies of one order as it lives on: rows change, move, come and go."""
    rng = random.Random(seed)
    rows = many()
    for poll in range(polls):
        yield write(rows, succeeded=poll, senders_reference=f"poll {poll}")
        rows = [changed(n, rng) if rng.random() < 0.02 else n for n in rows]
        if rng.random() < 0.5:
            rng.shuffle(rows)
        if rng.random() < 0.3:
            del rows[: rng.randrange(5)]
        if rng.random() < 0.3:
            rows.append(sms(id=f"new-{poll}"))


def rows_of(order):
    return {row.id: (row.notification, row.phase, row.phase_until) for row in order.rows.values()}


def found_out(patterns):
    patterns.work_out()
    failed = {(row.id, row.status, row.last_update) for row in patterns.failures}
    moments = [row.last_update for row in patterns.failures]
    some = list(patterns._rows.values())[::97]
    same = [{r.id for r in patterns.same_recipient(row)} for row in some]
    minutes = [patterns.failed_same_minute(row) for row in some]
    abroad = [patterns.country(code) for code in ("46", "358")]
    seen = patterns.kinds, patterns.in_flight, patterns.failed_by_country
    return seen, failed, moments == sorted(moments), same, minutes, abroad


@pytest.mark.parametrize("write", [packed, pretty])
@pytest.mark.parametrize("seed", range(4))
def test_an_order_that_takes_in_only_what_differs_is_the_one_that_takes_in_all(write, seed):
    whole = delta = Order(ORDER)
    deltas = 0
    for poll, body in enumerate(lived(write=write, seed=seed)):
        assert len(body) > SLICE
        now = NOW + timedelta(minutes=poll)
        before = delta
        taken = take_in(body, delta.body)
        deltas += isinstance(taken.answer, SmsDelta)
        delta, seen = delta.after_answer(taken.answer, None, now, 0.0, taken.body)
        whole, all_seen = whole.after_answer(decode_sms_summary(body), None, now, 0.0)
        assert rows_of(delta) == rows_of(whole)
        assert (delta.tally, delta.summary, delta.changed_at) == (
            whole.tally,
            whole.summary,
            whole.changed_at,
        )
        key = ("notification_id", "before", "after", "seen_at")
        told, all_told = (
            sorted(tuple(map(t.__getattribute__, key)) for t in news) for news in (seen, all_seen)
        )
        assert [str(one) for one in told] == [str(one) for one in all_told]
        assert delta.phases_until == whole.phases_until
        assert found_out(delta.patterns) == found_out(Patterns(whole.rows))
        assert delta.edit.before is before.edition
        assert {row.id for row in delta.edit.new} == {
            key for key, row in delta.rows.items() if before.rows.get(key) is not row
        }
        assert {row.id for row in delta.edit.old if row.id not in delta.rows} == {
            key for key in before.rows if key not in delta.rows
        }
    assert deltas == 11


def test_only_what_differs_is_decoded():
    rows = many()
    first = take_in(packed(rows))
    rows[500] = sms("Delivered", id=rows[500].id)
    gone = rows.pop(7).id
    rows.append(sms(id="new"))
    random.Random(1).shuffle(rows)
    taken = take_in(packed(rows, succeeded=3), first.body)
    assert taken.answer.head.succeeded == 3
    assert {n.id for n in taken.answer.fresh} == {f"{500:08d}-0000-4000-8000-{500:012d}", "new"}
    assert taken.answer.gone == {gone}
    assert taken.body.count == 1000


def test_a_body_that_is_the_same_says_nothing_new_of_any_size():
    for rows in ([], many(1), many(1000)):
        first = take_in(pretty(rows))
        again = take_in(bytearray(pretty(rows)), first.body)
        assert again.answer == SmsDelta(first.body.head)
        assert again.body is first.body


def test_an_sms_that_goes_back_to_what_it_was_is_seen():
    there, back = many(), many()
    there[3] = sms("Sending", id=there[3].id)
    order = Order(ORDER)
    for rows in (back, there, back, there):
        taken = take_in(packed(rows), order.body)
        order, _ = order.after_answer(taken.answer, None, NOW, 0.0, taken.body)
    assert [t.after for t in order.rows[there[3].id].seen] == ["Sending", "New", "Sending"]


def test_an_sms_listed_twice_is_kept_once_and_does_not_flip():
    rows = many()
    rows.insert(10, sms("Delivered", id=rows[900].id))
    order = Order(ORDER)
    for poll in range(3):
        taken = take_in(packed(rows, succeeded=poll), order.body)
        order, news = order.after_answer(taken.answer, None, NOW, 0.0, taken.body)
        assert (len(order.rows), news) == (1000, ())
        assert order.rows[rows[901].id].status == "New"


def test_text_that_looks_like_the_end_of_a_record_cuts_nothing():
    rows = [sms(number=WIDE, description=WIDE, id=f"{n}") for n in range(2000)]
    for body in (packed(rows), pretty(rows)):
        assert take_in(body).answer == decode_sms_summary(body)
    spaced = packed(rows).replace(b",", b" ,  ")
    assert len(take_in(spaced).body.head.notifications) == 0
    assert {n.id for n in take_in(spaced).answer.notifications} == {n.id for n in rows}


def test_keys_before_and_after_the_list_may_hold_lists_too():
    rows = many()
    listed = msgspec.json.encode(rows)
    for more in (b'"x":[{"notifications":[]}],', b'"x":{"notifications":[{}]},'):
        body = b'{"orderId":"%s",%s"notifications":%s,"y":[[]]}' % (ORDER.encode(), more, listed)
        assert take_in(body).answer == decode_sms_summary(body)
        assert len(take_in(body).answer.notifications) == 1000


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.999])
@pytest.mark.parametrize("write", [packed, pretty])
def test_a_large_body_that_ends_early_is_refused_whole(cut, write):
    body = write(many())
    with pytest.raises(InvalidBody, match="ends too early"):
        take_in(body[: int(cut * len(body))])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"id":', b'"it":'),
        (b"]}", b",]}"),
        (b"]}", b",{}]}"),
        (b"]}", b"\f]}"),
        (b"},{", b"}{"),
        (b'"New"', b'"\xff"'),
        (b"[", b"[,"),
    ],
)
def test_a_large_body_with_one_fault_anywhere_is_refused_whole(old, new):
    body = packed(many())
    at = body.rfind(old)
    known = take_in(body).body
    with pytest.raises(InvalidBody):
        take_in(body[:at] + new + body[at + len(old) :], known)


def test_a_small_order_that_grows_large_and_small_again():
    order = Order(ORDER)
    for count in (3, 1000, 1200, 2, 0, 1000):
        taken = take_in(packed(many(count)), order.body)
        order, _ = order.after_answer(taken.answer, None, NOW, 0.0, taken.body)
        assert len(order.rows) == order.tally.generated == count
    assert isinstance(taken.answer, SmsSummary)

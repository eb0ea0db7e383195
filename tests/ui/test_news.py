"""What is told of a step from one board to the next."""

from datetime import timedelta

from sms_monitor.core.board import Board
from sms_monitor.core.errors import ServerError
from sms_monitor.ui.news import events_of
from tests.core.orders import board, order
from tests.core.rows import NOW, sms

BROKEN = ServerError("It failed (500).", "Wait.")


def told(old: Board, new: Board) -> list[str]:
    return [event.text for event in events_of(old, new, NOW)]


def test_an_order_that_is_unwatched_takes_its_trouble_along_and_nobody_answered():
    good, bad = order(sms(), order_id="good"), order(sms(), order_id="bad").after_error(BROKEN)
    assert told(board(good, bad), board(good)) == []


def test_an_answer_after_trouble_is_told_once():
    bad = order(sms(), order_id="a").after_error(BROKEN)
    well, _ = bad.after_answer(bad.summary, None, NOW + timedelta(seconds=9), 9.0)
    assert told(board(bad), board(well)) == ["The API answers again"]
    assert told(board(well), board(well)) == []

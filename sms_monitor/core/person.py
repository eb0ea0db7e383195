"""Finding the SMS of one person or organisation, whatever way their number is written.

A caller says `99 11 22 33`, a list has `004799112233`, the API has `+4799112233`; all are one
phone. Nine digits are an organisation, eleven a fødselsnummer. Did the SMS arrive? The answer
is one of four words, and never more certain than what the API knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sms_monitor.core.board import Board
from sms_monitor.core.durations import oslo_time
from sms_monitor.core.models import Notification, Recipient
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import Phase, standing
from sms_monitor.core.privacy import mask_number, normal_number
from sms_monitor.core.recipients import recipient_keys
from sms_monitor.core.status import FAILED_TTL

_SPACES = str.maketrans("", "", " \N{NO-BREAK SPACE}\t-.()/")
_ORG_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_NIN_WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))


class Answer(StrEnum):
    """Whether somebody got an SMS, as it can be told on the telephone."""

    YES = "yes"
    """The phone confirmed receipt, on at least one of the person's numbers."""
    NOT_YET = "not yet"
    """It can still come."""
    NO = "no"
    """It failed, or will never be sent."""
    UNKNOWN = "unknown"
    """Nobody knows: no receipt came, or there is no SMS to be found."""

    @property
    def glyph(self) -> str:
        """One ASCII character that says it without colour."""
        return _GLYPHS[self]


_GLYPHS = {Answer.YES: "+", Answer.NOT_YET: ">", Answer.NO: "X", Answer.UNKNOWN: "?"}


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to look for."""

    keys: tuple[str, ...]
    """As `recipient_keys` gives them; a recipient with any of them is this one."""
    name: str
    """What was looked for, masked: fit for the screen and for a log."""
    doubt: str = ""
    """A sentence when it looks like a slip of the pen; "" when it does not."""


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """What one order has for a person."""

    order: Order
    rows: tuple[Row, ...]
    """Newest update first; at least one."""
    answer: Answer
    at: datetime
    """UTC; when what the answer rests on was last written."""


def parse_person(text: str) -> Person | None:
    """Return whom `text` names, None when that is neither a number nor an id.

    Taken are a phone number in any written form, an organisation number (9 digits, its check
    digit right) and a fødselsnummer or D-number (11 digits). One whose check digits are wrong
    is still looked for, as it stands, with a `doubt`.
    """
    bare = text.strip().translate(_SPACES)
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or not 4 <= len(digits) <= 17:
        return None
    if bare.startswith(("+", "00")):
        return _phone(bare)
    match len(digits):
        case 9 if is_organization_number(digits):
            return Person((f"org {digits}",), f"org {digits}")
        case 11:
            doubt = "" if is_national_identity_number(digits) else _WRONG_CHECK_DIGITS
            return Person((f"nin {digits}", *_phone(digits).keys), "the national id", doubt)
        case 10 if digits.startswith("47"):
            # a list without the plus: some rows have it like that, and fail for it
            return Person((f"+{digits}", digits), mask_number(f"+{digits}"))
        case 9:
            return Person(
                (*_phone(digits).keys, f"org {digits}"),
                mask_number(digits),
                "Nine digits, but no organisation number: its check digit is wrong.",
            )
    return _phone(digits)


_WRONG_CHECK_DIGITS = (
    "Eleven digits, but no fødselsnummer: its check digits are wrong. Was one typed wrongly?"
)


def person_of(recipient: Recipient) -> Person | None:
    """Return who an SMS was for, None when it says of nobody."""
    keys = recipient_keys(recipient)
    if not keys:
        return None
    number, org = (recipient.mobile_number or "").strip(), recipient.organization_number
    name = mask_number(number) if number else f"org {org}" if org else "the national id"
    return Person(keys, name)


def find_person(board: Board, person: Person) -> list[Hit]:
    """Return a hit for every watched order that has `person`, the newest first."""
    hits = []
    for order in board.orders.values():
        ids = order.patterns.ids_of(person.keys)
        if ids:
            hits.append(hit_of(order, [order.rows[i] for i in ids]))
    return sorted(hits, key=lambda hit: hit.at, reverse=True)


def hit_of(order: Order, rows: Iterable[Row]) -> Hit:
    """Return what `rows`, all of one person in `order`, say together.

    An organisation gets an SMS on each of its numbers: one that arrived is enough. Else hope
    comes before doubt, and doubt before a no.
    """
    newest_first = tuple(sorted(rows, key=lambda row: (row.last_update, row.id), reverse=True))
    answers = {row.id: _answer(row) for row in newest_first}
    answer = next(a for a in _PRECEDENCE if a in answers.values())
    at = next(row.last_update for row in newest_first if answers[row.id] is answer)
    return Hit(order, newest_first, answer, at)


_PRECEDENCE = (Answer.YES, Answer.NOT_YET, Answer.UNKNOWN, Answer.NO)


def _answer(row: Row) -> Answer:
    match row.phase:
        case Phase.CONFIRMED:
            return Answer.YES
        case Phase.IN_FLIGHT | Phase.WAITING | Phase.STUCK:
            return Answer.NOT_YET
        case Phase.UNKNOWN:
            return Answer.UNKNOWN
        case Phase.DEAD:
            # the hand-over of a dead Sending may have happened; a dead New was never sent
            return Answer.NO if row.status == "New" else Answer.UNKNOWN
        case Phase.FAILED:
            return Answer.UNKNOWN if row.status == FAILED_TTL else Answer.NO


@dataclass(frozen=True, slots=True)
class PastHit:
    """What an order that cannot be looked through now had for a person, when it last could."""

    order_id: str
    senders_reference: str | None
    row: Row
    answer: Answer
    looked_at: datetime
    """UTC; the last answer about the order. It may have changed since."""
    watched: bool
    """Whether it is watched, and could not be read; else it is not watched now."""

    def told(self, now: datetime) -> str:
        """Return it as a sentence, with times as seen from `now` (UTC)."""
        name, at = self.senders_reference or self.order_id, oslo_time(self.row.last_update, now)
        why = "could not be read now" if self.watched else "is not watched now"
        return (
            f"{self.answer}: {name}, {self.row.status} {at}, as last "
            f"seen {oslo_time(self.looked_at, now)}. That order {why}."
        )


def past_hit(
    order_id: str,
    senders_reference: str | None,
    notification: Notification,
    looked_at: datetime,
    board: Board,
) -> PastHit:
    """Return what history knows of one SMS of an order that `board` has no answer about.

    It is judged by the moment of the last look: of the time after that nothing is known.
    """
    row = Row(notification, *standing(notification, looked_at))
    watched = order_id in board.orders
    return PastHit(order_id, senders_reference, row, _answer(row), looked_at, watched)


def unread(board: Board) -> list[Order]:
    """Return the orders that could not be looked through: never answered."""
    return [order for order in board.orders.values() if order.summary is None]


def nowhere(person: Person, board: Board) -> str:
    """Return the sentence for a person who was not found: what was looked through, what not."""
    if not board.listed:
        return "unknown: the watch list is still being read."
    count, missing = len(board.orders), len(unread(board))
    if not missing:
        return f"unknown: {person.name} is in none of the {count} watched orders."
    if missing == count:
        return f"unknown: none of the {count} watched orders could be read."
    return (
        f"unknown: {person.name} is in none of the {count - missing} watched orders that could "
        f"be read; {missing} could not be."
    )


def is_organization_number(digits: str) -> bool:
    """Whether nine `digits` end in the check digit of an organisation number (mod 11)."""
    if len(digits) != 9 or not digits.isdigit() or digits[0] not in "89":
        return False
    return _check_digit(digits, _ORG_WEIGHTS) == int(digits[8])


def is_national_identity_number(digits: str) -> bool:
    """Whether eleven `digits` end in the two check digits of a fødselsnummer (mod 11).

    Also true of D-numbers and of the synthetic ones of the test environments, whose day or
    month is raised by 40, 65 or 80: only the check digits are looked at.
    """
    if len(digits) != 11 or not digits.isdigit():
        return False
    return all(
        _check_digit(digits, weights) == int(digits[len(weights)]) for weights in _NIN_WEIGHTS
    )


def _check_digit(digits: str, weights: Sequence[int]) -> int:
    """Return the digit that `digits` must have after those that are weighed; 10 for none."""
    rest = sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11
    return (11 - rest) % 11


def _phone(written: str) -> Person:
    number = normal_number(written)
    return Person((number,), mask_number(number))

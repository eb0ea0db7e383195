"""The words typed after `/`: which rows of an order are shown.

    barred 99999999     every word is somewhere in the row (case does not matter)
    "two words"         next to each other
    !accepted           not in the row
    st:expired          in the status          cl:number   in the class
    st:failed,stuck     any of these, in the status or the phase
    ph:stuck            in the phase           re:^Failed  a regular expression
    age>2h  age<10m     time since the last update: s, m, h, d
    since:13:55         updated then or later: a time in Oslo, 2026-11-23T13:55, or 2h

A row's text is its status, class, phase, description, number, organisation number, national
identity number and id. A number is found in any written form: spaces, `+47` or `0047` or
neither. A term that is wrong or half typed hides nothing; `error` says what it lacks.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sms_monitor.core.moments import parse_moment
from sms_monitor.core.order import Row
from sms_monitor.core.phase import Phase
from sms_monitor.core.privacy import normal_number
from sms_monitor.core.status import shown_status, status_class
from sms_monitor.core.tally import Kind, kind_of

Term = Callable[[Row, datetime], bool]
Contains = Callable[[str], object]
"""Whether a text (one field a line, case folded) holds what is looked for; truthy when it does."""

_TOKEN = re.compile(r'(!?)(?:(re|st|cl|ph|since):)?(?:"([^"]*)"?|(\S*))\s*', re.IGNORECASE)
_DIGITS = re.compile(r"\+?[0-9().-]*[0-9][0-9().-]*")
_AGE = re.compile(r"age([<>])([0-9]{1,6})([smhd])", re.IGNORECASE)
_AGE_BEGUN = re.compile(r"age[<>]", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for now where only the form of a time is looked at."""
# two repeats can hold the screen up for a minute at 100,000 rows, a repeated group for ever
_REPEATS = re.compile(r"(?<![\\(*+?}])[*+?{]")
_REPEATED_GROUP = re.compile(r"(?<!\\)\)[*+{]")


@dataclass(frozen=True, slots=True, eq=False)
class RowFilter:
    """What was typed, as a test of rows."""

    text: str
    error: str | None
    """A sentence about the first term that is ignored; None when every term counts."""
    _terms: tuple[Term, ...]
    is_timed: bool = False
    """Whether a row can begin or cease to match as time goes by."""

    def matches(self, row: Row, now: datetime) -> bool:
        """Whether `row` is shown at `now` (UTC); every row is when nothing was typed."""
        return all(term(row, now) for term in self._terms)

    def matching(self, rows: Sequence[Row], now: datetime) -> Sequence[Row]:
        """Return those of `rows` that match, in their order."""
        for term in self._terms:
            rows = [row for row in rows if term(row, now)]
        return rows


def parse_filter(text: str) -> RowFilter:
    """Return the filter for `text`; never raises."""
    terms: list[Term] = []
    errors: list[str] = []
    for negated, prefix, value in _tokens(text):
        try:
            term = _term(prefix, value)
        except ValueError as error:
            errors.append(str(error))
            continue
        terms.append(_not(term) if negated else term)
    timed = any(prefix == "since" or _AGE_BEGUN.match(value) for _, prefix, value in _tokens(text))
    return RowFilter(text, errors[0] if errors else None, tuple(terms), timed)


def _tokens(text: str) -> list[tuple[bool, str, str]]:
    """Return (negated, prefix, value); a number typed in groups is one value."""
    tokens: list[tuple[bool, str, str]] = []
    in_number = False
    for token in _TOKEN.finditer(text.strip()):
        if not token[0]:
            continue
        plain = not token[2] and token[3] is None
        value = token[4] if token[3] is None else token[3]
        is_number = plain and _DIGITS.fullmatch(value) is not None
        if is_number and in_number and not token[1]:
            negated, prefix, begun = tokens[-1]
            tokens[-1] = (negated, prefix, begun + value)
        else:
            tokens.append((bool(token[1]), (token[2] or "").lower(), value))
        in_number = is_number
    return tokens


def _term(prefix: str, value: str) -> Term:
    """Return the test; raise ValueError, a sentence for the person, when it makes none."""
    if not value:
        raise ValueError(
            f"{prefix}: needs a word after it." if prefix else 'A word is missing after ! or ".'
        )
    folded = value.casefold()
    match prefix:
        case "re":
            return _anywhere(_regex(value))
        case "st":
            return _standing(folded)
        case "cl":
            return lambda row, _: folded in row.status_class
        case "ph":
            phases = {p for p in Phase if _phase_words(folded) in _phase_words(p)}
            if not phases:
                raise ValueError(f"ph: knows {', '.join(map(_phase_words, Phase))}.")
            return lambda row, _: row.phase in phases
        case "since":
            return _since(value)
    if _AGE_BEGUN.match(value):
        return _age(value)
    if _DIGITS.fullmatch(value):
        number = normal_number(value)
        return _anywhere(lambda text: folded in text or number in text)
    return _anywhere(lambda text: folded in text)


def _standing(folded: str) -> Term:
    words = [word for word in folded.split(",") if word]
    if not words:
        raise ValueError("st: needs a word after it.")
    phases = {p for p in Phase if any(_phase_words(word) in _phase_words(p) for word in words)}
    return lambda row, _: (
        row.phase in phases or any(word in row.status.casefold() for word in words)
    )


def _age(value: str) -> Term:
    limit = _AGE.fullmatch(value)
    if limit is None:
        raise ValueError(f"{value[:4]} needs a number and s, m, h or d, as in age>2h.")
    length = timedelta(**{_UNITS[limit[3].lower()]: int(limit[2])})
    if limit[1] == ">":
        return lambda row, now: now - row.last_update > length
    return lambda row, now: now - row.last_update < length


def _since(value: str) -> Term:
    try:
        parse_moment(value, _ANY_TIME)
    except ValueError as error:
        raise ValueError(f"since: {error}") from error
    moment = lru_cache(maxsize=1)(lambda now: parse_moment(value, now))
    return lambda row, now: row.last_update >= moment(now)


def _regex(value: str) -> Contains:
    if _REPEATED_GROUP.search(value) or len(_REPEATS.findall(value)) > 1:
        raise ValueError("re: takes one of * + ? {}, not after a group: more could take for ever.")
    try:
        with warnings.catch_warnings():
            # "[[" draws a warning about future syntax, which would land on the screen
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(value, re.IGNORECASE | re.MULTILINE).search
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"re: is not a complete regular expression ({error}).") from error


def _anywhere(contains: Contains) -> Term:
    """Return whether the text of a row holds it; what many rows share is searched once."""

    @lru_cache(maxsize=1000)
    def in_kind(kind: Kind) -> bool:
        phase, status, description = kind
        status = shown_status(status, description)
        text = f"{status}\n{status_class(status)}\n{_phase_words(phase)}\n{description or ''}"
        return bool(contains(text.casefold()))

    def term(row: Row, _now: datetime) -> bool:
        if in_kind(kind_of(row)):
            return True
        n = row.notification
        r = n.recipient
        number = r.mobile_number or ""
        own = (
            f"{number}\n{normal_number(number)}\n{r.organization_number or ''}\n"
            f"{r.national_identity_number or ''}\n{n.id}"
        )
        return bool(contains(own.casefold()))

    return term


def _not(term: Term) -> Term:
    return lambda row, now: not term(row, now)


def _phase_words(text: str) -> str:
    return text.replace("_", " ").replace("-", " ")

"""Turning what is wrong with a config file into sentences that name the line."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from sms_monitor.core.text import clean
from sms_monitor.services.alert_table import AlertTable
from sms_monitor.services.profile import ProfileTable
from sms_monitor.services.reference import Reference
from sms_monitor.services.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Key = tuple[str, ...]
"""A dotted key: `("profiles", "tt02", "auth")`."""

Problem = tuple[Key, str]
"""The key in question, and the sentence that begins with it."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""+'
    r"|'''.*?'''+"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|\n|[\[\]{}=.,]|[^\s\"'#\[\]{}=.,]+",
    re.DOTALL,
)

TABLES: dict[str, type[BaseModel]] = {"thresholds": ThresholdTable, "alerts": AlertTable}
"""The tables of the file that hold for all profiles."""

_MUST_BE = {
    "string_type": "must be a text in quotes",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list of texts in quotes, or one text",
    "is_instance_of": "must be a text in quotes",
    "string_pattern_mismatch": "must be the name of an environment variable",
    "bool_type": "must be true or false",
    "date_type": "must be a date without quotes, such as 2027-05-01",
    "missing": "is missing",
}


def problems_of(
    error: ValidationError, raw: Mapping[str, Any], root: type[BaseModel]
) -> list[Problem]:
    """Return everything that is wrong with `raw`, which was validated as `root`."""
    return [_problem(details, raw, root) for details in error.errors(include_url=False)]


def with_lines(name: str, text: str, problems: Iterable[Problem]) -> str:
    """Return one line per problem, in the order of the file: `config.toml line 7: …`."""
    lines = key_lines(text)
    placed = [(_line_of(key, lines), sentence) for key, sentence in problems]
    placed.sort(key=lambda place: place[0])
    return "\n".join(f"{name} line {line}: {sentence}" for line, sentence in placed)


def key_lines(text: str) -> dict[Key, int]:
    """Return the line, from 1, where each table and key of valid TOML is first named.

    Keys inside an inline table are not listed: they are on the line of the table.
    """
    lines: dict[Key, int] = {}
    table: Key = ()
    statement: list[str] = []
    line, depth, in_value = 1, 0, False
    for token in _TOKEN.findall(text):
        if token == "\n" and depth == 0:
            statement, in_value = [], False
        elif in_value:
            depth += (token in ("[", "{")) - (token in ("]", "}"))
        elif token == "=":
            lines.setdefault(table + _key_of(statement), line)
            in_value = True
        elif token == "]":
            table = _key_of(statement)
            lines.setdefault(table, line)
            in_value, depth = True, statement.count("[") - 1
        elif not token.startswith("#"):
            statement.append(token)
        line += token.count("\n")
    return lines


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ` Did you mean "token"?` for the word most like `word`, "" when none is."""
    near = difflib.get_close_matches(word.lower(), list(words), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


def not_allowed(word: object, allowed: Iterable[object]) -> str:
    """Return `is "tokn"; allowed: "none", "token". Did you mean "token"?`."""
    words = [str(one) for one in allowed]
    # what is long, and in the wrong place, may be a secret
    shown = isinstance(word, str | int | float) and len(str(word)) <= 20
    is_what = f"is {_quoted(word)}" if shown else "is something else"
    hint = did_you_mean(word, words) if isinstance(word, str) else ""
    return f"{is_what}; allowed: {_listed(allowed)}.{hint}"


def dotted(key: Key) -> str:
    """Return `key` as it is written in a file, cleaned."""
    return ".".join(
        part if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", part) else f'"{clean(part, 40)}"'
        for part in key
    )


def _problem(details: ErrorDetails, raw: Mapping[str, Any], root: type[BaseModel]) -> Problem:
    key = tuple(str(part) for part in details["loc"])
    kind = details["type"]
    allowed = _allowed(key, root)
    if key[-1] == "[key]":
        key = key[:-1]
        rest = "is not a name for a profile; use at most 40 letters, digits, - and _."
    elif kind == "extra_forbidden":
        known = list(_model_at(key[:-1], root).model_fields)
        hint = did_you_mean(key[-1], known) or f" Known here: {', '.join(known)}."
        rest = f"is not a known key.{hint}"
    elif kind == "missing" and allowed:
        rest = f"is missing; allowed: {_listed(allowed)}."
    elif kind == "literal_error":
        rest = not_allowed(_value_at(key, raw), allowed)
    else:
        rest = _MUST_BE.get(kind, details["msg"]) + "."
    return key, f"{dotted(key)} {rest}"


def _model_at(key: Key, root: type[BaseModel]) -> type[BaseModel]:
    """Return the model of the table at `key`."""
    if not key:
        return root
    if key[0] in TABLES and len(key) == 1:
        return TABLES[key[0]]
    return ProfileTable if len(key) == 2 else Reference


def _allowed(key: Key, root: type[BaseModel]) -> tuple[object, ...]:
    """Return the values a closed set at `key` has, () when it is no closed set."""
    if len(key) not in (1, 3) and key[0] not in TABLES:
        return ()
    field = _model_at(key[:-1], root).model_fields.get(key[-1])
    # `Literal[…]`, or `Literal[…] | None`
    args = get_args(field.annotation) if field else ()
    words = (word for arg in args for word in (get_args(arg) or (arg,)))
    return tuple(word for word in words if isinstance(word, str | int))


def _value_at(key: Key, raw: Any) -> Any:
    for part in key:
        raw = raw[part]
    return raw


def _key_of(statement: Iterable[str]) -> Key:
    return tuple(
        tomllib.loads(f"x = {part}")["x"] if part[0] in "\"'" else part
        for part in statement
        if part not in ("[", ".", "\n")
    )


def _line_of(key: Key, lines: Mapping[Key, int]) -> int:
    """Return the line of `key`, else of the innermost table around it that has one."""
    return next((lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in lines), 1)


def _quoted(value: object) -> str:
    return f'"{clean(value)}"' if isinstance(value, str) else str(value)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(_quoted(value) for value in values)

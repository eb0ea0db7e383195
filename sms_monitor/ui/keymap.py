"""Which keys are in force: those of the map, and over them those of the config file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from textual.keys import Keys, _character_to_key, key_to_character

from sms_monitor.core.text import clean
from sms_monitor.ui.keys import MONITOR_KEYS, TABLE_KEYS

_ALL = {key.id: key for key in (*TABLE_KEYS, *MONITOR_KEYS)}
_NOT_OURS = frozenset(f"ctrl+{letter}" for letter in "abcjosz")
_FIXED = {"ctrl+q": "always quits", "ctrl+p": "always opens the palette"}
_HELP = "f1"
"""Always opens the help, whatever else does: who changed the keys must find them."""
LIST_KEYS = frozenset(
    {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter"}
    | {"ctrl+home", "ctrl+end", "ctrl+pageup", "ctrl+pagedown"}
)
"""What Textual's lists and scrolling texts take for themselves before anything else sees it."""
_MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")
_SPELLINGS = {
    "esc": "escape",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "return": "enter",
    "del": "delete",
    "comma": "comma",
}
_UNBOUND = "unbound-"
"""Begins the name of a key that no keyboard has: Textual's keymap cannot take a key away."""

Problem = tuple[str, str]
"""The id in question, and a sentence that says what is wrong with its keys."""


class KeysInForce(NamedTuple):
    """What the keys do."""

    keys: Mapping[str, str]
    """Comma separated Textual keys by id, the first is the one shown; "" when it has none."""
    keymap: Mapping[str, str]
    """What differs from the map, for `App.set_keymap`."""
    clashes: tuple[str, ...]
    """Sentences about keys that two things wanted."""


def key_problems(wanted: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return what is wrong with the `[keys]` of a config file."""
    return tuple(
        (key_id, sentence) for key_id, keys in wanted.items() for sentence in _wrong(key_id, keys)
    )


def _wrong(key_id: str, keys: str) -> Iterator[str]:
    if key_id not in _ALL:
        near = difflib.get_close_matches(key_id, _ALL, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else " The monitor's :keys lists the names."
        yield f"is not the name of a key.{hint}"
        return
    if key_id == "help" and not keys.strip():
        yield "cannot be without a key."
    for text in _split(keys):
        name = _normal(text)
        shown = f'"{clean(text, 40)}"'
        if name is None:
            yield f"{shown} is not a key; write for example n, N, ctrl+n, f5 or space."
        elif name in _NOT_OURS:
            yield f"{shown} is left to the shell, tmux, screen and the terminal; take another."
        elif name in _FIXED:
            yield f"{shown} {_FIXED[name]}; take another."
        elif name == _HELP and key_id != "help":
            yield f"{shown} always opens the help; take another."
        elif name in LIST_KEYS and name not in _ALL[key_id].keys.split(","):
            yield f"{shown} moves in every list; take another."


def keys_in_force(wanted: Mapping[str, str]) -> KeysInForce:
    """Return the keys when a person `wanted` some; those that are wrong are passed over.

    A key the person gave to something is taken from what had it; of two things the person gave
    one key, the first has it.
    """
    wrong = {key_id for key_id, _ in key_problems(wanted)}
    given = {key_id: _names(keys) for key_id, keys in wanted.items() if key_id not in wrong}
    owner: dict[str, str] = {}
    clashes = []
    for key_id, names in given.items():
        for name in names:
            if owner.setdefault(name, key_id) != key_id:
                clashes.append(
                    f'Both {owner[name]} and {key_id} are to be on "{name}" by the config file; '
                    f"it is {owner[name]} now"
                )
    in_force: dict[str, str] = {}
    for key_id, key in _ALL.items():
        names = given.get(key_id, key.keys.split(","))
        kept = [name for name in names if owner.get(_normal(name) or name, key_id) == key_id]
        if key_id not in given:
            clashes += [
                f'"{name}" is {owner[_normal(name) or name]} by the config file, and {key_id} no '
                "longer"
                for name in names
                if name not in kept
            ]
        if key_id == "help" and _HELP not in kept:
            kept.append(_HELP)
        in_force[key_id] = ",".join(kept)
    changed = {
        key_id: keys or f"{_UNBOUND}{key_id}"
        for key_id, keys in in_force.items()
        if keys != _ALL[key_id].keys
    }
    return KeysInForce(in_force, changed, tuple(clashes))


def is_unbound(name: str) -> bool:
    """Whether the key `name` stands for none."""
    return name.startswith(_UNBOUND)


def _split(keys: str) -> list[str]:
    return [part.strip() for part in keys.split(",") if part.strip()]


def _names(keys: str) -> list[str]:
    return [name for text in _split(keys) if (name := _normal(text))]


def _normal(text: str) -> str | None:
    """Return the key as Textual names it; None when there is no such key."""
    if len(text) == 1:
        return _character_to_key(text) if text.isprintable() else None
    joined = text.replace("-", "+") if text.split("-")[0].casefold() in _MODIFIERS else text
    *modifiers, name = joined.split("+")
    modifiers = [modifier.casefold() for modifier in modifiers]
    if len(name) > 1:
        name = _SPELLINGS.get(name.casefold(), name.casefold())
    if not name or any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    if modifiers == ["shift"] and len(name) == 1 and name.isalpha():
        return name.upper()
    is_key = len(name) == 1 or name in _NAMED or key_to_character(name) is not None
    plain = name.lower() if modifiers and len(name) == 1 else name
    return "+".join([*modifiers, plain]) if is_key else None


_NAMED = frozenset(key.value for key in Keys if "+" not in key.value and key.value[0] != "<")

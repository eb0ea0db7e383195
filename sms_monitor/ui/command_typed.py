"""What a line that was typed asks for, and how it may go on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sms_monitor.core.text import clean
from sms_monitor.ui.command_arguments import Known, near_word
from sms_monitor.ui.commands import BY_NAME, COMMANDS, command_in


class Call(NamedTuple):
    """A command as it is to be run: the action, and its parameters when it has some."""

    action: str
    parameters: tuple[object, ...] | None = None


class Candidate(NamedTuple):
    """A way to go on typing."""

    word: str
    """What is shown of it."""
    line: str
    """The whole line when it is taken."""


def parse_command(line: str, known: Known) -> Call:
    """Return what `line` asks for; raises ValueError with a sentence for the person."""
    name, _, rest = line.strip().partition(" ")
    command = command_in(line)
    if command is None:
        meant = near_word(name, BY_NAME) or " Tab shows the commands."
        raise ValueError(f'There is no command "{clean(name, 40)}".{meant}')
    argument = command.argument
    if not rest.strip():
        if argument is not None and argument.needed:
            raise ValueError(f"Say what: {command.usage}")
        return Call(command.action)
    if argument is None:
        raise ValueError(f'"{command.name}" takes nothing after it.')
    return Call(command.action, argument.parse(rest.strip(), known))


def candidates(line: str, known: Known) -> tuple[Candidate, ...]:
    """Return the ways to complete the last word of `line`, the likeliest first."""
    line = line.lstrip()
    name, space, rest = line.partition(" ")
    if not space:
        found = _starting(name, [command.name for command in COMMANDS])
        return tuple(Candidate(word, _begun(word)) for word in found)
    command = command_in(line)
    if command is None or command.argument is None:
        return ()
    between = command.argument.between
    before, cut, word = rest.rpartition(between) if between else ("", "", rest)
    words = dict.fromkeys(command.argument.words(known))
    used = set(before.split(between)) if between else set()
    found = _starting(word, [one for one in words if one not in used])
    return tuple(Candidate(one, f"{name} {before}{cut}{one}") for one in found)


def _begun(name: str) -> str:
    return f"{name} " if BY_NAME[name].argument is not None else name


def _starting(begun: str, words: Iterable[str]) -> list[str]:
    """Return those of `words` that begin with `begun`, then those that hold it elsewhere."""
    folded = begun.casefold()
    found = [word for word in words if folded in word.casefold()]
    return sorted(found, key=lambda word: not word.casefold().startswith(folded))

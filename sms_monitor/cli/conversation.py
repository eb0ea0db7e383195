"""One conversation on the terminal: each question is asked until its answer is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sms_monitor.cli.answer_values import toml
from sms_monitor.cli.output import say
from sms_monitor.cli.prompt import refusal, typed
from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import parse_config

_QUOTES = re.compile(r",? (in|without) quotes")


class Conversation:
    """The fields of a profile as they are answered; what was typed is kept for the next round."""

    def __init__(self, config_file: Path) -> None:
        """Judge answers as `config_file` would; the file is not looked into."""
        self.fields: dict[str, Any] = {}
        """What was answered in this round, by key of the profile."""
        self._path = config_file
        self._typed: dict[str, str] = {}

    def put(
        self,
        key: str,
        question: str,
        default: str = "",
        *,
        remembered: str = "",
        value_of: Callable[[str], Any] = str,
        doubt: Callable[[Any], str | None] = lambda _: None,
    ) -> None:
        """Ask for the field `key`, until the rules of the config have nothing against it.

        What there is only `doubt` about can be kept, by giving the same answer again.
        """
        doubted: list[str] = []

        def problem(text: str) -> str | None:
            self.fields.pop(key, None)
            if text:
                self.fields[key] = value_of(text)
            wrong = self._problem(key)
            if wrong is not None and not text:
                return "An answer is needed here."
            if wrong is not None or not text or text in doubted:
                return wrong
            why = doubt(self.fields[key])
            if why is not None:
                doubted.append(text)
                self._typed[remembered or key] = text
                return f"{why}\nEnter keeps this answer all the same."
            return None

        self.until(remembered or key, question, default, problem)

    def until(
        self, key: str, question: str, default: str, problem: Callable[[str], str | None]
    ) -> str:
        """Ask until `problem` has none; `key` is where the answer is remembered, "" nowhere."""
        while True:
            offered = self._typed.get(key, default)
            text = typed(question, offered)
            why = refusal(text) or problem(text)
            if why is None:
                if key:
                    self._typed[key] = text
                return text
            say(why)

    def yes(self, key: str, question: str, *, default: bool) -> bool:
        """Ask whether; `key` as for `until`."""
        answer = self.until(
            key,
            f"{question}, y or n",
            "y" if default else "n",
            lambda text: None if text.lower() in ("y", "yes", "n", "no") else "Answer y or n.",
        )
        return answer.lower().startswith("y")

    def choose(self, question: str, allowed: str, default: str) -> str:
        """Ask for one of the letters in `allowed`; Enter is `default`."""
        letters = tuple(allowed)

        def problem(text: str) -> str | None:
            return None if text[:1].lower() in letters else f"Answer one of {', '.join(letters)}."

        return self.until("", question, default, problem)[:1].lower()

    def _problem(self, key: str) -> str | None:
        """Return what the config's own rules have against the field `key`.

        They speak of the file; here nothing is typed in quotes, and the key was never shown.
        """
        try:
            parse_config(f"[profiles.new]\n{self.block()}\n", self._path)
        except ConfigError as error:
            # those of fields that were not asked for yet are not this answer's
            found = re.search(rf": profiles\.new\.{key}(?:\.\S+)? (.*)", error.message)
            return f"That {_QUOTES.sub('', found[1])}" if found else None
        return None

    def block(self) -> str:
        """Return the fields as lines of the config file."""
        return "\n".join(f"{key} = {toml(value)}" for key, value in self.fields.items())

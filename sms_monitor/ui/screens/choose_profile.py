"""Choosing another profile, and agreeing to it where it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.menu import Menu
from sms_monitor.ui.widgets.words import Words

_KEYS = "123456789abcdefghilmnoprstuvwxyz"
"""What chooses a profile; j, k and q are for moving and leaving. More profiles are not offered."""


class ChooseProfile(Dialog["str | None"]):
    """The name of the profile to go to; None to stay."""

    def __init__(self, environments: Mapping[str, str], current: str) -> None:
        """Offer the profiles of `environments`, their environment by their name."""
        super().__init__()
        self._names = dict(zip(_KEYS, environments, strict=False))
        self._environments = environments
        self._current = current

    def compose(self) -> ComposeResult:
        """One line a profile."""
        width = max(map(len, self._environments), default=0)
        with Frame("Profile", "press a number or Enter, Esc stays"):
            yield Menu({key: self._line(name, width) for key, name in self._names.items()})

    def _line(self, name: str, width: int) -> Content:
        here = "  (in use)" if name == self._current else ""
        return Content(f"{name:<{width}}  {self._environments[name]}{here}")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        name = self._names[event.option_id or ""]
        self.dismiss(None if name == self._current else name)


class Confirm(Dialog["bool | None"]):
    """True when the person agreed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "No", id="confirm-no", show=False)
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question, and yes or no."""
        with Frame("Confirm", "press y or n"):
            yield Words(self._question)
            yield Menu({"y": Content("Yes"), "n": Content("No")})

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id == "y")

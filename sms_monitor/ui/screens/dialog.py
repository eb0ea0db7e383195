"""What every dialog looks like, and how it is left."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

ResultT = TypeVar("ResultT")


class Frame(Vertical):
    """The box of a dialog: its name above, its keys below, never larger than the terminal.

    What has the keys is marked by a bar to its left, which needs no colour.
    """

    DEFAULT_CSS = """
    Frame {
        width: 76;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        padding: 0 1;
        border: round $primary;
        background: $surface;
        Input, TextArea, Reading, Menu {
            border: none;
            border-left: blank;
            padding: 0;
            &:focus { border: none; border-left: outer $primary; }
        }
        Input {
            height: 1;
            background: $panel;
            &:nocolor { text-style: underline; }
            &:nocolor > .input--cursor { text-style: reverse; }
        }
        TextArea {
            background: $panel;
            &:nocolor .text-area--cursor { text-style: reverse; }
            &:nocolor .text-area--selection { text-style: reverse; }
        }
    }
    """

    def __init__(self, name: str, keys: str) -> None:
        """Show `name` and `keys`, both plain words of ours: they are read as markup."""
        super().__init__()
        self.border_title = name
        self.border_subtitle = keys


class Dialog(ModalScreen[ResultT]):
    """Lies over the screen until it is answered; Esc leaves it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="dialog-leave", show=False)
    ]
    DEFAULT_CSS = """
    Dialog { align: center middle; }
    """

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

"""The line in which a command is typed, and above it the ways to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.ui.cells import ERROR_STYLE, MUTED
from sms_monitor.ui.command_typed import Candidate
from sms_monitor.ui.commands import command_in
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.live_line import LiveLine
from sms_monitor.ui.widgets.words import Words

KEPT = 50
"""Commands that are remembered, also from one start to the next."""


class CommandInput(Field):
    """Tab and the right arrow complete, up and down go through what was typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="command-leave", show=False),
        Binding("tab", "complete(1)", "Complete", id="command-complete", show=False),
        Binding("shift+tab", "complete(-1)", "Complete", id="command-complete-back", show=False),
        Binding("up", "older(1)", "Older", id="command-older", show=False),
        Binding("down", "older(-1)", "Newer", id="command-newer", show=False),
    ]

    class Left(Message):
        """Esc was pressed, or the last character taken away."""

    def __init__(self, candidates: Callable[[str], Sequence[Candidate]]) -> None:
        super().__init__(id="command")
        self.history: list[str] = []
        """What was run, oldest first."""
        self.offered: Sequence[Candidate] = ()
        """What Tab goes through."""
        self.taken: int | None = None
        """Which of them is typed now; None for none."""
        self._candidates = candidates
        self._shown = ""
        self._back = 0
        self._draft = ""

    def begin(self, text: str) -> None:
        """Start with `text`."""
        self._back, self._draft = 0, text
        self._put(text)
        self.offer()

    def offer(self) -> None:
        """Find anew what the text may be completed to."""
        self.offered, self.taken = self._candidates(self.value), None

    def remember(self, line: str) -> None:
        """Keep `line` as the newest, unless it holds a number, which may be somebody's."""
        if mask_numbers_in(line) == line:
            self.history = [*(old for old in self.history if old != line), line][-KEPT:]

    def notice_typing(self) -> None:
        """Offer anew when the text is what a person typed, not what was put there."""
        if self.value != self._shown:
            self._back, self._shown = 0, self.value
            self.offer()

    def _put(self, text: str) -> None:
        self._shown = self.value = text
        self.cursor_position = len(text)

    def action_leave(self) -> None:
        """Say that it was left without running anything."""
        self.post_message(self.Left())

    def action_complete(self, step: int) -> None:
        """Put in the next candidate; what one alone leads to is offered next."""
        if not self.offered:
            return
        place = self.taken if self.taken is not None else -1 if step > 0 else 0
        self.taken = (place + step) % len(self.offered)
        self._put(self.offered[self.taken].line)
        if len(self.offered) == 1:
            self.offer()
        self.post_message(self.Changed(self, self.value))

    def action_cursor_right(self, select: bool = False) -> None:
        """Complete at the end of the text, else move."""
        if not select and self.cursor_position >= len(self.value) and self.offered:
            self.action_complete(1)
        else:
            super().action_cursor_right(select)

    def action_older(self, step: int) -> None:
        """Put in what was run before, or after; past the newest what was being typed."""
        if self._back == 0:
            self._draft = self.value
        self._back = max(0, min(self._back + step, len(self.history)))
        self._put(self.history[-self._back] if self._back else self._draft)
        self.offer()
        self.post_message(self.Changed(self, self.value))


class CommandLine(Vertical):
    """The input, and the line above it; both are there only while something is typed."""

    DEFAULT_CSS = """
    CommandLine {
        display: none;
        height: auto;
        background: $surface;
        &.-open { display: block; }
        & > LiveLine { color: $text-muted; padding: 0; }
        & > Words { display: none; padding: 0 1; max-height: 8; }
        &.-refused {
            & > LiveLine { display: none; }
            & > Words { display: block; }
        }
        & > CommandInput {
            border: none;
            height: 1;
            padding: 0 1;
            background: $surface;
            &:focus { border: none; }
        }
        & > CommandInput:nocolor { text-style: underline; }
    }
    """

    input = getters.query_one(CommandInput)

    def __init__(self, candidates: Callable[[str], Sequence[Candidate]]) -> None:
        """`candidates` returns the ways to complete a line."""
        super().__init__(id="command-line")
        self._candidates = candidates
        self.pane = ""
        """Id of the pane that had the keys before."""

    def compose(self) -> ComposeResult:
        """What may come next, and what is typed."""
        yield LiveLine(id="candidates")
        yield Words(id="refusal")
        yield CommandInput(self._candidates)

    def open(self, text: str, pane: str) -> None:
        """Show the line with `text` in it; `pane` had the keys."""
        self.pane = pane
        self.add_class("-open")
        self.remove_class("-refused")
        self.input.begin(text)
        self._show_candidates()

    def close(self) -> None:
        """Take it away."""
        self.remove_class("-open")

    def refuse(self, sentence: str) -> None:
        """Say why nothing was done; what was typed stays."""
        self.add_class("-refused")
        self.query_one("#refusal", Words).update(Content.styled(sentence, ERROR_STYLE))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.remove_class("-refused")
        self.input.notice_typing()
        self._show_candidates()

    def on_resize(self, _: events.Resize) -> None:
        """Show as many as there is room for now."""
        self._show_candidates()

    def _show_candidates(self) -> None:
        """Say how the command goes on, and what it may go on with; the one taken is marked."""
        line = self.input
        command = command_in(line.value) if " " in line.value.lstrip() else None
        parts = [Content.styled(f"{command.usage}:", MUTED)] if command else [Content(":")]
        if command and not line.offered:
            parts.append(Content(command.help))
        first = 0 if line.taken is None else max(0, line.taken - 2)
        for place, candidate in enumerate(line.offered[first:], first):
            chosen = place == line.taken
            parts.append(Content.styled(candidate.word, "reverse" if chosen else ""))
        shown = Content.assemble(" ", Content("  ").join(parts))
        self.query_one("#candidates", LiveLine).show(shown)

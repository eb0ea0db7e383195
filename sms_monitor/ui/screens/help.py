"""The help page: every key, command and glyph, and how to filter. Made from what is in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.keys import key_to_character

from sms_monitor.core.phase import Phase
from sms_monitor.ui.cells import MUTED, STYLE
from sms_monitor.ui.commands import COMMANDS
from sms_monitor.ui.keys import MONITOR_KEYS, PULSE_KEYS, TABLE_KEYS
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.reading import Reading

LABEL_WIDTH = 16
"""Cells for the keys, to the left of what they do."""

_EVERYWHERE = (
    ("ctrl-p", "Every command by name, and the colours"),
    ("ctrl-q", "Quit"),
    ("ctrl-z", "Suspend, to the shell and back with fg"),
    ("shift-drag", "shift-drag selects text with the mouse; so does a drag after :mouse off"),
)
_PHASES: dict[Phase, str] = {
    Phase.FAILED: "failed: it did not arrive, or nobody knows",
    Phase.DEAD: "dead: past its validity, the server will not send it any more",
    Phase.STUCK: "stuck: later than is normal for its status",
    Phase.UNKNOWN: "unknown: a status this version has not heard of",
    Phase.IN_FLIGHT: "in flight: on its way and on time",
    Phase.WAITING: "waiting: the send window opens at 09:00 in Oslo",
    Phase.CONFIRMED: "confirmed: the phone has it",
}
_FILTER = (
    ("barred 99999999", "Both words are somewhere in the row"),
    ('"two words"', "Next to each other"),
    ("!accepted", "Not in the row"),
    ("st:expired", "In the status"),
    ("st:failed,stuck", "Either, in the status or the phase"),
    ("cl:number", "In the class"),
    ("ph:stuck", "In the phase"),
    ("age>2h age<10m", "Time since the last update: s, m, h, d"),
    ("since:13:55", "Updated then or later, on the clock in Oslo"),
    ("re:^Failed", "A regular expression"),
)
_NAMES = {"escape": "Esc", "pagedown": "PgDn", "pageup": "PgUp"}


class Help(Dialog[None]):
    """Leaves on the keys that opened it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark,f1", "leave", "Close", id="help-leave", show=False)
    ]
    DEFAULT_CSS = """
    Help Frame { height: 100%; }
    Help Reading { height: 1fr; }
    """

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        """Show `keys`, comma separated by the id of the binding; None for those of the map."""
        super().__init__()
        self._in_force = keys or {}

    def compose(self) -> ComposeResult:
        """One text."""
        with Frame("Help", "j k g G PgDn PgUp move, Esc closes"):
            yield Reading()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text anew: frame, padding, bar and scroll bar take 7 cells."""
        # none any more while the app ends
        for reading in self.query(Reading):
            reading.show(help_text(min(event.size.width, 76) - 7, self._in_force))


def help_text(width: int, in_force: Mapping[str, str] | None = None) -> Content:
    """Return the page, wrapped to `width` cells; `in_force` are keys that are not the map's."""
    parts: list[Content] = []
    for title, lines in _sections(in_force or {}):
        parts += [Content.styled(title, "bold underline")]
        parts += [_line(label, text, width) for label, text in lines]
        parts += [Content("")]
    return Content("\n").join(parts[:-1])


def _sections(
    in_force: Mapping[str, str],
) -> Iterator[tuple[str, Iterable[tuple[Content, str]]]]:
    keys = (*TABLE_KEYS, *MONITOR_KEYS, *PULSE_KEYS)
    for group in dict.fromkeys(key.group for key in keys):
        yield (
            group,
            [
                (_bold(key_names(in_force.get(k.id, k.keys)) or "(no key)"), k.help)
                for k in keys
                if k.group == group
            ],
        )
    yield "Everywhere", _bolded(_EVERYWHERE)
    signs = [(Content.styled(phase.glyph, STYLE[phase]), _PHASES[phase]) for phase in Phase]
    quiet = (Content.styled("=", MUTED), "of an order: it has no SMS")
    yield "Signs", [*signs, quiet]
    yield "Filter, after /", _bolded(_FILTER)
    yield "Commands, after : or in ctrl-p", [(_bold(c.usage), c.help) for c in COMMANDS]


def key_names(keys: str) -> str:
    """Return comma separated Textual keys as they are on a keyboard: `ctrl-d`, `? F1`."""
    return " ".join(_key_name(key) for key in keys.split(",") if key)


def _key_name(key: str) -> str:
    *modifiers, name = key.split("+")
    character = {"slash": "/"}.get(name) or key_to_character(name) or ""
    if len(character) != 1 or not character.isprintable():
        character = _NAMES.get(name, name.capitalize())
    return "-".join([*modifiers, character])


def _bold(text: str) -> Content:
    return Content.styled(text, "bold")


def _bolded(lines: Sequence[tuple[str, str]]) -> list[tuple[Content, str]]:
    return [(_bold(label), text) for label, text in lines]


def _line(label: Content, text: str, width: int) -> Content:
    wrapped = Content(text).wrap(max(20, width - LABEL_WIDTH))
    indent = Content(" " * LABEL_WIDTH)
    if label.cell_length >= LABEL_WIDTH:
        return Content("\n").join([label, *(Content.assemble(indent, line) for line in wrapped)])
    first = label.pad_right(LABEL_WIDTH - label.cell_length)
    return Content("\n").join(
        Content.assemble(indent if i else first, line) for i, line in enumerate(wrapped)
    )

"""Every key of the monitor, in one map: the bindings, the footer and the help come from it.

Letters do the work. ctrl-a, b, c, j, o, s and z are left to the shell, tmux, screen and the
terminal; ctrl-q quits and ctrl-p opens the palette, as in every Textual app.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """One thing a key does."""

    id: str
    keys: str
    """Comma separated, the first is the one shown."""
    action: str
    label: str
    """For the footer and the palette: a word or two."""
    help: str
    """For the help page: a sentence without its full stop."""
    group: str
    footer: bool = False
    shown: str | None = None
    """How the key is written; None for Textual's own way."""

    def binding(self) -> Binding:
        """Return it as Textual wants it."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            id=self.id,
            tooltip=self.help,
            show=self.footer,
            key_display=self.shown,
        )


TABLE_KEYS = (
    Key("down", "j,down", "move(1)", "Down", "Next line", "Move"),
    Key("up", "k,up", "move(-1)", "Up", "Previous line", "Move"),
    Key("first", "g,home", "move(-1_000_000_000)", "First", "First line", "Move"),
    Key("last", "G,end", "move(1_000_000_000)", "Last", "Last line", "Move"),
    Key("half-down", "ctrl+d", "page(0.5)", "Half page down", "Half a page down", "Move"),
    Key("half-up", "ctrl+u", "page(-0.5)", "Half page up", "Half a page up", "Move"),
    Key("page-down", "pagedown", "page(1.0)", "Page down", "A page down", "Move"),
    Key("page-up", "pageup", "page(-1.0)", "Page up", "A page up", "Move"),
)
"""Work in every list and in the detail pane."""

MONITOR_KEYS = (
    Key("in", "enter,l", "go_in", "in", "Go in: order, SMS, detail", "Move", True, "Enter"),
    Key("out", "escape,h", "go_out", "Back", "Go out: clear the filter, then one level up", "Move"),
    Key("close", "q", "close", "Back or quit", "One level up; from the order list, quit", "Move"),
    Key("pane-1", "1", "pane('orders')", "Orders", "Focus the orders", "Move"),
    Key("pane-2", "2", "pane('sms')", "SMS", "Focus the SMS of the order", "Move"),
    Key("pane-3", "3", "pane('detail')", "Detail", "Focus the detail", "Move"),
    Key("pane-4", "4", "pane('events')", "Events", "Focus the events", "Move"),
    Key("next-pane", "tab", "next_pane(1)", "Next pane", "Next pane", "Move"),
    Key("previous-pane", "shift+tab", "next_pane(-1)", "Previous pane", "Previous pane", "Move"),
    Key("zoom", "z", "zoom", "zoom", "Focused pane alone, and back", "Move"),
    Key(
        "faults",
        "f",
        "faults",
        "fault",
        "Only failed, dead and stuck SMS, and back",
        "Find",
        footer=True,
    ),
    Key("filter", "slash", "filter", "filter", "Filter the SMS", "Find", footer=True),
    Key(
        "next-fault",
        "n",
        "fault(1)",
        "next",
        "Next fault, on into the next order",
        "Find",
        footer=True,
    ),
    Key("previous-fault", "N", "fault(-1)", "Previous fault", "Previous fault", "Find"),
    Key("find", "number_sign", "app.find", "find", "Find a person by number or id", "Find"),
    Key("pulse", "P", "app.pulse", "Pulse", "All orders, the most abnormal first", "Find"),
    Key(
        "same-person",
        "asterisk",
        "app.same_person",
        "Same person",
        "The person of this SMS in all orders",
        "Find",
    ),
    Key("sort-severity", "S", "sort('severity')", "By severity", "Sort by severity", "Sort"),
    Key("sort-age", "A", "sort('age')", "By age", "Sort by age", "Sort"),
    Key("sort-number", "M", "sort('number')", "By number", "Sort by number", "Sort"),
    Key(
        "sort-next", "shift+right", "sort_next(1)", "By next column", "Sort by next column", "Sort"
    ),
    Key(
        "sort-previous",
        "shift+left",
        "sort_next(-1)",
        "By previous column",
        "Sort by previous column",
        "Sort",
    ),
    Key("reverse", "O", "reverse", "Reverse", "Reverse the order of the lines", "Sort"),
    Key(
        "since-last",
        "W",
        "app.since_last",
        "Since last visit",
        "Only SMS that changed since the monitor was last open",
        "Find",
    ),
    Key(
        "replay-back",
        "left_square_bracket",
        "app.replay_step(-1)",
        "Back in time",
        "The board before the last change, and further back",
        "Past",
    ),
    Key(
        "replay-forward",
        "right_square_bracket",
        "app.replay_step(1)",
        "Forward in time",
        "The board after the next change",
        "Past",
    ),
    Key(
        "replay-previous",
        "left_curly_bracket",
        "app.replay_change(-1)",
        "Previous change",
        "The change of this order before",
        "Past",
    ),
    Key(
        "replay-next",
        "right_curly_bracket",
        "app.replay_change(1)",
        "Next change",
        "The change of this order after",
        "Past",
    ),
    Key(
        "replay-live",
        "full_stop",
        "app.replay_live",
        "live",
        "Back from the past to what is true now",
        "Past",
        footer=True,
    ),
    Key("mark", "space", "mark", "Mark", "Mark this SMS, or take its mark away", "Hand over"),
    Key(
        "mark-range",
        "v",
        "mark_range",
        "Mark range",
        "Mark from the last mark to here",
        "Hand over",
    ),
    Key("clear-marks", "V", "clear_marks", "Clear marks", "Take all marks away", "Hand over"),
    Key(
        "copy",
        "y",
        "app.copy",
        "copy",
        "Copy: line, number, ids, ticket, evidence, JSON, curl",
        "Hand over",
        footer=True,
    ),
    Key("copy-id", "c", "app.copy_id", "Copy id", "Copy the id under the cursor", "Hand over"),
    Key(
        "export",
        "E",
        "app.export",
        "Export",
        "Write what is shown, or marked, to a file",
        "Hand over",
    ),
    Key("add", "a", "app.add", "add", "Watch more orders", "Do", footer=True),
    Key("reference", "ampersand", "app.reference", "Reference", "Add orders by reference", "Do"),
    Key(
        "order-page", "o", "app.order_page", "Order", "Message, sender, recipients as ordered", "Do"
    ),
    Key("json", "J", "app.json", "JSON", "The JSON of the SMS or of the order", "Do"),
    Key("label", "e", "app.label", "Label", "Label and note of the order", "Do"),
    Key("unwatch", "D", "app.unwatch", "Unwatch", "Stop watching the order", "Do"),
    Key("undo", "u", "app.undo", "Undo", "Watch the last unwatched order again", "Do"),
    Key("refresh", "r", "app.refresh", "Refresh", "Ask the API about this order now", "Do"),
    Key("refresh-all", "R", "app.refresh_all", "Refresh all", "Ask about all orders now", "Do"),
    Key("pause", "p", "app.pause", "pause", "Stop asking, and start again", "Do", footer=True),
    Key("interval", "I", "app.interval", "Interval", "Change the seconds between polls", "Do"),
    Key("ack", "x", "app.acknowledge", "Acknowledge", "Acknowledge the alert", "Do"),
    Key(
        "ack-all",
        "X",
        "app.acknowledge_all",
        "Acknowledge all",
        "Acknowledge every alert",
        "Do",
    ),
    Key("log", "at", "app.log", "Log", "Requests and events of this session", "Do"),
    Key("unmask", "m", "app.unmask", "Unmask", "Show personal data, and hide it again", "Do"),
    Key(
        "language",
        "L",
        "app.language",
        "Language",
        "Guidance in Norwegian, or in English again",
        "Do",
    ),
    Key(
        "profile",
        "C",
        "app.profile",
        "Profile",
        "Switch to another profile of the config",
        "Do",
    ),
    Key(
        "sign-in",
        "T",
        "app.sign_in",
        "Sign in",
        "Lend the terminal to the sign-in command, to ask you again",
        "Do",
    ),
    Key("command", "colon", "command", "Command", "Type a command, Tab completes it", "Do"),
    Key("help", "question_mark,f1", "app.help", "help", "This page", "Do", footer=True),
)

PULSE_KEYS = (
    Key("pulse-in", "enter,l", "go_in", "to the order", "Go to the order", "Pulse", True, "Enter"),
    Key("pulse-rank", "S", "rank", "rank", "Rank the orders anew", "Pulse", footer=True),
    Key("pulse-ack", "x", "app.acknowledge", "Acknowledge", "Acknowledge the alert", "Pulse"),
    Key(
        "pulse-ack-all",
        "X",
        "app.acknowledge_all",
        "Acknowledge all",
        "Acknowledge every alert",
        "Pulse",
    ),
    Key("pulse-next-pane", "tab", "app.focus_next", "Next pane", "The other pane", "Pulse"),
    Key("pulse-leave", "escape,h,q,P", "leave", "back", "Leave the pulse", "Pulse", True, "Esc"),
    Key("pulse-help", "question_mark,f1", "app.help", "help", "This page", "Pulse", footer=True),
)
"""Work in the pulse, beside `TABLE_KEYS`."""

TABLE_BINDINGS: list[BindingType] = [key.binding() for key in TABLE_KEYS]
MONITOR_BINDINGS: list[BindingType] = [key.binding() for key in MONITOR_KEYS]
PULSE_BINDINGS: list[BindingType] = [key.binding() for key in PULSE_KEYS]

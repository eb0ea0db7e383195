"""The command line of the monitor, and what only it can do to the view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import getters, on
from textual.actions import parse
from textual.binding import ActiveBinding
from textual.widget import Widget
from textual.widgets import Input

from sms_monitor.core.row_filter import parse_filter
from sms_monitor.core.sorting import SortColumn
from sms_monitor.ui.command_arguments import Known
from sms_monitor.ui.command_typed import Call, Candidate, candidates, parse_command
from sms_monitor.ui.keymap import is_unbound
from sms_monitor.ui.screens.recalling import RecallingScreen
from sms_monitor.ui.widgets.command_line import CommandInput, CommandLine


class CommandingScreen(RecallingScreen):
    """Takes commands by name; they do what the keys and the palette do."""

    command_line = getters.query_one(CommandLine)

    known: Callable[[], Known] = Known
    """Returns what arguments may name; the app gives it."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """What the keys do now, for the footer; what the config file took away is not in it."""
        return {k: v for k, v in super().active_bindings.items() if not is_unbound(k)}

    def give_keys_to(self, widget: Widget) -> None:
        """Let `widget` have the keys at once."""
        raise NotImplementedError

    def candidates(self, line: str) -> Sequence[Candidate]:
        """Return the ways to complete `line`."""
        return candidates(line, self.known())

    def action_command(self, begun: str = "") -> None:
        """Open the line in which a command is typed, with `begun` in it."""
        self.command_line.open(begun, self.pane)
        self.give_keys_to(self.command_line.input)

    @on(CommandInput.Left)
    def _command_left(self) -> None:
        self._close()

    def _close(self) -> None:
        self.command_line.close()
        if self.focused is self.command_line.input:
            self.action_pane(self.command_line.pane)

    @on(Input.Submitted, "#command")
    async def _command_typed(self, event: Input.Submitted) -> None:
        line = event.value.strip()
        if not line:
            self._close()
            return
        try:
            call = parse_command(line, self.known())
        except ValueError as error:
            self.command_line.refuse(str(error))
            return
        self.command_line.input.remember(line)
        self._close()
        if not await self.run(call):
            self.events_list.tell(f'":{line.split()[0]}" has nothing to do at the moment', bad=True)

    async def run(self, call: Call) -> bool:
        """Do what a command asks for; return False when it cannot be done now."""
        namespace, name, parameters = parse(call.action)
        if call.parameters is not None:
            parameters = call.parameters
        return await self.app.run_action((namespace, name, parameters), default_namespace=self)

    # what takes a word, or has no key

    def action_filter(self, text: str = "") -> None:
        """Filter the SMS by `text`; without it, open the line in which a filter is typed."""
        self.filter_input.value = text or self.sms_table.view.filter.text
        if not text:
            self.give_keys_to(self.filter_input)
            return
        self.make_view(self.sms_table.view._replace(filter=parse_filter(text)))
        if self.pane in ("orders", "events"):
            self.action_pane("sms")

    def action_order(self, order_id: str) -> None:
        """Go to a watched order."""
        self.order_list.touched = self.order_list.settled = True
        self.order_list.move_to(order_id)
        self.show_order()

    def action_sort_by(self, column: str, reverse: bool) -> None:
        """Sort the SMS."""
        view = self.sms_table.view
        self.make_view(view._replace(sort=SortColumn(column), reverse=reverse))

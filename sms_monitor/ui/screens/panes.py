"""The panes of the main screen: which has the keys, how deep the person is, and the zoom."""

from __future__ import annotations

from textual import on
from textual.widget import Widget
from textual.widgets import DataTable

from sms_monitor.ui.screens.commanding import CommandingScreen

PANES = ("orders", "sms", "detail", "events")
"""Ids of the panes in the order of their keys, 1 to 4; the first three are levels."""


class PanesScreen(CommandingScreen):
    """Moves between the panes; the style sheet lays them out by the classes that are set here."""

    def show_detail(self) -> None:
        """Show what is behind the SMS under the cursor."""
        raise NotImplementedError

    @property
    def pane(self) -> str:
        """Id of the pane that has the keys, or had them before the command that is typed.

        The SMS while the filter is typed.
        """
        ids = [node.id for node in (self.focused.ancestors_with_self if self.focused else ())]
        if "command" in ids:
            return self.command_line.pane
        return next((i for i in ids if i in PANES), "sms")

    def on_descendant_focus(self) -> None:
        """Lay the screen out for the pane that has the keys, also after a click."""
        self._lay_out()

    def action_pane(self, pane: str) -> None:
        """Give the keys to a pane."""
        self.give_keys_to(self.query_one(f"#{pane}"))

    def give_keys_to(self, widget: Widget) -> None:
        """Let `widget` have the keys at once."""
        # at once: keys that were typed ahead, as on a slow line, must reach the new pane
        self.set_focus(widget, scroll_visible=False)
        self._lay_out()

    def _lay_out(self) -> None:
        for pane in PANES:
            here = pane == self.pane
            self.set_class(here, f"-at-{pane}")
            self.query_one(f"#{pane}-title").set_class(here, "-here")
        self.filter_input.set_class(self.focused is self.filter_input, "-open")
        self.call_after_refresh(self.show_detail)

    def action_next_pane(self, step: int) -> None:
        """Give the keys to the pane after or before this one."""
        self.action_pane(PANES[(PANES.index(self.pane) + step) % len(PANES)])

    @on(DataTable.RowSelected)
    def action_go_in(self) -> None:
        """One level in: orders, SMS, detail."""
        if self.pane == "orders":
            self.action_pane("sms")
        elif self.pane == "sms":
            self.sms_table.touched = True
            self.action_pane("detail")

    def action_go_out(self) -> None:
        """Clear the filter, else the marks, else one level out; at the orders there is none."""
        view = self.sms_table.view
        if self.pane == "sms" and view.filter.text:
            self.clear_filter()
        elif self.pane == "sms" and view.faults_only:
            self.make_view(view._replace(faults_only=False))
        elif self.pane == "sms" and self.marked_rows:
            self.action_clear_marks()
        elif self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        elif self.pane != "orders":
            self.action_pane("sms" if self.pane == "detail" else "orders")

    def action_close(self) -> None:
        """One level out without clearing the filter; at the orders, quit."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        elif self.pane == "orders":
            self.call_later(self.app.action_quit)
        else:
            self.action_pane("sms" if self.pane == "detail" else "orders")

    def action_zoom(self) -> None:
        """The focused pane alone, and back."""
        self.toggle_class("-zoomed")
        self.call_after_refresh(self.show_detail)

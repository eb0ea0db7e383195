"""Wiring: the screen, the worker that feeds it, and what the keys do to the world outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any

from textual import work
from textual.app import SystemCommand
from textual.reactive import var
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from sms_monitor.core.board import Board
from sms_monitor.core.errors import MonitorError, SourceError, Unreachable
from sms_monitor.core.text import clean
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.state import ViewState
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.keys import MONITOR_KEYS
from sms_monitor.ui.palette import Palette
from sms_monitor.ui.screens.add_orders import AddOrders
from sms_monitor.ui.screens.choose_profile import ChooseProfile, Confirm
from sms_monitor.ui.screens.copy_menu import CopyMenu, copy_items
from sms_monitor.ui.screens.help import Help
from sms_monitor.ui.screens.interval import AskInterval
from sms_monitor.ui.screens.monitor import MonitorScreen
from sms_monitor.ui.setup import Setup
from sms_monitor.ui.terminal import DIALOG, TerminalApp
from sms_monitor.ui.watching import Watching, open_watching

Change = Callable[[], Coroutine[Any, Any, None]]
"""A change of the watch list that is still to be made."""


class MonitorApp(TerminalApp[int]):
    """Holds the current `board`; the screen is bound to it and paints itself."""

    TITLE = "sms-monitor"
    # Textual loads a screen's own sheet when it is pushed, and a default screen never is
    CSS_PATH = "screens/monitor.tcss"

    board: var[Board] = var(Board)
    unmasked: var[bool] = var(False)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup.theme)
        self._setup = setup
        self._watching: Watching | None = None
        self._worker: Worker[None] | None = None
        self._saved: ViewState | None = None
        self._sign_in_note: str | None = None
        self._clock = DisplayClock(self._now, lambda: self._setup.clock.monotonic())

    def get_default_screen(self) -> Screen[None]:
        """Return the monitor, bound to the board."""
        screen = MonitorScreen(self._setup.place, self._clock)
        return screen.data_bind(MonitorApp.board, MonitorApp.unmasked)

    @property
    def monitor(self) -> MonitorScreen:
        """The main screen, also when a dialog lies over it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MonitorScreen)
        return screen

    def on_mount(self) -> None:
        """Start what runs beside the screen."""
        self.set_interval(1.0, self._keep_view)
        self.call_after_refresh(self._begin)

    def _begin(self, fall_back: Setup | None = None) -> None:
        state, trouble = self._setup.remembered.load()
        self._saved = state
        self.monitor.start_over(self._setup.place, state)
        theme = self._setup.theme
        unknown = f'There is no theme called "{clean(theme, 40)}"; ctrl-p lists those there are.'
        if theme in self.available_themes:
            unknown = ""
        for note in filter(None, (*self._setup.notes, trouble, unknown)):
            self._tell_bad(note)
        self._worker = self.watch_orders(self._setup, fall_back)

    def _now(self) -> datetime:
        return self._setup.clock.now() + self.board.skew

    @work(group="poll", exclusive=True)
    async def watch_orders(self, setup: Setup, fall_back: Setup | None) -> None:
        """Keep the board up to date until the app ends or goes to another profile.

        A profile that cannot be opened gives way to the one before it, else it ends the app.
        """
        try:
            async with open_watching(setup, self._tell_bad) as self._watching:
                async for board in self._watching.poller.boards():
                    self._show_sign_in(self._watching.client)
                    self.board = board
        except MonitorError as error:
            if fall_back is None:
                self.exit(error.exit_code, message=f"{error.message}\n{error.next_step}")
                return
            self._setup = fall_back
            self._begin()
            self._tell_error(error)

    def _show_sign_in(self, client: NotificationsClient) -> None:
        self.monitor.header.show_sign_in(client)
        if client.sign_in_note not in (None, self._sign_in_note):
            self._tell_bad(client.sign_in_note or "")
        self._sign_in_note = client.sign_in_note

    def _tell_bad(self, sentence: str) -> None:
        self.monitor.events_list.tell(sentence, bad=True)

    def _tell_error(self, error: MonitorError) -> None:
        self._tell_bad(f"{error.message} {error.next_step}")

    # the end

    async def on_unmount(self) -> None:
        """Wait until requests under way are given up and connections closed."""
        await self._stop_watching()

    async def _stop_watching(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(WorkerCancelled, WorkerFailed):
                await self._worker.wait()
        self._worker = self._watching = None

    async def action_quit(self) -> None:
        """End, from any screen."""
        self.leave()

    def leave(self) -> None:
        """Keep the view that was shown last, and end."""
        if self._worker is not None:
            self._worker.cancel()
        state = self._unsaved()
        if state is not None:
            self._setup.remembered.save(state)
        self.exit(0)

    def _unsaved(self) -> ViewState | None:
        """Return the view, taken as saved from now on; None when it is saved already."""
        state = self.monitor.state()
        if state is None or state == self._saved:
            return None
        self._saved = state
        return state

    async def _keep_view(self) -> None:
        if not self.screen_stack:  # the end has begun
            return
        state = self._unsaved()
        if state is not None:
            trouble = await asyncio.to_thread(self._setup.remembered.save, state)
            if trouble:
                self.monitor.events_list.tell(trouble, bad=True)

    # what the keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "undo":
            return self._watching is not None and self._watching.can_undo
        if action == "profile":
            return self._setup.switch is not None
        if action in ("copy", "unwatch", "refresh"):
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every key of the map in the palette, under its own name."""
        yield from super().get_system_commands(screen)
        if isinstance(screen, MonitorScreen):
            for key in MONITOR_KEYS:
                yield SystemCommand(
                    key.label.capitalize(), key.help, lambda key=key: self._run_key(key.action)
                )

    def action_command_palette(self) -> None:
        """Open the palette."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def _run_key(self, action: str) -> None:
        self.call_later(self.monitor.run_action, action)

    def action_refresh(self) -> None:
        """Ask about this order now."""
        order = self.monitor.order
        if self._watching is not None and order is not None:
            self._watching.poller.refresh(order.order_id)

    def action_refresh_all(self) -> None:
        """Ask about all orders now."""
        if self._watching is not None:
            self._watching.poller.refresh()

    def action_pause(self) -> None:
        """Stop asking, or start again."""
        if self._watching is not None:
            self._watching.poller.pause(not self.board.paused)

    def action_unmask(self) -> None:
        """Show personal data, or hide it again."""
        self.unmasked = not self.unmasked
        what = "Personal data is shown until m is pressed" if self.unmasked else "Masked again"
        self.monitor.events_list.tell(what, bad=self.unmasked)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    @work(group=DIALOG, exclusive=True)
    async def action_interval(self) -> None:
        """Ask for the seconds between polls."""
        seconds = await self.push_screen_wait(AskInterval(self.board.interval))
        if seconds is not None and self._watching is not None:
            self._watching.poller.set_interval(seconds)
            self.monitor.events_list.tell(f"Orders that move are asked every {seconds:g} s")

    @work(group=DIALOG, exclusive=True)
    async def action_copy(self) -> None:
        """Choose what to copy to the clipboard of the terminal."""
        order, row = self.monitor.order, self.monitor.sms_table.row
        if order is None:
            return
        if self.monitor.pane == "orders":
            row = None
        items = copy_items(order, row, unmasked=self.unmasked)
        item = await self.push_screen_wait(CopyMenu(items))
        if item is not None:
            self.copy_to_clipboard(item.text)
            masked = ", masked: m shows it" if item.key in "yn" and not self.unmasked else ""
            self.monitor.events_list.tell(f"Copied the {item.name}{masked}")

    @work(group=DIALOG, exclusive=True)
    async def action_add(self) -> None:
        """Ask for orders and watch those that the API knows."""
        watching, known = self._watching, frozenset(self.board.orders)
        if watching is None:
            self._tell_error(_not_connected())
            return
        added = await self.push_screen_wait(AddOrders(watching.check, known, watching.add))
        if added and added[0] in self.monitor.order_list.keys:
            self.monitor.order_list.move_to(added[0])

    def action_unwatch(self) -> None:
        """Stop watching the order under the cursor."""
        order, watching = self.monitor.order, self._watching
        if order is not None and watching is not None:
            told = f"No longer watching {order.name}; u takes it back"
            self._change_list(lambda: watching.remove(order.order_id), told)

    def action_undo(self) -> None:
        """Watch again what was unwatched last."""
        watching = self._watching
        if watching is not None and watching.can_undo:
            self._change_list(watching.undo, "Watching it again")

    @work(group="watch list")
    async def _change_list(self, change: Change, told: str) -> None:
        try:
            await change()
        except MonitorError as error:
            self._tell_error(error)
            return
        self.monitor.events_list.tell(told)
        self.refresh_bindings()

    @work(group=DIALOG, exclusive=True)
    async def action_profile(self) -> None:
        """Choose another profile and go to it."""
        before = self._setup
        choice = ChooseProfile(before.environments, before.place.profile)
        name = await self.push_screen_wait(choice)
        if name is None or before.switch is None:
            return
        try:
            setup = before.switch(name)
        except MonitorError as error:
            self._tell_error(error)
            return
        question = f"Use the profile {name}? It is for {setup.place.badge}."
        if setup.confirm and not await self.push_screen_wait(Confirm(question)):
            return
        await self._keep_view()
        await self._stop_watching()
        self.board, self.unmasked, self._setup = Board(), False, setup
        self._begin(fall_back=before)


def _not_connected() -> SourceError:
    return Unreachable("There is no connection yet.", "Try again in a moment.")


def default_theme() -> str:
    """Return the theme when none is configured: the terminal's own colours over SSH."""
    over_ssh = bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))
    return "ansi-dark" if over_ssh else "textual-dark"

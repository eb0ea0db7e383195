"""Wiring: the screen, the worker that feeds it, and what the keys do to the world outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from textual import work
from textual.app import SystemCommand
from textual.reactive import var
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from sms_monitor.core.board import Board
from sms_monitor.core.errors import MonitorError, SourceError, Unreachable
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.row_filter import parse_filter
from sms_monitor.core.sorting import SortColumn
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.poller import Poller
from sms_monitor.services.state import ViewState
from sms_monitor.services.watch_list import RemovedOrder
from sms_monitor.ui.clock import DisplayClock
from sms_monitor.ui.keys import MONITOR_KEYS
from sms_monitor.ui.screens.add_orders import AddOrders
from sms_monitor.ui.screens.choose_profile import ChooseProfile, Confirm
from sms_monitor.ui.screens.copy_menu import CopyItem, CopyMenu
from sms_monitor.ui.screens.help import Help
from sms_monitor.ui.screens.interval import AskInterval
from sms_monitor.ui.screens.monitor import MonitorScreen, Start
from sms_monitor.ui.setup import Setup
from sms_monitor.ui.terminal import TerminalApp
from sms_monitor.ui.widgets.sms_table import View


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
        self._client: NotificationsClient | None = None
        self._poller: Poller | None = None
        self._removed: list[tuple[RemovedOrder, ...]] = []
        self._saved: ViewState | None = None
        self._notes: list[str] = []
        self._watching: Worker[None] | None = None
        self._clock = DisplayClock(self._now, lambda: self._setup.clock.monotonic())

    def get_default_screen(self) -> Screen[None]:
        """Return the monitor, bound to the board."""
        screen = MonitorScreen(self._setup.place, self._clock, self._load_view())
        return screen.data_bind(MonitorApp.board, MonitorApp.unmasked)

    def _load_view(self) -> Start:
        state, trouble = self._setup.remembered.load()
        self._saved = state
        self._notes = [*self._setup.notes, *filter(None, [trouble])]
        return Start(_view_of(state), state.last_order, state.row_id)

    @property
    def monitor(self) -> MonitorScreen:
        """The main screen, also when a dialog lies over it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MonitorScreen)
        return screen

    def on_mount(self) -> None:
        """Start what runs beside the screen."""
        self.set_interval(1.0, self._keep_view)
        self._watching = self.watch_orders()
        self.call_after_refresh(self._tell_notes)

    def _tell_notes(self) -> None:
        for note in self._notes:
            self.monitor.events_list.tell(note, bad=True)

    def _now(self) -> datetime:
        return self._setup.clock.now() + self.board.skew

    @work(group="poll", exclusive=True)
    async def watch_orders(self) -> None:
        """Keep the board up to date until the app ends."""
        setup = self._setup
        try:
            orders = await asyncio.to_thread(setup.watched.orders)
            async with setup.connect() as self._client:
                self._poller = Poller(self._client, setup.clock, setup.chance, setup.interval)
                self._poller.watch((o.order_id, o.label) for o in orders)
                async for board in self._poller.boards():
                    self.monitor.header.org = self._client.org
                    self.board = board
        except MonitorError as error:
            self.exit(error.exit_code, message=f"{error.message}\n{error.next_step}")

    # the end

    async def on_unmount(self) -> None:
        """Wait until requests under way are given up and connections closed."""
        await self._stop_watching()

    async def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(WorkerCancelled, WorkerFailed):
                await self._watching.wait()

    async def _keep_view(self) -> None:
        state = self._state()
        if state is not None and state != self._saved:
            self._saved = state
            trouble = await asyncio.to_thread(self._setup.remembered.save, state)
            if trouble:
                self.monitor.events_list.tell(trouble, bad=True)

    async def action_quit(self) -> None:
        """End, from any screen."""
        self.leave()

    def leave(self) -> None:
        """Keep the view that was shown last, and end."""
        self._keep_view_now()
        self.exit(0)

    def _keep_view_now(self) -> None:
        state = self._state()
        if state is not None and state != self._saved:
            self._saved = state
            self._setup.remembered.save(state)

    def _state(self) -> ViewState | None:
        """Return what the screen shows, None when there is nothing worth keeping yet."""
        monitor = self.monitor
        order, view = monitor.order, monitor.sms_table.view
        if order is None:
            return None
        return ViewState(
            last_order=order.order_id,
            row_id=monitor.sms_table.key,
            # a number somebody was looked for by is not left on the disk
            filter="" if _has_number(view.filter.text) else view.filter.text,
            faults_only=view.faults_only,
            sort=view.sort.value,
            reverse=view.reverse,
        )

    # what the keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "undo":
            return bool(self._removed)
        if action == "profile":
            return self._setup.switch is not None
        return super().check_action(action, parameters)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every key of the map in the palette, under its own name."""
        yield from super().get_system_commands(screen)
        if isinstance(screen, MonitorScreen):
            for key in MONITOR_KEYS:
                yield SystemCommand(
                    key.label.capitalize(), key.help, lambda key=key: self._run_key(key.action)
                )

    def _run_key(self, action: str) -> None:
        self.call_later(self.monitor.run_action, action)

    def action_refresh(self) -> None:
        """Ask about this order now."""
        order = self.monitor.order
        if self._poller is not None and order is not None:
            self._poller.refresh(order.order_id)

    def action_refresh_all(self) -> None:
        """Ask about all orders now."""
        if self._poller is not None:
            self._poller.refresh()

    def action_pause(self) -> None:
        """Stop asking, or start again."""
        if self._poller is not None:
            self._poller.pause(not self.board.paused)

    def action_unmask(self) -> None:
        """Show personal data, or hide it again."""
        self.unmasked = not self.unmasked
        what = "Personal data is shown until m is pressed" if self.unmasked else "Masked again"
        self.monitor.events_list.tell(what, bad=self.unmasked)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    @work(group="dialog", exclusive=True)
    async def action_interval(self) -> None:
        """Ask for the seconds between polls."""
        seconds = await self.push_screen_wait(AskInterval(self.board.interval))
        if seconds is not None and self._poller is not None:
            self._poller.set_interval(seconds)
            self.monitor.events_list.tell(f"Orders that move are asked every {seconds:g} s")

    @work(group="dialog", exclusive=True)
    async def action_copy(self) -> None:
        """Choose what to copy to the clipboard of the terminal."""
        order, row = self.monitor.order, self.monitor.sms_table.row
        if order is None:
            return
        items = [CopyItem("o", "order id", order.order_id)]
        if row is not None:
            number = recipient_text(row.notification.recipient, unmasked=self.unmasked)
            line = f"{row.status}  {number}  {row.last_update:%Y-%m-%dT%H:%M:%SZ}  {row.id}"
            items = [
                CopyItem("y", "line", line),
                CopyItem("n", "number", number),
                CopyItem("i", "SMS id", row.id),
                *items,
            ]
        item = await self.push_screen_wait(CopyMenu(tuple(items)))
        if item is not None:
            self.copy_to_clipboard(item.text)
            masked = ", masked: m shows it" if item.key in "yn" and not self.unmasked else ""
            self.monitor.events_list.tell(f"Copied the {item.name}{masked}")

    # another profile

    @work(group="dialog", exclusive=True)
    async def action_profile(self) -> None:
        """Choose another profile and go to it."""
        current = self._setup.place.profile
        name = await self.push_screen_wait(ChooseProfile(self._setup.environments, current))
        if name is not None:
            await self._switch_to(name)

    async def _switch_to(self, name: str) -> None:
        if self._setup.switch is None:
            return
        try:
            setup = self._setup.switch(name)
        except MonitorError as error:
            self.monitor.events_list.tell(f"{error.message} {error.next_step}", bad=True)
            return
        if setup.confirm and not await self._agreed(setup):
            return
        await self._stop_watching()
        self._keep_view_now()
        self._setup = setup
        self._removed.clear()
        self.unmasked = False
        self.board = Board()
        self.monitor.start_over(setup.place, self._load_view())
        self._watching = self.watch_orders()
        self.monitor.events_list.tell(f"Now with the profile {name} ({setup.place.environment})")
        self._tell_notes()

    async def _agreed(self, setup: Setup) -> bool:
        place = setup.place
        question = f"Use the profile {place.profile}? It is for {place.badge}."
        agreed = await self.push_screen_wait(Confirm(question))
        return agreed is True

    # the watch list

    @work(group="dialog", exclusive=True)
    async def action_add(self) -> None:
        """Ask for orders and watch those that the API knows."""
        known = frozenset(self.board.orders)
        added = await self.push_screen_wait(AddOrders(self._check, known, self._keep))
        if added:
            self.monitor.order_list.move_to(added[0])

    async def _check(self, order_id: str) -> SourceError | None:
        if self._client is None:
            return Unreachable("There is no connection yet.", "Try again in a moment.")
        try:
            await self._client.sms_summary(order_id)
        except SourceError as error:
            return error
        return None

    def _keep(self, order_ids: Sequence[str]) -> None:
        self._setup.watched.add(order_ids)
        self._rewatch()

    def action_unwatch(self) -> None:
        """Stop watching the order under the cursor."""
        order = self.monitor.order
        if order is None:
            return
        try:
            self._removed.append(self._setup.watched.remove([order.order_id]))
            self._rewatch()
        except MonitorError as error:
            self.monitor.events_list.tell(f"{error.message} {error.next_step}", bad=True)
            return
        self.monitor.events_list.tell(f"No longer watching {order.name}; u takes it back")
        self.refresh_bindings()

    def action_undo(self) -> None:
        """Watch again what was unwatched last."""
        if not self._removed:
            return
        try:
            self._setup.watched.restore(self._removed[-1])
            self._rewatch()
        except MonitorError as error:
            self.monitor.events_list.tell(f"{error.message} {error.next_step}", bad=True)
            return
        self._removed.pop()
        self.monitor.events_list.tell("Watching it again")
        self.refresh_bindings()

    def _rewatch(self) -> None:
        if self._poller is not None:
            self._poller.watch((o.order_id, o.label) for o in self._setup.watched.orders())
            self.board = self._poller.board


def _has_number(text: str) -> bool:
    return re.search(r"\d{5}", re.sub(r"[\s+().-]", "", text)) is not None


def default_theme() -> str:
    """Return the theme when none is configured: the terminal's own colours over SSH."""
    over_ssh = bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))
    return "ansi-dark" if over_ssh else "textual-dark"


def _view_of(state: ViewState) -> View:
    sort = state.sort if state.sort in list(SortColumn) else SortColumn.SEVERITY
    return View(
        faults_only=state.faults_only,
        filter=parse_filter(state.filter),
        sort=SortColumn(sort),
        reverse=state.reverse,
    )

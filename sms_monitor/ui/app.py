"""Wiring: the screen, the worker that feeds it, and the actions of the keys."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual import work
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from sms_monitor.core.board import Board
from sms_monitor.core.errors import MonitorError
from sms_monitor.core.language import LANGUAGES
from sms_monitor.core.text import clean
from sms_monitor.ui.actions.alerts import AlertActions
from sms_monitor.ui.actions.commanding import CommandingActions
from sms_monitor.ui.actions.export import ExportActions
from sms_monitor.ui.actions.handing_over import HandingOverActions
from sms_monitor.ui.actions.language import LanguageActions
from sms_monitor.ui.actions.log import LogActions
from sms_monitor.ui.actions.opening import OpeningActions
from sms_monitor.ui.actions.orders import OrderActions
from sms_monitor.ui.actions.people import PeopleActions
from sms_monitor.ui.actions.picture import PictureActions
from sms_monitor.ui.actions.polling import PollingActions
from sms_monitor.ui.actions.pulse import PulseActions
from sms_monitor.ui.actions.replaying import ReplayingActions
from sms_monitor.ui.actions.signing_in import SigningInActions
from sms_monitor.ui.actions.watch_list import WatchListActions
from sms_monitor.ui.terminal import DIALOG

if TYPE_CHECKING:
    from sms_monitor.services.client import NotificationsClient
    from sms_monitor.services.state import ViewState
    from sms_monitor.ui.opening import Opening
    from sms_monitor.ui.setup import Setup

USUAL_RATE_AGE = 900.0
"""Seconds after which history is asked again what failure rate is usual."""


_TURNS = 3
"""Of the event loop, until the screen knows of all that its widgets want painted."""


class MonitorApp(
    LanguageActions,
    PollingActions,
    ReplayingActions,
    WatchListActions,
    PeopleActions,
    OrderActions,
    PulseActions,
    HandingOverActions,
    ExportActions,
    PictureActions,
    SigningInActions,
    CommandingActions,
    AlertActions,
    LogActions,
    OpeningActions,
):
    """Holds the current `board`; the screen is bound to it and paints itself."""

    TITLE = "sms-monitor"
    # Textual loads a screen's own sheet when it is pushed, and a default screen never is
    CSS_PATH = "screens/monitor.tcss"

    def __init__(self, begin: Setup | Opening) -> None:
        super().__init__(begin)
        self._worker: Worker[None] | None = None
        self._saved: ViewState | None = None
        self._sign_in_note: str | None = None

    def on_mount(self) -> None:
        """Start what runs beside the screen."""
        self.set_interval(1.0, self._keep_view)
        self.set_interval(USUAL_RATE_AGE, self.learn_usual_rate)

    def enter(self) -> None:
        """Begin with the profile of `setup`."""
        self.monitor.known = self.known
        self.take_alerting(self.setup)
        if self.setup.confirm:
            self._start()
        else:
            self._begin()

    @work(group="start")  # a dialog that is opened by a key ends no worker of this group
    async def _start(self) -> None:
        """Begin, when a profile that asks for it is agreed to."""
        if await self._is_agreed(self.setup):
            self._begin()
        else:
            self.exit(0)

    async def _is_agreed(self, setup: Setup) -> bool:
        if not setup.confirm:
            return True
        from sms_monitor.ui.screens.choose_profile import Confirm

        place = setup.place
        what = "" if place.badge == place.profile else f" It is for {place.badge}."
        question = f"Use the profile {place.profile}?{what}"
        answer: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        await self.push_screen(Confirm(question), answer.set_result)
        self.screen.call_after_refresh(self.asked.set)
        return await answer is True

    def _begin(self, fall_back: Setup | None = None) -> None:
        state, trouble = self.setup.remembered.load()
        self._saved = state
        chosen = next((one for one in LANGUAGES if one == state.language), None)
        # whoever goes to another profile speaks the same language there
        self.language = chosen or (self.language if fall_back else self.setup.language)
        self.begin_live()
        self.monitor.start_over(self.setup.place, state)
        self.begin_alerts()
        self.begin_log()
        theme = self.setup.theme
        unknown = f'There is no theme called "{clean(theme, 40)}"; ctrl-p lists those there are.'
        if theme in self.available_themes:
            unknown = ""
        clashes = self.keys_in_force.clashes if fall_back is None else ()
        for note in filter(None, (*self.setup.notes, *clashes, trouble, unknown)):
            self.tell_bad(note)
        self._worker = self.watch_orders(self.setup, fall_back)

    @work(group="poll", exclusive=True, description="poll")
    async def watch_orders(self, setup: Setup, fall_back: Setup | None) -> None:
        """Keep the board up to date until the app ends or goes to another profile.

        A profile that cannot be opened gives way to the one before it, else it ends the app.
        """
        from sms_monitor.ui.watching import open_watching

        try:
            async with open_watching(setup, self.tell_bad) as self.watching:
                self.monitor.header.usual_rate = None
                self.learn_usual_rate()
                self.watching.client.wire.tell = self.hear
                old = Board()
                async for board in self.watching.poller.boards():
                    if not self.is_running:  # the end has begun
                        return
                    async with self._one_frame():
                        self._show_sign_in(self.watching.client)
                        self.tell_budget(old, board)
                        self.show_live(board)
                        self.look_closer()
                        self.alert(board)
                    if not self.first_answers.is_set() and board.heard_of_all:
                        self.first_answers.set()
                    old = board
        except MonitorError as error:
            if fall_back is None:
                self.exit(error.exit_code, message=f"{error.message}\n{error.next_step}")
                return
            self.setup = fall_back
            self._begin()
            self.tell_error(error)

    @asynccontextmanager
    async def _one_frame(self) -> AsyncIterator[None]:
        """Paint all that is changed in the block at once; widgets tell the screen one by one."""
        with self.batch_update():
            yield
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        for screen in self.screen_stack:
            screen.check_idle()

    def _show_sign_in(self, client: NotificationsClient) -> None:
        self.monitor.header.show_sign_in(client)
        if client.sign_in_note not in (None, self._sign_in_note):
            self.tell_bad(client.sign_in_note or "")
        self._sign_in_note = client.sign_in_note

    # the end

    async def on_unmount(self) -> None:
        """Wait until requests under way are given up and connections closed."""
        await self._stop_watching()

    async def _stop_watching(self) -> None:
        if self._worker is not None:
            # once: at the end Textual has done it, and a second would break off the closing
            if not self._worker.is_cancelled:
                self._worker.cancel()
            with contextlib.suppress(WorkerCancelled, WorkerFailed):
                await self._worker.wait()
        self._worker = self.watching = None

    async def action_quit(self) -> None:
        """End, from any screen."""
        self.leave()

    def leave(self) -> None:
        """Keep the view that was shown last, and end."""
        self.stop_opening()
        state = self._unsaved()
        if state is not None:
            self.setup.remembered.save(state)
        self.exit(0)

    def _unsaved(self) -> ViewState | None:
        """Return the view, taken as saved from now on; None when it is saved already."""
        state = self.monitor.state() if self.is_open else None
        if state is None:
            return None
        chosen = None if self.language == self.setup.language else self.language
        state = state.model_copy(update={"language": chosen})
        if state == self._saved:
            return None
        self._saved = state
        return state

    async def _keep_view(self) -> None:
        if not self.is_running:  # the end has begun
            return
        state = self._unsaved()
        if state is not None:
            trouble = await asyncio.to_thread(self.setup.remembered.save, state)
            if trouble:
                self.monitor.events_list.tell(trouble, bad=True)

    # what the keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "profile":
            return self.setup.switch is not None
        return super().check_action(action, parameters)

    @work(group=DIALOG, exclusive=True)
    async def action_profile(self, name: str | None = None) -> None:
        """Go to another profile; without a name, choose one."""
        before = self.setup
        if name is None:
            from sms_monitor.ui.screens.choose_profile import ChooseProfile

            choice = ChooseProfile(before.environments, before.place.profile)
            name = await self.push_screen_wait(choice)
        if name in (None, before.place.profile) or before.switch is None:
            return
        try:
            setup = before.switch(name)
        except MonitorError as error:
            self.tell_error(error)
            return
        if not await self._is_agreed(setup):
            return
        if setup.ask_terminal is not None and (trouble := self.lend_terminal(setup.ask_terminal)):
            self.tell_error(trouble)
            return
        await self._keep_view()
        await self._stop_watching()
        self.board, self.unmasked, self.setup = Board(), False, setup
        self._begin(fall_back=before)


def default_theme() -> str:
    """Return the theme when none is configured: the terminal's own colours over SSH."""
    over_ssh = bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))
    return "ansi-dark" if over_ssh else "textual-dark"

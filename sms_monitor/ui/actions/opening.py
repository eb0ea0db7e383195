"""The frame, and how the monitor comes to fill it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from typing import TYPE_CHECKING

from textual import work

from sms_monitor.core.errors import MonitorError
from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.opening import Opening
from sms_monitor.ui.screens.frame import FrameScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from sms_monitor.ui.screens.monitor import MonitorScreen
    from sms_monitor.ui.setup import Setup

GROUP = "opening"
"""Group of the worker that opens the profile behind the frame."""
HEAD_START = 0.02
"""Seconds the terminal has to draw the frame, before it shares the interpreter with what loads."""

SETTLING = 2.0
"""Seconds that keys typed on the frame wait at most for the first answers: until these are there
the monitor's rows come and move."""


class OpeningActions(ActingApp):
    """Shows the monitor on a setup, or its frame until there is one."""

    DEFAULT_MODE = "first"

    def __init__(self, begin: Setup | Opening) -> None:
        super().__init__(begin)
        self.refused: MonitorError | None = None
        """Why the profile could not be opened; None when it could."""
        self._opening = begin if isinstance(begin, Opening) else None
        """What is still to be opened; None once it is, and then there is `setup`."""
        self.first_answers = asyncio.Event()
        """Set once each order was answered, or had trouble."""
        self.asked = asyncio.Event()
        """Set once it can be seen that the person is asked whether to use the profile."""
        if isinstance(begin, Opening):
            self.type_ahead.hold()
        else:
            self._take(begin)

    @property
    def is_open(self) -> bool:
        """Whether there is a `setup`, and the monitor on the screen."""
        return self._opening is None

    def get_default_screen(self) -> Screen[None]:
        """Return the monitor, or its frame while there is nothing to fill it with."""
        return self._bound() if self.is_open else FrameScreen().fit(self.size)

    def on_mount(self) -> None:
        """Go on once there is something on the screen."""
        opening = self._opening
        if opening is None:
            self.call_after_refresh(self.enter)
        else:
            self.call_after_refresh(self.set_timer, HEAD_START, lambda: self._open(opening))

    def enter(self) -> None:
        """Begin with the profile of `setup`; a subclass does it."""
        raise NotImplementedError

    def collect_garbage(self) -> None:
        """Look for garbage once all is loaded."""
        if self.is_open:
            super().collect_garbage()

    def stop_opening(self) -> None:
        """Leave the frame as it is: the end has begun."""
        self.workers.cancel_group(self, GROUP)

    @work(group=GROUP)
    async def _open(self, opening: Opening) -> None:
        try:
            setup = await asyncio.to_thread(_load, opening)
        except MonitorError as error:
            self.refused = error
            self.exit(error.exit_code)
            return
        # an end that began meanwhile is not to find half a monitor
        if self.return_code is not None:
            return
        self._take(setup)
        await self._leave_frame()
        if self.return_code is not None:
            return
        self._opening = None
        if setup.theme in self.available_themes:
            self.theme = setup.theme
        self.enter()
        self.collect_garbage()
        if setup.confirm:
            await self.asked.wait()
            self.type_ahead.forget()  # an Enter that was typed before is no answer
        else:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.first_answers.wait(), SETTLING)
        await self.type_ahead.release()

    def _take(self, setup: Setup) -> None:
        """Have the monitor ready for `setup`."""
        from sms_monitor.ui.screens.monitor import MonitorScreen

        self.setup = setup
        self.take_keys(setup)
        self.monitor = MonitorScreen(
            setup.place, self.display_clock, setup.thresholds, ascii_only=setup.ascii
        )

    def _bound(self) -> MonitorScreen:
        # Textual binds to the app that is active, and there is none before it runs
        return self.monitor.fit(self.size).data_bind(
            ActingApp.board, ActingApp.unmasked, ActingApp.language, ActingApp.waiting
        )

    async def _leave_frame(self) -> None:
        # Textual cannot switch a default screen, but the mode it stands in
        self.add_mode("monitor", self._bound)
        await self.switch_mode("monitor")
        self.add_mode(self.DEFAULT_MODE, FrameScreen)  # only what was added can be removed
        await self.remove_mode(self.DEFAULT_MODE)


def _load(opening: Opening) -> Setup:
    # in this thread, so that the frame takes keys and SIGTERM meanwhile
    importlib.import_module("sms_monitor.ui.screens.monitor")
    return opening.open()

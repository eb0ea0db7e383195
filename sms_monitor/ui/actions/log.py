"""What was asked of the API and what happened, in this session."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sms_monitor.ui.actions.base import ActingApp

if TYPE_CHECKING:
    from sms_monitor.services.wire import Request
    from sms_monitor.ui.opening import Opening
    from sms_monitor.ui.screens.log import Entry, Heard
    from sms_monitor.ui.setup import Setup


class LogActions(ActingApp):
    """Hear every request, write it down, show the newest."""

    def __init__(self, begin: Setup | Opening) -> None:
        super().__init__(begin)
        self._requests: deque[Heard] = deque()
        """Oldest first."""
        self._heard = 0

    def begin_log(self) -> None:
        """Forget what was asked with another profile."""
        from sms_monitor.ui.news import KEPT

        self._requests = deque(maxlen=KEPT)

    def hear(self, request: Request) -> None:
        """Take in a request that has ended."""
        from sms_monitor.ui.screens.log import Heard

        self.setup.log.request(request)
        self._heard += 1
        told = self.monitor.events_list.count
        self._requests.append(Heard(self._heard, told, self.live_now(), request))

    def action_log(self) -> None:
        """Show requests and events, newest first."""
        from sms_monitor.ui.screens.log import LogScreen

        self.push_screen(LogScreen(self._entries))

    def _entries(self) -> Iterator[Entry]:
        """Yield what is kept, the newest of each kind first."""
        from sms_monitor.ui.screens.log import event_entry, request_entry

        yield from (request_entry(heard, self.board) for heard in reversed(self._requests))
        events = self.monitor.events_list.events
        yield from (event_entry(*item) for item in reversed(events.items()))

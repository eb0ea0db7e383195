"""What the monitor is run on: given to it whole, so that a test or the demo gives its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sms_monitor.core.alerts import Alerting
from sms_monitor.core.language import Language
from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS, Thresholds
from sms_monitor.services.clock import Clock
from sms_monitor.services.log import Log
from sms_monitor.ui.clipboard import Clipboard
from sms_monitor.ui.widgets.header import Place

if TYPE_CHECKING:
    # what these load is not needed for the first paint
    from sms_monitor.services.client import NotificationsClient
    from sms_monitor.services.history import History
    from sms_monitor.services.hook import Hook
    from sms_monitor.services.state import ViewState
    from sms_monitor.services.watch_list import RemovedOrder, WatchedOrder

OpenHistory = Callable[
    [Callable[[], datetime], Callable[[str], None]], AbstractAsyncContextManager["History"]
]
"""Opens the history, given the server's clock and who is told of trouble."""


def history_in_memory(
    now: Callable[[], datetime], tell: Callable[[str], None]
) -> AbstractAsyncContextManager[History]:
    """Open a history that ends with the program, as the demo's does."""
    # sqlite3 and what comes with it are not needed for the first paint
    from sms_monitor.services.history import open_history

    return open_history(None, "", now, tell)


class Watched(Protocol):
    """The watch list: `services.watch_list.WatchList`, or one that the demo keeps in memory."""

    def orders(self) -> Sequence[WatchedOrder]:
        """Return what is watched."""
        ...

    def add(self, order_ids: Iterable[str], label: str = "", note: str = "") -> tuple[str, ...]:
        """Add orders; return those that were new."""
        ...

    def describe(self, order_id: str, label: str, note: str) -> None:
        """Give an order another label and note."""
        ...

    def remove(self, order_ids: Iterable[str]) -> tuple[RemovedOrder, ...]:
        """Stop watching; return what `restore` needs."""
        ...

    def restore(self, removed: Iterable[RemovedOrder]) -> None:
        """Watch again what was removed, at its place."""
        ...


class Remembered(Protocol):
    """What the screen showed last: `services.state.StateFile`, or nothing in the demo."""

    def load(self) -> tuple[ViewState, str | None]:
        """Return the last view and a sentence about trouble."""
        ...

    def save(self, state: ViewState) -> str | None:
        """Keep the view; return a sentence when that failed."""
        ...


@dataclass(frozen=True, slots=True)
class Setup:
    """What the monitor is run on."""

    place: Place
    connect: Callable[[], AbstractAsyncContextManager[NotificationsClient]]
    watched: Watched
    remembered: Remembered
    clock: Clock
    chance: Callable[[], float]
    """Random numbers in [0, 1)."""
    interval: float
    """Seconds between polls."""
    requests_per_minute: int
    """The budget of requests, to Notifications alone."""
    theme: str
    clipboard: Clipboard = "osc52"
    """How text is copied."""
    history: OpenHistory = history_in_memory
    notes: tuple[str, ...] = ()
    """Sentences for the event list, about what was found at the start."""
    reports: Callable[[], Sequence[str]] = tuple
    """Returns, once each, sentences about files that were set aside meanwhile."""
    ask_terminal: Callable[[], None] | None = None
    """Lets the commands of the profile ask the person; blocks, and only while the screen stands
    aside. May raise `MonitorError` and `KeyboardInterrupt`. None when no command asks."""
    confirm: bool = False
    """Whether the person is asked before this profile is used."""
    language: Language = "en"
    """Of the guidance, until another is chosen in the monitor."""
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    keys: Mapping[str, str] = field(default_factory=dict)
    """What the config file says of the keys, comma separated by the id of the binding."""
    examine: Callable[[], str] | None = None
    """Returns the lines of `sms-monitor doctor`, and may take a second; None in the demo."""
    alerts: Alerting = field(default_factory=Alerting)
    hook: Hook | None = None
    """Runs the program that `alerts` names; None when it names none."""
    log: Log = field(default_factory=Log)
    """Writes to the log file, or nowhere."""
    ascii: bool = False
    """Whether the terminal draws no blocks, so that sparklines and bars are in ASCII."""
    environments: Mapping[str, str] = field(default_factory=dict)
    """Environment by name of every profile that can be switched to."""
    switch: Callable[[str], Setup] | None = None
    """Sets up another profile; may raise `MonitorError`. None when there is no other."""

    @property
    def audit(self) -> Callable[[str], None]:
        """Writes to the log what the person did that somebody may ask about later."""
        return self.log.audit

"""What a terminal on the other end of an SSH line asks of an app: no colour, and an end."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, RenderableType
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App, ReturnType, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen
from textual.worker import WorkerFailed

from sms_monitor.core.errors import MonitorError, SignInError
from sms_monitor.ui.collecting import resume_collector
from sms_monitor.ui.spans import Spans, drawn_by
from sms_monitor.ui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from sms_monitor.ui.cell_diff import Shown

DIALOG = "dialog"
"""Group of the workers that open a dialog and wait for its answer."""
_MOUSE = (1000, 1003, 1015, 1006)
"""The modes Textual's driver sets: presses, moves, and two ways to write where."""
_CATCH_UP = 0.05
"""Seconds between two looks whether the line has taken what was sent."""
LAST_RESORT = 3.0
"""Seconds after which a program whose terminal is gone ends without further ado."""


class StripColor(LineFilter):
    """`NO_COLOR` as people mean it: Textual's own answer to it is truecolor greys."""

    def apply(self, segments: list, background: Color) -> list:  # type: ignore[type-arg]  # noqa: ARG002
        """Return `segments` with their attributes and without their colours."""
        return [
            segment
            if segment.style is None
            else segment._replace(style=segment.style.without_color)
            for segment in segments
        ]


def terminal_is_gone() -> bool:
    """Whether the other side of standard input or output has hung up."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    for stream in (sys.__stdin__, sys.__stdout__):
        if stream is not None and not stream.closed:
            poll.register(stream.fileno(), 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))


def on_end_signals(end: Callable[[], None]) -> None:
    """Call `end` on the running loop when the program is told to go, also if HUP was ignored."""
    if sys.platform == "win32":
        return  # its loop has no signal handlers
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            loop.add_signal_handler(getattr(signal, name), end)


@contextmanager
def _ctrl_c_let_be() -> Iterator[None]:
    """Leave ctrl-c to the program that has the terminal; a child begins with its usual meaning."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _wait_for_enter(said: str) -> None:
    print(f"{said}\nPress Enter to go back.", file=sys.__stderr__, flush=True)
    if sys.__stdin__ is not None:
        sys.__stdin__.readline()


def end_for_sure() -> None:
    """End the process after `LAST_RESORT`, whatever still waits for the terminal by then."""
    timer = threading.Timer(LAST_RESORT, os._exit, [1])
    timer.daemon = True
    timer.start()


class TerminalApp(App[ReturnType], Generic[ReturnType]):
    """An app that takes `NO_COLOR` at its word, ends with its terminal, and crashes discreetly."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # the shell's own key; Textual reads it as any other
        Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", show=False, priority=True),
        # as in less, vi and top
        Binding("ctrl+l", "draw_anew", "Draw anew", id="draw-anew", show=False, priority=True),
    ]

    def __init__(self, theme: str) -> None:
        """Use `theme`, or Textual's own dark one when there is none of that name."""
        super().__init__()
        self.crash = ""
        """What to print when the app has ended by a fault of its own; "" when it has not."""
        self._ending = False
        self._only_cells = os.environ.get("SMS_MONITOR_OUTPUT") != "lines"
        self._first: CompositorUpdate | None = None
        """What was drawn first, until what compares cells knows of it."""
        self._to_draw_anew = False
        self._told_size: Size | None = None
        """What the terminal said last of how large it is; None before it has."""
        self._drawn_in: Size | None = None
        """The size of the terminal when it was drawn in; None when it was not."""
        self._put_off_on: Screen[Any] | None = None
        """The screen with something that the terminal is to show when the line has room."""
        self._shown: Shown | None = None
        """What the terminal shows, while only the cells that differ are sent."""
        self.type_ahead = TypeAhead(self, super().on_event, self._dialog_is_opening)
        if self.no_color:
            self._filters = [StripColor()]
        self.theme = theme if theme in self.available_themes else "textual-dark"

    def on_mount(self) -> None:
        """Watch over the terminal."""
        on_end_signals(self._end)
        # what the shell printed meanwhile is still on the terminal
        self.app_resume_signal.subscribe(self, lambda _: self.action_draw_anew())
        self.set_interval(1.0, self._end_without_terminal)
        self.call_after_refresh(self.collect_garbage)

    def collect_garbage(self) -> None:
        """Look for garbage from now on: what is to be drawn first has been drawn."""
        resume_collector()

    def action_draw_anew(self) -> None:
        """Send the whole screen again, over whatever something else left on the terminal."""
        if not self._to_draw_anew:
            self._to_draw_anew = True
            self.call_later(self._draw_anew)

    def _draw_anew(self) -> None:
        if self._batch_count:  # what is drawn now would be thrown away
            self.set_timer(_CATCH_UP, self._draw_anew)
            return
        self._to_draw_anew, self._shown = False, None
        if self.screen_stack:  # else the end has begun
            compositor = self.screen._compositor
            compositor._dirty_regions.add(compositor.size.region)
            self.screen._compositor_refresh()

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's driver, with the line watched over where that can be done."""
        usual = super().get_driver_class()
        try:
            from sms_monitor.ui.line import LineDriver
        except ImportError:  # there is no such terminal here
            return usual
        return LineDriver if usual is LineDriver.__base__ else usual

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        driver = self._driver
        seen = not (self.is_headless or self._batch_count or driver is None or driver.is_inline)
        if seen and self._running and isinstance(renderable, CompositorUpdate):
            if getattr(driver, "is_behind", False):
                self._put_off(screen, renderable)
                return
            if self._only_cells:
                renderable = self._changed_by(renderable)
            if type(renderable) is ChopsUpdate:
                renderable = Spans(renderable.chops, renderable.spans, renderable.chop_ends)
            self._drawn_in = self.size
        super()._display(screen, renderable)
        ask = getattr(driver, "ask", None)
        if ask is not None:
            ask()

    def _changed_by(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """Return what is to be sent of `update`; None for nothing."""
        if self._drawn_in is None:  # the first paint does not wait for what compares
            self._first = update
            return update
        from sms_monitor.ui.cell_diff import Shown

        if self._shown is None or self._shown.size != tuple(self.size):
            colours = self.console.color_system
            system = COLOR_SYSTEMS[colours] if colours else ColorSystem.TRUECOLOR
            self._shown = Shown(*self.size, system)
            if self._first is not None:
                self._shown.update(self._first)
        self._first = None
        cells = self._shown.update(update)
        if cells is None:
            self._shown = None
            return update
        return cells or None

    def _put_off(self, screen: Screen[Any], update: CompositorUpdate) -> None:
        """Have `update` drawn with what is true by the time there is room for it."""
        compositor = screen._compositor
        compositor._dirty_regions.update(drawn_by(update) or {compositor.size.region})
        if self._put_off_on is None:
            self.set_timer(_CATCH_UP, self._catch_up)
        self._put_off_on = screen

    def _catch_up(self) -> None:
        """Show what is true by now, instead of all that was true meanwhile."""
        screen, self._put_off_on = self._put_off_on, None
        if self._batch_count or getattr(self._driver, "is_behind", False):
            self._put_off_on = screen
            self.set_timer(_CATCH_UP, self._catch_up)
        elif screen is self.screen:
            screen._compositor_refresh()
        else:
            self.refresh(layout=True)

    async def on_event(self, event: events.Event) -> None:
        """Let what is typed wait for what the keys before it open."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.type_ahead.take(event)
            return
        await super().on_event(event)
        if isinstance(event, events.Resize):
            told, self._told_size = self._told_size, event.size
            if event.size != self._drawn_in:
                self._shown = self._first = None
            # signals of the system come together, and reports of the terminal one by one
            each_told = getattr(self._driver, "_in_band_window_resize", False)
            moved = told is not None and (told != event.size or not each_told)
            if moved and event.size == self._drawn_in:
                # it has had another one for a moment, and moved its lines about
                self.action_draw_anew()

    def lend_terminal(self, use: Callable[[], None]) -> MonitorError | None:
        """Step aside, let `use` have the terminal until it returns, and come back.

        Returns what went wrong, after the person has read it where it happened.
        """
        trouble: MonitorError | None = None
        try:
            with self.suspend(), _ctrl_c_let_be():
                # caught in here: Textual comes back only from a block that ends well
                try:
                    use()
                except KeyboardInterrupt:
                    trouble = SignInError("It was interrupted.", "Try again when you are ready.")
                except MonitorError as error:
                    trouble = error
                    _wait_for_enter(f"{error.message}\n{error.next_step}")
        except SuspendNotSupported:
            return SignInError("The terminal cannot be lent to a command here.", "Start again.")
        return trouble

    def _dialog_is_opening(self) -> bool:
        asked = any(w.group == DIALOG and not w.is_finished for w in self.workers)
        return asked and (len(self.screen_stack) == 1 or self.focused is None)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy `text` as Textual does, and through tmux and GNU screen too."""
        from sms_monitor.ui.clipboard import copy_sequence
        from sms_monitor.ui.multiplexer import between

        self._clipboard = text
        if self._driver is not None:
            self._driver.write(copy_sequence(text, between(os.environ)))

    def take_mouse(self, take: bool) -> None:
        """Have the terminal report the mouse, or leave it to select text with."""
        if self._driver is not None and self._driver._mouse and not self.is_headless:
            self._driver.write("".join(f"\x1b[?{mode}{'h' if take else 'l'}" for mode in _MOUSE))

    def leave(self) -> None:
        """End; a subclass keeps first what is to be kept."""
        self.exit()

    def _end_without_terminal(self) -> None:
        if not self.is_headless and terminal_is_gone():
            self._end()

    def _end(self) -> None:
        if not self._ending:
            self._ending = True
            end_for_sure()
            self.leave()

    def _fatal_error(self) -> None:
        """End on a fault of our own; Textual's report would print every local variable."""
        from sms_monitor.services.crash import crash_report

        self.bell()
        error = self._exception or RuntimeError("unknown")
        self.crash = crash_report(error.error if isinstance(error, WorkerFailed) else error)
        self._close_messages_no_wait()

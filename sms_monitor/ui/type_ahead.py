"""What is typed or pasted ahead reaches what the keys before it opened.

Textual hands each key to what is focused when it arrives, and a key's action is run only when
the key has bubbled up. On a slow line several keys arrive at once: the letters after `/` would
go to the table, and the `n` after `y` would move on the screen behind the menu.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

OPENING_CHECK = 0.02
"""Seconds between two looks whether a dialog that a key opens can take keys."""
LOST_AFTER = 0.1
"""Seconds after which a widget that has not come back is taken for gone."""
OPENING_LIMIT = 100
"""Looks after which a dialog that does not appear is no longer waited for."""


Typed = events.Key | events.Paste
"""What a person does with a keyboard."""
NEVER_HELD = frozenset({"ctrl+q", "ctrl+c", "ctrl+z", "ctrl+l"})
"""Keys of the program and not of a screen: they leave, say how to leave, suspend, and draw anew."""


class TypeAhead:
    """Hands what is typed on one by one, the next when all that the last one caused is over."""

    def __init__(
        self,
        app: App[Any],
        send: Callable[[Typed], Awaitable[None]],
        opening: Callable[[], bool],
    ) -> None:
        """`send` gives it to Textual; `opening` tells whether a dialog is on its way."""
        self._app = app
        self._send = send
        self._opening = opening
        self._typed: deque[Typed] = deque()
        self._busy = self._held = False
        self._turn = 0
        self._left = 0
        """How far the key of this turn has come, less the looks at what it opens."""

    def hold(self) -> None:
        """Keep what is typed until `release`: what it is meant for is not there yet."""
        self._busy = self._held = True

    async def release(self) -> None:
        """Hand on what was kept."""
        self._held = False
        await self._next()

    def forget(self) -> None:
        """Drop what waits for its turn: it was typed in ignorance of what it would reach."""
        self._typed.clear()

    @property
    def idle(self) -> bool:
        """Whether everything that was typed has had its effect."""
        return not self._busy

    async def take(self, typed: Typed) -> None:
        """Hand it on, at once or when its turn comes."""
        if self._held and isinstance(typed, events.Key) and typed.key in NEVER_HELD:
            await self._send(typed)
            return
        self._typed.append(typed)
        if not self._busy:
            await self._next()

    async def _next(self) -> None:
        self._turn += 1
        if not self._typed or not self._app.screen_stack:
            self._busy = False
            return
        self._busy = True
        # twice: a key may make a widget post a message, which takes the same way after it
        path = [*self._path(), *self._path()]
        await self._send(self._typed.popleft())
        self._left = len(path)
        self._watch_over(self._turn)
        await self._follow(self._turn, path)

    def _path(self) -> Sequence[MessagePump]:
        start = self._app.focused or self._app.screen
        return [node for node in start.ancestors_with_self if isinstance(node, MessagePump)]

    async def _follow(self, turn: int, path: Sequence[MessagePump], looks: int = 0) -> None:
        """Go through the queues that the key goes through, after it."""
        if turn != self._turn:
            return
        self._left = len(path) - looks
        if path:
            path[0].call_later(self._follow, turn, path[1:])
        elif self._opening() and looks < OPENING_LIMIT:
            self._app.set_timer(OPENING_CHECK, lambda: self._follow(turn, (), looks + 1))
        else:
            await self._next()

    def _watch_over(self, turn: int) -> None:
        # a dialog that the key closes takes the callback with it
        left = self._left
        self._app.set_timer(LOST_AFTER, lambda: self._go_on(turn, left))

    async def _go_on(self, turn: int, left: int) -> None:
        if turn == self._turn and left == self._left:
            await self._follow(turn, ())
        elif turn == self._turn:
            self._watch_over(turn)

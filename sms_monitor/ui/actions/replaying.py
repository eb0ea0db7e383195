"""The board of the past: what history has seen, shown in the place of what is true now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual import work

from sms_monitor.core.board import Board
from sms_monitor.ui.actions.base import ActingApp

if TYPE_CHECKING:
    from sms_monitor.core.order import Order
    from sms_monitor.core.timeline import Delivery, OrderRecord
    from sms_monitor.ui.opening import Opening
    from sms_monitor.ui.screens.recalling import RecallingScreen, Spot
    from sms_monitor.ui.setup import Setup


class Replay(NamedTuple):
    """A visit to the past."""

    records: Sequence[OrderRecord]
    moments: Sequence[datetime]
    """When anything changed, sorted."""
    left: Spot
    """Where the person was."""


class ReplayingActions(ActingApp):
    """Step through the past while the poller goes on; and what history says of one SMS."""

    def __init__(self, begin: Setup | Opening) -> None:
        super().__init__(begin)
        self._live = Board()
        self._replay: Replay | None = None
        self._delivery: Delivery | None = None
        self._delivery_of: tuple[str, int] | None = None
        """The order and how many of it were confirmed."""
        # steps that are typed ahead are all taken, one after the other
        self._stepping = asyncio.Lock()
        self._steps = 0
        """How many of them are not done yet."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way back only to who is away."""
        if action == "replay_live":
            return self._replay is not None or self._steps > 0
        return super().check_action(action, parameters)

    def begin_live(self) -> None:
        """Forget the past and the board of another profile."""
        self._replay = self.replayed_at = self._delivery_of = None
        self._live = Board()

    def show_live(self, board: Board) -> None:
        """Take in what the API says now: on the screen, else in the events alone."""
        old, self._live = self._live, board
        if self.watching is not None:
            self.watching.history.take(board)
        for order_id, order in board.orders.items():
            before = old.orders.get(order_id)
            if order.summary is not None and (before is None or before.summary is None):
                self._tell_since_last_visit(order)
        if self._replay is None:
            self.board = board
        else:
            self.monitor.tell_news(old, board)

    # the past

    def action_replay_step(self, step: int) -> None:
        """Go to the moment before (-1) or after (1) at which anything changed."""
        from sms_monitor.core.timeline import neighbour

        self._go(lambda replay, at: neighbour(replay.moments, at, step), forward=step > 0)

    def action_replay_change(self, step: int) -> None:
        """Go to the change of the order under the cursor before (-1) or after (1)."""
        from sms_monitor.core.timeline import neighbour

        def pick(replay: Replay, at: datetime) -> datetime | None:
            order = self.monitor.order
            found = (r for r in replay.records if order and r.order_id == order.order_id)
            record = next(found, None)
            return neighbour(record.moments, at, step) if record is not None else None

        self._go(pick, forward=step > 0)

    def action_replay_to(self, when: str) -> None:
        """Go to a time: `13:40`, `2026-11-23T13:40`, `2h` for two hours ago."""
        from sms_monitor.core.moments import parse_moment

        try:
            moment = parse_moment(when, self.live_now())
        except ValueError as error:
            self.tell_bad(f"Replay {error}")
            return
        if moment >= self.live_now():
            self.tell_bad("Replay needs a time that has been.")
            return
        self._go(lambda replay, at: moment, forward=False)  # noqa: ARG005

    def action_replay_live(self) -> None:
        """Show what is true now."""
        self._come_back()

    def _go(self, pick: Callable[[Replay, datetime], datetime | None], *, forward: bool) -> None:
        # where the person is now: keys that are typed ahead move the cursor while history is read
        self._steps += 1
        self._take_step(pick, self.monitor.spot(), forward=forward)

    @work(group="replay")
    async def _take_step(
        self,
        pick: Callable[[Replay, datetime], datetime | None],
        left: Spot,
        *,
        forward: bool,
    ) -> None:
        try:
            async with self._stepping:
                await self._step(pick, left, forward=forward)
        finally:
            self._steps -= 1

    async def _step(
        self,
        pick: Callable[[Replay, datetime], datetime | None],
        left: Spot,
        *,
        forward: bool,
    ) -> None:
        from sms_monitor.core.timeline import board_at

        watching, replay, here = self.watching, self._replay, self.replayed_at
        if replay is None or here is None:
            if forward:
                self.tell("This is now: there is nothing after it.")
                return
            replay, here = await self._load(left), self.live_now()
        at = pick(replay, here)
        if at is None and forward:
            self._return()
            return
        if at is None or not replay.moments or at < replay.moments[0]:
            self.tell("History does not go further back.")
            return
        near = self.board if self._replay is not None else None
        board = await asyncio.to_thread(board_at, replay.records, self._live, at, near)
        if self.watching is not watching:
            return  # another profile was chosen meanwhile
        entering = self._replay is None
        self._replay, self.replayed_at = replay, at
        self.monitor.replay(at)
        self.board = board
        if entering:
            self.refresh_bindings()

    async def _load(self, left: Spot) -> Replay:
        """Read what is kept of the watched orders."""
        from sms_monitor.core.timeline import moments_of

        records = []
        if self.watching is not None:
            for order_id in self._live.orders:
                record = await self.watching.history.record(order_id)
                if record is not None:
                    records.append(record)
        return Replay(records, moments_of(records), left)

    @work(group="replay")
    async def _come_back(self) -> None:
        async with self._stepping:
            self._return()

    def _return(self) -> None:
        replay = self._replay
        if replay is None:
            return
        self.replayed_at = None
        self.board = self._live
        self._replay = None
        self.monitor.replay(None)
        self.monitor.return_to(replay.left)
        self.refresh_bindings()

    @work(group="usual rate", exclusive=True)
    async def learn_usual_rate(self) -> None:
        """Take from history what share of SMS fails in an ordinary order of the last week."""
        if self.watching is not None:
            rate = await self.watching.history.failure_rate(self.live_now())
            if self.is_running:  # else the end has begun
                self.monitor.header.usual_rate = rate

    # since the last visit

    def action_since(self, when: str) -> None:
        """Show only the SMS that changed since `when`: `last` for the last visit, else a time."""
        if when.casefold() == "last":
            self.action_since_last()
        else:
            self.monitor.action_filter(f"since:{when}")

    @work(group="since")
    async def action_since_last(self) -> None:
        """Show only the SMS that changed since the monitor was last open."""
        from sms_monitor.core.moments import written_moment
        from sms_monitor.core.row_filter import parse_filter

        if self.watching is None:
            return
        last = await self.watching.history.last_visit()
        if last is None:
            self.tell("There was no visit before this one.")
            return
        view = self.monitor.sms_table.view
        text = f"since:{written_moment(last, self.live_now())}"
        self.monitor.make_view(view._replace(filter=parse_filter(text)))
        if self.monitor.pane in ("orders", "events"):
            self.monitor.action_pane("sms")

    @work(group="since", description="since last visit")
    async def _tell_since_last_visit(self, order: Order) -> None:
        if self.watching is None:
            return
        history = self.watching.history
        last = await history.last_visit()
        news = await history.since(order.order_id, last) if last is not None else None
        if last is None or news is None:
            return
        parts = [f"+{news.failed} failed"] if news.failed else []
        parts += [f"+{news.confirmed} confirmed"] if news.confirmed else []
        if parts:
            when = _when(last, self.live_now())
            text = f"{order.name}: {', '.join(parts)} since {when}"
            self.monitor.add_event(text, bad=news.failed > 0)

    # what history says of the SMS in the detail

    def on_recalling_screen_recalling(self, message: RecallingScreen.Recalling) -> None:
        """Fetch it; the screen asks for it."""
        self._fetch(message.order, message.row_id)

    # without a description Textual writes the order out, with all its SMS: seconds for a large one
    @work(group="recall", exclusive=True, description="recall")
    async def _fetch(self, order: Order, row_id: str) -> None:
        from sms_monitor.core.phase import Phase
        from sms_monitor.ui.widgets.recalled import Recalled

        if self.watching is None:
            return
        history = self.watching.history
        sights = await history.timeline(order.order_id, row_id) if row_id else ()
        about = (order.order_id, order.tally[Phase.CONFIRMED])
        if about != self._delivery_of:
            self._delivery = await history.delivery(order.order_id)
            self._delivery_of = about
        self.monitor.show_recalled(Recalled(order.order_id, row_id, sights, self._delivery))


def _when(at: datetime, now: datetime) -> str:
    """A moment to the minute: `13:55`, `Mon 09:05`."""
    from sms_monitor.core.durations import oslo_time

    text = oslo_time(at, now)
    return text[:5] if text[2:3] == ":" else text

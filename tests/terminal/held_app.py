"""The monitor in a terminal, with its clock held by whoever connects to a socket.

    python -m tests.terminal.held_app URL SOCKET [ORDER ...]

Each line that is sent there is a number of seconds the clock is to go on, and the screen ticks; a
line comes back when it has. 0 seconds ask about every order, at the same time as before. A number
below 0 is one of keys: the line comes back when so many were typed in all, with their effect.
"""

from __future__ import annotations

import asyncio
import sys

from textual import events

from sms_monitor.cli.demo import DemoWatchList
from sms_monitor.ui.app import MonitorApp
from tests.one_demo import START
from tests.ui.stage import HandClock, a_setup


async def main(url: str, door: str, *order_ids: str) -> None:
    clock = HandClock(START)
    app = MonitorApp(a_setup(url, clock, DemoWatchList(order_ids, clock)))

    take, typed = app.type_ahead.take, 0

    async def counted(key: events.Key) -> None:
        nonlocal typed
        typed += 1
        await take(key)

    app.type_ahead.take = counted

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            seconds = float(line)
            if seconds < 0:
                # nothing tells when the last of them has had its effect
                while typed < -seconds or not app.type_ahead.idle:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            elif seconds:
                clock.advance(seconds)
                app.call_later(app.monitor.tick)
            else:
                app.call_later(app.action_refresh_all)
            writer.write(b"done\n")

    async with await asyncio.start_unix_server(heard, door):
        await app.run_async()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

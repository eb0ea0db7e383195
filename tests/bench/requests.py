"""CPU of one request of `NotificationsClient` with 1, 8 and 50 under way at once.

Against itself with 1, and against a loop on bare asyncio streams that reads the same answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlsplit

from sms_monitor.services.client import open_client
from tests.bench.bodies import ORDER, body, rows
from tests.bench.ratio import Ratio, Result, Scale, interleaved
from tests.bench.server import serving

AT_ONCE = (1, 8, 50)
REQUESTS = 400
_RAW = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n"


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    requests = min(REQUESTS, scale.rows)
    with asyncio.Runner() as runner, serving([body(rows(1))]) as url:
        client_block = open_client(url, profile="bench", environment="custom")
        client = runner.run(client_block.__aenter__())
        parts = urlsplit(url)
        reader, writer = runner.run(asyncio.open_connection(parts.hostname or "", parts.port or 0))

        async def ask() -> None:
            await client.sms_summary(ORDER)

        cases = {
            str(count): lambda c=count: runner.run(_cpu_of_each(ask, requests, c))
            for count in AT_ONCE
        }

        async def ask_raw() -> None:
            writer.write(_RAW)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))

        cases["raw"] = lambda: runner.run(_cpu_of_each(ask_raw, requests, 1))
        cpu = interleaved(scale.few, cases)
        writer.close()
        runner.run(writer.wait_closed())
        runner.run(client_block.__aexit__(None, None, None))
    for count in AT_ONCE[1:]:
        what = f"a request, {count} under way"
        yield Ratio(what, "1 under way", cpu[str(count)], cpu["1"], "us", 1.5)
    yield Ratio("a request, 50 under way", "bare asyncio streams", cpu["50"], cpu["raw"], "us")


async def _cpu_of_each(ask: Callable[[], Awaitable[None]], requests: int, at_once: int) -> float:
    left = iter(range(requests))

    async def work() -> None:
        for _ in left:
            await ask()

    begin = time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return 1e6 * (time.process_time() - begin) / requests

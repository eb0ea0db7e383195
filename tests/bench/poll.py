"""An answer of 100,000 SMS taken in by `Poller.boards`: fetched, decoded, compared, counted.

Against msgspec's decoding of the same bytes into plain structs, and that with the fetch of the
same bytes by httpx. Four answers: unchanged, unchanged but shuffled, and 1 % changed without and
with the rest shuffled; the server promises no order. CPU of this process; the server has its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import httpx
import msgspec

from tests.bench.bodies import body, changed, rows, shuffled
from tests.bench.polling import Polling, polling
from tests.bench.ratio import Ratio, Result, Scale, interleaved

CASES = ("unchanged", "unchanged, shuffled", "1 % changed", "1 % changed, shuffled")


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class _Recipient(_Wire, gc=False):
    mobile_number: str | None = None


class _SendStatus(_Wire, gc=False):
    status: str
    last_update: str
    description: str | None = None


class _Sms(_Wire, gc=False):
    id: str
    recipient: _Recipient
    send_status: _SendStatus


class _Summary(_Wire, gc=False):
    order_id: str
    notifications: list[_Sms]


def answers(size: int) -> list[bytes]:
    """Return two answers for each case, before and after."""
    before = rows(size)
    few = max(1, size // 100)
    after = changed(before, few, 1)
    first, second = body(before), body(after)
    return [
        *(first, first),
        *(first, body(shuffled(before, 2))),
        *(first, second),
        *(first, body(shuffled(after, 3))),
    ]


def measure(scale: Scale) -> Iterator[Result]:
    """Yield the ratios."""
    bodies = answers(scale.rows)
    decoder = msgspec.json.Decoder(_Summary)
    with asyncio.Runner() as runner:
        taking = polling(bodies)
        at = runner.run(taking.__aenter__())
        fetching = polling([bodies[0]])
        url = runner.run(fetching.__aenter__()).url
        http = httpx.AsyncClient()
        cases = {
            # in turn, as the server serves them
            **{name: lambda: runner.run(_taken_in(at)) for name in CASES},
            "fetch": lambda: runner.run(_fetched(http, url)),
            "decode": lambda: _decoded(decoder, bodies[0]),
        }
        cpu = interleaved(scale.few, cases)
        runner.run(http.aclose())
        runner.run(taking.__aexit__(None, None, None))
        runner.run(fetching.__aexit__(None, None, None))
    decode, fetch = cpu["decode"], cpu["fetch"]
    what = f"{scale.rows:,} SMS"
    for name, limit in zip(CASES, (0.25, 1.5, 1.0, 1.5), strict=True):
        against = "msgspec's decoding"
        taken = max(0.01, cpu[name] - fetch)
        yield Ratio(f"take in {what}, {name}", against, taken, decode, "ms", limit)
    for name in ("1 % changed", "1 % changed, shuffled"):
        limit = 1.0 if name == "1 % changed" else 1.25
        against = "fetch and decode alone"
        yield Ratio(f"poll {what}, {name}", against, cpu[name], fetch + decode, "ms", limit)


async def _taken_in(at: Polling) -> float:
    await at.poll()
    begin = time.process_time()
    await at.poll()
    return 1000 * (time.process_time() - begin)


async def _fetched(http: httpx.AsyncClient, url: str) -> float:
    begin = time.process_time()
    async with http.stream("GET", url) as response:
        async for _ in response.aiter_raw():
            pass
    return 1000 * (time.process_time() - begin)


def _decoded(decoder: msgspec.json.Decoder[_Summary], of: bytes) -> float:
    begin = time.process_time()
    decoder.decode(of)
    return 1000 * (time.process_time() - begin)

"""A server on a loopback socket that answers well or in one of many bad ways, as it is told."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Callable
from contextlib import asynccontextmanager

GOOD = ("whole", "packed", "chunked", "dribbling")
"""Ways to send a good answer."""
FAULTS = (
    *("slow loris", "silence", "hang up at once", "reset in the headers", "reset in the body"),
    *("length too long", "length too short", "gzip bomb", "gzip broken", "web page", "redirect"),
    *("JSON cut short", "not JSON", "not UTF-8", "another shape", "another order", "empty body"),
    *("400", "401", "403", "404", "429 seconds", "429 date", "500", "502", "503", "503 seconds"),
)
"""Ways not to give a good answer."""
_ORDER = re.compile(rb"GET /notifications/api/v1/orders/([0-9a-f-]+)/notifications/sms ")
_DATE = b"Date: Mon, 22 Jun 2026 10:00:00 GMT\r\n"
_LATER = b"Retry-After: Mon, 22 Jun 2026 10:00:30 GMT\r\n"


class FaultyServer:
    """Asks `body_of(order_id)` what the truth is, and `way_of(order_id)` how to tell it."""

    def __init__(
        self, body_of: Callable[[str], bytes], way_of: Callable[[str], str], hold: float
    ) -> None:
        """`hold` is how many seconds it hangs on to a connection, once it does."""
        self.url = ""
        self.sent: list[tuple[str, str]] = []
        """(order id, way) of every request, in order."""
        self._body_of, self._way_of, self._hold = body_of, way_of, hold

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side has had enough."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = _ORDER.match(head)
                assert found is not None, head
                order_id = found[1].decode()
                way = self._way_of(order_id)
                self.sent.append((order_id, way))
                if not await self._send(writer, way, self._body_of(order_id)):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, way: str, body: bytes) -> bool:
        """Send one answer; return whether the connection is kept."""
        if way.startswith("reset"):
            head = _head(200, len(body))
            writer.write(head[:20] if way == "reset in the headers" else head + body[:40])
            await writer.drain()
            writer.transport.abort()
            return False
        if way in ("silence", "hang up at once"):
            await asyncio.sleep(self._hold * (way == "silence"))
            return False
        if way in ("slow loris", "dribbling"):
            writer.write(_head(200, len(body)))
            size = 7 if way == "slow loris" else len(body) // 3 + 1
            for at in range(0, len(body), size):
                writer.write(body[at : at + size])
                await writer.drain()
                await asyncio.sleep(self._hold / 4 if way == "slow loris" else 0)
            return True
        writer.write(_answer(way, body))
        await writer.drain()
        return way != "length too long"


def _answer(way: str, body: bytes) -> bytes:
    if way[:3].isdigit():
        more = {"seconds": b"Retry-After: 20\r\n", "date": _LATER}.get(way[4:], b"")
        return _head(int(way[:3]), 0, more)
    if way == "chunked":
        half = len(body) // 2
        pieces = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (body[:half], body[half:]))
        return _head(200, None, b"Transfer-Encoding: chunked\r\n") + pieces + b"0\r\n\r\n"
    if way == "redirect":
        return _head(302, 0, b"Location: http://portal.example/\r\n")
    said = json.loads(body)
    other = "00000000-0000-4000-8000-00000000dead"
    more = {"web page": b"Content-Type: text/html\r\n"}.get(way, b"")
    if way in ("packed", "gzip bomb", "gzip broken"):
        more = b"Content-Encoding: gzip\r\n"
    sent = {
        "packed": lambda: gzip.compress(body, 1),
        "gzip bomb": lambda: gzip.compress(b" " * 4_000_000, 1),
        "gzip broken": lambda: gzip.compress(body, 1)[:-12] + b"x" * 12,
        "web page": lambda: b"<html>Please sign in",
        "JSON cut short": lambda: body[: len(body) // 2],
        "not JSON": lambda: b"OK",
        "not UTF-8": lambda: body.replace(b'"status":"', b'"status":"\xff'),
        "another shape": lambda: json.dumps({**said, "notifications": {"0": 1}}).encode(),
        "another order": lambda: json.dumps({**said, "orderId": other}).encode(),
        "empty body": lambda: b"",
    }.get(way, lambda: body)()
    length = len(sent) + {"length too long": 100, "length too short": -10}.get(way, 0)
    return _head(200, length, more) + sent


def _head(status: int, length: int | None, more: bytes = b"") -> bytes:
    size = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/1.1 %d X\r\n%s%s%s\r\n" % (status, _DATE, size, more)


@asynccontextmanager
async def faulty_server(body_of: Callable[[str], bytes], way_of: Callable[[str], str], hold: float):
    """Yield a server until the end of the block, with all its connections closed after it."""
    faulty = FaultyServer(body_of, way_of, hold)
    tasks: set[asyncio.Task[None]] = set()

    def opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(faulty.answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(opened, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    faulty.url = f"http://{host}:{port}"
    try:
        yield faulty
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()

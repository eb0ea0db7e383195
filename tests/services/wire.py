"""A server of raw bytes on loopback: what a library would never send, it can."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HANG = "hang"
DROP = "drop"
KEEP = "keep"


@dataclass(frozen=True)
class Reply:
    data: bytes
    then: str = KEEP


def answer(status: int, body: bytes = b"", then: str = KEEP, **headers: str) -> Reply:
    """An HTTP answer; `Retry_After` becomes `Retry-After`; a `Content_Length` given is kept."""
    headers = {"Content_Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} X", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return Reply("\r\n".join(lines).encode() + b"\r\n\r\n" + body, then)


def json_answer(body: bytes, **headers: str) -> Reply:
    return answer(200, body, Content_Type="application/json; charset=utf-8", **headers)


@dataclass
class Wire:
    reply: Callable[[str], Reply]
    port: int = 0
    heads: list[str] = field(default_factory=list)
    """Every request as received, up to the blank line."""
    bodies: list[bytes] = field(default_factory=list)
    """What came after each head."""
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a first request has come."""
    _handlers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def header(self, name: str) -> list[str | None]:
        """The value of one header in each request."""
        return [
            next(
                (
                    v
                    for k, _, v in (line.partition(": ") for line in head.split("\r\n")[1:])
                    if k.lower() == name.lower()
                ),
                None,
            )
            for head in self.heads
        ]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._handlers.add(asyncio.current_task())
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.heads.append(head)
                length = int(self.header("Content-Length")[-1] or 0)
                self.bodies.append(await reader.readexactly(length))
                self.asked.set()
                reply = self.reply(head)
                writer.write(reply.data)
                await writer.drain()
                if reply.then == HANG:
                    await asyncio.Event().wait()
                if reply.then == DROP:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            return
        except asyncio.CancelledError:
            # asyncio's own callback trips over a handler that ends as cancelled
            return
        finally:
            self._handlers.discard(asyncio.current_task())
            writer.close()

    async def stop(self) -> None:
        handlers = list(self._handlers)
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)


@asynccontextmanager
async def wire(
    *replies: Reply | Callable[[str], Reply],
    tls: ssl.SSLContext | None = None,
    methods: tuple[str, ...] = ("GET", "CONNECT"),
    port: int = 0,
) -> AsyncIterator[Wire]:
    """Serve `replies` one a request, the last for ever; or what a function of the request says.

    `port` is one that is free; 0 takes any.
    """
    queue = list(replies)

    def next_reply(head: str) -> Reply:
        reply = queue[0] if len(queue) == 1 else queue.pop(0)
        return reply(head) if callable(reply) else reply

    wire = Wire(next_reply)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", port, ssl=tls, limit=2**20)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.stop()
        assert {head.partition(" ")[0] for head in wire.heads} <= set(methods)

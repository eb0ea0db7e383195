"""Several connections to one origin, each with a transport of its own.

httpcore's pool walks all its connections for every request, so that a request costs the more
the more of them are in flight. A pool of one connection has nothing to walk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx


class Slots(httpx.AsyncBaseTransport):
    """Sends each request over a connection that is free; waits for one when none is."""

    def __init__(self, open_one: Callable[[], httpx.AsyncBaseTransport], count: int) -> None:
        """`open_one` makes a transport of one connection; there are `count` of them at most."""
        self._open_one = open_one
        self._gate = asyncio.Semaphore(count)
        self._all: list[httpx.AsyncBaseTransport] = []
        self._free: list[httpx.AsyncBaseTransport] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; its connection is free again when the body is closed."""
        await self._gate.acquire()
        # the one that was used last: what is not needed is left to run out
        slot = self._free.pop() if self._free else self._open()
        try:
            response = await slot.handle_async_request(request)
        except BaseException:
            await self._drop(slot)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Body(
            response.stream, lambda: self._release(slot), lambda: self._drop(slot)
        )
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        async with AsyncExitStack() as closing:  # all of them, whatever becomes of one
            for slot in self._all:
                closing.push_async_callback(slot.aclose)

    def _open(self) -> httpx.AsyncBaseTransport:
        slot = self._open_one()
        self._all.append(slot)
        return slot

    def _release(self, slot: httpx.AsyncBaseTransport) -> None:
        self._free.append(slot)
        self._gate.release()

    async def _drop(self, slot: httpx.AsyncBaseTransport) -> None:
        """Use a transport no more whose request did not end well.

        httpcore 1.0.9 can keep the connection of one that was cancelled as neither open nor
        closed, and all that come after wait for it (encode/httpcore#1093).
        """
        try:
            await slot.aclose()
        finally:
            self._all.remove(slot)
            self._gate.release()


class _Body(httpx.AsyncByteStream):
    def __init__(
        self,
        stream: httpx.AsyncByteStream,
        release: Callable[[], None],
        drop: Callable[[], Awaitable[None]],
    ) -> None:
        self._stream = stream
        self._release, self._drop = release, drop
        self._whole = self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk
        self._whole = True

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._stream.aclose()
        except BaseException:
            await self._drop()
            raise
        if self._whole:
            self._release()
        else:
            await self._drop()

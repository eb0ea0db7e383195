"""Every request that leaves this program, told when its answer has come: sign-in and retries too.

Only what may be shown is told: no query, no header, no body.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from sms_monitor.core.text import clean
from sms_monitor.services.answers import Peer, refusal_of, trouble_of

if TYPE_CHECKING:
    from sms_monitor.core.errors import SourceError

_API = "/notifications/"
LIMIT = "sms_monitor.limit"
"""Extension of a request: the `asyncio.Timeout` that ends it when its answer is too slow."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request and how it was answered; all texts are clean."""

    method: str
    host: str
    """With the port when it is not the usual one."""
    path: str
    """Without its query, which may hold a sender's reference."""
    status: int | None
    """None when no answer came, or it broke off."""
    seconds: float
    """Until the last byte."""
    size: int
    """Bytes of the body as they came over the line, mostly packed."""
    next_step: str = ""
    """What to do about it; "" when the status is 200."""
    given_up: bool = False
    """Whether nobody waited for the answer any more: the program ends, or goes elsewhere."""

    @property
    def is_sign_in(self) -> bool:
        """Whether it was sent to get a token, not to read an order."""
        return not self.path.startswith(_API)

    @property
    def is_trouble(self) -> bool:
        """Whether there was no good answer, though it was waited for."""
        return self.status != 200 and not self.given_up

    def __str__(self) -> str:
        """`GET path: 200 in 12 ms, 4,096 bytes`; a sign-in is named by its host."""
        target = f"sign-in at {self.host}" if self.is_sign_in else self.path
        status = "no answer" if self.status is None else str(self.status)
        status = "given up" if self.given_up else status
        end = f"{status} in {1000 * self.seconds:,.0f} ms, {self.size:,} bytes"
        return f"{self.method} {target}: {end}"


class Wire:
    """What the HTTP clients of one profile tell of their requests, and to whom."""

    def __init__(self, profile: str, environment: str) -> None:
        """The names are for the sentences that say what to do next."""
        self.tell: Callable[[Request], None] = lambda _: None
        """Gets each request at its end; to be set by who wants to know."""
        self.sent = 0
        """Requests that have left for Notifications, those that were not answered too."""
        self._peer = Peer(profile, environment, "")

    def told(self, transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        """Return `transport`, telling of all that goes through it."""
        return _ToldTransport(transport, self)

    def refused(self, request: httpx.Request, response: httpx.Response) -> str:
        """Return what to do about a status other than 200."""
        if not request.url.path.startswith(_API):
            return "Run `sms-monitor auth check`: it says which step fails, and why."
        return refusal_of(response, b"", "", self._peer).next_step

    def broken(self, error: Exception) -> str:
        """Return what to do when no answer came."""
        if not isinstance(error, httpx.RequestError | OSError | UnicodeError):
            return ""
        trouble: SourceError = trouble_of(error, self._peer)
        return trouble.next_step


class _Told:
    """One request under way."""

    def __init__(self, wire: Wire, request: httpx.Request) -> None:
        self._wire, self._request = wire, request
        self._time = asyncio.get_running_loop().time
        self._began = self._time()
        self.size = 0

    def broken(self, error: Exception) -> str:
        return self._wire.broken(error)

    def end(self, status: int | None, next_step: str, *, given_up: bool = False) -> None:
        url = self._request.url
        self._wire.tell(
            Request(
                method=self._request.method,
                host=clean(url.netloc.decode("ascii", "replace").rpartition("@")[2], 100),
                path=clean(url.path, 200),
                status=status,
                seconds=self._time() - self._began,
                size=self.size,
                next_step=next_step,
                given_up=given_up,
            )
        )


class _ToldTransport(httpx.AsyncBaseTransport):
    def __init__(self, transport: httpx.AsyncBaseTransport, wire: Wire) -> None:
        self._transport, self._wire = transport, wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        told = _Told(self._wire, request)
        if request.url.path.startswith(_API):
            self._wire.sent += 1
        try:
            response = await self._transport.handle_async_request(request)
        except Exception as error:
            told.end(None, self._wire.broken(error))
            raise
        except asyncio.CancelledError:
            limit = request.extensions.get(LIMIT)
            too_slow = isinstance(limit, asyncio.Timeout) and limit.expired()
            told.end(None, "", given_up=not too_slow)
            raise
        ok = response.status_code == 200
        next_step = "" if ok else self._wire.refused(request, response)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _ToldStream(response.stream, told, response.status_code, next_step)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _ToldStream(httpx.AsyncByteStream):
    """The body, counted while it is read."""

    def __init__(
        self, stream: httpx.AsyncByteStream, told: _Told, status: int, next_step: str
    ) -> None:
        self._stream, self._told = stream, told
        self._status: int | None = status
        self._next_step = next_step
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                self._told.size += len(chunk)
                yield chunk
        except httpx.RequestError as error:
            self._status, self._next_step = None, self._told.broken(error)
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()
        if not self._closed:
            self._closed = True
            self._told.end(self._status, self._next_step)

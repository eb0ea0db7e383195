"""The Altinn Notifications REST API, as far as this monitor reads it.

Endpoints: `SmsNotificationsController.cs` and `OrdersController.cs` in
Altinn/altinn-notifications. Only GET is ever sent: the scope that reads can also send SMS.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

import httpx

from sms_monitor.core.decoding import (
    Buffer,
    decode_found_orders,
    decode_order,
    decode_order_status,
)
from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.intake import Body, Taken, take_in
from sms_monitor.core.models import NotificationOrder, OrderStatus
from sms_monitor.core.text import clean
from sms_monitor.services.answers import Peer, date_of, refusal_of, too_slow, trouble_of
from sms_monitor.services.auth import TokenAuth, TokenSource
from sms_monitor.services.connection import (
    MAX_CONNECTIONS,
    TIMEOUT,
    open_http,
    peer_of,
    start_of,
)
from sms_monitor.services.wire import LIMIT, Wire

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer, unpacked: 150 000 SMS. What is longer is not read, and refused."""
LARGE = 256 * 1024
"""Bytes of a body from which on a thread takes it in, so that keys are not held up."""
AT_ONCE = 512 * 1024
"""Bytes of a body that are read before others have their turn."""
DEADLINE = 120.0
"""Seconds for one answer, sign-in included, however steadily it drips."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Fetched(Generic[_T]):
    """An answer of the API."""

    value: _T
    date: datetime | None
    """The server's clock, UTC, in whole seconds; None when it did not say."""


@dataclass(frozen=True, slots=True)
class FetchedSms:
    """The SMS of an order, or how they differ from those of an answer before."""

    taken: Taken
    date: datetime | None
    """As in `Fetched`."""

    @property
    def count(self) -> int:
        """How many SMS the answer lists."""
        return self.taken.body.count


class NotificationsClient:
    """One method per endpoint; each returns the API's answer or raises a `SourceError`.

    `SignInError` comes before any request; all other kinds are told apart in core.errors.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        peer: Peer,
        *,
        tokens: TokenSource | None = None,
        max_body: int = MAX_BODY,
        deadline: float = DEADLINE,
        wire: Wire | None = None,
    ) -> None:
        self.wire = wire or Wire(peer.profile, peer.environment)
        """Tells of every request of this client and of its sign-in."""
        self._http = http
        self._peer = peer
        self._max_body = max_body
        self._deadline = deadline
        # waiting for a turn here is no fault of the server, waiting in the pool would time out
        self._gate = asyncio.Semaphore(MAX_CONNECTIONS)
        self._tokens = tokens

    @property
    def sent(self) -> int:
        """How many requests have left so far, without those of the sign-in."""
        return self.wire.sent

    @property
    def org(self) -> str:
        """Short name of the organisation that is signed in; "" while that is not known."""
        return self._tokens.org if self._tokens is not None else ""

    @property
    def token_seconds(self) -> float | None:
        """Seconds until the token held ends, 0 when it has; None when there is none or unknown."""
        return self._tokens.seconds_left() if self._tokens is not None else None

    @property
    def sign_in_note(self) -> str | None:
        """A sentence about a sign-in that works but should be looked at; None when all is well."""
        return self._tokens.note if self._tokens is not None else None

    def sms_url(self, order_id: str) -> str:
        """Return where `sms_summary` asks."""
        path = _path(order_id, "/notifications/sms")
        return f"{str(self._http.base_url).rstrip('/')}{path}"

    @property
    def token_header(self) -> str:
        """The header line of a request, with `$TOKEN` for the token; "" when none is sent."""
        auth = self._http.auth
        return auth.header("$TOKEN") if isinstance(auth, TokenAuth) else ""

    @property
    def needs_terminal(self) -> bool:
        """Whether the next token has to wait until a command may ask the person."""
        return self._tokens is not None and self._tokens.needs_terminal

    async def renew_sign_in(self) -> None:
        """Get a new token at once; raises `SignInError`."""
        if self._tokens is not None:
            await self._tokens.renew()

    async def sms_summary(self, order_id: str, last: Body | None = None) -> FetchedSms:
        """`GET orders/{id}/notifications/sms`: every SMS of one order.

        With `last`, the body of the answer before, only what differs is taken in.
        """
        body, date = await self._get(order_id, "/notifications/sms")

        def taken_in() -> Taken:
            return _decoded(lambda body: take_in(body, last), body)

        taken = await asyncio.to_thread(taken_in) if len(body) > LARGE else taken_in()
        _check_same(order_id, taken.body.head.order_id)
        return FetchedSms(taken, date)

    async def order_status(self, order_id: str) -> Fetched[OrderStatus]:
        """`GET orders/{id}/status`: how far the order itself has come."""
        body, date = await self._get(order_id, "/status")
        status = _decoded(decode_order_status, body)
        _check_same(order_id, status.id)
        return Fetched(status, date)

    async def order(self, order_id: str) -> tuple[NotificationOrder, bytes]:
        """`GET orders/{id}`: the order as it was placed, and the JSON it came in."""
        body, _ = await self._get(order_id)
        order = _decoded(decode_order, body)
        _check_same(order_id, order.id)
        return order, bytes(body)

    async def orders_with(self, senders_reference: str) -> tuple[NotificationOrder, ...]:
        """`GET orders?sendersReference=`: the organisation's orders of exactly that reference.

        The letters' case counts. Empty when there is none; a reference need not be unique.
        """
        body, _ = await self._get("", f"?sendersReference={quote(senders_reference, safe='')}")
        return _decoded(decode_found_orders, body)

    async def _get(self, order_id: str, tail: str = "") -> tuple[Buffer, datetime | None]:
        path = _path(order_id, tail)
        try:
            async with (
                self._gate,
                asyncio.timeout(self._deadline) as limit,
                self._http.stream("GET", path, extensions={LIMIT: limit}) as response,
            ):
                if response.status_code != 200:
                    body = await start_of(response)
                    peer = replace(self._peer, org=self.org)
                    raise refusal_of(response, body, order_id, peer)
                return await self._whole(response), date_of(response)
        except TimeoutError as error:
            raise too_slow(self._deadline, self._peer) from error
        except httpx.DecodingError as error:
            raise InvalidBody(
                f"{self._peer.host} answered 200, but the body cannot be unpacked (gzip).",
                "It is asked again by itself. If it stays so, check the proxy.",
            ) from error
        except (httpx.RequestError, OSError, UnicodeError) as error:
            raise trouble_of(error, self._peer) from error

    async def _whole(self, response: httpx.Response) -> Buffer:
        """Return the body, unpacked, and refuse what is too long or a web page."""
        kind = response.headers.get("Content-Type", "")
        if "html" in kind.lower():
            raise _web_page(self._peer.host)
        # grows in place, where pieces that are joined would stand in memory twice
        body, let = bytearray(), 0
        async for chunk in response.aiter_bytes():
            if len(body) + len(chunk) > self._max_body:
                raise InvalidBody(
                    f"{self._peer.host} answered with more than {_size(self._max_body)}; the "
                    "rest was not read.",
                    "If the order is that large, set max_body_mb in config.toml higher. Else "
                    "check base_url and the network.",
                )
            body += chunk
            if len(body) - let > AT_ONCE:
                # of a body that is there already nothing would be waited for
                let = len(body)
                await asyncio.sleep(0)
        if body[:100].lstrip().startswith(b"<"):
            raise _web_page(self._peer.host)
        return body


@asynccontextmanager
async def open_client(
    base_url: str,
    *,
    profile: str,
    environment: str,
    auth: httpx.Auth | None = None,
    tokens: TokenSource | None = None,
    ca_bundle: Path | None = None,
    wire: Wire | None = None,
    max_body: int = MAX_BODY,
) -> AsyncIterator[NotificationsClient]:
    """Yield a client of the API at `base_url`, a checked one; `auth` None sends no credential.

    `tokens` is where `auth` has its tokens from, `wire` what hears of their requests. `profile`
    and `environment` are names for the sentences of errors. `max_body` is in bytes, unpacked.

    Raises:
        ConfigError: A CA file cannot be read, or the proxy is of a kind we do not speak.
    """
    # reading the system's certificates would hold up the first paint
    wire = wire or Wire(profile, environment)
    http = await asyncio.to_thread(open_http, base_url, ca_bundle, auth, TIMEOUT, wire)
    peer = peer_of(base_url, profile, environment)
    async with http:
        yield NotificationsClient(http, peer, tokens=tokens, wire=wire, max_body=max_body)


def _path(order_id: str, tail: str) -> str:
    return f"/notifications/api/v1/orders{order_id and '/'}{quote(order_id, safe='')}{tail}"


def _decoded(decode: Callable[[Buffer], _T], body: Buffer) -> _T:
    try:
        return decode(body)
    except RecursionError as error:
        raise InvalidBody(
            "The API answered 200, but the body is nested too deeply to be an order.",
            "It is asked again by itself. If it stays so, check base_url and the network.",
        ) from error


def _check_same(asked: str, answered: str) -> None:
    if answered.lower() != asked.lower():
        raise InvalidBody(
            f"Asked about order {clean(asked, 100)}, the API answered about "
            f"{clean(answered, 100)}. The answer was not used.",
            "It is asked again by itself. If it stays so, a proxy is mixing up answers.",
        )


def _size(count: int) -> str:
    return f"{count:,} bytes" if count % 2**20 else f"{count // 2**20} MB"


def _web_page(host: str) -> InvalidBody:
    return InvalidBody(
        f"{host} answered 200 with a web page, not with JSON.",
        "A captive portal or proxy may be answering in the API's place: open a browser and sign in "
        "to the network, or check base_url.",
    )

"""The Altinn Notifications REST API, as far as this monitor reads it.

Endpoints: `SmsNotificationsController.cs` and `OrdersController.cs` in
Altinn/altinn-notifications. Only GET is ever sent: the scope that reads can also send SMS.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from sms_monitor.core.errors import InvalidBody
from sms_monitor.core.models import (
    OrderStatus,
    SmsSummary,
    decode_order_status,
    decode_sms_summary,
)
from sms_monitor.core.text import clean
from sms_monitor.services.answers import Place, date_of, refusal_of, too_slow, trouble_of
from sms_monitor.services.connection import open_http, proxy_for, shown_proxy

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer, unpacked: 150 000 SMS. What is longer is cut off and refused."""
MAX_ERROR_BODY = 64 * 1024
DEADLINE = 120.0
"""Seconds for one answer, sign-in included, however steadily it drips."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Fetched(Generic[_T]):
    """An answer of the API."""

    value: _T
    date: datetime | None
    """The server's clock, UTC, in whole seconds; None when it did not say."""
    size: int
    """Bytes of the body, unpacked."""


class NotificationsClient:
    """One method per endpoint; each returns the API's answer or raises a `SourceError`.

    `SignInError` comes before any request; all other kinds are told apart in core.errors.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        place: Place,
        *,
        org: Callable[[], str] = str,
        max_body: int = MAX_BODY,
        deadline: float = DEADLINE,
    ) -> None:
        self._http = http
        self._place = place
        self._max_body = max_body
        self._deadline = deadline
        self._org = org

    @property
    def org(self) -> str:
        """Short name of the organisation that is signed in; "" while that is not known."""
        return self._org()

    async def sms_summary(self, order_id: str) -> Fetched[SmsSummary]:
        """`GET orders/{id}/notifications/sms`: every SMS of one order."""
        body, date = await self._get(order_id, "/notifications/sms")
        summary = _decoded(decode_sms_summary, body)
        _check_same(order_id, summary.order_id)
        return Fetched(summary, date, len(body))

    async def order_status(self, order_id: str) -> Fetched[OrderStatus]:
        """`GET orders/{id}/status`: how far the order itself has come."""
        body, date = await self._get(order_id, "/status")
        status = _decoded(decode_order_status, body)
        _check_same(order_id, status.id)
        return Fetched(status, date, len(body))

    async def _get(self, order_id: str, tail: str) -> tuple[bytes, datetime | None]:
        path = f"/notifications/api/v1/orders/{quote(order_id, safe='')}{tail}"
        try:
            async with (
                asyncio.timeout(self._deadline),
                self._http.stream("GET", path) as response,
            ):
                if response.status_code != 200:
                    body = await _start_of(response)
                    raise refusal_of(response, body, order_id, self._place)
                return await self._whole(response), date_of(response)
        except TimeoutError as error:
            raise too_slow(self._deadline, self._place) from error
        except httpx.DecodingError as error:
            raise InvalidBody(
                f"{self._place.host} answered 200, but the body cannot be unpacked (gzip).",
                "It is asked again by itself. If it stays so, check the proxy.",
            ) from error
        except (httpx.RequestError, OSError, UnicodeError) as error:
            raise trouble_of(error, self._place) from error

    async def _whole(self, response: httpx.Response) -> bytes:
        """Return the body, unpacked, and refuse what is too long or a web page."""
        kind = response.headers.get("Content-Type", "")
        if "html" in kind.lower():
            raise _web_page(self._place.host)
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_body:
                raise InvalidBody(
                    f"{self._place.host} answered with more than {self._max_body:,} bytes; the "
                    "rest was not read.",
                    "No order is that large: check base_url and the network.",
                )
            chunks.append(chunk)
        body = b"".join(chunks)
        if body[:100].lstrip().startswith(b"<"):
            raise _web_page(self._place.host)
        return body


@asynccontextmanager
async def open_client(
    base_url: str,
    *,
    profile: str,
    environment: str,
    auth: httpx.Auth | None = None,
    org: Callable[[], str] = str,
    ca_bundle: Path | None = None,
) -> AsyncIterator[NotificationsClient]:
    """Yield a client of the API at `base_url`, a checked one; `auth` None sends no credential.

    `org` says whom the credential is for, "" while that is not known. `profile` and
    `environment` are names for the sentences of errors.

    Raises:
        ConfigError: A CA file cannot be read, or the proxy is of a kind we do not speak.
    """
    # reading the system's certificates would hold up the first paint
    http = await asyncio.to_thread(open_http, base_url, ca_bundle, auth)
    proxy = proxy_for(base_url)
    place = Place(
        profile, environment, urlsplit(base_url).netloc, shown_proxy(proxy) if proxy else ""
    )
    async with http:
        yield NotificationsClient(http, place, org=org)


def _decoded(decode: Callable[[bytes], _T], body: bytes) -> _T:
    try:
        return decode(body)
    except RecursionError as error:
        raise InvalidBody(
            "The API answered 200, but the body is nested too deeply to be an order.",
            "It is asked again by itself. If it stays so, check base_url and the network.",
        ) from error


async def _start_of(response: httpx.Response) -> bytes:
    """Return the first bytes of an error's body; what cannot be read does not hide the status."""
    body = b""
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= MAX_ERROR_BODY:
                break
    except (httpx.HTTPError, OSError):
        return body
    return body[:MAX_ERROR_BODY]


def _check_same(asked: str, answered: str) -> None:
    if answered.lower() != asked.lower():
        raise InvalidBody(
            f"Asked about order {clean(asked, 100)}, the API answered about "
            f"{clean(answered, 100)}. The answer was not used.",
            "It is asked again by itself. If it stays so, a proxy is mixing up answers.",
        )


def _web_page(host: str) -> InvalidBody:
    return InvalidBody(
        f"{host} answered 200 with a web page, not with JSON.",
        "A captive portal or proxy may be answering in the API's place: open a browser and sign in "
        "to the network, or check base_url.",
    )

"""Trying the way to a host as far as a request would begin; nothing is asked of anybody."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from sms_monitor.services.answers import Peer, trouble_of
from sms_monitor.services.connection import open_http

LIMIT = 10.0
"""Seconds in which a host must be connected to, with TLS and through the proxy."""


class _ReachedError(Exception):
    """The connection stands."""


async def reach(url: str, ca_bundle: Path | None, peer: Peer, limit: float = LIMIT) -> None:
    """Connect to the host of `url` as a request would, and let it go before one is sent.

    `peer` names the host in sentences.

    Raises:
        SourceError: It, or the proxy on the way there, cannot be connected to.
        ConfigError: As `open_http`.
    """
    async with open_http(url, ca_bundle, None) as http:
        try:
            async with asyncio.timeout(limit):
                await http.get(url, extensions={"trace": _stop_before_the_request})
        except _ReachedError:
            return
        except TimeoutError as error:
            raise trouble_of(httpx.ConnectTimeout(str(error)), peer) from error
        except (httpx.RequestError, OSError, UnicodeError) as error:
            raise trouble_of(error, peer) from error


async def _stop_before_the_request(event: str, info: dict[str, Any]) -> None:
    # a proxy is sent one of its own, CONNECT, and that one is to go
    if event.endswith(".send_request_headers.started") and info["request"].method == b"GET":
        raise _ReachedError

"""Asking a scripted server through the real client."""

from __future__ import annotations

from contextlib import asynccontextmanager

import httpx
import pytest

from sms_monitor.core.errors import SourceError
from sms_monitor.services.answers import Peer
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.connection import open_http
from tests import LIMIT
from tests.services.wire import Reply, wire

EMPTY_ID = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
EMPTY = b'{"orderId": "%s", "generated": 0, "notifications": []}' % EMPTY_ID.encode()


@asynccontextmanager
async def a_client(url: str, *, wait: httpx.Timeout | float = LIMIT, **limits):
    http = open_http(url, None, None, httpx.Timeout(wait))
    async with http:
        peer = Peer("work", "tt02", url.removeprefix("http://"))
        yield NotificationsClient(http, peer, **limits)


async def trouble_with(*replies: Reply, order_id: str = EMPTY_ID, **limits) -> SourceError:
    async with wire(*replies) as server, a_client(server.url, **limits) as client:
        with pytest.raises(SourceError) as caught:
            await client.sms_summary(order_id)
    error = caught.value
    assert error.message.endswith(".")
    assert error.next_step
    assert (error.message + error.next_step).isprintable()
    return error

"""The API is only read, whatever is pressed: the scope that reads it can also send SMS."""

from __future__ import annotations

import httpx
import pytest


@pytest.fixture(autouse=True)
def _nothing_but_get_is_sent(monkeypatch):
    sent: set[str] = set()
    really = httpx.AsyncHTTPTransport.handle_async_request

    async def watched(self, request):
        sent.add(request.method)
        return await really(self, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", watched)
    yield
    assert sent <= {"GET"}

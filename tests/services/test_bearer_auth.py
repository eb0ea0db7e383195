from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest

from sms_monitor.core.errors import SignInError, Unauthorized
from sms_monitor.services.answers import Peer
from sms_monitor.services.auth import COMMAND_PAUSE, TokenAuth, TokenSource
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.connection import open_http
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.reference import Reference
from sms_monitor.services.tokens import check_time
from tests.services.sign_in_parts import Reader, StillClock, jwt, of_tt02
from tests.services.wire import answer, json_answer, wire

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
EMPTY = b'{"orderId": "%s", "generated": 0, "notifications": []}' % ORDER.encode()


@asynccontextmanager
async def signed_in(server, reader, clock, *, pause=COMMAND_PAUSE):
    source = TokenSource(reader, clock, pause=pause, check=check_time, jitter=lambda: 0.0)
    async with open_http(server.url, None, TokenAuth(source, server.url)) as http:
        yield NotificationsClient(http, Peer("p", "custom", "h"))
    await source.aclose()


def takes_only(*tokens: str):
    def reply(head: str):
        accepted = any(f"Authorization: Bearer {t}\r\n" in head for t in tokens)
        return json_answer(EMPTY) if accepted else answer(401)

    return reply


async def test_the_token_is_on_every_request_and_not_on_the_client():
    async with wire(takes_only("abc")) as server:
        source = TokenSource(Reader("abc"), StillClock(), pause=30, check=check_time)
        async with open_http(server.url, None, TokenAuth(source, server.url)) as http:
            await NotificationsClient(http, Peer("p", "custom", "h")).sms_summary(ORDER)
            assert "Authorization" not in http.headers
    assert server.header("Authorization") == ["Bearer abc"]


async def test_a_revoked_token_is_replaced_once_for_all():
    clock, reader = StillClock(), Reader("old", "new")
    async with wire(takes_only("new")) as server, signed_in(server, reader, clock) as client:
        with pytest.raises(Unauthorized):
            await client.sms_summary(ORDER)
        clock.seconds = 100
        answers = await asyncio.gather(*(client.sms_summary(ORDER) for _ in range(50)))
    assert len(answers) == 50
    assert reader.calls == 2


async def test_a_permanent_401_is_one_more_read_and_no_loop():
    clock, reader = StillClock(), Reader("old", "new")
    async with wire(answer(401)) as server, signed_in(server, reader, clock) as client:
        await asyncio.gather(client.sms_summary(ORDER), return_exceptions=True)
        clock.seconds, before = 100, len(server.heads)
        results = await asyncio.gather(
            *(client.sms_summary(ORDER) for _ in range(20)), return_exceptions=True
        )
        assert {type(r) for r in results} == {Unauthorized}
        assert reader.calls == 2
        assert len(server.heads) - before <= 60
        clock.seconds += 29
        await asyncio.gather(client.sms_summary(ORDER), return_exceptions=True)
        assert reader.calls == 2


async def test_the_same_token_again_is_not_sent_again():
    clock, reader = StillClock(), Reader("same")
    async with wire(answer(401)) as server, signed_in(server, reader, clock) as client:
        await asyncio.gather(client.sms_summary(ORDER), return_exceptions=True)
        clock.seconds, before = 100, len(server.heads)
        with pytest.raises(Unauthorized):
            await client.sms_summary(ORDER)
    assert reader.calls == 2
    assert len(server.heads) - before == 1


async def test_a_new_token_refused_in_its_first_second_is_sent_again_after_one():
    clock, reader = StillClock(), Reader("abc")
    async with (
        wire(answer(401), json_answer(EMPTY)) as server,
        signed_in(server, reader, clock) as client,
    ):
        await client.sms_summary(ORDER)
    assert clock.slept == [1.0]
    assert reader.calls == 1
    assert server.header("Authorization") == ["Bearer abc"] * 2


async def test_a_command_that_fails_after_a_401_says_why():
    clock = StillClock()
    reader = Reader("old", SignInError("The vault is locked.", "Unlock it."))
    async with wire(answer(401)) as server, signed_in(server, reader, clock) as client:
        await asyncio.gather(client.sms_summary(ORDER), return_exceptions=True)
        clock.seconds = 100
        with pytest.raises(SignInError, match="The vault is locked"):
            await client.sms_summary(ORDER)


async def test_the_long_body_of_a_401_is_not_taken_into_memory():
    clock, reader = StillClock(), Reader("old", "new")
    long = answer(401, b"x" * 1000, Content_Length=str(10**12))
    async with (
        wire(answer(401), answer(401), long, json_answer(EMPTY)) as server,
        signed_in(server, reader, clock) as client,
    ):
        await asyncio.gather(client.sms_summary(ORDER), return_exceptions=True)
        clock.seconds = 100
        assert (await client.sms_summary(ORDER)).taken.answer.notifications == ()


async def test_a_wrong_token_leaves_no_request():
    async with wire(json_answer(EMPTY)) as server:
        reader = Reader(jwt("platform.altinn.no"))
        source = TokenSource(reader, StillClock(), pause=30, check=of_tt02)
        async with open_http(server.url, None, TokenAuth(source, server.url)) as http:
            with pytest.raises(SignInError, match=r"is from platform\.altinn\.no"):
                await NotificationsClient(http, Peer("p", "tt02", "h")).sms_summary(ORDER)
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:9", "http://127.0.0.1:8", "http://localhost:9", "http://evil.example"],
)
async def test_another_origin_gets_nothing_and_no_token_is_fetched(url):
    reader = Reader("abc")
    source = TokenSource(reader, StillClock(), pause=30, check=check_time)
    base_url = "http://127.0.0.1:9"
    async with open_http(base_url, None, TokenAuth(source, base_url)) as http:
        with pytest.raises(SignInError, match="is not sent to"):
            await http.get(url)
    assert reader.calls == 0


async def test_a_request_cancelled_while_the_token_is_read_locks_nothing():
    clock, reader = StillClock(), Reader("abc")
    reader.gate.clear()
    async with wire(takes_only("abc")) as server, signed_in(server, reader, clock) as client:
        asking = asyncio.create_task(client.sms_summary(ORDER))
        await reader.called.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        reader.gate.set()
        assert (await client.sms_summary(ORDER)).taken.answer.notifications == ()
    assert reader.calls == 1


async def test_a_traceback_with_locals_shows_no_token():
    """What a terminal app prints when it crashes: every frame's locals."""
    token = "canary-token-1b9d"

    class Broken(StillClock):
        def monotonic(self) -> float:
            if sys._getframe(1).f_code.co_name == "async_auth_flow":
                raise RuntimeError("a bug")
            return super().monotonic()

    async with wire(answer(401)) as server:
        reference = Reference(env="SMS_MONITOR_TOKEN")
        held = {"SMS_MONITOR_TOKEN": Secret(token)}
        reader = lambda: read_secret(reference, held)  # noqa: E731
        del token
        with pytest.raises(RuntimeError, match="a bug") as caught:
            async with signed_in(server, reader, Broken()) as client:
                await client.sms_summary(ORDER)
    shown = []
    frame = caught.value.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        if "sms_monitor" in code.co_filename or "httpx" in code.co_filename:
            shown += [f"{k}={v!r}" for k, v in frame.tb_frame.f_locals.items()]
        frame = frame.tb_next
    assert any("Secret(•••)" in value for value in shown)
    assert "canary-token" not in "\n".join(shown)

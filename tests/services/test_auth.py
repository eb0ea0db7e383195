from __future__ import annotations

import asyncio
import base64
import json
import sys
import traceback
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.core.errors import SignInError, Unauthorized
from sms_monitor.services.answers import Place
from sms_monitor.services.auth import COMMAND_PAUSE, READ_PAUSE, BearerAuth, TokenSource
from sms_monitor.services.client import NotificationsClient
from sms_monitor.services.connection import open_http
from sms_monitor.services.credentials import Secret, read_secret
from sms_monitor.services.profile import Reference
from sms_monitor.services.tokens import check_token, parse_token
from tests.services.wire import answer, json_answer, wire

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TT02 = "https://platform.tt02.altinn.no"
ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
EMPTY = b'{"orderId": "%s", "generated": 0, "notifications": []}' % ORDER.encode()


class StillClock:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self.skew = timedelta()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds) + self.skew

    def monotonic(self) -> float:
        return 1000.0 + self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


def jwt(host: str = "platform.tt02.altinn.no", *, life: float = 1800, at: float = 0, **claims):
    issued = NOW.timestamp() + at
    payload = {
        "iss": f"https://{host}/authentication/api/v1/openid/",
        "iat": issued,
        "exp": issued + life,
        **claims,
    }
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{body}.c2ln"


class Reader:
    """Gives one text after the other, the last for ever; an error is raised."""

    def __init__(self, *texts: str | SignInError) -> None:
        self.texts = list(texts)
        self.calls = 0
        self.called = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Secret:
        self.calls += 1
        self.called.set()
        text = self.texts[0] if len(self.texts) == 1 else self.texts.pop(0)
        await self.gate.wait()
        if isinstance(text, SignInError):
            raise text
        return Secret(text)


def a_source(reader, clock, *, pause=COMMAND_PAUSE, base_url=TT02) -> TokenSource:
    return TokenSource(reader, clock, pause=pause, base_url=base_url)


async def text_of(source: TokenSource) -> str:
    return (await source.token()).secret.reveal()


# --- what a token says of itself -------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    ["abc.def", ' "abc.def" ', '{"token": "abc.def"}', '{"token": "abc.def", "other": 1}'],
)
def test_a_token_is_found_in_what_a_command_prints(raw):
    token = parse_token(Secret(raw))
    assert token.secret.reveal() == "abc.def"
    assert not token.is_jwt
    assert token.life(NOW) is None


def test_a_command_can_say_when_its_token_ends():
    token = parse_token(Secret('{"token": "abc", "expires_at": "2026-11-23T09:10:00+01:00"}'))
    assert token.life(NOW) == 600


@pytest.mark.parametrize(
    "raw",
    [
        "Bearer abc",
        "two\nlines",
        "snø",
        "",
        '""',
        '{"tokn": "abc"}',
        '{"token": 5}',
        '{"token": "abc"',
        '{"token": "abc", "expires_at": "soon"}',
        '{"token": "abc", "expires_at": "2026-11-23T09:10:00"}',
    ],
)
def test_what_is_no_token_is_refused_and_not_repeated(raw):
    with pytest.raises(SignInError) as caught:
        parse_token(Secret(raw))
    assert "abc" not in caught.value.message
    assert caught.value.__cause__ is None


def test_the_life_of_a_token_is_what_is_left_of_it():
    assert parse_token(Secret(jwt())).life(NOW) == 1800
    assert parse_token(Secret(jwt(at=-600))).life(NOW) == 1200


def test_a_late_clock_does_not_make_a_token_live_longer():
    assert parse_token(Secret(jwt())).life(NOW - timedelta(hours=5)) == 1800


@pytest.mark.parametrize(
    "text", ["a.b.c", "eyJ.W10.x", "a.b", "a.b.c.d", "eyJ.bm90IGpzb24.x", "eyJ.//.x"]
)
def test_what_only_looks_like_a_jwt_says_nothing(text):
    token = parse_token(Secret(text))
    assert not token.is_jwt
    check_token(token, TT02, NOW)


@pytest.mark.parametrize("claims", [{"exp": "x"}, {"exp": -1}, {"exp": 1e300}, {"exp": None}])
def test_an_end_that_is_no_time_is_no_end(claims):
    assert parse_token(Secret(jwt(**claims))).life(NOW) is None


def test_a_token_of_this_environment_passes():
    check_token(parse_token(Secret(jwt())), TT02, NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (jwt("platform.altinn.no"), "is from platform.altinn.no, not from platform.tt02.altinn.no"),
        (jwt("platform.tt02.altinn.no.evil.example"), "not from platform.tt02.altinn.no"),
        (jwt(iss="\x1b[2J"), "is from no host it names"),
        (jwt(iss=5), "is from no host it names"),
        (jwt(iss="http://[::1"), "is from no host it names"),
        (jwt("test.maskinporten.no"), "is from Maskinporten"),
        (jwt(at=-1800), "ran out at 2026-11-23 08:00:00 UTC"),
    ],
)
def test_a_token_that_must_not_be_sent_is_refused(text, words):
    with pytest.raises(SignInError) as caught:
        check_token(parse_token(Secret(text)), TT02, NOW)
    assert words in caught.value.message
    assert caught.value.message.isprintable()


# --- one token for all -----------------------------------------------------------------------


async def test_fifty_cold_calls_run_one_command(tmp_path):
    runs = tmp_path / "runs"
    command = [sys.executable, "-c", f"open({str(runs)!r}, 'a').write('x'); print({jwt()!r})"]
    reference = Reference.model_validate({"command": command})
    source = a_source(lambda: read_secret(reference, {}), StillClock())
    texts = await asyncio.gather(*(text_of(source) for _ in range(50)))
    assert set(texts) == {jwt()}
    assert runs.read_text() == "x"


async def test_a_failure_is_shared_and_remembered_for_a_while():
    clock = StillClock()
    reader = Reader(SignInError("The vault is locked.", "Unlock it."), jwt())
    source = a_source(reader, clock)
    results = await asyncio.gather(*(source.token() for _ in range(20)), return_exceptions=True)
    assert {type(r) for r in results} == {SignInError}
    clock.seconds = 29.9
    with pytest.raises(SignInError, match="The vault is locked"):
        await source.token()
    assert reader.calls == 1
    clock.seconds = 30
    assert await text_of(source) == jwt()
    assert reader.calls == 2


async def test_a_failure_raised_many_times_does_not_pile_up_its_traceback():
    source = a_source(Reader(SignInError("No.", "Go.")), StillClock())
    lengths = []
    for _ in range(5):
        with pytest.raises(SignInError) as caught:
            await source.token()
        lengths.append(len("".join(traceback.format_exception(caught.value))))
    assert len(set(lengths[1:])) == 1


async def test_the_caller_who_started_the_read_may_be_cancelled():
    reader = Reader(jwt())
    reader.gate.clear()
    source = a_source(reader, StillClock())
    first, *others = [asyncio.create_task(text_of(source)) for _ in range(10)]
    await reader.called.wait()
    first.cancel()
    reader.gate.set()
    assert set(await asyncio.gather(*others)) == {jwt()}
    assert first.cancelled()
    assert reader.calls == 1


async def test_a_token_is_renewed_before_it_ends_and_nobody_waits():
    clock, second = StillClock(), jwt(at=1740)
    reader = Reader(jwt(), second)
    source = a_source(reader, clock)
    assert await text_of(source) == jwt()
    clock.seconds = 1739
    assert await text_of(source) == jwt()
    assert reader.calls == 1
    clock.seconds = 1740
    reader.called.clear()
    assert await text_of(source) == jwt()
    await reader.called.wait()
    await asyncio.sleep(0)
    assert await text_of(source) == second
    assert reader.calls == 2


async def test_a_token_that_has_ended_is_waited_for():
    clock, second = StillClock(), jwt(at=1800)
    source = a_source(Reader(jwt(), second), clock)
    await source.token()
    clock.seconds = 1800
    assert await text_of(source) == second


async def test_a_machine_clock_set_back_does_not_stretch_the_token():
    clock, second = StillClock(), jwt(at=1800)
    source = a_source(Reader(jwt(), second), clock)
    await source.token()
    clock.seconds, clock.skew = 1800, -timedelta(hours=2)
    assert await text_of(source) == second


async def test_a_text_that_does_not_say_its_end_is_kept():
    clock = StillClock()
    reader = Reader("opaque")
    source = a_source(reader, clock)
    await source.token()
    clock.seconds = 1e6
    assert await text_of(source) == "opaque"
    assert reader.calls == 1


async def test_an_ended_token_that_is_given_again_is_told():
    clock = StillClock()
    source = a_source(Reader(jwt()), clock, pause=READ_PAUSE)
    await source.token()
    clock.seconds = 1801
    with pytest.raises(SignInError, match="ran out at 2026-11-23 08:30:00 UTC"):
        await source.token()


async def test_closing_stops_a_command_under_way():
    reader = Reader(jwt())
    reader.gate.clear()
    source = a_source(reader, StillClock())
    asking = asyncio.create_task(source.token())
    await reader.called.wait()
    asking.cancel()
    await source.aclose()
    assert len(asyncio.all_tasks()) <= 2


# --- on real requests ------------------------------------------------------------------------


@asynccontextmanager
async def signed_in(server, reader, clock, *, pause=COMMAND_PAUSE):
    source = TokenSource(reader, clock, pause=pause, base_url=None)
    async with open_http(server.url, None, BearerAuth(source, server.url)) as http:
        yield NotificationsClient(http, Place("p", "custom", "h"))
    await source.aclose()


def takes_only(*tokens: str):
    def reply(head: str):
        accepted = any(f"Authorization: Bearer {t}\r\n" in head for t in tokens)
        return json_answer(EMPTY) if accepted else answer(401)

    return reply


async def test_the_token_is_on_every_request_and_not_on_the_client():
    async with wire(takes_only("abc")) as server:
        source = TokenSource(Reader("abc"), StillClock(), pause=30, base_url=None)
        async with open_http(server.url, None, BearerAuth(source, server.url)) as http:
            await NotificationsClient(http, Place("p", "custom", "h")).sms_summary(ORDER)
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
        assert (await client.sms_summary(ORDER)).size == len(EMPTY)


async def test_a_wrong_token_leaves_no_request():
    async with wire(json_answer(EMPTY)) as server:
        source = TokenSource(
            Reader(jwt("platform.altinn.no")), StillClock(), pause=30, base_url=TT02
        )
        async with open_http(server.url, None, BearerAuth(source, server.url)) as http:
            with pytest.raises(SignInError, match=r"is from platform\.altinn\.no"):
                await NotificationsClient(http, Place("p", "tt02", "h")).sms_summary(ORDER)
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:9", "http://127.0.0.1:8", "http://localhost:9", "http://evil.example"],
)
async def test_another_origin_gets_nothing_and_no_token_is_fetched(url):
    reader = Reader("abc")
    source = TokenSource(reader, StillClock(), pause=30, base_url=None)
    base_url = "http://127.0.0.1:9"
    async with open_http(base_url, None, BearerAuth(source, base_url)) as http:
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
        assert (await client.sms_summary(ORDER)).size == len(EMPTY)
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

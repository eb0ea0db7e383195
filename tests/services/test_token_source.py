from __future__ import annotations

import asyncio
import sys
import traceback
from datetime import timedelta

import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services.auth import COMMAND_PAUSE, READ_PAUSE, TokenSource
from sms_monitor.services.credentials import read_secret
from sms_monitor.services.reference import Reference
from tests.services.sign_in_parts import Reader, StillClock, jwt, of_tt02


def a_source(reader, clock, **options) -> TokenSource:
    options = {"pause": COMMAND_PAUSE, "jitter": lambda: 0.0, **options}
    return TokenSource(reader, clock, check=of_tt02, **options)


async def text_of(source: TokenSource) -> str:
    return (await source.token()).secret.reveal()


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


async def test_a_server_that_asks_for_time_gets_it():
    clock = StillClock()
    reader = Reader(SignInError("Too many.", "Wait.", 100.0), jwt(at=100))
    source = a_source(reader, clock)
    for seconds in (0, 99.9):
        clock.seconds = seconds
        with pytest.raises(SignInError, match="Too many"):
            await source.token()
    assert reader.calls == 1
    clock.seconds = 100
    assert await text_of(source) == jwt(at=100)


async def test_each_failure_doubles_the_pause_up_to_ten_times():
    clock, reader = StillClock(), Reader(SignInError("No.", "Go."))
    source = a_source(reader, clock, retry=5.0)
    reads = []
    while clock.seconds < 200:
        before = reader.calls
        await asyncio.gather(source.token(), return_exceptions=True)
        if reader.calls > before:
            reads.append(clock.seconds)
        clock.seconds += 1
    assert reads == [0, 5, 15, 35, 75, 125, 175]


async def test_the_token_held_says_how_long_it_lasts():
    clock = StillClock()
    source = a_source(Reader(jwt()), clock)
    assert source.seconds_left() is None
    await source.token()
    clock.seconds, clock.skew = 1000, timedelta(hours=5)
    assert source.seconds_left() == 800
    clock.seconds = 2000
    assert source.seconds_left() == 0

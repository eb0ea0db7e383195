"""The whole sign-in over real sockets, with one server that plays every part."""

from __future__ import annotations

import asyncio
import sys

import pytest

from sms_monitor.core.errors import ConfigError, NotFound, SignInError, Unauthorized
from sms_monitor.services.auth import TokenSource
from sms_monitor.services.credentials import Secret
from sms_monitor.services.profile import Profile
from sms_monitor.services.session import open_session
from sms_monitor.services.sign_in import open_maskinporten
from sms_monitor.services.tokens import check_time
from tests.services.altinn import EMPTY, ORDER, SCOPE, Altinn, a_profile
from tests.services.keys import jwk
from tests.services.sign_in_parts import Reader, StillClock, jwt
from tests.services.wire import answer, json_answer, wire


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chain.jwk.json"


@pytest.fixture
def clock():
    return StillClock()


async def test_fifty_cold_calls_make_one_grant_and_one_exchange_and_so_after_a_revocation(
    path, clock
):
    altinn = Altinn(clock)
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        assert (client.org, client.token_seconds) == ("", None)
        await asyncio.gather(*(client.sms_summary(ORDER) for _ in range(50)))
        assert altinn.counts == (1, 1)
        assert (client.org, client.sign_in_note) == ("ttd", None)
        clock.seconds += 100
        assert client.token_seconds == 1700
        altinn.revoke()
        await asyncio.gather(*(client.sms_summary(ORDER) for _ in range(50)))
        assert altinn.counts == (2, 2)
        clock.seconds += 1750
        await client.sms_summary(ORDER)
        while altinn.exchanges < 3:  # noqa: ASYNC110 - the renewal runs in the background
            await asyncio.sleep(0.01)
        assert client.token_seconds in (50, 1800)
        clock.seconds += 40
        await client.sms_summary(ORDER)
        assert altinn.counts == (3, 3)
        clock.seconds += 5000
        assert client.token_seconds == 0


async def test_an_order_that_is_not_there_is_not_found_for_whom_is_signed_in(path, clock):
    async with (
        wire(Altinn(clock), methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        with pytest.raises(NotFound, match=r"for ttd at 127\.0\.0\.1:[0-9]+: right profile\?"):
            await client.sms_summary("00000000-0000-4000-8000-000000000000")


async def test_a_clock_that_is_hours_wrong_does_not_hurt_a_new_token(path, clock):
    altinn = Altinn(clock)
    altinn.claims["iat"] = clock.now().timestamp() - 7200
    altinn.claims["exp"] = clock.now().timestamp() - 5400
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        await client.sms_summary(ORDER)
        assert client.token_seconds == 1800


@pytest.mark.parametrize("part", ["token_status", "exchange_status"])
async def test_ten_minutes_of_failure_are_a_few_calls(path, clock, part):
    altinn = Altinn(clock)
    setattr(altinn, part, 500)
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        while clock.seconds < 600:
            results = await asyncio.gather(
                *(client.sms_summary(ORDER) for _ in range(20)), return_exceptions=True
            )
            assert {type(r) for r in results} == {SignInError}
            clock.seconds += 2
        assert 5 <= altinn.grants <= 16
        assert altinn.exchanges <= 3 * altinn.grants
        setattr(altinn, part, 200)
        clock.seconds += 100
        await client.sms_summary(ORDER)
    assert altinn.orders == 1


@pytest.mark.parametrize("part", ["POST /token ", "GET /authentication/"])
@pytest.mark.parametrize("status", [429, 503])
async def test_who_asks_for_time_is_left_alone_for_so_long(path, clock, part, status):
    altinn, busy = Altinn(clock), []

    def reply(head):
        if head.startswith(part) and len(busy) < 1:
            busy.append(head)
            return answer(status, Retry_After="300")
        return altinn(head)

    async with (
        wire(reply, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        for clock.seconds in (0, 100, 299):
            with pytest.raises(SignInError, match=f"asks us to slow down .{status}"):
                await client.sms_summary(ORDER)
        assert len(server.heads) == (1 if "token" in part else 2)
        clock.seconds = 301
        await client.sms_summary(ORDER)
    assert altinn.orders == 1


async def test_ten_minutes_of_refusals_are_a_few_tokens(path, clock):
    altinn = Altinn(clock)
    altinn.valid_from = 10**6
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        while clock.seconds < 600:
            results = await asyncio.gather(
                *(client.sms_summary(ORDER) for _ in range(5)), return_exceptions=True
            )
            assert {type(r) for r in results} == {Unauthorized}
            clock.seconds += 10
    assert 3 <= altinn.grants == altinn.exchanges <= 6


async def test_the_pause_after_failures_has_jitter(clock):
    reader = Reader(SignInError("No.", "Go."))
    early = TokenSource(reader, clock, pause=10, check=check_time, jitter=lambda: 0.0)
    late = TokenSource(reader, clock, pause=10, check=check_time, jitter=lambda: 0.9)
    for source in (early, late):
        await asyncio.gather(source.token(), return_exceptions=True)
    clock.seconds = 11
    for source, calls in ((late, 2), (early, 3)):
        await asyncio.gather(source.token(), return_exceptions=True)
        assert reader.calls == calls


async def test_a_token_without_organisation_predicts_the_403(path, clock):
    altinn = Altinn(clock)
    altinn.claims = {"scope": SCOPE, "urn:altinn:orgNumber": "991825827"}
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        await client.sms_summary(ORDER)
        assert "service owner in Altinn (991825827), so Altinn Notifications will answer 403" in (
            client.sign_in_note or ""
        )


async def test_a_command_for_the_key_is_not_run_from_a_config_others_can_write(path, clock):
    profile = a_profile("http://127.0.0.1:9", path, key={"command": ["touch", str(path) + ".ran"]})
    path.chmod(0o666)
    with pytest.raises(ConfigError, match="others can write"):
        async with open_session(profile, path, clock, {}):
            pass
    assert not path.with_name(path.name + ".ran").exists()


def platform_profile(url: str, token: str) -> Profile:
    command = [sys.executable, "-c", f"print({token!r})"]
    fields = {"name": "app", "environment": "custom", "base_url": url, "auth": "platform-token"}
    return Profile.model_validate({**fields, "token": {"command": command}})


async def test_a_platform_token_is_sent_alone_in_its_own_header(path, clock):
    token = jwt(iss="ttd", life=300, **{"urn:altinn:app": "my-app"})
    path.touch()
    async with (
        wire(json_answer(EMPTY)) as server,
        open_session(platform_profile(server.url, token), path, clock, {}) as client,
    ):
        await client.sms_summary(ORDER)
        assert (client.org, client.token_seconds, client.sign_in_note) == ("ttd", 300, None)
    assert server.header("PlatformAccessToken") == [token]
    assert server.header("Authorization") == [None]


async def test_a_platform_token_is_not_sent_after_a_redirect(path, clock):
    token = jwt(iss="ttd", life=300)
    path.touch()
    async with wire(json_answer(EMPTY)) as other:
        moved = answer(302, Location=f"{other.url}/x")
        async with (
            wire(moved) as server,
            open_session(platform_profile(server.url, token), path, clock, {}) as client,
        ):
            with pytest.raises(Exception, match="was not followed"):
                await client.sms_summary(ORDER)
    assert other.connections == 0


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("canary-no-jwt", "is not a JWT. It was not sent"),
        (jwt("platform.tt02.altinn.no"), "it is no platform token. It was not sent"),
        (jwt(iss="ttd", at=-600, life=300), "The token ran out"),
    ],
)
async def test_what_is_no_platform_token_leaves_no_request(path, clock, token, words):
    path.touch()
    async with (
        wire(json_answer(EMPTY)) as server,
        open_session(platform_profile(server.url, token), path, clock, {}) as client,
    ):
        with pytest.raises(SignInError) as caught:
            await client.sms_summary(ORDER)
    assert words in caught.value.message
    assert "canary" not in caught.value.message
    assert server.connections == 0


async def test_a_proxy_that_fails_is_told_with_the_system_it_stands_before(
    path, clock, monkeypatch
):
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@127.0.0.1:9")
    monkeypatch.delenv("https_proxy", raising=False)
    path.write_text(jwk(kid="k"))
    path.chmod(0o600)
    fields = {"name": "p", "environment": "tt02", "auth": "maskinporten", "client_id": "c"}
    profile = Profile.model_validate({**fields, "key": {"file": str(path)}})
    async with open_maskinporten(profile, clock, {}) as sign_in:
        with pytest.raises(SignInError) as grant:
            await sign_in.grant()
        with pytest.raises(SignInError) as exchange:
            await sign_in.exchange(Secret("canary"))
    for caught, whom in ((grant, "Maskinporten"), (exchange, "Altinn's token exchange")):
        message = caught.value.message
        assert message.startswith(f"{whom} gave no token. The proxy http://127.0.0.1:9 refused")
        assert "canary" not in message

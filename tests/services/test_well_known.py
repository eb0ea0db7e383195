"""The issuer is asked where its token endpoint is, and may lead nowhere else."""

from __future__ import annotations

import json

import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services.session import open_session
from sms_monitor.services.sign_in_check import check_sign_in
from tests.services.altinn import ORDER, Altinn, a_profile
from tests.services.sign_in_parts import StillClock
from tests.services.wire import DROP, Reply, answer, json_answer, wire

WELL_KNOWN = "GET /.well-known/oauth-authorization-server HTTP/1.1\r\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chain.jwk.json"


def without_endpoint(url: str, path, **more):
    return a_profile(url, path, maskinporten_token_endpoint="", **more)


async def test_the_endpoint_is_looked_up_once_for_the_session(path):
    clock = StillClock()
    altinn = Altinn(clock)
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(without_endpoint(server.url, path), path, clock, {}) as client,
    ):
        await client.sms_summary(ORDER)
        clock.seconds += 2000
        await client.sms_summary(ORDER)
    assert (altinn.grants, altinn.lookups) == (2, 1)
    assert server.heads[0].startswith(WELL_KNOWN)
    assert server.header("Authorization")[0] is server.header("Cookie")[0] is None


async def test_an_endpoint_that_is_given_is_not_looked_up(path):
    clock = StillClock()
    altinn = Altinn(clock)
    async with (
        wire(altinn, methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        await client.sms_summary(ORDER)
    assert (altinn.grants, altinn.lookups) == (1, 0)


async def test_an_issuer_without_its_last_slash_is_asked_at_its_own_host(path):
    clock = StillClock()
    altinn = Altinn(clock)
    altinn.metadata = lambda url: {"issuer": url, "token_endpoint": f"{url}/token"}
    async with wire(altinn, methods=("GET", "POST")) as server:
        profile = without_endpoint(server.url, path, maskinporten_issuer=server.url)
        async with open_session(profile, path, clock, {}) as client:
            await client.sms_summary(ORDER)
    assert altinn.lookups == 1


def said(**changed: object):
    """An answer about this server, with some of it changed."""

    def reply(url: str):
        document = {"issuer": f"{url}/", "token_endpoint": f"{url}/token", **changed}
        return json_answer(json.dumps(document).encode())

    return reply


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (said(issuer="https://evil.example/"), 'it calls itself "https://evil.example/", not "'),
        (said(token_endpoint="https://evil.example/token"), "is at evil.example, not at the iss"),
        (said(token_endpoint="http://evil.example/token"), "is plain http to evil.example"),
        (said(token_endpoint="http://127.0.0.1:9/token"), "is at 127.0.0.1, not at the issuer's"),
        (said(token_endpoint="http://u:canary@127.0.0.1/token"), "holds a user name or password"),
        (said(token_endpoint="\x1b]52;c;QQ==\x07"), "is not a base URL"),
        (said(token_endpoint=None), "is not the JSON of RFC 8414"),
        (json_answer(b"[" * 9000), "is not the JSON of RFC 8414"),
        (answer(200, b"<html>canary\x9b2J"), "is not the JSON of RFC 8414"),
        (answer(404, b"canary"), "oauth-authorization-server gave 404"),
        (answer(302, Location="https://evil.example/"), "a redirect to evil.example"),
        (answer(503, Retry_After="9"), "asks us to slow down (503)"),
        (answer(200, b"", DROP, Content_Length="9"), "is not the JSON of RFC 8414"),
    ],
)
async def test_what_leads_elsewhere_or_nowhere_gets_no_grant(path, reply, words):
    clock = StillClock()

    def replied(_: str) -> Reply:
        return reply(server.url) if callable(reply) else reply

    async with wire(replied) as server:
        profile = without_endpoint(server.url, path)
        async with open_session(profile, path, clock, {}) as client:
            with pytest.raises(SignInError) as caught:
                await client.sms_summary(ORDER)
    shown = f"{caught.value.message} {caught.value.next_step}"
    assert words in shown and shown.isprintable() and len(shown) < 500
    assert "canary" not in shown
    # nothing but the question went out: `wire` refuses what is not GET
    assert [head.partition("\n")[0] + "\n" for head in server.heads] == [WELL_KNOWN]


async def checked(altinn, path, **more) -> dict:
    async with wire(altinn, methods=("GET", "POST")) as server:
        profile = a_profile(server.url, path, **more)
        return {step.name: step async for step in check_sign_in(profile, path, StillClock(), {})}


async def test_the_check_compares_the_endpoint_with_what_the_issuer_says(path):
    altinn = Altinn(StillClock())
    altinn.metadata = lambda url: {"issuer": f"{url}/", "token_endpoint": f"{url}/new/token"}
    steps = await checked(altinn, path)
    assert steps["issuer"].result == "warn" and "/new/token, not at " in steps["issuer"].text
    assert steps["api"].result == "pass"


async def test_the_check_goes_on_when_an_issuer_nobody_needs_is_silent(path):
    altinn = Altinn(StillClock())
    altinn.metadata = lambda _: {}
    steps = await checked(altinn, path)
    assert steps["issuer"].result == "warn" and "The sign-in goes on" in steps["issuer"].next_step
    assert steps["api"].result == "pass"


async def test_the_check_ends_when_the_endpoint_is_needed_and_not_found(path):
    altinn = Altinn(StillClock())
    altinn.metadata = lambda _: {}
    steps = await checked(altinn, path, maskinporten_token_endpoint="")
    assert list(steps)[-1] == "issuer" and steps["issuer"].result == "fail"
    assert "write maskinporten_token_endpoint" in steps["issuer"].next_step

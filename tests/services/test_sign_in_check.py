from __future__ import annotations

import json

import pytest

from sms_monitor.services.profile import Profile
from sms_monitor.services.sign_in_check import check_sign_in
from tests.services.altinn import Altinn, a_profile
from tests.services.sign_in_parts import StillClock
from tests.services.wire import wire


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chain.jwk.json"


@pytest.fixture
def clock():
    return StillClock()


async def steps(profile: Profile, path, clock) -> list:
    return [step async for step in check_sign_in(profile, path, clock, {})]


async def test_the_check_tries_each_step(path, clock):
    altinn = Altinn(clock)
    async with wire(altinn, methods=("GET", "POST")) as server:
        found = await steps(a_profile(server.url, path), path, clock)
    names = ["config", "network", "key", "issuer", "maskinporten", "clock", "exchange", "api"]
    assert [step.name for step in found] == names
    assert {step.result for step in found} == {"pass"}
    assert found[2].facts["bits"] == 2048
    assert found[6].facts["org"] == "ttd"
    assert altinn.counts == (1, 1)
    assert altinn.orders == 1
    text = json.dumps([[s.text, dict(s.facts)] for s in found])
    assert "eyJ" not in text and '"mp"' not in text


@pytest.mark.parametrize(
    ("part", "last"), [("token_status", "maskinporten"), ("exchange_status", "exchange")]
)
async def test_the_check_ends_at_the_step_that_fails(path, clock, part, last):
    altinn = Altinn(clock)
    setattr(altinn, part, 401)
    async with wire(altinn, methods=("GET", "POST")) as server:
        found = await steps(a_profile(server.url, path), path, clock)
    assert (found[-1].name, found[-1].result) == (last, "fail")
    assert found[-1].next_step
    assert {step.result for step in found[:-1]} == {"pass"}
    assert altinn.orders == 0


async def test_the_check_tells_a_key_that_cannot_be_used(path, clock):
    async with wire(Altinn(clock), methods=("GET", "POST")) as server:
        profile = a_profile(server.url, path)
        path.write_text("canary")
        *_, last = await steps(profile, path, clock)
    assert (last.name, last.result) == ("key", "fail")
    assert "canary" not in last.text


async def test_the_check_tells_that_the_api_refuses(path, clock):
    altinn = Altinn(clock)
    altinn.valid_from = 10**6
    async with wire(altinn, methods=("GET", "POST")) as server:
        *_, last = await steps(a_profile(server.url, path), path, clock)
    assert (last.name, last.result) == ("api", "fail")
    assert altinn.counts == (1, 1)

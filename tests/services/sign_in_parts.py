"""A clock that stands still, tokens made to measure, and a reader that gives them out."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

from sms_monitor.core.errors import SignInError
from sms_monitor.services.credentials import Secret
from sms_monitor.services.tokens import Token, check_token

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TT02 = "https://platform.tt02.altinn.no"


def of_tt02(token: Token, now: datetime) -> None:
    check_token(token, TT02, now)


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

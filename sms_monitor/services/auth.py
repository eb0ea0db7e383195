"""Putting a bearer token on requests, and getting a new one in time.

No lock is held across a `yield`: httpx may close the generator from another task, and a lock
it held would stay locked for ever (modelcontextprotocol/python-sdk#2847).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

import httpx

from sms_monitor.core.errors import SignInError
from sms_monitor.services.clock import Clock
from sms_monitor.services.credentials import Secret
from sms_monitor.services.tokens import Token, check_token, parse_token

COMMAND_PAUSE = 30.0
"""Seconds between two runs of a command, also when it fails or the token is refused."""
READ_PAUSE = 5.0
"""The same for a file or a variable, which cost nothing."""
YOUNG = 5.0
"""Seconds after which a refused token can no longer be "not yet valid"."""
YOUNG_WAIT = 1.0
"""The exchange sets `nbf` to its own now and Notifications allows no skew, so a token may be
refused in its first second (Altinn/altinn-studio#9202)."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldToken:
    """A token and its times on the monotonic clock, which no one sets."""

    secret: Secret
    org: str
    """Short name of the organisation; "" when the token does not say."""
    obtained: float
    renew_at: float
    """When to get the next one, early enough that no poll waits for it; `inf` when unknown."""
    expires: float
    """`inf` when unknown."""


class TokenSource:
    """Hands out one token to all requests and reads a new one when it must.

    However many ask, one read is under way at a time; it goes on when the one who caused it is
    cancelled. A failure is remembered for `pause` seconds, so a broken command is not run once
    for each order.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[Secret]],
        clock: Clock,
        *,
        pause: float,
        base_url: str | None,
    ) -> None:
        """`pause` is the least number of seconds between two reads.

        `base_url` is where the token will be sent: a JWT of another host is refused. None for
        an environment that is not Altinn's, whose issuer may have any name.
        """
        self.clock = clock
        self._read = read
        self._pause = pause
        self._base_url = base_url
        self._held: HeldToken | None = None
        self._failure: SignInError | None = None
        self._last_read = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    @property
    def org(self) -> str:
        """The organisation of the token held; "" while that is not known."""
        return self._held.org if self._held is not None else ""

    async def token(self) -> HeldToken:
        """Return a token to send, the one held when it lasts.

        Raises:
            SignInError: None could be had, or it must not be sent.
        """
        now = self.clock.monotonic()
        held = self._held
        if held is not None and now < held.renew_at:
            return held
        usable = held is not None and now < held.expires
        if self._may_read():
            reading = self._start()
            if not usable:
                await asyncio.shield(reading)
        if not usable and self._failure is not None:
            self._fail_again(self._failure)
        if self._held is None:
            raise AssertionError("a read ends with a token or with a failure")
        return self._held

    async def after_refusal(self, refused: HeldToken) -> HeldToken | None:
        """Return another token than the one the API answered 401 to, None when there is none.

        Raises:
            SignInError: The new one could not be had.
        """
        if self._held is refused:
            if not self._may_read():
                return None
            await asyncio.shield(self._start())
            if self._failure is not None:
                self._fail_again(self._failure)
        return None if self._held is refused else self._held

    async def aclose(self) -> None:
        """Stop a read that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])

    def _may_read(self) -> bool:
        """Tell whether a read is under way to wait for, or a new one is due."""
        return self._reading is not None or self.clock.monotonic() - self._last_read >= self._pause

    def _start(self) -> asyncio.Task[None]:
        if self._reading is None:
            self._reading = asyncio.create_task(self._renew())
        return self._reading

    async def _renew(self) -> None:
        self._last_read = self.clock.monotonic()
        try:
            token = parse_token(await self._read())
            if self._base_url is not None:
                check_token(token, self._base_url, self.clock.now())
            self._hold(token)
            self._failure = None
        except SignInError as error:
            self._failure = error
        finally:
            self._reading = None

    def _hold(self, token: Token) -> None:
        if self._held is not None and self._held.secret.reveal() == token.secret.reveal():
            # the same object: how those who were refused see that nothing has changed
            return
        now = self.clock.monotonic()
        life = token.life(self.clock.now())
        if life is None:
            self._held = HeldToken(token.secret, token.org, now, float("inf"), float("inf"))
        else:
            margin = min(60.0, life / 3)
            self._held = HeldToken(token.secret, token.org, now, now + life - margin, now + life)

    def _fail_again(self, failure: SignInError) -> NoReturn:
        # a new one for each: raising one error many times piles up its traceback
        raise SignInError(failure.message, failure.next_step) from failure


class BearerAuth(httpx.Auth):
    """Adds `Authorization: Bearer …` to requests to one origin, and to no other."""

    def __init__(self, tokens: TokenSource, base_url: str) -> None:
        self._tokens = tokens
        self._origin = _origin(httpx.URL(base_url))

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request, and again after a 401.

        Once with the same token if it is young, then once with another if there is one.
        """
        if _origin(request.url) != self._origin:
            raise SignInError(
                f"The token is for {self._origin[1]}; it is not sent to {request.url.host}.",
                "Check base_url in the profile.",
            )
        token = await self._tokens.token()
        response = yield _signed(request, token)
        clock = self._tokens.clock
        if response.status_code == 401 and clock.monotonic() - token.obtained < YOUNG:
            await _discard(response)
            await clock.sleep(YOUNG_WAIT)
            response = yield _signed(request, token)
        if response.status_code == 401:
            another = await self._tokens.after_refusal(token)
            if another is not None:
                await _discard(response)
                yield _signed(request, another)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _signed(request: httpx.Request, token: HeldToken) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {token.secret.reveal()}"
    return request


async def _discard(response: httpx.Response) -> None:
    """Drop a body nobody will read: httpx would take all of it into memory, however long."""
    await response.stream.aclose()  # type: ignore[union-attr]
    response.stream = httpx.ByteStream(b"")

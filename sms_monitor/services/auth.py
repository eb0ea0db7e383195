"""Putting a token on requests, and getting a new one in time.

No lock is held across a `yield`: httpx may close the generator from another task, and a lock
it held would stay locked for ever (modelcontextprotocol/python-sdk#2847).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

import httpx

from sms_monitor.core.errors import SignInError
from sms_monitor.services.attended import TerminalNeeded
from sms_monitor.services.clock import Clock
from sms_monitor.services.credentials import Secret
from sms_monitor.services.tokens import Token, access_note, parse_token

COMMAND_PAUSE = 30.0
"""Seconds between two runs of a command, also when it fails or the token is refused."""
READ_PAUSE = 5.0
"""The same for a file or a variable, which cost nothing."""
MINT_PAUSE = 30.0
"""The same for a token of Maskinporten, unless it fails: then it is tried again sooner."""
MINT_RETRY = 5.0
LONGEST = 10
"""How many times the first pause the last one is, when nothing helps."""
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
    note: str | None
    """Why the API will refuse it, as far as it can be read from it."""
    obtained: float
    renew_at: float
    """When to get the next one, early enough that no poll waits for it; `inf` when unknown."""
    expires: float
    """`inf` when unknown."""


class TokenSource:
    """Hands out one token to all requests and reads a new one when it must.

    However many ask, one read is under way at a time; it goes on when the one who caused it is
    cancelled. A failure is remembered, and so is a token that the API refuses: each time the
    pause until the next read is twice as long, so neither a broken command nor Maskinporten is
    flooded.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[Secret]],
        clock: Clock,
        *,
        pause: float,
        check: Callable[[Token, datetime], None],
        retry: float | None = None,
        minted: bool = False,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`pause` is the least number of seconds between two reads, `retry` that after a failure.

        `check` raises `SignInError` for a token that must not be sent at that time. `minted`
        says that each read makes a new token: it is then young whatever this machine's clock
        says. `jitter` returns numbers in [0, 1) that keep many monitors from failing in step.
        """
        self.clock = clock
        self._read = read
        self._pause = pause
        self._retry = pause if retry is None else retry
        self._check = check
        self._minted = minted
        self._jitter = jitter
        self._held: HeldToken | None = None
        self._failure: SignInError | None = None
        self._failures = 0
        self._refusals = 0
        self._next_read = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    @property
    def org(self) -> str:
        """The organisation of the token held; "" while that is not known."""
        return self._held.org if self._held is not None else ""

    @property
    def note(self) -> str | None:
        """What should be looked at although the token held still works; None when all is well.

        Why the API will refuse it, as far as it can be read from it, or that the next one needs
        the terminal.
        """
        if self._held is None:
            return None
        works = self.seconds_left() != 0 and not self._refusals
        if works and self._failure is not None and self.needs_terminal:
            return f"{self._failure.message} {self._failure.next_step}"
        return self._held.note

    @property
    def needs_terminal(self) -> bool:
        """Whether the next token has to wait until a command may ask the person."""
        return isinstance(self._failure, TerminalNeeded)

    def seconds_left(self) -> float | None:
        """Return how long the token held lasts, 0 when it has ended; None when it is not known."""
        if self._held is None or self._held.expires == float("inf"):
            return None
        return max(0.0, self._held.expires - self.clock.monotonic())

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
            if self._reading is None:
                self._refusals += 1
            await asyncio.shield(self._start())
            if self._failure is not None:
                self._fail_again(self._failure)
        return None if self._held is refused else self._held

    async def renew(self) -> None:
        """Read a new token at once, for there is reason to think that it can be had now.

        Raises:
            SignInError: It could not be had after all.
        """
        self._failures = self._refusals = 0
        await asyncio.shield(self._start())
        if self._failure is not None:
            self._fail_again(self._failure)

    def accepted(self) -> None:
        """Hear that the API takes the token: a refusal later is the first again."""
        self._refusals = 0

    async def aclose(self) -> None:
        """Stop a read that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])

    def _may_read(self) -> bool:
        """Tell whether a read is under way to wait for, or a new one is due."""
        return self._reading is not None or self.clock.monotonic() >= self._next_read

    def _start(self) -> asyncio.Task[None]:
        if self._reading is None:
            self._reading = asyncio.create_task(self._renew())
        return self._reading

    async def _renew(self) -> None:
        began = self.clock.monotonic()
        self._next_read = began + self._pause
        try:
            token = parse_token(await self._read())
            now = self.clock.now()
            if self._minted and token.issued is not None:
                now = datetime.fromtimestamp(token.issued, UTC)
            self._check(token, now)
            self._hold(token, now)
            self._failure, self._failures = None, 0
            pause = self._backed_off(self._pause, self._refusals)
        except SignInError as error:
            self._failure, self._failures = error, self._failures + 1
            pause = max(self._backed_off(self._retry, self._failures - 1), error.retry_after)
        finally:
            self._reading = None
        self._next_read = began + pause

    def _backed_off(self, pause: float, times: int) -> float:
        longer = min(pause * 2.0 ** min(times, LONGEST), pause * LONGEST)
        return longer * (1 + self._jitter() / 4)

    def _hold(self, token: Token, now: datetime) -> None:
        if self._held is not None and self._held.secret.reveal() == token.secret.reveal():
            # the same object: how those who were refused see that nothing has changed
            return
        at = self.clock.monotonic()
        life = token.life(now)
        renew_at = expires = float("inf")
        if life is not None:
            renew_at, expires = at + life - min(60.0, life / 3), at + life
        self._held = HeldToken(token.secret, token.org, access_note(token), at, renew_at, expires)

    def _fail_again(self, failure: SignInError) -> NoReturn:
        # a new one for each: raising one error many times piles up its traceback
        raise SignInError(failure.message, failure.next_step) from failure


class TokenAuth(httpx.Auth):
    """Adds a token to requests to one origin, and to no other.

    As `Authorization: Bearer …`, or alone as `PlatformAccessToken: …`; never as both, because
    the server then takes the organisation from the one and the scope from the other.
    """

    def __init__(self, tokens: TokenSource, base_url: str, *, platform: bool = False) -> None:
        self._tokens = tokens
        self._header = "PlatformAccessToken" if platform else "Authorization"
        self._prefix = "" if platform else "Bearer "
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
        response = yield self._signed(request, token)
        clock = self._tokens.clock
        if response.status_code == 401 and clock.monotonic() - token.obtained < YOUNG:
            await _discard(response)
            await clock.sleep(YOUNG_WAIT)
            response = yield self._signed(request, token)
        if response.status_code == 401:
            another = await self._tokens.after_refusal(token)
            if another is not None:
                await _discard(response)
                response = yield self._signed(request, another)
        if response.status_code != 401 and response.status_code < 500:
            self._tokens.accepted()

    def header(self, token: str) -> str:
        """Return the header line that carries `token`."""
        return f"{self._header}: {self._prefix}{token}"

    def _signed(self, request: httpx.Request, token: HeldToken) -> httpx.Request:
        request.headers[self._header] = f"{self._prefix}{token.secret.reveal()}"
        return request


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _discard(response: httpx.Response) -> None:
    """Drop a body nobody will read: httpx would take all of it into memory, however long."""
    await response.stream.aclose()  # type: ignore[union-attr]
    response.stream = httpx.ByteStream(b"")

"""Everything that can go wrong, as values that speak to a person.

* MonitorError          what happened, and what to do next
  * ConfigError         exit 4: something a person wrote must be changed
  * StorageError        exit 4: a file of ours cannot be read or written
  * SourceError         exit 3: no usable answer about an order
    * SignInError       no credential to send: Notifications was not asked
    * Unreachable       no answer: refused, DNS, TLS, dropped
    * TimedOut          no answer in time
    * ServerError       5xx, or a redirect
    * RateLimited       429, or 503 with Retry-After
    * InvalidBody       200 with something that is not an order
    * BadRequest        400
    * Unauthorized      401
    * Forbidden         403
    * NotFound          404

In a poll an error is a value on the board; in a headless command it ends `main`; in a dialog
it is a sentence. Exit statuses 0 to 2 say how the deliveries went, so none of them is here.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Kind = Literal[
    "not_found",
    "unauthorized",
    "forbidden",
    "bad_request",
    "rate_limited",
    "server",
    "unreachable",
    "timeout",
    "invalid_body",
    "sign_in",
    "config",
    "storage",
]


class MonitorError(Exception):
    """Base class: a front end catches this and nothing broader."""

    kind: ClassVar[Kind]
    exit_code: ClassVar[int]

    def __init__(self, message: str, next_step: str) -> None:
        """Keep what happened and what to do next: each a sentence, safe to print."""
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def as_json(self) -> dict[str, str]:
        """Return the `error` object of `status --json`."""
        return {"kind": self.kind, "message": self.message, "next_step": self.next_step}


class ConfigError(MonitorError):
    """A profile, an option or an argument is missing or wrong; the message says where."""

    kind = "config"
    exit_code = 4


class StorageError(MonitorError):
    """A file of ours cannot be read or written; the message names it."""

    kind = "storage"
    exit_code = 4


class SourceError(MonitorError):
    """The API or sign-in gave no usable answer."""

    exit_code = 3
    transport: ClassVar[bool] = True
    """True when the trouble is between us and the API, not with this one order."""

    def __init__(self, message: str, next_step: str, retry_after: float = 0.0) -> None:
        """Keep also how many seconds the server asked us to stay away; 0 when it did not say."""
        super().__init__(message, next_step)
        self.retry_after = retry_after


class SignInError(SourceError):
    """No credential could be had, or it must not be sent: nothing was asked of Notifications."""

    kind = "sign_in"


class Unreachable(SourceError):
    """No answer: connection refused or dropped, DNS, TLS, proxy."""

    kind = "unreachable"


class TimedOut(SourceError):
    """No answer in time; the message names the phase."""

    kind = "timeout"


class ServerError(SourceError):
    """5xx, a redirect, or any other status that is not about this order."""

    kind = "server"


class RateLimited(SourceError):
    """The server asked us to slow down."""

    kind = "rate_limited"


class InvalidBody(SourceError):
    """200, but not the JSON of an order: HTML, cut short, or of another shape."""

    kind = "invalid_body"


class BadRequest(SourceError):
    """400: the API does not take this id."""

    kind = "bad_request"
    transport = False


class Unauthorized(SourceError):
    """401: no token, or one that is expired or not from this environment."""

    kind = "unauthorized"


class Forbidden(SourceError):
    """403: the token lacks the scope or the organisation."""

    kind = "forbidden"


class NotFound(SourceError):
    """404: unknown, another organisation's, another environment's, or a chain id."""

    kind = "not_found"
    transport = False

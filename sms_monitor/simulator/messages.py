"""What goes between the socket and the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Request:
    """A request.

    `target` is the path and query as sent. `host`, `authorization`, `accept` and `content_type`
    are the headers of those names, "" when missing. `body`: of a POST, else b"".
    """

    method: str
    target: str
    host: str = ""
    authorization: str = ""
    accept: str = ""
    content_type: str = ""
    body: bytes = b""


class Sending(Enum):
    """How much of an answer reaches the client."""

    WHOLE = auto()
    CUT = auto()
    """All headers and half the body, then the connection is closed."""
    NOTHING = auto()
    """The connection is closed without a byte."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`content_type` "" sends none, as the server does with an empty body.

    `delay`: real seconds to wait before it is sent. `at`: seconds since 1970 for its Date
    header; None for the simulated time.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    sending: Sending = Sending.WHOLE
    delay: float = 0.0
    at: float | None = None

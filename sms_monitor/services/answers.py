"""Every way the API, or something in its place, can fail to give an answer, as a sentence."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from sms_monitor.core.decoding import FIRST_YEAR, LAST_YEAR
from sms_monitor.core.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    SourceError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from sms_monitor.core.text import clean
from sms_monitor.services.command import hide_tokens
from sms_monitor.services.tokens import SCOPE

MAX_RETRY_AFTER = 3600.0
"""Seconds; a server that asks for more is asked again after this."""
SHOWN = 200
"""Characters of the server's own words that are shown."""
_BY_ITSELF = "It is asked again by itself."


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom we ask, as the sentences name it."""

    profile: str
    environment: str
    host: str
    """With the port when it is not the usual one."""
    proxy: str = ""
    """The proxy between, without its password; "" when there is none."""
    org: str = ""
    """Short name of the organisation that is signed in; "" while that is not known."""

    @property
    def whose(self) -> str:
        """Whose orders are asked for, and where: `for ttd in tt02`; a custom one has its host."""
        where = f"at {self.host}" if self.environment == "custom" else f"in {self.environment}"
        return f"for {self.org} {where}" if self.org else where


def refusal_of(response: httpx.Response, body: bytes, order_id: str, peer: Peer) -> SourceError:
    """Return what a status other than 200 means; `body` is as much of it as was read.

    The API's own 401, 403, 404 and 500 have no body; API Management and proxies may add one.
    """
    status = response.status_code
    said = _words_of(body)
    if 300 <= status < 400:
        target = response.next_request
        host = clean(target.url.host, 100) if target else "nowhere"
        return _redirect(peer, f"{host} ({status})")
    if status in (429, 503):
        wait = retry_after(response)
        if status == 429 or wait is not None:
            return RateLimited(
                f"{peer.host} asks us to slow down ({status}){said}",
                "It is asked again by itself when that time is over.",
                wait or 0.0,
            )
    match status:
        case 400:
            return BadRequest(
                f'The API does not take "{clean(order_id, 100)}" as an order id (400){said}',
                "Remove it and add the right one, like f1a1cc30-197f-4f34-8304-006ce4945fd1.",
            )
        case 401:
            return Unauthorized(
                f"{peer.host} does not accept the sign-in (401): there is no token, it has run "
                f"out, or it is not an Altinn token of {peer.environment}{said}",
                f'Get a new token for the profile "{peer.profile}".',
            )
        case 403:
            return Forbidden(
                f"{peer.host} knows the token but it may not read orders (403){said}",
                f"It needs the scope {SCOPE} and must belong to "
                "an organisation that is a service owner in Altinn.",
            )
        case 404:
            return NotFound(
                f"Order {clean(order_id, 100)} was not found {peer.whose}: right profile? "
                f'"{peer.profile}" was used. Else the id is unknown, or that of an order chain.',
                "Check the profile and the id. Of an order chain, watch the shipmentId instead.",
            )
        case 407:
            return _proxy_sign_in(peer)
        case _:
            trouble = "failed" if status >= 500 else "gave an unexpected answer"
            return ServerError(
                f"{peer.host} {trouble} ({status}){said}",
                f"{_BY_ITSELF} If it stays so, ask Altinn.",
                retry_after(response) or 0.0,
            )


def trouble_of(error: httpx.RequestError | OSError | UnicodeError, peer: Peer) -> SourceError:
    """Return what it means that no whole answer came."""
    match error:
        case httpx.ConnectTimeout():
            return TimedOut(
                f"{_met_first(peer)} could not be connected to in time.",
                f"{_BY_ITSELF} Check the network, VPN and firewall.",
            )
        case httpx.PoolTimeout():
            return TimedOut(
                f"All connections to {peer.host} are busy.",
                f"{_BY_ITSELF} If it stays so, choose a longer interval or watch fewer orders.",
            )
        case httpx.TimeoutException():
            return TimedOut(f"{peer.host} was connected to but did not answer in time.", _BY_ITSELF)
        case httpx.ProxyError():
            if "407" in str(error):
                return _proxy_sign_in(peer)
            return Unreachable(
                f"The proxy {peer.proxy} did not open the way to {peer.host} "
                f"({clean(str(error), SHOWN)}).",
                f"Ask those who run the proxy to allow {peer.host}, or name it in NO_PROXY.",
            )
        case httpx.RemoteProtocolError() if "location header" in str(error):
            # httpx reads the address of a redirect even when it does not follow it
            return _redirect(peer, "an address that is none")
    return _connection_trouble(error, peer)


def too_slow(seconds: float, peer: Peer) -> TimedOut:
    """Return what it means that an answer began but was not whole after `seconds`."""
    return TimedOut(
        f"{peer.host} did not finish its answer within {seconds:g} s.",
        f"{_BY_ITSELF} If it stays so, the network is too slow for an order of this size.",
    )


def _connection_trouble(error: BaseException, peer: Peer) -> SourceError:
    for cause in _causes(error):
        match cause:
            case socket.gaierror() | UnicodeError():
                return Unreachable(
                    f"The name of {_met_first(peer)} cannot be looked up (DNS).",
                    "Check the network and VPN, and the spelling in the profile.",
                )
            case ssl.SSLCertVerificationError():
                return Unreachable(
                    f"The certificate of {peer.host} is not trusted ({cause.verify_message}).",
                    "If a company's proxy opens TLS, name its CA file as ca_bundle in the profile "
                    "or in SSL_CERT_FILE. There is no way to go without the check.",
                )
            case ssl.SSLError():
                return Unreachable(
                    f"No secure connection to {peer.host} "
                    f"({clean((cause.reason or str(cause)).replace('_', ' ').lower(), SHOWN)}).",
                    "Check base_url, its port, and the proxy.",
                )
            case ConnectionRefusedError():
                return Unreachable(
                    f"{_met_first(peer)} refused the connection: nothing listens there.",
                    "Check base_url and the proxy in use. A local API must be started first.",
                )
    if isinstance(error, httpx.ConnectError):
        return Unreachable(
            f"{_met_first(peer)} cannot be reached ({_reason(error)}).",
            f"{_BY_ITSELF} Check the network, VPN and firewall.",
        )
    return Unreachable(
        f"The connection to {peer.host} broke off before the answer was whole ({_reason(error)}).",
        f"{_BY_ITSELF} If it stays so, check the network, VPN and proxy.",
    )


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds `Retry-After` asks for, in [0, 3600]; None without one or for garbage.

    A date counts from the answer's own `Date`, so this machine's clock does not matter.
    """
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        # a long row of digits is infinity, and so the maximum
        return min(float(value), MAX_RETRY_AFTER)
    then, now = _http_date(value), date_of(response)
    if then is None or now is None:
        return None
    return min(max((then - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def date_of(response: httpx.Response) -> datetime | None:
    """Return the server's clock, UTC; None when it does not say."""
    return _http_date(response.headers.get("Date", ""))


def _http_date(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # at the ends of the calendar a time zone cannot be reckoned with
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None


def _redirect(peer: Peer, answer: str) -> ServerError:
    return ServerError(
        f"{peer.host} answered with a redirect to {answer}, which was not followed.",
        "A captive portal or proxy may be answering in the API's place: open a browser and sign "
        "in to the network, or check base_url.",
    )


def _proxy_sign_in(peer: Peer) -> Unreachable:
    return Unreachable(
        f"The proxy {peer.proxy or 'on the way'} wants its own sign-in (407).",
        "Put user name and password in HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT). For NTLM or "
        "Kerberos run px or cntlm on this machine and name that.",
    )


def _met_first(peer: Peer) -> str:
    return f"The proxy {peer.proxy}" if peer.proxy else peer.host


def _words_of(body: bytes) -> str:
    """Return ": " and the server's own words, or "."; of a web page, none.

    ASP.NET's `ValidationProblemDetails` says most in `errors`, other problem details in `detail`.
    """
    text = body.decode(errors="replace").strip()
    try:
        text = _problem(msgspec.json.decode(body)) or text
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if text.startswith("<"):
            return " with a web page."
    # a gateway may repeat the header it did not like
    return f": {clean(hide_tokens(text), SHOWN).rstrip('.')}." if text else "."


def _problem(found: Any) -> str:
    if not isinstance(found, dict):
        return ""
    errors = found.get("errors")
    if isinstance(errors, dict):
        for texts in errors.values():
            if isinstance(texts, list) and texts and isinstance(texts[0], str):
                return texts[0]
    return next(
        (found[k] for k in ("detail", "title", "message") if isinstance(found.get(k), str)), ""
    )


def _reason(error: BaseException) -> str:
    """Return the innermost words there are, such as "Network is unreachable"."""
    words = [c.strerror for c in _causes(error) if isinstance(c, OSError) and c.strerror]
    return clean(words[-1] if words else str(error) or type(error).__name__, SHOWN)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield `error` and what it came from; of several addresses tried, the last."""
    while error is not None:
        yield error
        inside = error.exceptions[-1] if isinstance(error, BaseExceptionGroup) else None
        # httpcore's pool raises `from None`, which leaves only the context
        error = inside or error.__cause__ or error.__context__

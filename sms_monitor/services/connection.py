"""How requests leave this machine: trust, proxy, connections."""

from __future__ import annotations

import functools
import logging
import os
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from sms_monitor import __version__
from sms_monitor.core.errors import ConfigError
from sms_monitor.services.answers import Peer
from sms_monitor.services.profile import is_loopback
from sms_monitor.services.slots import Slots
from sms_monitor.services.wire import Wire

MAX_CONNECTIONS = 8
"""Requests in flight at once; more would be no kindness to an API that others use too."""
KEEPALIVE = 300.0
"""Seconds an idle connection is kept: longer than a poll interval, or each poll pays for TLS."""
MAX_SHORT_BODY = 64 * 1024
"""Bytes that are read of an error or a token."""
TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=30.0)
"""Seconds without progress; the whole answer has a limit of its own."""


def open_http(
    base_url: str,
    ca_bundle: Path | None,
    auth: httpx.Auth | None,
    timeout: httpx.Timeout = TIMEOUT,
    wire: Wire | None = None,
) -> httpx.AsyncClient:
    """Return a client for one origin: no redirects, no cookies, no secret in its headers.

    `base_url` is a checked one of a profile. `wire` hears of every request. Blocks for some 60 ms
    the first time it is https, while the system's certificates are read.

    Raises:
        ConfigError: A CA file cannot be read, or the proxy is of a kind we do not speak.
    """
    # at DEBUG they log the headers of answers, and a cookie can be a token
    for name in ("httpcore", "httpx", "hpack"):
        logging.getLogger(name).setLevel(logging.WARNING)
    proxy = proxy_for(base_url)
    # plain http is loopback only: an empty store costs nothing and trusts nobody
    trust = (
        tls_context(ca_bundle)
        if base_url.startswith("https:") or proxy
        else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )

    def open_one() -> httpx.AsyncBaseTransport:
        return httpx.AsyncHTTPTransport(
            verify=trust,
            trust_env=False,
            proxy=_through(proxy, trust) if proxy else None,
            limits=httpx.Limits(
                max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE
            ),
        )

    transport = Slots(open_one, MAX_CONNECTIONS)
    return httpx.AsyncClient(
        base_url=base_url,
        auth=auth,
        timeout=timeout,
        follow_redirects=False,
        # the environment was read above; httpx would send even loopback to a proxy
        trust_env=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"sms-monitor/{__version__}",
        },
        transport=wire.told(transport) if wire is not None else transport,
    )


@functools.cache
def tls_context(ca_bundle: Path | None) -> ssl.SSLContext:
    """Return the one context of this process that trusts the system and `ca_bundle`.

    The system's store is OpenSSL's, which `SSL_CERT_FILE` and `SSL_CERT_DIR` replace.
    `REQUESTS_CA_BUNDLE`, which people behind a company's proxy have set already, adds to it.

    Raises:
        ConfigError: A file named is not there or holds no certificate.
    """
    context = ssl.create_default_context()
    for origin, path in (
        ("REQUESTS_CA_BUNDLE", os.environ.get("REQUESTS_CA_BUNDLE")),
        ("ca_bundle", ca_bundle),
    ):
        if not path:
            continue
        try:
            if Path(path).is_dir():
                context.load_verify_locations(capath=path)
            else:
                context.load_verify_locations(cafile=path)
        except OSError as error:
            raise ConfigError(
                f"{origin} names {path}, which holds no certificates that can be read "
                f"({error.strerror or error}).",
                "Name a PEM file with the certificates to trust, or remove the setting.",
            ) from error
    return context


def proxy_for(base_url: str) -> str | None:
    """Return the proxy the environment names for `base_url`; None on loopback and for `NO_PROXY`.

    May hold a password: show `shown_proxy` of it.

    Raises:
        ConfigError: The proxy is neither http nor https.
    """
    if is_loopback(base_url):
        return None
    proxies = getproxies()
    url = urlsplit(base_url)
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or _goes_direct(url.hostname or "", url.port, proxies.get("no", "")):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.lower().startswith(("http://", "https://")):
        raise ConfigError(
            f"The proxy {shown_proxy(proxy)} is not an http or https proxy.",
            "Set HTTPS_PROXY to an http:// proxy, or name "
            f"{url.hostname} in NO_PROXY to go without.",
        )
    return proxy


def peer_of(url: str, profile: str, environment: str) -> Peer:
    """Return how the sentences name the host of `url`, and the proxy on the way there."""
    proxy = proxy_for(url)
    return Peer(profile, environment, urlsplit(url).netloc, shown_proxy(proxy) if proxy else "")


async def start_of(response: httpx.Response) -> bytes:
    """Return the first bytes of a short body; what cannot be read does not hide the status."""
    body = b""
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= MAX_SHORT_BODY:
                break
    except (httpx.HTTPError, OSError):
        return body
    return body[:MAX_SHORT_BODY]


def _through(proxy: str, trust: ssl.SSLContext) -> httpx.Proxy:
    """Trust an https proxy as we trust the API; httpcore takes no context for another."""
    return httpx.Proxy(proxy, ssl_context=trust if proxy.lower().startswith("https:") else None)


def shown_proxy(proxy: str) -> str:
    """Return `proxy` without user name and password."""
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _goes_direct(host: str, port: int | None, no_proxy: str) -> bool:
    """Tell whether `NO_PROXY` names `host`, in any of the spellings curl, Go and Python take."""
    for entry in no_proxy.lower().split(","):
        name = entry.strip()
        if name == "*":
            return True
        if port and name.endswith(f":{port}"):
            name = name.removesuffix(f":{port}")
        name = name.removeprefix("*").removeprefix(".")
        if name and (host == name or host.endswith(f".{name}") or _is_within(host, name)):
            return True
    return False


def _is_within(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False

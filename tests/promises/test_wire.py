"""What leaves this machine, and to whom: seen by real servers on loopback."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from contextlib import asynccontextmanager

import pytest

from sms_monitor.core.errors import SignInError, SourceError
from sms_monitor.services.connection import tls_context
from sms_monitor.services.profile import Profile
from sms_monitor.services.session import open_session
from tests.services.altinn import EMPTY, ORDER, Altinn, a_profile
from tests.services.keys import jwk
from tests.services.sign_in_parts import StillClock, jwt
from tests.services.wire import Reply, answer, json_answer, wire

TT02, MASKINPORTEN = "platform.tt02.altinn.no", "test.maskinporten.no"


@pytest.fixture(autouse=True)
def _no_proxy_and_a_fresh_trust(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "key.jwk.json"


class Spoiled(Altinn):
    """The whole sign-in, but requests that begin with `part` get `reply`."""

    def __init__(self, clock: StillClock, part: str, reply: Reply) -> None:
        super().__init__(clock)
        self.part, self.reply = part, reply

    def __call__(self, head: str) -> Reply:
        return self.reply if head.startswith(self.part) else super().__call__(head)


PARTS = ("POST /token ", "GET /authentication/", "GET /notifications/")
"""The three requests of a sign-in: each carries a credential of its own."""


async def refusal_at(path, part: str, reply: Reply) -> SourceError:
    clock = StillClock()
    async with (
        wire(Spoiled(clock, part, reply), methods=("GET", "POST")) as server,
        open_session(a_profile(server.url, path), path, clock, {}) as client,
    ):
        with pytest.raises(SourceError) as caught:
            await client.sms_summary(ORDER)
    return caught.value


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_takes_no_credential_to_another_server(path, part, status):
    async with wire(json_answer(EMPTY)) as elsewhere:
        moved = answer(status, Location=f"{elsewhere.url}/somewhere")
        error = await refusal_at(path, part, moved)
        assert "a redirect to 127.0.0.1" in error.message and "not followed" in error.message
    assert elsewhere.connections == 0


@pytest.mark.parametrize("part", PARTS)
async def test_five_megabytes_of_a_web_page_are_a_short_clean_sentence(path, part):
    page = b"<html>\x1b]52;c;QUFBQQ==\x07\x9b2J" + "\u202e".encode() + b"[/b]<p>" * 700_000
    error = await refusal_at(path, part, answer(403, page, Content_Type="text/html"))
    shown = f"{error.message} {error.next_step}"
    assert len(shown) <= 500 and shown.isprintable()


@pytest.mark.parametrize("part", PARTS)
async def test_five_megabytes_of_words_are_a_short_clean_sentence(path, part):
    words = b"No \x1b]0;owned\x07 entry. " * 250_000
    error = await refusal_at(path, part, answer(400, words))
    shown = f"{error.message} {error.next_step}"
    assert len(shown) <= 500 and shown.isprintable()


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
async def test_a_token_that_the_api_repeats_is_not_shown(path, status):
    token = jwt("127.0.0.1", jti="canary")
    error = await refusal_at(path, PARTS[2], answer(status, f"no: Bearer {token}".encode()))
    assert "(a token)" in error.message
    assert token[:40] not in error.message and "c2ln" not in error.message


async def test_each_credential_goes_to_its_own_part_and_never_two_at_once(path):
    clock = StillClock()
    altinn = Altinn(clock)
    async with (
        wire(json_answer(EMPTY)) as elsewhere,
        wire(altinn, methods=("GET", "POST")) as server,
    ):
        links = EMPTY[:-1] + f', "resourceLinks": {{"self": "{elsewhere.url}/x"}}}}'.encode()
        plain = altinn.__call__

        def with_cookies_and_links(head: str) -> Reply:
            reply = plain(head)
            data = reply.data
            if b"orderId" in data:
                data = json_answer(links).data
            cookie = b"HTTP/1.1 200 X\r\nSet-Cookie: AltinnStudioRuntime=canary; Path=/\r\n"
            return Reply(data.replace(b"HTTP/1.1 200 X\r\n", cookie))

        server.reply = with_cookies_and_links
        async with open_session(a_profile(server.url, path), path, clock, {}) as client:
            await client.sms_summary(ORDER)
            await client.sms_summary(ORDER)
    assert elsewhere.connections == 0
    assert [head.split()[0] for head in server.heads] == ["POST", "GET", "GET", "GET"]
    assert server.header("Cookie") == server.header("PlatformAccessToken") == [None] * 4
    signed = f"Bearer {altinn.token}"
    assert server.header("Authorization") == [None, "Bearer mp", signed, signed]


async def test_a_token_of_another_environment_leaves_no_request(path, monkeypatch):
    path.touch()
    monkeypatch.setenv("OWN_TOKEN", jwt("platform.altinn.no"))
    fields = {"name": "p", "environment": "tt02", "auth": "token", "token": {"env": "OWN_TOKEN"}}
    async with wire(answer(503)) as proxy:
        # all ways out lead through here
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        profile = Profile.model_validate(fields)
        async with open_session(profile, path, StillClock(), {}) as client:
            with pytest.raises(SignInError, match=r"is from platform\.altinn\.no, not from"):
                await client.sms_summary(ORDER)
            monkeypatch.setenv("OWN_TOKEN", jwt(TT02))
        assert proxy.connections == 0
        async with open_session(profile, path, StillClock(), {}) as client:
            with pytest.raises(SourceError, match="did not open the way"):
                await client.sms_summary(ORDER)
        assert proxy.connections == 1


# TLS through a proxy, with the real names


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    """A CA, and a certificate of it for Altinn's and Maskinporten's test hosts."""
    folder = tmp_path_factory.mktemp("ca")

    def openssl(line: str) -> None:
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)

    new = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    openssl(f"{new} -x509 -keyout ca.key -out ca.pem -subj /CN=CA -addext keyUsage=keyCertSign")
    openssl(f"{new} -keyout own.key -out own.csr -subj /CN=x")
    (folder / "ext").write_text(f"subjectAltName=DNS:{TT02},DNS:{MASKINPORTEN}\n")
    sign = "x509 -req -in own.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 2"
    openssl(f"{sign} -extfile ext -out own.pem")
    return folder


class Tunnel:
    """A real CONNECT proxy: it leads every host to one port and keeps what it was told."""

    def __init__(self, to_port: int) -> None:
        self.to_port, self.heads, self.port = to_port, [], 0
        self.passed = b""

    async def serve(self, reader, writer) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        there = await asyncio.open_connection("127.0.0.1", self.to_port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(self._copy(reader, there[1]), self._copy(there[0], writer))

    async def _copy(self, reader, writer) -> None:
        try:
            while data := await reader.read(65536):
                self.passed += data
                writer.write(data)
        except ConnectionError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def tunnel(to_port: int):
    proxy = Tunnel(to_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy


async def test_the_whole_sign_in_goes_through_a_proxy_that_sees_none_of_it(path, ca, monkeypatch):
    clock = StillClock()
    altinn = Altinn(clock)
    altinn.claims["iss"] = f"https://{TT02}/authentication/api/v1/openid/"
    path.write_text(jwk(kid="k"))
    path.chmod(0o600)
    profile = Profile.model_validate(
        {
            "name": "p",
            "environment": "tt02",
            "auth": "maskinporten",
            "client_id": "client-7",
            "key": {"file": str(path)},
            "ca_bundle": str(ca / "ca.pem"),
        }
    )
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(ca / "own.pem", ca / "own.key")
    async with (
        wire(altinn, tls=own, methods=("GET", "POST")) as server,
        tunnel(server.port) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hush@127.0.0.1:{proxy.port}")
        async with open_session(profile, path, clock, {}) as client:
            await client.sms_summary(ORDER)
    hosts = [head.split()[1] for head in proxy.heads]
    assert sorted(set(hosts)) == [f"{TT02}:443", f"{MASKINPORTEN}:443"]
    assert all("Proxy-Authorization: Basic bWU6aHVzaA==" in head for head in proxy.heads)
    assert "Bearer" not in "".join(proxy.heads)
    assert altinn.token.encode() not in proxy.passed and b"assertion" not in proxy.passed
    assert server.header("Proxy-Authorization") == [None] * 3
    assert server.header("Host") == [MASKINPORTEN, TT02, TT02]


async def test_a_proxy_in_the_middle_with_another_ca_gets_nothing(path, ca, monkeypatch):
    path.touch()
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(ca / "own.pem", ca / "own.key")
    monkeypatch.setenv("OWN_TOKEN", jwt(TT02))
    fields = {"name": "p", "environment": "tt02", "auth": "token", "token": {"env": "OWN_TOKEN"}}
    async with wire(json_answer(EMPTY), tls=own) as server, tunnel(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        profile = Profile.model_validate(fields)
        async with open_session(profile, path, StillClock(), {}) as client:
            with pytest.raises(SourceError, match="is not trusted"):
                await client.sms_summary(ORDER)
    assert server.heads == []

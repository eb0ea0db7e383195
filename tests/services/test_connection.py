from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess

import pytest

from sms_monitor.core.errors import ConfigError, ServerError, SourceError, Unreachable
from sms_monitor.services import connection
from sms_monitor.services.client import open_client
from sms_monitor.services.connection import open_http, proxy_for, shown_proxy, tls_context
from tests.services.wire import answer, json_answer, wire

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
EMPTY = b'{"orderId": "%s", "generated": 0, "notifications": []}' % ORDER.encode()

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the keys")


@pytest.fixture(autouse=True)
def _no_proxy_and_a_fresh_trust(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """A CA, and certificates of `localhost`: one good, one for another name, one run out."""
    folder = tmp_path_factory.mktemp("keys")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req",
        "-x509",
        *curve,
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=Test CA",
        "-addext",
        "keyUsage=critical,keyCertSign",
    )
    for name, host, days in (
        ("good", "localhost", "2"),
        ("other", "example.no", "2"),
        ("old", "localhost", "-1"),
    ):
        openssl("req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=x")
        (folder / "ext").write_text(f"subjectAltName=DNS:{host}\n")
        openssl(
            "x509",
            "-req",
            "-in",
            f"{name}.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-days",
            days,
            "-extfile",
            "ext",
            "-out",
            f"{name}.pem",
            "-set_serial",
            "7",
        )
    return folder


def server_side(keys, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / f"{name}.pem", keys / f"{name}.key")
    return context


async def ask(url: str, ca_bundle=None) -> None:
    async with open_client(url, profile="p", environment="custom", ca_bundle=ca_bundle) as client:
        await client.sms_summary(ORDER)


async def ask_tls(keys, name: str, ca_bundle=None) -> None:
    async with wire(json_answer(EMPTY), tls=server_side(keys, name)) as server:
        await ask(f"https://localhost:{server.port}", ca_bundle)


@needs_openssl
async def test_a_ca_of_the_profile_is_trusted(keys):
    await ask_tls(keys, "good", keys / "ca.pem")


@needs_openssl
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
async def test_a_ca_named_in_the_environment_is_trusted(keys, monkeypatch, variable):
    monkeypatch.setenv(variable, str(keys / "ca.pem"))
    await ask_tls(keys, "good")


@needs_openssl
@pytest.mark.parametrize(
    ("name", "trusts", "words"),
    [
        ("good", False, "unable to get local issuer certificate"),
        ("other", True, "Hostname mismatch"),
        ("old", True, "certificate has expired"),
    ],
)
async def test_a_certificate_that_is_not_right_is_refused(keys, name, trusts, words):
    with pytest.raises(Unreachable, match=r"The certificate of localhost:\d+ is not") as e:
        await ask_tls(keys, name, keys / "ca.pem" if trusts else None)
    assert words in e.value.message
    assert "ca_bundle" in e.value.next_step


async def test_a_server_without_tls_is_told_from_a_bad_certificate():
    async def speak_plainly(_reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(speak_plainly, "127.0.0.1", 0)
    async with server:
        with pytest.raises(Unreachable) as caught:
            await ask(f"https://localhost:{server.sockets[0].getsockname()[1]}")
    assert "No secure connection to localhost:" in caught.value.message
    assert "wrong version number" in caught.value.message


def test_a_ca_file_that_is_none_is_named(tmp_path, monkeypatch):
    missing = tmp_path / "missing.pem"
    with pytest.raises(ConfigError, match=r"ca_bundle names .*missing\.pem"):
        open_http("https://localhost", missing, None)
    (tmp_path / "text.pem").write_text("no certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "text.pem"))
    with pytest.raises(ConfigError, match=r"REQUESTS_CA_BUNDLE names .*text\.pem"):
        open_http("https://localhost", None, None)


def test_trust_is_built_once_and_never_for_loopback_without_tls(monkeypatch):
    built = []
    really = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: built.append(1) or really())
    open_http("http://127.0.0.1:5090", None, None)
    assert built == []
    open_http("https://a.example", None, None)
    open_http("https://b.example", None, None)
    assert built == [1]
    context = tls_context(None)
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname


def test_the_pool_is_small_and_outlives_a_poll_interval():
    http = open_http("http://127.0.0.1:5090", None, None)
    assert http.follow_redirects is False
    assert connection.MAX_CONNECTIONS <= 8
    assert connection.KEEPALIVE >= 300


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_never_goes_to_a_proxy(monkeypatch, host):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with wire(json_answer(EMPTY)) as server:
        await ask(f"http://{host}:{server.port}")
    assert len(server.heads) == 1


API = "https://platform.tt02.altinn.no"


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy:8080"}, "http://proxy:8080"),
        ({"https_proxy": "proxy:8080"}, "http://proxy:8080"),
        ({"ALL_PROXY": "https://u:p@proxy"}, "https://u:p@proxy"),
        ({"HTTP_PROXY": "http://proxy:8080"}, None),
        *(
            ({"HTTPS_PROXY": "http://proxy:8080", "NO_PROXY": entry}, None)
            for entry in (
                "*",
                "altinn.no",
                ".altinn.no",
                "*.altinn.no",
                "x, PLATFORM.tt02.altinn.no",
            )
        ),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "tinn.no, no.altinn, ,10.0.0.0/8"}, "http://p"),
    ],
)
def test_the_proxy_is_the_environments(monkeypatch, environ, proxy):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(API) == proxy


@pytest.mark.parametrize("entry", ["10.0.0.0/8", "10.1.2.3", "10.1.2.3:8443"])
def test_a_network_in_no_proxy_is_understood(monkeypatch, entry):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    monkeypatch.setenv("NO_PROXY", entry)
    assert proxy_for("https://10.1.2.3:8443") is None
    assert proxy_for("https://11.1.2.3:8443") == "http://proxy"


def test_a_socks_proxy_is_refused_without_its_password(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://u:hush@proxy:1080")
    with pytest.raises(ConfigError) as caught:
        open_http(API, None, None)
    assert caught.value.message == "The proxy socks5://proxy:1080 is not an http or https proxy."


def test_a_proxy_is_shown_without_its_password():
    assert shown_proxy("http://user:p@ss@proxy:8080/") == "http://proxy:8080/"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(407), "wants its own sign-in (407)"),
        (answer(503), "did not open the way to platform.tt02.altinn.no (503 X)"),
    ],
)
async def test_a_proxy_that_refuses_is_named_without_its_password(monkeypatch, reply, words):
    async with wire(reply) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hush@127.0.0.1:{server.port}")
        with pytest.raises(Unreachable) as caught:
            await ask(API)
    assert server.heads[0].startswith("CONNECT platform.tt02.altinn.no:443 ")
    assert words in caught.value.message
    assert f"The proxy http://127.0.0.1:{server.port}" in caught.value.message
    assert "hush" not in caught.value.message + caught.value.next_step


async def test_a_proxy_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with pytest.raises(Unreachable, match=r"The proxy http://127\.0\.0\.1:1 refused"):
        await ask(API)


@pytest.mark.parametrize("url", ["https://a..b", f"https://{'x' * 64}.example"])
async def test_a_host_that_cannot_be_a_name_is_an_error_not_a_crash(url):
    with pytest.raises((SourceError, ConfigError)):
        await ask(url)


async def test_a_redirect_reaches_nobody():
    async with (
        wire(json_answer(EMPTY)) as elsewhere,
        wire(answer(307, Location=elsewhere.url)) as server,
    ):
        with pytest.raises(ServerError):
            await ask(server.url)
    assert elsewhere.connections == 0

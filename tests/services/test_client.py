from __future__ import annotations

import asyncio
import gzip
import logging
import socket
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from sms_monitor import __version__
from sms_monitor.core.errors import (
    InvalidBody,
    TimedOut,
    Unreachable,
)
from sms_monitor.services.client import open_client
from tests import LIMIT
from tests.services.asking import EMPTY, EMPTY_ID, a_client, trouble_with
from tests.services.wire import DROP, HANG, Reply, answer, json_answer, wire

FIXTURES = Path(__file__).parent.parent / "fixtures"
SUMMARY = (FIXTURES / "sms-03-all-14-results.json").read_bytes()
STATUS = (FIXTURES / "order-status-registered.json").read_bytes()


def order_id_of(body: bytes) -> str:
    return body.split(b'd": "', 1)[1][:36].decode()


async def test_a_summary_comes_with_the_servers_date():
    order_id = order_id_of(SUMMARY)
    reply = json_answer(SUMMARY, Date="Mon, 23 Nov 2026 08:00:00 GMT")
    async with wire(reply) as server, a_client(server.url) as client:
        answer = await client.sms_summary(order_id)
    assert answer.taken.answer.order_id == order_id
    assert len(answer.taken.answer.notifications) == 14
    assert answer.date == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert server.heads[0].startswith(
        f"GET /notifications/api/v1/orders/{order_id}/notifications/sms HTTP/1.1\r\n"
    )


async def test_an_order_status_comes_the_same_way():
    order_id = order_id_of(STATUS)
    async with wire(json_answer(STATUS)) as server, a_client(server.url) as client:
        answer = await client.order_status(order_id)
    assert answer.value.processing_status.status == "Registered"
    assert answer.date is None
    assert server.heads[0].startswith(f"GET /notifications/api/v1/orders/{order_id}/status HTTP")


async def test_requests_say_who_asks_and_carry_nothing_else():
    async with (
        wire(json_answer(EMPTY, Set_Cookie="AltinnStudioRuntime=x; Path=/")) as server,
        open_client(server.url, profile="p", environment="custom") as client,
    ):
        await client.sms_summary(EMPTY_ID)
        await client.sms_summary(EMPTY_ID)
    assert server.header("User-Agent") == [f"sms-monitor/{__version__}"] * 2
    assert server.header("Accept") == ["application/json"] * 2
    assert server.header("Accept-Encoding") == ["gzip"] * 2
    assert server.header("Cookie") == [None] * 2
    assert server.header("Authorization") == [None] * 2
    assert server.connections == 1


async def test_a_packed_body_is_unpacked():
    packed = json_answer(gzip.compress(EMPTY), Content_Encoding="gzip")
    async with wire(packed) as server, a_client(server.url) as client:
        assert (await client.sms_summary(EMPTY_ID)).taken.answer.notifications == ()


async def test_the_id_is_compared_without_regard_to_case():
    async with wire(json_answer(EMPTY)) as server, a_client(server.url) as client:
        assert (await client.sms_summary(EMPTY_ID.upper())).taken.answer.order_id == EMPTY_ID


async def test_an_order_id_cannot_change_the_path():
    error = await trouble_with(json_answer(EMPTY), order_id="a/../b?c=d#e")
    assert isinstance(error, InvalidBody)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(200, b"<html>Sign in</html>", Content_Type="text/html"), "with a web page"),
        (json_answer(b"\n <!doctype html>"), "with a web page"),
        (json_answer(EMPTY[:-5]), "ends too early"),
        (json_answer(b""), "ends too early"),
        (json_answer(b"\xff\xfe"), "is not JSON"),
        (json_answer(b"[]"), "unexpected shape"),
        (json_answer(b'{"orderId": "x", "notifications": 5}'), "unexpected shape"),
        (json_answer(b'{"orderId": "x", "y": ' + b"[" * 100_000), "nested too deeply"),
        (json_answer(EMPTY.replace(b"f1a1", b"0000")), "answered about 0000cc30"),
        (json_answer(b"not gzip", Content_Encoding="gzip"), "cannot be unpacked"),
    ],
)
async def test_a_200_that_is_not_this_order_is_refused(reply, words):
    error = await trouble_with(reply)
    assert isinstance(error, InvalidBody)
    assert words in error.message


async def test_a_body_that_is_too_long_is_cut_off():
    error = await trouble_with(json_answer(b" " * 5000 + EMPTY), max_body=4096)
    assert isinstance(error, InvalidBody)
    assert "more than 4,096 bytes" in error.message


async def test_a_small_body_that_unpacks_to_a_giant_is_cut_off():
    packed = gzip.compress(b" " * 3_000_000)
    error = await trouble_with(json_answer(packed, Content_Encoding="gzip"), max_body=1_000_000)
    assert "more than 1,000,000 bytes" in error.message


async def test_nothing_listening_is_told_apart():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with a_client(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(Unreachable, match=f"127.0.0.1:{port} refused the connection"):
            await client.sms_summary(EMPTY_ID)


async def test_a_name_that_does_not_exist_is_told_apart(monkeypatch):
    def no_such_name(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    async with a_client("http://nonexistent.invalid") as client:
        with pytest.raises(Unreachable, match=r"nonexistent.invalid cannot be looked up \(DNS\)"):
            await client.sms_summary(EMPTY_ID)


async def test_a_network_that_is_gone_says_so_in_the_systems_words(monkeypatch):
    async def gone(*_args, **_kwargs):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", gone)
    async with a_client("http://127.0.0.1:1") as client:
        with pytest.raises(Unreachable, match=r"cannot be reached \(Network is unreachable\)"):
            await client.sms_summary(EMPTY_ID)


async def test_a_server_that_takes_no_connection_times_out_in_that_phase():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        wait = httpx.Timeout(LIMIT, connect=0.2)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for other in waiting:
                other.setblocking(False)
                other.connect_ex(address)
            async with a_client(f"http://127.0.0.1:{address[1]}", wait=wait) as client:
                with pytest.raises(TimedOut, match="could not be connected to in time"):
                    await client.sms_summary(EMPTY_ID)
        finally:
            for other in waiting:
                other.close()


async def test_a_server_that_says_nothing_times_out_in_that_phase():
    error = await trouble_with(Reply(b"", HANG), wait=httpx.Timeout(LIMIT, read=0.2))
    assert isinstance(error, TimedOut)
    assert "did not answer in time" in error.message


async def test_a_body_that_stops_coming_times_out_too():
    reply = json_answer(EMPTY[:10], Content_Length=str(len(EMPTY)))
    error = await trouble_with(Reply(reply.data, HANG), wait=httpx.Timeout(LIMIT, read=0.2))
    assert isinstance(error, TimedOut)


async def test_an_answer_that_never_ends_is_given_up():
    endless = answer(200, b"", Transfer_Encoding="chunked", Content_Length="").data
    endless = endless.replace(b"Content-Length: \r\n", b"")
    error = await trouble_with(Reply(endless + b"1\r\n{\r\n", HANG), deadline=0.2)
    assert isinstance(error, TimedOut)
    assert "did not finish its answer within 0.2 s" in error.message


async def test_more_requests_than_connections_wait_for_their_turn():
    async with wire(Reply(b"", HANG)) as server:
        # a wait in the pool would be over at once and blamed on the server
        limits = httpx.Timeout(LIMIT, pool=0.001)
        async with a_client(server.url, wait=limits, deadline=1.0) as client:
            answers = await asyncio.gather(
                *(client.sms_summary(EMPTY_ID) for _ in range(10)), return_exceptions=True
            )
    assert all(isinstance(a, TimedOut) for a in answers)
    assert not [a for a in answers if "All connections" in str(a)]
    assert server.connections == 10


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", DROP),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Le", DROP),
        answer(200, EMPTY[:20], then=DROP, Content_Length=str(len(EMPTY))),
        Reply(b"SSH-2.0-OpenSSH_9.6\r\n", DROP),
    ],
)
async def test_a_connection_that_breaks_off_is_unreachable(reply):
    error = await trouble_with(reply)
    assert isinstance(error, Unreachable)
    assert "broke off" in error.message


async def test_a_connection_the_server_closed_is_not_used_again():
    async with (
        wire(json_answer(EMPTY), Reply(b"", DROP), json_answer(EMPTY)) as server,
        a_client(server.url) as client,
    ):
        await client.sms_summary(EMPTY_ID)
        with pytest.raises(Unreachable):
            await client.sms_summary(EMPTY_ID)
        await client.sms_summary(EMPTY_ID)
    assert server.connections == 2


async def test_a_cancelled_request_leaves_the_client_usable():
    async with (
        wire(Reply(b"", HANG), json_answer(EMPTY)) as server,
        a_client(server.url) as client,
    ):
        asking = asyncio.create_task(client.sms_summary(EMPTY_ID))
        await server.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert (await client.sms_summary(EMPTY_ID)).taken.answer.notifications == ()


async def test_nothing_of_a_body_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    async with wire(json_answer(SUMMARY)) as server, a_client(server.url) as client:
        await client.sms_summary(order_id_of(SUMMARY))
    assert "mobileNumber" not in caplog.text
    assert "+47" not in caplog.text

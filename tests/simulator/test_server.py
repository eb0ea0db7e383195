"""The simulator over real sockets."""

import http.client
import json
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from sms_monitor.simulator.faults import Faults
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.server import SimulatorServer
from tests import LIMIT
from tests.one_demo import one_demo

from .conftest import API, IDS, START, Trial

KOM = IDS["KOM-118"]
SUMMARY = f"{API}/orders/{KOM}/notifications/sms"


def connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(url.removeprefix("http://"), timeout=LIMIT)


def ask(connection: http.client.HTTPConnection, target: str, method: str = "GET", **headers: str):
    connection.request(method, target, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read()


def test_every_endpoint_answers(serve):
    connection = connect(serve(Trial()))
    for target, key in (
        (SUMMARY, "notifications"),
        (f"{API}/orders/{KOM}/status", "processingStatus"),
        (f"{API}/orders/{KOM}", "smsTemplate"),
        (f"{API}/orders?sendersReference=KOM-118", "count"),
    ):
        answer, body = ask(connection, target)
        assert (answer.status, answer.version) == (200, 11)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert int(answer.headers["Content-Length"]) == len(body)
        assert key in json.loads(body)
    connection.close()


def test_a_connection_is_kept_alive(serve):
    connection = connect(serve(Trial()))
    ask(connection, SUMMARY)
    kept = connection.sock
    ask(connection, f"{API}/orders/{IDS['UNKNOWN']}")
    ask(connection, SUMMARY)
    assert connection.sock is kept
    connection.close()


def test_urllib_can_read_it(serve):
    with urllib.request.urlopen(serve(Trial()) + SUMMARY) as answer:
        assert json.load(answer)["generated"] == 1000


def test_an_unknown_order_has_neither_body_nor_content_type(serve):
    connection = connect(serve(Trial()))
    answer, body = ask(connection, f"{API}/orders/{IDS['UNKNOWN']}/notifications/sms")
    assert (answer.status, body) == (404, b"")
    assert answer.headers["Content-Length"] == "0"
    assert answer.headers["Content-Type"] is None
    connection.close()


def test_the_date_is_the_simulated_time(serve):
    trial = Trial()
    trial.at = START + timedelta(hours=5, milliseconds=400)
    connection = connect(serve(trial))
    answer, _ = ask(connection, SUMMARY)
    assert parsedate_to_datetime(answer.headers["Date"]) == START + timedelta(hours=5)
    connection.close()


def test_two_servers_send_the_same_bytes(serve):
    bodies = []
    for _ in range(2):
        with urllib.request.urlopen(serve(Trial()) + SUMMARY) as answer:
            bodies.append(answer.read())
    assert bodies[0] == bodies[1]


def test_a_token_from_the_server_opens_the_server(serve):
    url = serve(Trial("token"))
    connection = connect(url)
    answer, body = ask(connection, "/simulator/token")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert ask(connection, SUMMARY)[0].status == 401
    signed_in, _ = ask(connection, SUMMARY, Authorization=f"Bearer {body.decode()}")
    assert signed_in.status == 200
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD"])
def test_another_method_is_refused_and_its_body_is_not_taken_for_a_request(serve, method):
    connection = connect(serve(Trial()))
    connection.request(method, SUMMARY, body=b"x" * 1000)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (405, b"")
    assert answer.headers["Allow"] == "GET"
    ask(connection, SUMMARY)
    connection.close()


def test_the_body_of_a_post_is_read_and_the_connection_kept(serve):
    connection = connect(serve(Trial()))
    connection.request("POST", "/simulator/revoke", body=b"x" * 1000)
    kept = connection.sock
    assert connection.getresponse().read() != b""
    ask(connection, SUMMARY)
    assert connection.sock is kept
    connection.close()


@pytest.mark.parametrize("length", ["65537", "999999999999", "-1", "ten"])
def test_a_body_that_is_too_long_or_has_no_length_ends_the_connection(serve, length):
    connection = connect(serve(Trial()))
    answer, _ = ask(connection, "/simulator/revoke", "POST", **{"Content-Length": length})
    assert (answer.status, answer.headers["Connection"]) == (200, "close")
    connection.close()


def test_a_dropped_request_gets_no_answer(serve):
    connection = connect(serve(Trial(faults=["drop=1"])))
    with pytest.raises(http.client.RemoteDisconnected):
        ask(connection, SUMMARY)
    connection.close()


def test_a_truncated_answer_is_shorter_than_it_says(serve):
    connection = connect(serve(Trial(faults=["truncate=1"])))
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(connection, SUMMARY)
    assert len(caught.value.partial) > 100_000
    connection.close()


def test_faults_reach_the_client(serve):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(serve(Trial(faults=["429=1"])) + SUMMARY)
    with caught.value as answer:
        assert (answer.code, answer.headers["Retry-After"]) == (429, "5")
    with urllib.request.urlopen(serve(Trial(faults=["html=1"])) + SUMMARY) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_latency_is_real_time(serve):
    connection = connect(serve(Trial(faults=["latency=0.05"])))
    began = time.monotonic()
    ask(connection, SUMMARY)
    assert time.monotonic() - began >= 0.05
    connection.close()


def test_it_closes_at_once_with_a_connection_kept_alive():
    server = SimulatorServer(Trial().simulator)
    connection = connect(server.url)
    ask(connection, SUMMARY)
    # it would never end if it waited for the client
    server.close()
    assert connection.sock is not None and connection.sock.recv(1) == b""
    connection.close()
    server.close()


def test_it_closes_at_once_with_an_answer_under_way():
    asked = threading.Event()
    slow = Simulator(
        one_demo(),
        lambda: asked.set() or START,
        lambda: 0.0,
        faults=Faults.parse(["latency=600"]),
    )
    before = set(threading.enumerate())
    with SimulatorServer(slow) as server:
        connection = connect(server.url)
        connection.request("GET", SUMMARY)
        assert asked.wait(LIMIT)
        began = time.monotonic()
    assert time.monotonic() - began < LIMIT
    assert_they_end(before)
    connection.close()


def test_it_listens_on_loopback_only():
    with SimulatorServer(Trial().simulator) as server:
        assert server.url.startswith("http://127.0.0.1:")
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=1):
            pass


def test_a_port_in_use_is_an_os_error():
    with SimulatorServer(Trial().simulator) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            SimulatorServer(Trial().simulator, port)
    with SimulatorServer(Trial().simulator, port) as again:
        assert again.url == server.url


def test_a_client_that_hangs_up_leaves_log_and_stderr_clean(caplog, capfd):
    asked, gone = threading.Event(), threading.Event()

    def now() -> datetime:
        asked.set()
        assert gone.wait(LIMIT)
        return START

    before = set(threading.enumerate())
    with SimulatorServer(Simulator(one_demo(), now, lambda: 0.0)) as server:
        client = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        client.sendall(f"GET {SUMMARY} HTTP/1.1\r\n\r\n".encode())
        assert asked.wait(LIMIT)
        # reset instead of a polite goodbye, so that writing the answer fails
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        gone.set()
        assert_they_end(before, but="simulator")
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_an_error_of_the_simulator_goes_to_the_log(caplog, capfd):
    def now() -> datetime:
        raise LookupError("no time")

    with SimulatorServer(Simulator(one_demo(), now, lambda: 0.0)) as server:
        connection = connect(server.url)
        with pytest.raises(http.client.RemoteDisconnected):
            ask(connection, SUMMARY)
        connection.close()
    assert [record.message for record in caplog.records] == ["the simulator failed to answer"]
    assert capfd.readouterr() == ("", "")


def assert_they_end(before: set[threading.Thread], but: str = "") -> None:
    """The threads that were not there `before` end by themselves, but for the one named."""
    for thread in set(threading.enumerate()) - before:
        if thread.name != but:
            thread.join(LIMIT)
            assert not thread.is_alive()

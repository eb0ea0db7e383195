"""The simulator on a loopback port, for the demo, for curl and for other tools."""

from __future__ import annotations

import logging
import os
import re
import socket
import socketserver
import sys
import threading
from email.utils import format_datetime, formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from .messages import Answer, Request, Sending
from .respond import Simulator

LOOPBACK = "127.0.0.1"
MOST_READ = 64 * 1024
"""Bytes of a body; a grant with a chain of certificates has some 8,000."""

_LENGTH = re.compile("[0-9]{1,6}")
_log = logging.getLogger(__name__)


class SimulatorServer:
    """Serves a simulator from the moment it is made until `close`.

    `port` 0 takes a free one. Raises OSError, untouched, when the port is taken.
    """

    def __init__(self, simulator: Simulator, port: int = 0) -> None:
        self._server = _Server(simulator, port)
        # the poll is how long close() may have to wait, and how often an idle thread wakes
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="simulator", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def close(self) -> None:
        """Free the port and close every connection, kept alive or not. May be called again."""
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    # on Windows it would let two servers share a port
    allow_reuse_address = os.name != "nt"

    def __init__(self, simulator: Simulator, port: int) -> None:
        self.simulator = simulator
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking DNS for the name of this machine, as HTTPServer would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection until `shutdown_request`."""
        with self._guard:
            self._open.add(connection)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close a connection that has ended."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the threads that wait for the next request of a connection that is kept alive."""
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    _log.debug("the client hung up first")

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Keep stderr clean: a client that goes away is no error, others go to the log."""
        if not isinstance(sys.exception(), ConnectionError):
            _log.exception("the simulator failed to answer")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def do_GET(self) -> None:
        request = Request(
            self.command,
            self.path,
            self.headers.get("Host", ""),
            self.headers.get("Authorization", ""),
            self.headers.get("Accept", ""),
            self.headers.get("Content-Type", ""),
            self._body(),
        )
        answer = self.server.simulator.respond(request)
        if answer.delay:
            self.server.closing.wait(answer.delay)
        self._send(answer)

    do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = do_GET  # noqa: N815

    def _body(self) -> bytes:
        """The body of a POST; b"" when there is none, or none that can be read."""
        if self.command == "GET":
            return b""
        length = self.headers.get("Content-Length", "0")
        known = _LENGTH.fullmatch(length) and "Transfer-Encoding" not in self.headers
        if self.command == "POST" and known and int(length) <= MOST_READ:
            return self.rfile.read(int(length))
        # a body that nobody reads would be taken for the next request
        self.close_connection = True
        return b""

    def _send(self, answer: Answer) -> None:
        if answer.sending is not Sending.WHOLE:
            self.close_connection = True
        if answer.sending is Sending.NOTHING:
            return
        self.send_response_only(answer.status)
        if answer.at is None:
            date = format_datetime(self.server.simulator.now(), usegmt=True)
        else:
            date = formatdate(answer.at, usegmt=True)
        self.send_header("Date", date)
        if answer.content_type:
            self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection and answer.sending is Sending.WHOLE:
            self.send_header("Connection", "close")
        self.end_headers()
        cut = answer.sending is Sending.CUT
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        _log.debug(format, *args)

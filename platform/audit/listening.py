"""A small HTTP/1.1 server and client address, over a unix socket or TCP, for the signer and the witness.

Both are programs of their own that somebody else may run on another machine, so they need no web framework: a
handful of short requests, each bounded in size and time, on connections that stay open.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import socketserver
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

LARGEST_BODY = 256 * 1024
# A number with more digits is refused unread, however many of them are zeros.
_LONGEST_LENGTH = 20
_MOST_CONNECTIONS = 64
# A connection may rest that long between requests, and a request may take that long to arrive.
_PATIENCE_S = 75.0
# sun_path of Linux has 108 bytes and the last is zero.
LONGEST_SOCKET_PATH = 107


class BadAddress(ValueError):
    """Neither `unix:/path` nor `http://host:port`. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a program listens. `path` is a unix socket; otherwise host and port are set."""

    path: Path | None = None
    host: str = ""
    port: int = 0
    tls: bool = False
    prefix: str = ""

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{self.prefix}"


def parse_address(text: str) -> Address:
    """Read `unix:/path`, `http://host:port` or `https://host:port`, the last two with a path in front of requests.

    Raises:
        BadAddress: it is none of these.
    """
    if text.startswith("unix:"):
        path = Path(text.removeprefix("unix:"))
        if not path.is_absolute():
            raise BadAddress(f"{text}: the path of a socket starts with a slash.")
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            raise BadAddress(f"{text}: the path of a socket has at most {LONGEST_SOCKET_PATH} bytes.")
        return Address(path=path)
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"{text}: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadAddress(f"{text} is neither unix:/path nor http://host:port.")
    tls = parts.scheme == "https"
    standard = http.client.HTTPS_PORT if tls else http.client.HTTP_PORT
    return Address(host=parts.hostname, port=port or standard, tls=tls, prefix=parts.path.rstrip("/"))


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection to a unix socket."""

    def __init__(self, path: Path, *, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(os.fspath(self._path))
        except OSError:
            self.close()
            raise


def connect(address: Address, *, timeout_s: float) -> http.client.HTTPConnection:
    """A connection that is opened by its first request."""
    if address.path is not None:
        return UnixConnection(address.path, timeout=timeout_s)
    if address.tls:
        return http.client.HTTPSConnection(address.host, address.port, timeout=timeout_s)
    return http.client.HTTPConnection(address.host, address.port, timeout=timeout_s)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. `target` is path and query as they came."""

    method: str
    target: str
    authorization: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = field(default=())


class Listener:
    """Serves requests with `respond`, each connection in a thread of its own.

    Args:
        address: where; a socket left behind by a program that died is replaced.
        respond: answers one request; what it raises closes the connection with status 500.

    Raises:
        OSError: somebody else listens there, or the place does not exist.
    """

    def __init__(self, address: Address, respond: Callable[[Request], Answer]) -> None:
        self.address = address
        handler = type("Handler", (_Handler,), {"respond": staticmethod(respond)})
        if address.path is not None:
            _prepare_place(address.path)
            address.path.unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                self._server: socketserver.BaseServer = _UnixServer(os.fspath(address.path), handler)
            finally:
                os.umask(before)
        else:
            kind = _TcpServer6 if ":" in address.host else _TcpServer
            server = kind((address.host, address.port), handler)
            self.address = Address(host=address.host, port=server.server_address[1], prefix=address.prefix)
            self._server = server

    def serve(self, stop: threading.Event) -> None:
        """Serve until `stop` is set."""
        # In a thread of its own, because it must be told to stop from another one.
        serving = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            stop.wait()
        finally:
            self._server.shutdown()
            serving.join()
            self._server.server_close()
            if self.address.path is not None:
                self.address.path.unlink(missing_ok=True)


def _prepare_place(socket_path: Path) -> None:
    """Where a socket lies, others must not be able to put one of their own."""
    folder = socket_path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} is open to other accounts: a socket there could be somebody else's.")


class _Bounded(socketserver.ThreadingMixIn):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)

    def process_request(self, request: object, client_address: object) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)  # type: ignore[attr-defined]  # of the server this is mixed into
            return
        super().process_request(request, client_address)  # type: ignore[arg-type]  # as the base class is typed

    def process_request_thread(self, request: object, client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]  # as above
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Somebody hung up, or the answer could not be made; the handler has logged what matters."""


class _UnixServer(_Bounded, socketserver.UnixStreamServer):
    request_queue_size = 128


class _TcpServer(_Bounded, socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = 128


class _TcpServer6(_TcpServer):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    respond: Callable[[Request], Answer]
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE_S
    # One packet for status, headers and body.
    wbufsize = -1
    # The base class sets TCP_NODELAY on whatever it serves, and a unix socket has no such option.
    disable_nagle_algorithm = False

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or self.headers.get("Transfer-Encoding"):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > _LONGEST_LENGTH or int(length) > LARGEST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        asked = Request(self.command, self.path, self.headers.get("Authorization", ""), body)
        try:
            answer = type(self).respond(asked)
        except Exception:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
            raise
        self._send(answer)

    def _refuse(self, status: HTTPStatus) -> None:
        # What follows on this connection may be the rest of a body that was not read.
        self.close_connection = True
        self._send(Answer(status, f"{status.phrase}\n".encode()))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        with contextlib.suppress(OSError):
            self.wfile.flush()

    def version_string(self) -> str:
        return "countersign"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Requests are logged by whoever answers them, with what they meant."""

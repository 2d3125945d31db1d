"""Time stamps of credentials: the policy, and the relay through which the SDK asks for one.

The SDK knows one address, sets no time limit and does not check whose certificate answers. So it is given an address
on loopback, for the length of one signing: what arrives there is passed to the configured authorities in their order,
with our limits and our checks, and the first answer that holds is handed back.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from django.conf import settings

from audit.timestamping import Authorities, NotTimestamped, TimeStamp, answer_request, load_roots

_LONGEST_REQUEST = 64 * 1024
logger = logging.getLogger(__name__)

# A worker waits for it with the take in its hands.
_TIMEOUT_S = 5.0
_POLL_S = 0.01


class StampPolicy(StrEnum):
    """Whether a credential is time-stamped when it is signed."""

    OFF = "off"
    PREFERRED = "preferred"
    """Signed without a time stamp when no authority gives one."""
    REQUIRED = "required"
    """Not signed when no authority gives one."""


@dataclass
class Relay:
    """Where the SDK asks, and what came of it.

    Attributes:
        url: on loopback, with a secret in its path.
        given: the last time stamp handed back.
        failure: why there is none.
    """

    url: str
    given: TimeStamp | None = None
    failure: NotTimestamped | None = None


def stamp_policy() -> StampPolicy:
    return StampPolicy(settings.TIME_STAMPING.credentials)


def accepted_roots_pem() -> str:
    """The roots whose authorities of time are accepted, PEM; empty where none are."""
    path: Path | None = settings.TIME_STAMPING.roots
    try:
        return path.read_text(encoding="ascii", errors="replace") if path else ""
    except OSError as error:
        logger.warning("No time stamp counts, because their roots cannot be read: %s", error)
        return ""


def configured_authorities() -> Authorities:
    """The authorities of the settings.

    Raises:
        OSError, ValueError: the file of their roots cannot be read.
    """
    stamping = settings.TIME_STAMPING
    roots = load_roots(stamping.roots) if stamping.roots else ()
    return Authorities(urls=stamping.urls, roots=roots, timeout_s=_TIMEOUT_S)


@contextmanager
def relay_to(authorities: Authorities) -> Iterator[Relay]:
    """An address that answers requests for time stamps for the length of the block."""
    path = f"/{secrets.token_urlsafe(16)}"
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        relay = Relay(url=f"http://127.0.0.1:{server.server_port}{path}")
        server.RequestHandlerClass = _passing_on(relay, path, authorities)
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": _POLL_S}, name="time-stamps", daemon=True
        )
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()


def _passing_on(relay: Relay, path: str, authorities: Authorities) -> type[BaseHTTPRequestHandler]:
    class PassingOn(BaseHTTPRequestHandler):
        timeout = _TIMEOUT_S

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length") or ""
            if self.path != path or not length.isdigit() or int(length) > _LONGEST_REQUEST:
                self.send_error(404)
                return
            try:
                relay.given = answer_request(self.rfile.read(int(length)), authorities)
            except NotTimestamped as failure:
                relay.failure = failure
                self.send_error(502)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(relay.given.reply)))
            self.end_headers()
            self.wfile.write(relay.given.reply)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Nothing: what failed is in `failure`, with the reason."""

    return PassingOn

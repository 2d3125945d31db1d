"""Fetching a file from an address that a stranger named, without becoming their way into a network of ours.

Only https, port 443 and addresses of the public internet; the name is resolved once and that very address is
connected to; no redirect is followed; size and time are bounded.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urlsplit

from provenance.errors import ReferenceRefused

_PORT = 443
_CONNECT_S = 5.0
_LONGEST_S = 60.0
_BLOCK_BYTES = 2**18


def fetch(url: str, destination: Path, *, most_bytes: int, media_type: str | None = None) -> None:
    """Write what `url` holds to `destination`.

    Args:
        url: https, without a port or with 443, without credentials.
        destination: is overwritten.
        most_bytes: what is longer is refused, at the latest when that many have arrived.
        media_type: what the answer must be, where the asker said so.

    Raises:
        ReferenceRefused: the address is not one we go to, or what it holds is not what was said.
    """
    host, target = _host_and_target(url)
    address = public_address(host)
    until = time.monotonic() + _LONGEST_S
    connection = _PinnedConnection(host, address)
    try:
        connection.request(
            "GET", target, headers={"Accept": media_type or "*/*", "Accept-Encoding": "identity"}
        )
        answer = connection.getresponse()
        _check(answer, most_bytes=most_bytes, media_type=media_type)
        _copy(answer, destination, most_bytes=most_bytes, until=until)
    except (OSError, http.client.HTTPException) as error:
        raise ReferenceRefused(
            f"The address does not answer as it should: {type(error).__name__}."
        ) from error
    finally:
        connection.close()


def public_address(host: str) -> str:
    """The address to go to for `host`.

    Raises:
        ReferenceRefused: it has none, or any of them is not of the public internet. A name that leads to both is a
            way to have us choose the wrong one.
    """
    try:
        found = socket.getaddrinfo(host, _PORT, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise ReferenceRefused("The name in the address leads nowhere.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(one) for one in addresses):
        raise ReferenceRefused("The address is not of the public internet.")
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether an address of IPv4 or IPv6 is one of the public internet, also where it is written in disguise."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # An address of IPv4 in disguise leads where that one leads.
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if hidden is not None or address in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return address.is_global and not address.is_multicast


def _host_and_target(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ReferenceRefused("That is no address.") from error
    if parts.scheme != "https" or not host or port not in (None, _PORT) or "@" in parts.netloc:
        raise ReferenceRefused(
            "Only https addresses on the usual port, without a name or password, are fetched."
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or any(ord(one) <= ord(" ") for one in target):
        raise ReferenceRefused("The address holds characters that must be escaped.")
    return host, target


def _check(answer: http.client.HTTPResponse, *, most_bytes: int, media_type: str | None) -> None:
    if answer.status != http.HTTPStatus.OK:
        raise ReferenceRefused(f"The address answers {answer.status}; redirects are not followed.")
    stated = (answer.headers.get_content_type() or "").lower()
    if media_type is not None and stated != media_type.lower():
        raise ReferenceRefused(f"The address holds {stated}, and {media_type} was said.")
    if answer.length is not None and answer.length > most_bytes:
        raise ReferenceRefused("The address holds more bytes than was said.")


def _copy(answer: http.client.HTTPResponse, destination: Path, *, most_bytes: int, until: float) -> None:
    taken = 0
    with destination.open("wb") as stream:
        while block := answer.read1(_BLOCK_BYTES):
            taken += len(block)
            if taken > most_bytes:
                raise ReferenceRefused("The address holds more bytes than was said.")
            if time.monotonic() > until:
                raise ReferenceRefused("Fetching takes too long.")
            stream.write(block)


class _PinnedConnection(http.client.HTTPSConnection):
    """Connects to the address that was looked at, and checks the certificate for the name."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, _PORT, timeout=_CONNECT_S, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, _PORT), timeout=_CONNECT_S)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)

"""Talking to one declared host, and to no other.

The name is resolved once a request, every address it leads to must be of the network that was declared, and that very
address is connected to. No redirect is followed and no proxy is asked. What comes back is bounded.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.media_store import disk_errors
from generation.engines.hosted_declaration import HostedDeclaration, Network
from provenance.fetching import is_public

_CONNECT_S = 10.0
_READ_S = 30.0
_MOST_ANSWER_BYTES = 2**20
_BLOCK_BYTES = 2**18
_HTTPS_PORT, _HTTP_PORT = 443, 80
# RFC 1918 and RFC 4193. Link-local is none of them: there, machines of clouds are handed credentials.
_PRIVATE = tuple(
    ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


class NotSent(Exception):
    """Nothing of the request has left: there was no connection. The message says why."""


class NotAnswered(Exception):
    """The request left, and no whole answer came."""


class TooMuch(Exception):
    """The answer is longer than any may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is empty where it was written to a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Requests to the host of a declaration, with the operator's key.

    Args:
        declared: names the host and its network.
        key: goes into `Authorization`; None for a service that asks for none.
    """

    def __init__(self, declared: HostedDeclaration, key: str | None) -> None:
        parts = urlsplit(declared.base_url)
        self._host = parts.hostname or ""
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or (_HTTPS_PORT if self._is_tls else _HTTP_PORT)
        self._prefix = parts.path
        self._network = declared.network
        self._key = key

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request and its whole answer.

        Args:
            method: of HTTP.
            path: below the declared address.
            body: what is sent.
            headers: beside those that every request has.

        Raises:
            NotSent, NotAnswered, TooMuch: see there.
        """
        connection = self._sent(method, path, body, headers)
        try:
            answer = connection.getresponse()
            content = answer.read(_MOST_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswered(type(error).__name__) from error
        finally:
            connection.close()
        if len(content) > _MOST_ANSWER_BYTES:
            raise TooMuch
        return Answer(answer.status, _lower(answer), content)

    def download(
        self, path: str, destination: Path, *, most_bytes: int, on_block: Callable[[int, int | None], None]
    ) -> Answer:
        """GET into `destination`; an answer other than 200 is given with its body instead.

        Calls `on_block(taken, of)` after every block, `of` None where the service does not say; what it raises ends
        the download.

        Raises:
            NotSent, NotAnswered, DiskFull: see there.
            TooMuch: more than `most_bytes`.
        """
        connection = self._sent("GET", path, None, None)
        try:
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                return Answer(answer.status, _lower(answer), answer.read(_MOST_ANSWER_BYTES))
            announced = answer.length
            if announced is not None and announced > most_bytes:
                raise TooMuch
            taken = 0
            with disk_errors(), destination.open("wb") as stream:
                while block := answer.read1(_BLOCK_BYTES):
                    taken += len(block)
                    if taken > most_bytes:
                        raise TooMuch
                    stream.write(block)
                    on_block(taken, announced)
        except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
            raise NotAnswered(type(error).__name__) from error
        finally:
            connection.close()
        if announced is not None and taken != announced:
            raise NotAnswered("it broke off")
        return Answer(answer.status, _lower(answer), b"")

    def _sent(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> http.client.HTTPConnection:
        connection = self._connected()
        said = {
            "Accept-Encoding": "identity",
            **({"Authorization": f"Bearer {self._key}"} if self._key else {}),
            **(headers or {}),
        }
        try:
            connection.request(method, f"{self._prefix}{path}", body=body, headers=said)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NotAnswered(type(error).__name__) from error
        return connection

    def _connected(self) -> http.client.HTTPConnection:
        address = self._address()
        try:
            plain = socket.create_connection((address, self._port), timeout=_CONNECT_S)
            plain.settimeout(_READ_S)
            if self._is_tls:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self._host)
        except OSError as error:
            raise NotSent(f"{self._host} cannot be reached: {type(error).__name__}") from error
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_READ_S)
        connection.sock = plain
        return connection

    def _address(self) -> str:
        try:
            found = socket.getaddrinfo(self._host, self._port, proto=socket.IPPROTO_TCP)
        except (OSError, UnicodeError) as error:
            raise NotSent(f"{self._host} leads nowhere") from error
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(_is_of(one, self._network) for one in addresses):
            raise NotSent(f"{self._host} does not lie in the {self._network} network that was declared")
        return addresses[0]


def _is_of(text: str, network: Network) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    match network:
        case Network.PUBLIC:
            return is_public(text)
        case Network.LOOPBACK:
            return address.is_loopback
        case Network.PRIVATE:
            return any(address in one for one in _PRIVATE)


def _lower(answer: http.client.HTTPResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in answer.getheaders()}

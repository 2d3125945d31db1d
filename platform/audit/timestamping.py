"""Time stamps by outside authorities (RFC 3161): ask, check before believing, try the next one. No Django, no tables.

A token says: these bytes existed at that time, says an authority that is not us. It is checked here against the
request that was sent (imprint, nonce), against the authorities that are accepted, and against our own clock, before
anybody stores it or relies on it.
"""

from __future__ import annotations

import hashlib
import http.client
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client._rust import parse_timestamp_request

from core import clock

# A reply with a whole chain of certificates has some 10 kB.
_LONGEST_REPLY = 256 * 1024
# Shorter than the ten seconds that a program has to stop in.
_TIMEOUT_S = 5.0
# An authority whose clock and ours differ by more than this is of no use as a witness of time.
_MOST_DRIFT = timedelta(minutes=5)
_FIRST_PAUSE_S = 0.5
# The optional field of a SignedData that holds certificates: context-specific, constructed, number 0.
_CERTIFICATES = 0xA0


class TimestampUntrusted(ValueError):
    """A reply that does not prove what was asked. The message says why."""


class NotTimestamped(Exception):
    """No authority gave a time stamp that holds. `failures` tells per address why, in the order they were asked."""

    def __init__(self, failures: tuple[tuple[str, str], ...]) -> None:
        told = "; ".join(f"{url}: {reason}" for url, reason in failures)
        super().__init__(told or "no time-stamping authority is configured")
        self.failures = failures


@dataclass(frozen=True, slots=True)
class Authorities:
    """Whom to ask, in this order, and whose certificates to accept.

    Attributes:
        urls: addresses of RFC 3161 services over HTTP.
        roots: a token counts only when its signer's chain ends at one of these.
        timeout_s: how long one request to one authority may take.
        rounds: how often the whole list is tried, with growing pauses between.
    """

    urls: tuple[str, ...]
    roots: tuple[x509.Certificate, ...]
    timeout_s: float = _TIMEOUT_S
    rounds: int = 2


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A checked time stamp.

    Attributes:
        tsa: address of the authority that gave it.
        reply: the whole TimeStampResp (DER), as `openssl ts -verify -in` takes it.
        stated_at: the time in the token.
    """

    tsa: str
    reply: bytes
    stated_at: datetime


def load_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in the PEM file at `path`.

    Raises:
        OSError, ValueError: it cannot be read, or holds none.
    """
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))


def stamp(content: bytes, authorities: Authorities, *, stop: threading.Event | None = None) -> TimeStamp:
    """A time stamp over SHA-256 of `content`, by the first authority whose answer holds.

    Args:
        content: what is to be proved to exist.
        authorities: whom to ask.
        stop: once set, nobody else is asked.

    Raises:
        NotTimestamped: none of them gave one.
    """
    # Each attempt has a request, so a nonce, of its own: a late answer to an earlier one counts for nothing.
    return _first_that_holds(
        lambda: TimestampRequestBuilder(data=content, hash_algorithm=HashAlgorithm.SHA256).build(),
        authorities,
        stop or threading.Event(),
    )


def answer_request(request: bytes, authorities: Authorities) -> TimeStamp:
    """Have somebody else's request (TimeStampReq, DER) answered, with the same checks.

    Raises:
        NotTimestamped: no authority gave an answer that holds, or it is no request.
    """
    try:
        parsed = parse_timestamp_request(request)
    except ValueError as error:
        raise NotTimestamped((("request", f"it cannot be read: {error}"),)) from error
    return _first_that_holds(lambda: parsed, authorities, threading.Event())


def checked_reply(
    reply: bytes, *, request: TimeStampRequest, roots: tuple[x509.Certificate, ...], at: datetime
) -> datetime:
    """The time that `reply` states, once it is shown to answer `request`.

    Checked: it was granted; digest and algorithm are those asked for; the nonce is ours; the signature holds and
    its certificate may sign time stamps, and chains up to one of `roots`, all valid at the time it states; and that
    time is near `at`.

    Raises:
        TimestampUntrusted: saying which of these does not hold.
    """
    try:
        response = decode_timestamp_response(_with_certificates_in_order(reply))
        stated_at = _verified(response, request=request, roots=roots)
    except TimestampUntrusted:
        raise
    except VerificationError as error:
        raise TimestampUntrusted(str(error)) from error
    except Exception as error:
        # Bytes from the network, parsed lazily by two libraries with a dozen exceptions of their own.
        raise TimestampUntrusted(f"the answer is no time stamp ({type(error).__name__})") from error
    if abs(stated_at - at) > _MOST_DRIFT:
        raise TimestampUntrusted(f"it states {stated_at:%Y-%m-%d %H:%M:%S} UTC, which is not now")
    return stated_at


def stamped_at(reply: bytes, *, content: bytes, roots: tuple[x509.Certificate, ...]) -> datetime:
    """The time in a stored reply, once it is shown to be over `content`.

    Args:
        reply: a TimeStampResp (DER), as `TimeStamp` keeps it.
        content: what was stamped.
        roots: what its signer's chain must end at; with none, nothing is said about who signed it.

    Raises:
        TimestampUntrusted: it is over something else, or its signature does not hold.
    """
    try:
        response = decode_timestamp_response(_with_certificates_in_order(reply))
        imprint, stated = response.tst_info.message_imprint.message, response.tst_info.gen_time
        if roots:
            VerifierBuilder(roots=list(roots)).build().verify(response, imprint)
    except VerificationError as error:
        raise TimestampUntrusted(str(error)) from error
    except Exception as error:
        # Two libraries with a dozen exceptions of their own, as in `checked_reply`.
        raise TimestampUntrusted(f"it is no time stamp ({type(error).__name__})") from error
    if imprint != hashlib.sha256(content).digest():
        raise TimestampUntrusted("it is over something else")
    return stated


def _verified(
    response: TimeStampResponse, *, request: TimeStampRequest, roots: tuple[x509.Certificate, ...]
) -> datetime:
    if response.status != 0:
        told = " ".join(response.status_string)
        raise TimestampUntrusted(f"refused with status {response.status}{told and f': {told}'}")
    if response.tst_info.message_imprint.hash_algorithm != request.message_imprint.hash_algorithm:
        raise TimestampUntrusted("it is over a digest of another kind")
    # Without a root the library refuses to begin, which is as it should be.
    verifier = VerifierBuilder(roots=list(roots), nonce=request.nonce, policy_id=request.policy).build()
    verifier.verify(response, request.message_imprint.message)
    return response.tst_info.gen_time


def _with_certificates_in_order(reply: bytes) -> bytes:
    """`reply` with the certificates in it sorted, as DER wants them.

    OpenSSL's authorities send them as they were configured, and the parser refuses that. No signature covers them,
    and sorting changes no length.

    Raises:
        ValueError: it is no DER of the form of a TimeStampResp.
    """
    # TimeStampResp, its token (ContentInfo) behind the status, the content behind its type, the SignedData in that.
    first = 0
    start, end = _content(reply, 0)
    for steps in (1, 1, 0, 3):
        for _ in range(steps):
            start = _content(reply, start)[1]
        if start >= end:
            return reply  # a refusal carries no token
        first = start
        start, end = _content(reply, start)
    if reply[first] != _CERTIFICATES:
        return reply
    certificates = []
    place = start
    while place < end:
        following = _content(reply, place)[1]
        certificates.append(reply[place:following])
        place = following
    return reply[:start] + b"".join(sorted(certificates)) + reply[end:]


def _content(der: bytes, place: int) -> tuple[int, int]:
    """Where the content of the element at `place` begins and ends."""
    start = place + 2
    length = der[place + 1] if start <= len(der) else len(der)
    if length & 0x80:
        octets = length & 0x7F
        length = int.from_bytes(der[start : start + octets], "big")
        start += octets
    if start + length > len(der):
        raise ValueError("cut short")
    return start, start + length


def _first_that_holds(
    make_request: Callable[[], TimeStampRequest], authorities: Authorities, stop: threading.Event
) -> TimeStamp:
    failures: list[tuple[str, str]] = []
    for url in _attempts(authorities, stop):
        request = make_request()
        try:
            reply = _posted(url, request.as_bytes(), timeout_s=authorities.timeout_s)
            stated_at = checked_reply(reply, request=request, roots=authorities.roots, at=clock.now())
        except TimestampUntrusted as error:
            failures.append((url, str(error)))
        except (OSError, http.client.HTTPException) as error:
            failures.append((url, _in_words(error)))
        else:
            return TimeStamp(url, reply, stated_at)
    raise NotTimestamped(tuple(failures))


def _attempts(authorities: Authorities, stop: threading.Event) -> Iterator[str]:
    for number in range(authorities.rounds):
        if number and stop.wait(_FIRST_PAUSE_S * 2 ** (number - 1)):
            return
        for url in authorities.urls:
            if stop.is_set():
                return
            yield url


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Whom we ask stands in the settings; nobody else decides it."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _posted(url: str, request: bytes, *, timeout_s: float) -> bytes:
    """The body of the answer.

    Raises:
        OSError: not reached, refused, too slow (TimeoutError) or too long.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise OSError("not an HTTP address")
    deadline = time.monotonic() + timeout_s
    asked = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url,
        data=request,
        headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
    )
    with _opener.open(asked, timeout=timeout_s) as answer:
        return _read_until(answer, deadline)


def _read_until(answer: IO[bytes], deadline: float) -> bytes:
    content = bytearray()
    # A piece at a time: the timeout of a socket starts anew with each, and an answer may come in drops.
    while piece := answer.read1(16 * 1024):  # type: ignore[attr-defined]  # an HTTPResponse
        content += piece
        if len(content) > _LONGEST_REPLY:
            raise OSError("the answer is too long")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(content)


def _in_words(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"answered with HTTP status {error.code}"
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return "did not answer in time"
    return f"not reached: {reason}"

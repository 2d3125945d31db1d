"""Signature Version 4: how a request to a key service says whose it is. Pure.

Source: "Signature Version 4 signing process", AWS General Reference; held in the tests against its published example.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A request before it is signed. `query` is already in canonical form; `headers` have names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


def signed_headers(
    request: Unsigned, credentials: Credentials, *, region: str, service: str, at: datetime
) -> dict[str, str]:
    """The request's headers with those that sign it. `at` is aware and in UTC."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    parts = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers |= {"host": parts.netloc, "x-amz-date": stamp}
    if credentials.session_token is not None:
        headers["x-amz-security-token"] = credentials.session_token
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        (
            request.method,
            parts.path or "/",
            parts.query,
            *(f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)),
            "",
            names,
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in (stamp[:8], region, service, "aws4_request"):
        key = _keyed(key, part)
    signature = _keyed(key, to_sign).hex()
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")

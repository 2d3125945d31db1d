"""A list of what stands today: one small number for each credential, signed and dated. Pure.

The form is the IETF's Token Status List (draft-ietf-oauth-status-list-18, JWT): whoever holds the list and the public
key looks a number up without asking anybody, and without telling anybody which file they have.

Source of the numbers: 7.1 of the draft. 0, 1 and 2 are registered; 3 and 12 to 15 are for applications.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from provenance.providers.signing_key import P256_BYTES, holds
from provenance.values import PublicState, StatusReference

TYPE = "statuslist+jwt"
MEDIA_TYPE = f"application/{TYPE}"
BITS = 4
CAPACITY = 2**17
"""Indexes of one list. Far more than are given out, so that an index tells neither order nor number."""
LIFE = timedelta(hours=24)
"""After it a list says nothing: one that is held back cannot hide a withdrawal for longer."""

VALUES: Mapping[PublicState, int] = {
    PublicState.ACTIVE: 0x00,
    PublicState.WITHDRAWN: 0x01,
    PublicState.SUSPENDED: 0x02,
    PublicState.ENDED: 0x03,
    PublicState.DISPUTED: 0x0C,
    # Also of every index that nobody was given: one that is made up does not read as active.
    PublicState.NOT_DELIVERED: 0x0D,
}
_STATES = {value: state for state, value in VALUES.items()}
_PER_BYTE = 8 // BITS
_LONGEST_TOKEN = 4 * 2**20


class StatusListUnusable(ValueError):
    """A list that answers nothing: malformed, signed by nobody we know, or another list. The message says which."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a signed list says of one index.

    Attributes:
        issued_at: the moment it speaks of.
        refresh_after: from then on a newer one should be fetched.
        expires_at: from then on it says nothing of today.
    """

    state: PublicState
    uri: str
    index: int
    issued_at: datetime
    refresh_after: datetime
    expires_at: datetime
    key_id: str


def packed(states: Mapping[int, PublicState]) -> bytes:
    """Every index of a list, the first in the lowest bits of the first byte; what is not named was not delivered."""
    silent = VALUES[PublicState.NOT_DELIVERED]
    content = bytearray([silent | silent << BITS]) * (CAPACITY // _PER_BYTE)
    for index, state in states.items():
        shift = index % _PER_BYTE * BITS
        kept = content[index // _PER_BYTE] & ~(0x0F << shift) & 0xFF
        content[index // _PER_BYTE] = kept | VALUES[state] << shift
    return bytes(content)


def signed_list(
    states: Mapping[int, PublicState],
    *,
    uri: str,
    at: datetime,
    ttl: timedelta,
    public_key: ec.EllipticCurvePublicKey,
    sign: Callable[[bytes], bytes],
) -> str:
    """The list as a compact JWS (ES256).

    Args:
        states: by index.
        uri: the list's name, as credentials refer to it.
        at: the moment that `states` are of.
        ttl: how long a copy may be used before a newer one is fetched.
        public_key: of the key that signs lists and nothing else.
        sign: with that key, ES256, as r and s side by side.
    """
    header = {"alg": "ES256", "kid": key_id(public_key), "typ": TYPE}
    issued = int(at.timestamp())
    payload = {
        "exp": issued + int(LIFE.total_seconds()),
        "iat": issued,
        "status_list": {"bits": BITS, "lst": _encoded(zlib.compress(packed(states), level=9))},
        "sub": uri,
        "ttl": int(ttl.total_seconds()),
    }
    signed = f"{_encoded(_compact(header))}.{_encoded(_compact(payload))}"
    return f"{signed}.{_encoded(sign(signed.encode('ascii')))}"


def look_up(token: str, reference: StatusReference, keys: object) -> Listed:
    """What a signed list says of `reference`.

    Args:
        token: the list, as it was fetched.
        reference: from the credential.
        keys: a JWK Set with the public keys of lists.

    Raises:
        StatusListUnusable: it does not hold, or is not the list that the credential names.
    """
    if len(token) > _LONGEST_TOKEN:
        raise StatusListUnusable("It is longer than any list of ours.")
    parts = token.strip().split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise StatusListUnusable("It is no signed list: a JWT has three parts.")
    header, payload = _object(parts[0]), _object(parts[1])
    if header.get("typ") != TYPE or header.get("alg") != "ES256":
        raise StatusListUnusable(f"It is no {TYPE} signed with ES256.")
    public_key = _key_named(header.get("kid"), keys)
    if not holds(public_key, _decoded(parts[2]), f"{parts[0]}.{parts[1]}".encode()):
        raise StatusListUnusable("Its signature does not hold.")
    if payload.get("sub") != reference.uri:
        raise StatusListUnusable("It is another list than the one that the credential names.")
    try:
        bits, compressed = payload["status_list"]["bits"], payload["status_list"]["lst"]
        issued = datetime.fromtimestamp(payload["iat"], UTC)
        expires, refresh = datetime.fromtimestamp(payload["exp"], UTC), timedelta(seconds=payload["ttl"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise StatusListUnusable("It lacks its times or its content.") from error
    return Listed(
        state=_state_at(reference.index, bits, _inflated(compressed)),
        uri=reference.uri,
        index=reference.index,
        issued_at=issued,
        refresh_after=issued + refresh,
        expires_at=expires,
        key_id=str(header["kid"]),
    )


def jwk(public_key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A public key as JSON (RFC 7517), named by its thumbprint."""
    return {"alg": "ES256", **_members(public_key), "kid": key_id(public_key), "use": "sig"}


def key_id(public_key: ec.EllipticCurvePublicKey) -> str:
    """The key's thumbprint (RFC 7638)."""
    return _encoded(hashlib.sha256(_compact(_members(public_key))).digest())


def _members(public_key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public_key.public_numbers()
    return {
        "crv": "P-256",
        "kty": "EC",
        "x": _encoded(numbers.x.to_bytes(P256_BYTES, "big")),
        "y": _encoded(numbers.y.to_bytes(P256_BYTES, "big")),
    }


def _key_named(kid: object, keys: object) -> ec.EllipticCurvePublicKey:
    entries = keys.get("keys") if isinstance(keys, dict) else None
    if not isinstance(entries, list):
        raise StatusListUnusable("The file of public keys is no JWK Set.")
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("kid") != kid or entry.get("crv") != "P-256":
            continue
        try:
            x, y = (int.from_bytes(_decoded(str(entry[name])), "big") for name in ("x", "y"))
            found = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        except (KeyError, ValueError) as error:
            raise StatusListUnusable("The file of public keys is damaged.") from error
        # By its content, so that a key under another one's name is none.
        if key_id(found) == kid:
            return found
    raise StatusListUnusable("It is signed by a key that is not among those of our lists.")


def _state_at(index: int, bits: object, content: bytes) -> PublicState:
    if bits != BITS or len(content) * _PER_BYTE <= index or index < 0:
        raise StatusListUnusable("The list holds no such index.")
    value = content[index // _PER_BYTE] >> index % _PER_BYTE * BITS & 0x0F
    if value not in _STATES:
        raise StatusListUnusable(f"The list says {value}, which is no state of ours.")
    return _STATES[value]


def _inflated(text: object) -> bytes:
    largest = CAPACITY // _PER_BYTE
    try:
        content = zlib.decompressobj().decompress(_decoded(str(text)), largest + 1)
    except zlib.error as error:
        raise StatusListUnusable("Its content is not compressed as it should be.") from error
    if len(content) > largest:
        raise StatusListUnusable("It is larger than a list of ours.")
    return content


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(text))
    except (ValueError, RecursionError) as error:
        raise StatusListUnusable("It is no signed list: a part of it is no JSON.") from error
    if not isinstance(found, dict):
        raise StatusListUnusable("It is no signed list: a part of it is no object.")
    return found


def _compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise StatusListUnusable("It is no signed list: a part of it is no base64url.") from error

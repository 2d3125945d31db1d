"""A private key that signs and is never seen, whichever store keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from core.digests import sha256_hex

AddressT_contra = TypeVar("AddressT_contra", contravariant=True)

P256_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A P-256 key in its store.

    Attributes:
        address: where it lies, as `providers.addresses` spells it.
        public_key: of the key.
        extractable: whether its private half can leave the store, or could once.
        sign: ES256 over the bytes given; returns r and s, 32 bytes each, big-endian (RFC 9053, 2.1).
    """

    address: str
    public_key: ec.EllipticCurvePublicKey
    extractable: bool
    sign: Callable[[bytes], bytes]

    @property
    def public_key_sha256(self) -> str:
        return public_key_sha256(self.public_key)


class KeyStore(Protocol[AddressT_contra]):
    """What every store of keys can do."""

    def opened(self, address: AddressT_contra) -> SigningKey:
        """The key that lies there.

        Raises:
            KeyUnavailable: of the kind that says what to do about it.
        """
        ...

    def generated(self, address: AddressT_contra) -> SigningKey:
        """A new P-256 key at an address where none lies.

        Raises:
            KeyUnavailable: as above, also when one lies there.
        """
        ...


def public_key_sha256(public_key: ec.EllipticCurvePublicKey) -> str:
    """Of the key's SubjectPublicKeyInfo (DER), hexadecimal: the same in every store and every certificate."""
    return sha256_hex(
        public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def raw_signature(der: bytes) -> bytes:
    """A DER signature as r and s side by side.

    Raises:
        ValueError: it is no signature of a P-256 key.
    """
    r, s = decode_dss_signature(der)
    if not 0 < r < 2 ** (8 * P256_BYTES) or not 0 < s < 2 ** (8 * P256_BYTES):
        raise ValueError("r or s does not fit P-256")
    return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")


def der_signature(raw: bytes) -> bytes:
    """R and s side by side as DER."""
    return encode_dss_signature(
        int.from_bytes(raw[:P256_BYTES], "big"), int.from_bytes(raw[P256_BYTES:], "big")
    )


def holds(public_key: ec.EllipticCurvePublicKey, raw: bytes, payload: bytes) -> bool:
    """Whether `raw` is this key's ES256 signature over `payload`."""
    if len(raw) != 2 * P256_BYTES:
        return False
    try:
        public_key.verify(der_signature(raw), payload, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True

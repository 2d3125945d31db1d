"""The two keys of custody's own, and the one boundary behind which a key management service may come.

    custody/encryption.key    key-encryption key, 32 bytes: every asset's key is kept wrapped by it
    custody/attestation.pem   Ed25519 key that signs attestations of destruction

`wrap` and `unwrap` are the boundary: with a KMS they become its calls, and nothing else changes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from audit.checkpoint import NoteKey
from licensing.custody.errors import SealBroken

_FOLDER = "custody"
_ENCRYPTION_KEY = "encryption.key"
_ATTESTATION_KEY = "attestation.pem"
_NONCE_BYTES = 12
_KEY_BYTES = 32


def wrap(keys_folder: Path, key: bytes, *, asset_id: UUID) -> bytes:
    """`key` encrypted for keeping beside other rows; it opens for this asset alone."""
    encryption_key = _encryption_key(keys_folder)
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(encryption_key).encrypt(nonce, key, asset_id.bytes)


def unwrap(keys_folder: Path, wrapped: bytes, *, asset_id: UUID) -> bytes:
    """The key that `wrap` was given.

    Raises:
        SealBroken: it was wrapped by another key, for another asset, or changed since.
    """
    encryption_key = _encryption_key(keys_folder)
    try:
        return AESGCM(encryption_key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], asset_id.bytes)
    except InvalidTag as error:
        raise SealBroken(
            "The asset's key does not open with the key-encryption key of this house."
        ) from error


def encryption_key_id(keys_folder: Path) -> str:
    """Which key-encryption key wraps now: the head of its SHA-256, from which nobody gets the key."""
    return hashlib.sha256(b"countersign/custody/" + _encryption_key(keys_folder)).hexdigest()[:16]


def attestation_key(keys_folder: Path) -> Ed25519PrivateKey:
    """The private key that signs attestations, made on first use with mode 0600."""
    path = keys_folder / _FOLDER / _ATTESTATION_KEY
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _keep_first(path, pem)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key.")
    return key


def attestation_key_name(key: Ed25519PrivateKey) -> str:
    """A name no other installation has: note keys are told apart by it."""
    return f"countersign/custody/{key.public_key().public_bytes_raw().hex()[:16]}"


def attestation_vkey(keys_folder: Path) -> str:
    """The public key as `name+id+key`, to hand to whoever verifies attestations."""
    key = attestation_key(keys_folder)
    return NoteKey.of(attestation_key_name(key), key).vkey()


def _encryption_key(keys_folder: Path) -> bytes:
    path = keys_folder / _FOLDER / _ENCRYPTION_KEY
    if not path.exists():
        _keep_first(path, secrets.token_bytes(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise ValueError(f"{path} is no key of {_KEY_BYTES} bytes.")
    return key


def _keep_first(path: Path, content: bytes) -> None:
    """Write `path` unless it exists; of two processes that start together the first one's content stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)

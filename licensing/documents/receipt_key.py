"""The key that signs receipts: its own, so that a receipt can never pass for anything else we sign."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from audit.checkpoint import NoteKey

_FILE = "consent-receipts.key.pem"


def receipt_signing_key(keys_folder: Path) -> Ed25519PrivateKey:
    """The private key, made on first use with mode 0600."""
    return own_signing_key(keys_folder, _FILE)


def own_signing_key(keys_folder: Path, file_name: str) -> Ed25519PrivateKey:
    """A key of this installation for one purpose, made on first use with mode 0600."""
    path = keys_folder / file_name
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _keep_first(path, pem)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key.")
    return key


def key_name(key: Ed25519PrivateKey) -> str:
    """A name no other installation has: note keys are told apart by it."""
    return f"countersign/consent-receipts/{key.public_key().public_bytes_raw().hex()[:16]}"


def receipt_vkey(keys_folder: Path) -> str:
    """The public key as `name+id+key`, to hand to whoever verifies receipts."""
    key = receipt_signing_key(keys_folder)
    return NoteKey.of(key_name(key), key).vkey()


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

"""The key that signs checkpoints. Whoever holds it can vouch for a forged log: it lies outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

PRIVATE_FILE = "log-checkpoint.key.pem"
PUBLIC_FILE = "log-checkpoint.pub.pem"


class LogKeyUnusable(ValueError):
    """The file of the log's key holds something else than an Ed25519 key."""


def signing_key(keys_folder: Path) -> Ed25519PrivateKey:
    """The private key, made on first use with mode 0600; the public half is put beside it.

    Raises:
        LogKeyUnusable: the file there is no Ed25519 key.
    """
    path = keys_folder / PRIVATE_FILE
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _keep_first(path, pem, mode=0o600)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise LogKeyUnusable(f"{path} holds no Ed25519 key.")
    public = keys_folder / PUBLIC_FILE
    if not public.exists():
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _keep_first(public, pem, mode=0o644)
    return key


def public_key(keys_folder: Path) -> Ed25519PublicKey | None:
    """The public key that checkpoints are verified with, or None before the first was signed.

    Raises:
        LogKeyUnusable: the file there is no Ed25519 key.
    """
    path = keys_folder / PUBLIC_FILE
    if not path.exists():
        return None
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise LogKeyUnusable(f"{path} holds no Ed25519 key.")
    return key


def _keep_first(path: Path, content: bytes, *, mode: int) -> None:
    """Write `path` unless it exists; of two processes that start together the first one's content stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)

"""SHA-256 digests and salted commitments."""

import hashlib
import hmac
import secrets
from pathlib import Path

SALT_BYTES = 32


def sha256_hex(content: bytes) -> str:
    """Lower-case hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def sha256_hex_of_file(path: Path) -> str:
    """Lower-case hexadecimal SHA-256 of the file at `path`, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def new_salt() -> bytes:
    """32 random bytes for one commitment."""
    return secrets.token_bytes(SALT_BYTES)


def commitment_hex(content: bytes, *, salt: bytes) -> str:
    """HMAC-SHA-256 of `content` under `salt`, hexadecimal.

    Published in logs and manifests in place of the content: without the salt, which can be erased, nobody can
    test a guess against it.
    """
    return hmac.new(salt, content, hashlib.sha256).hexdigest()

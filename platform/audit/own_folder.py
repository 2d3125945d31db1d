"""The folder of the signer or of a witness: keys, memory and a lock, all readable by one account alone."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class FolderUnusable(RuntimeError):
    """The folder cannot be worked with as it is. The message says why and what to do."""


class FolderBusy(FolderUnusable):
    """Another process works there now."""


def prepare_folder(folder: Path) -> None:
    """Make `folder` for this account alone, or see that it is.

    Raises:
        FolderUnusable: it belongs to another account, or others may enter it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise FolderUnusable(f"{folder} belongs to another account.")
    if found.st_mode & 0o077:
        raise FolderUnusable(f"{folder} is open to other accounts. Look who was in there, then chmod 700 it.")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process at a time: two would remember different things.

    Raises:
        FolderBusy: another one is in there.
    """
    with (folder / "lock").open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderBusy(f"Another process works in {folder}.") from error
        yield


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key in `path`, made on first use with mode 0600.

    Raises:
        FolderUnusable: the file there is no Ed25519 key.
    """
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keep_first(path, pem)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise FolderUnusable(f"{path} holds no key that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise FolderUnusable(f"{path} holds no Ed25519 key.")
    return key


def keep_first(path: Path, content: bytes, *, mode: int = 0o600) -> None:
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

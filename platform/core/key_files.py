"""Files under the keys folder: written whole or not at all, readable by one account, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Make `folder` with `files` in it, under a draft name first, so that a reader never meets half of it."""
    draft = folder.with_name(f".{secrets.token_hex(8)}")
    draft.mkdir(mode=0o700)
    try:
        for name, text in files.items():
            write_new(draft / name, text)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def replace_file(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` holds, as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        write_new(draft, text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_new(path: Path, text: str) -> None:
    """Write `text` to `path`, mode 0600.

    Raises:
        FileExistsError: something is there.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(descriptor)


@contextmanager
def alone_among_writers(folder: Path) -> Iterator[None]:
    """One process at a time changes what lies in `folder`; readers need not wait."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

"""Where the signer of a folder listens, and where its token lies."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from audit.listening import LONGEST_SOCKET_PATH, Address

SOCKET = "signer.sock"
TOKEN = "token"  # noqa: S105 - the name of a file


def own_address(folder: Path) -> Address:
    """The socket in the signer's folder, or where that is too deep for the kernel, in a short one of its own."""
    socket = folder.resolve() / SOCKET
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"countersign-signer-{digest}" / SOCKET
    return Address(path=socket)


def read_token(folder: Path) -> str:
    return (folder / TOKEN).read_text(encoding="ascii").strip()

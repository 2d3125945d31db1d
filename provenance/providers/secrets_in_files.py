"""Secrets that an operator puts beside the product: read from a file of one account, never from the environment."""

from __future__ import annotations

from pathlib import Path


class SecretUnusable(ValueError):
    """No file is named, it is not there, it is empty, or others may read it. The message names the setting."""


def secret_text(path: Path | None, *, setting: str) -> str:
    """The content of `path`, without the line break at its end.

    Raises:
        SecretUnusable: as above.
    """
    if path is None:
        raise SecretUnusable(f"No file is named: set {setting}.")
    try:
        if path.stat().st_mode & 0o077:
            raise SecretUnusable(f"{path} ({setting}) is open to other accounts: chmod 600 it.")
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnusable(f"{path} ({setting}) cannot be read: {error}") from error
    if not text:
        raise SecretUnusable(f"{path} ({setting}) is empty.")
    return text

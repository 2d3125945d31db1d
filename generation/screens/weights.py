"""The check of an operator's folder of weights before a screen reads any of it: the rule of model folders.

`model.lock.json` lists every file with size and SHA-256, in the form that `generation.engines.folder` writes for
models, and the digest of that list names the weights in every outcome. This runs in the process that loads them,
right before it does.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex, sha256_hex_of_file
from generation.screens.errors import ScreenUnusable

LOCK_NAME = "model.lock.json"
_FORMAT = 1
# Graphs and tensors without code in them, and what is told about them.
_PLAIN = frozenset({".onnx", ".safetensors", ".json", ".md", ".txt"})
_NAMES_WITHOUT_SUFFIX = frozenset({"LICENSE", "LICENCE", "NOTICE"})


def write_lock(folder: Path) -> str:
    """Lock `folder` as it is now and return the digest that names its weights.

    Raises:
        ScreenUnusable: it is empty, or holds a file of a kind that no screen needs.
    """
    files = _entries(folder)
    text = json.dumps({"format": _FORMAT, "files": files}, indent=1, sort_keys=True)
    draft = folder / f".{LOCK_NAME}.draft"
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(folder / LOCK_NAME)
    return _digest(files)


def checked_digest(folder: Path) -> str:
    """The digest of a folder whose every file is the one its lock names.

    Raises:
        ScreenUnusable: there is no lock, or a file was changed, added or removed since.
    """
    try:
        lock = json.loads((folder / LOCK_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScreenUnusable(
            f"The folder has no {LOCK_NAME} that can be read. Lock it: manage.py screens lock FOLDER."
        ) from error
    locked = lock.get("files") if isinstance(lock, dict) and lock.get("format") == _FORMAT else None
    if not isinstance(locked, dict) or not locked:
        raise ScreenUnusable(f"{LOCK_NAME} is no lock of this version.")
    present = _entries(folder)
    for name in sorted(present.keys() | locked.keys()):
        if present.get(name) != locked.get(name):
            raise ScreenUnusable(f"{name} is not what {LOCK_NAME} says.")
    return _digest(present)


def _entries(folder: Path) -> dict[str, dict[str, Canonical]]:
    found: dict[str, dict[str, Canonical]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            # A link's target can be changed without touching this folder.
            raise ScreenUnusable(f"{name} is no plain file.")
        if path.is_dir() or name == LOCK_NAME:
            continue
        if path.suffix.lower() not in _PLAIN and path.name not in _NAMES_WITHOUT_SUFFIX:
            raise ScreenUnusable(
                f"{name}: no screen reads a file of this kind; pickles and code are refused."
            )
        found[name] = {"bytes": path.stat().st_size, "sha256": sha256_hex_of_file(path)}
    if not found:
        raise ScreenUnusable("The folder holds nothing.")
    return found


def _digest(files: dict[str, dict[str, Canonical]]) -> str:
    return sha256_hex(canonical_bytes(files))

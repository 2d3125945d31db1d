"""The check of a model folder before any of it is loaded.

`model.lock.json` lists every file with its SHA-256; the digest of that list names the model in takes, manifests and
the log. Loading itself is done by diffusers with `use_safetensors=True` and `local_files_only=True`; this module
refuses beforehand what diffusers would read or import on the folder's word.

A lock file looks like `{"format": 1, "files": {"vae/config.json": {"bytes": 812, "sha256": "..."}}}`.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.canonical import canonical_bytes
from core.digests import sha256_hex, sha256_hex_of_file
from generation.engines.camera_moves import camera_moves
from generation.engines.families import FAMILIES, HOSTED, component_configs
from generation.engines.family import Family
from generation.engines.hosted_declaration import FILE_NAME as DECLARATION
from generation.engines.hosted_declaration import is_hosted, read_declaration
from generation.engines.sizes import SizeLimits
from generation.engines.speed_settings import speed_settings
from generation.errors import (
    CodeInModelFolder,
    LockMissing,
    PickleWeights,
    UnexpectedModelFile,
    UnknownPipeline,
    WeightsAltered,
)

LOCK_NAME = "model.lock.json"
_FORMAT = 1
_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".npy", ".npz", ".h5", ".msgpack"})
_CODE = frozenset({".py", ".pyc", ".so", ".pyd", ".dll", ".dylib", ".sh"})
_PLAIN = frozenset({".json", ".jsonl", ".safetensors", ".md", ".txt", ".model", ".jinja", ".png", ".jpg"})
# Beside a declaration there is nothing but what people read.
_BESIDE_DECLARATION = frozenset({".md", ".txt"})
_NAMES_WITHOUT_SUFFIX = frozenset({"LICENSE", "LICENCE", "NOTICE", ".gitattributes", ".gitignore"})


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What changes when a file is written or replaced; the change time cannot be set back by a user."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """A folder whose every file matched its lock when it was checked.

    `lock_sha256` names the model: it is the digest of the canonical list of files, not of the lock file's spelling.
    """

    folder: Path
    family: Family
    lock_sha256: str
    limits: SizeLimits
    stamps: Mapping[str, _Stamp]

    def recheck(self) -> None:
        """Look again, by size, times and inode alone: cheap enough for every render.

        Raises:
            WeightsAltered: naming the file that was changed, added or removed since the check.
        """
        present = _files_of(self.folder)
        for name in sorted(present.keys() | self.stamps.keys()):
            if present.get(name) != self.stamps.get(name):
                raise WeightsAltered(name, "changed on disk since it was checked")


_checked: dict[Path, CheckedFolder] = {}
_checking = threading.Lock()


def check_folder(folder: Path) -> CheckedFolder:
    """Check `folder` completely, or only its stamps when this process has hashed it before.

    Raises:
        LockMissing, WeightsAltered, PickleWeights, CodeInModelFolder, UnexpectedModelFile, UnknownPipeline.
    """
    folder = folder.resolve()
    with _checking:
        known = _checked.get(folder)
        if known is not None and known.stamps == _files_of(folder):
            return known
        _checked.pop(folder, None)
        checked = _check_completely(folder)
        _checked[folder] = checked
        return checked


def write_lock(folder: Path) -> str:
    """Lock `folder` as it is now and return the digest that names the model.

    Raises:
        PickleWeights, CodeInModelFolder, UnexpectedModelFile, UnknownPipeline: such a folder cannot be locked.
    """
    folder = folder.resolve()
    names = sorted(_files_of(folder).keys() - {LOCK_NAME})
    _check_names(names)
    _check_classes(folder)
    speed_settings(folder)
    camera_moves(folder)
    files = {name: _entry(folder / name) for name in names}
    text = json.dumps({"format": _FORMAT, "files": files}, indent=1, sort_keys=True)
    draft = folder / f".{LOCK_NAME}.draft"
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(folder / LOCK_NAME)
    return _lock_digest(files)


def model_digest(folder: Path) -> str:
    """The digest the lock file of `folder` claims, without looking at the weights.

    Raises:
        LockMissing: there is no readable lock file.
    """
    return _lock_digest(_read_lock(folder))


def locked_files(folder: Path) -> dict[str, dict[str, int | str]]:
    """The files that the lock of `folder` names, with size and digest: what `model_digest` is the digest of.

    Raises:
        LockMissing: there is no readable lock file.
    """
    return _read_lock(folder)


def size_limits(folder: Path) -> SizeLimits:
    """The sizes the model in `folder` can make, read from its configuration files alone.

    Raises:
        UnknownPipeline: the folder names a class that is not on the allow-list.
    """
    return _limits(_check_classes(folder), folder)


def family_of(folder: Path) -> Family:
    """The pipeline family of `folder`.

    Raises:
        UnknownPipeline: the folder names a class that is not on the allow-list.
    """
    return _check_classes(folder)


def _check_completely(folder: Path) -> CheckedFolder:
    stamps = _files_of(folder)
    _check_names(sorted(stamps))
    locked = _read_lock(folder)
    family = _check_classes(folder)
    speed_settings(folder)
    camera_moves(folder)
    present = stamps.keys() - {LOCK_NAME}
    for name in sorted(present | locked.keys()):
        if name not in present:
            raise WeightsAltered(name, f"listed in {LOCK_NAME} and missing")
        if name not in locked:
            raise WeightsAltered(name, f"not listed in {LOCK_NAME}")
        if _entry(folder / name) != locked[name]:
            raise WeightsAltered(name, f"its digest is not the one in {LOCK_NAME}")
    return CheckedFolder(
        folder=folder,
        family=family,
        lock_sha256=_lock_digest(locked),
        limits=_limits(family, folder),
        stamps=stamps,
    )


def _files_of(folder: Path) -> dict[str, _Stamp]:
    """Every file below `folder` by its relative name with forward slashes."""
    stamps: dict[str, _Stamp] = {}
    for parent, folders, names in os.walk(folder):
        base = Path(parent)
        for name in [*folders, *names]:
            path = base / name
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink():
                # A link's target can be changed without touching this folder.
                raise UnexpectedModelFile(relative, "a link")
        for name in names:
            path = base / name
            if not path.is_file():
                raise UnexpectedModelFile(path.relative_to(folder).as_posix(), "not a plain file")
            status = path.stat()
            stamps[path.relative_to(folder).as_posix()] = _Stamp(
                size=status.st_size,
                modified_ns=status.st_mtime_ns,
                changed_ns=status.st_ctime_ns,
                inode=status.st_ino,
            )
    return stamps


def _check_names(names: list[str]) -> None:
    for name in names:
        suffix = Path(name).suffix.lower()
        if suffix in _PICKLES:
            raise PickleWeights(name, f"{suffix} files can run code when they are read")
        if suffix in _CODE:
            raise CodeInModelFolder(name, "code in a model folder")
        if suffix not in _PLAIN and Path(name).name not in _NAMES_WITHOUT_SUFFIX:
            raise UnexpectedModelFile(name, "no model folder needs a file of this kind")


def _check_classes(folder: Path) -> Family:
    """Match model_index.json and the component configurations against the allow-list."""
    if is_hosted(folder):
        return _check_hosted(folder)
    index = _read_object(folder / "model_index.json", "model_index.json")
    pipeline = index.get("_class_name")
    family = FAMILIES.get(pipeline) if isinstance(pipeline, str) else None
    if family is None:
        known = ", ".join(sorted(FAMILIES))
        raise UnknownPipeline(f"model_index.json names the pipeline {pipeline!r}; known are {known}.")
    _check_components(family, index)
    for name in sorted(family.components.keys() - family.optional):
        if name not in index:
            raise UnknownPipeline(f"model_index.json: {name} is missing.")
    _check_shards(folder)
    for path in sorted(folder.glob("*/*config.json")):
        relative = path.relative_to(folder).as_posix()
        if "auto_map" in _read_object(path, relative):
            raise CodeInModelFolder(relative, "auto_map points to code")
    try:
        return family.as_stated(family, index, component_configs(folder))
    except KeyError as error:
        raise UnknownPipeline(f"The configuration of {error} is missing.") from error


def _check_shards(folder: Path) -> None:
    """Weights in several files are named by an index, which could name files that nobody locked."""
    for path in sorted(folder.rglob("*.index.json")):
        relative = path.relative_to(folder).as_posix()
        shards = _read_object(path, relative).get("weight_map")
        if not isinstance(shards, dict):
            raise UnexpectedModelFile(relative, "names no files of weights")
        for name in set(map(str, shards.values())):
            if "/" in name or "\\" in name or not (path.parent / name).is_file():
                raise UnexpectedModelFile(relative, f"names {name[:80]!r}, which is no file beside it")


def _check_hosted(folder: Path) -> Family:
    for name in sorted(_files_of(folder).keys() - {DECLARATION, LOCK_NAME}):
        if Path(name).suffix.lower() not in _BESIDE_DECLARATION and name not in _NAMES_WITHOUT_SUFFIX:
            raise UnexpectedModelFile(name, f"beside {DECLARATION}, which declares a service and no weights")
    read_declaration(folder)
    return HOSTED


def _check_components(family: Family, index: Mapping[str, object]) -> None:
    for name, value in index.items():
        if name.startswith("_") or not isinstance(value, list):
            continue
        allowed = family.components.get(name)
        if allowed is None:
            raise UnknownPipeline(f"{family.pipeline} has no component {name!r}.")
        if value == [None, None] and name in family.optional:
            continue
        if tuple(value) not in allowed:
            raise UnknownPipeline(f"model_index.json: {name} may not be {value!r}.")


def _limits(family: Family, folder: Path) -> SizeLimits:
    if family is HOSTED:
        return read_declaration(folder).limits
    try:
        limits = family.limits(component_configs(folder))
    except (KeyError, ValueError) as error:
        raise UnknownPipeline(f"The component configurations cannot be used: {error}") from error
    return replace(limits, devices=speed_settings(folder).devices)


def _read_lock(folder: Path) -> dict[str, dict[str, int | str]]:
    if not (folder / LOCK_NAME).is_file():
        raise LockMissing(
            f"The folder has no {LOCK_NAME}: lock it with `manage.py models lock {folder}` first."
        )
    lock = _read_object(folder / LOCK_NAME, LOCK_NAME)
    files = lock.get("files")
    if lock.get("format") != _FORMAT or not isinstance(files, dict) or not files:
        raise WeightsAltered(LOCK_NAME, "not a lock file of this version")
    return files


def _read_object(path: Path, name: str) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnexpectedModelFile(name, "cannot be read as JSON") from error
    if not isinstance(content, dict):
        raise UnexpectedModelFile(name, "not a JSON object")
    return content


def _entry(path: Path) -> dict[str, int | str]:
    return {"bytes": path.stat().st_size, "sha256": sha256_hex_of_file(path)}


def _lock_digest(files: Mapping[str, Mapping[str, int | str]]) -> str:
    return sha256_hex(canonical_bytes(files))

"""The last model used, kept loaded: loading takes longer than many a render. In the process at the device alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError

from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.folder import CheckedFolder, check_folder

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    engine: DiffusersEngine
    checked: CheckedFolder

    @property
    def lock_sha256(self) -> str:
        return self.checked.lock_sha256

    @property
    def device(self) -> str:
        """What it renders on, in words."""
        return str(self.engine.fingerprint()["device"])

    @property
    def vram_mb(self) -> int | None:
        """The memory of its device in MiB; None where it has none of its own."""
        if not torch.cuda.is_available():
            return None
        return int(torch.cuda.get_device_properties(0).total_memory) // _MIB


_loading = threading.Lock()
_kept: list[Loaded] = []


def engine(folder: Path, *, threads: int | None) -> Loaded:
    """The engine for `folder`, loaded now unless it is the one at hand. The folder is looked at every time.

    Raises:
        WeightsAltered, UnsafeModelFile, LockMissing, UnknownPipeline, MissingCapability: see there.
    """
    with _loading:
        checked = check_folder(folder)
        if _kept and _kept[0].checked == checked:
            return _kept[0]
        # First let go of the other one: two models may not fit.
        let_go()
        try:
            fresh = load(folder, threads=threads)
        except (OSError, ValueError, SafetensorError):
            # Files that vanish while they are read are named; what else it is, is a defect.
            checked.recheck()
            raise
        _kept.append(Loaded(engine=fresh, checked=fresh.checked))
        return _kept[0]


def kept() -> Loaded:
    """The engine that was loaded last.

    Raises:
        LookupError: it was let go.
    """
    if not _kept:
        raise LookupError("No model is loaded.")
    return _kept[0]


def let_go() -> None:
    """Keep no model, and give its memory back."""
    _kept.clear()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()

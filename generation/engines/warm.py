"""The last model used, kept loaded: loading takes longer than many a render. In the process at the device alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError

from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.folder import CheckedFolder, check_folder
from generation.engines.followers import Followers
from generation.engines.ring import Member, Ring
from generation.engines.speed_settings import speed_settings

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
            fresh = _loaded(folder, threads=threads)
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


def is_broken() -> bool:
    """Whether the model at hand lost the processes that denoise with it: so is this one, then."""
    return any(one.engine.ring is not None and one.engine.ring.is_broken for one in _kept)


def let_go() -> None:
    """Keep no model, and give its memory back."""
    for one in _kept:
        if one.engine.ring is not None:
            one.engine.ring.close()
    _kept.clear()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _loaded(folder: Path, *, threads: int | None) -> DiffusersEngine:
    """The model in `folder`, by as many processes as it is set for, of which this one leads."""
    devices = speed_settings(folder).devices
    if devices == 1:
        return load(folder, threads=threads)
    followers = Followers(folder, devices, threads=threads)
    member = Member(0, devices, followers.store)
    try:
        fresh = load(folder, threads=threads, member=member)
    except BaseException:
        followers.close()
        raise
    fresh.ring = Ring(member, followers)
    return fresh

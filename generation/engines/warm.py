"""The last model used, kept loaded: loading takes longer than many a render."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from generation.engines.base import VideoEngine
from generation.engines.folder import CheckedFolder, check_folder


@dataclass(frozen=True, slots=True)
class Loaded:
    engine: VideoEngine
    checked: CheckedFolder

    @property
    def lock_sha256(self) -> str:
        return self.checked.lock_sha256

    @property
    def device(self) -> str:
        """What it renders on, in words."""
        return str(self.engine.fingerprint().get("device", ""))

    @property
    def vram_mb(self) -> int | None:
        """The memory of its device in MiB; None where it has none of its own."""
        return None


_loading = threading.Lock()
_kept: list[Loaded] = []


def engine(folder: Path, *, threads: int | None) -> Loaded:
    """The engine for `folder`, loaded now unless it is the one at hand. The folder is looked at every time.

    Raises:
        WeightsAltered, UnsafeModelFile, LockMissing, UnknownPipeline, MissingCapability: see there.
    """
    # Imported here: it brings torch, and this module is read by processes that only ask for takes.
    from generation.engines.diffusers_engine import load

    with _loading:
        checked = check_folder(folder)
        if _kept and _kept[0].checked == checked:
            return _kept[0]
        # First let go of the other one: two models may not fit.
        _kept.clear()
        fresh = load(folder, threads=threads)
        _kept.append(Loaded(engine=fresh, checked=fresh.checked))
        return _kept[0]

"""A pool of drawn clips on disk, read through memory maps.

`frames.npy` is uint8 (N, T, H, W, 3); `masks.npy` holds the object's mask, eight columns a
byte, uint8 (N, T, H, W / 8); `concepts.json` lists the concepts of every clip.
"""

import json
import multiprocessing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.training.renderer import render
from generation.training.scenes import (
    FRAMES,
    HEIGHT,
    TRAINED,
    WIDTH,
    Background,
    Colour,
    Concepts,
    Motion,
    Shape,
    sample_scene,
)

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Pool:
    """The clips of one pool; arrays are memory maps in the layouts of the module docstring."""

    frames: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    concepts: tuple[Concepts, ...]

    def mask(self, clip: int) -> NDArray[np.bool_]:
        """Unpack one clip's object mask, bool (T, H, W)."""
        return np.unpackbits(self.masks[clip], axis=-1).astype(np.bool_)


@dataclass(frozen=True, slots=True)
class _Chunk:
    folder: Path
    first: int
    last: int
    seed: int


def concepts_of(index: int) -> Concepts:
    """Give clip `index` its concepts: every trained combination comes equally often."""
    return TRAINED[index % len(TRAINED)]


def render_pool(folder: Path, *, clips: int, seed: int, workers: int) -> None:
    """Draw `clips` clips into `folder`; a complete pool of that size is left as it is."""
    listing = folder / "concepts.json"
    if listing.exists() and len(json.loads(listing.read_text())) == clips:
        return
    folder.mkdir(parents=True, exist_ok=True)
    frames_shape = (clips, FRAMES, HEIGHT, WIDTH, 3)
    masks_shape = (clips, FRAMES, HEIGHT, WIDTH // 8)
    for name, shape in (("frames.npy", frames_shape), ("masks.npy", masks_shape)):
        np.lib.format.open_memmap(folder / name, mode="w+", dtype=np.uint8, shape=shape)
    chunks = [
        _Chunk(folder=folder, first=first, last=min(first + CHUNK, clips), seed=seed)
        for first in range(0, clips, CHUNK)
    ]
    with multiprocessing.get_context("spawn").Pool(workers) as crew:
        crew.map(_render_chunk, chunks, chunksize=1)
    # Written last: its presence says that the arrays are complete.
    listing.write_text(json.dumps([asdict(concepts_of(index)) for index in range(clips)]))


def open_pool(folder: Path) -> Pool:
    """Open a pool that `render_pool` has finished."""
    listing = json.loads((folder / "concepts.json").read_text())
    return Pool(
        frames=np.load(folder / "frames.npy", mmap_mode="r"),
        masks=np.load(folder / "masks.npy", mmap_mode="r"),
        concepts=tuple(
            Concepts(
                background=Background(entry["background"]),
                shape=Shape(entry["shape"]),
                colour=Colour(entry["colour"]),
                motion=Motion(entry["motion"]),
            )
            for entry in listing
        ),
    )


def _render_chunk(chunk: _Chunk) -> None:
    frames = np.load(chunk.folder / "frames.npy", mmap_mode="r+")
    masks = np.load(chunk.folder / "masks.npy", mmap_mode="r+")
    for index in range(chunk.first, chunk.last):
        rng = np.random.default_rng((chunk.seed, index))
        clip = render(sample_scene(concepts_of(index), rng=rng))
        frames[index] = clip.frames
        masks[index] = np.packbits(clip.mask, axis=-1)
    frames.flush()
    masks.flush()

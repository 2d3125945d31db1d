"""Credentials put into ISO BMFF files without the SDK writing a byte of the film.

Into a new file, all of which is written once, or into the reserve of the file itself, of which then nothing else is
written at all.
"""

from __future__ import annotations

import io
import os
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import c2pa

from provenance import laying_out
from provenance.boxes import Box
from provenance.laying_out import write, write_all
from provenance.layout import laid_out, padded, reserve_box, reserved
from provenance.sdk.embedding import embedded


def sign_into(source: BinaryIO, destination: Path, builder: c2pa.Builder, media_type: str) -> bytes:
    """Write `source` with the manifest of `builder` to `destination`; the manifest store.

    A small file is made in memory first: the library reads it in a hundred small pieces.

    Raises:
        NoPlace: the file is not made so that this can be done; nothing was written.
        SigningFailed, EmbeddingUnfit: no signature.
        OSError: the disk refused.
    """
    small = os.fstat(source.fileno()).st_size <= laying_out.IN_MEMORY_BYTES
    memory = io.BytesIO()
    with ExitStack() as files:

        def lay_out(size: int) -> tuple[BinaryIO, _Put]:
            layout = laid_out(source, size)
            target = memory if small else files.enter_context(destination.open("w+b", buffering=0))
            write(layout, source, target)
            return target, _Put(target, layout.place, layout.size)

        store = embedded(builder, media_type, lay_out)
    if small:
        destination.write_bytes(memory.getbuffer())
    return store


def sign_reserved(path: Path, builder: c2pa.Builder, media_type: str) -> bytes | None:
    """Put the manifest of `builder` into the reserve of the file at `path`; None where that has too little room.

    After an error the file is as it was.

    Raises:
        SigningFailed, EmbeddingUnfit: no signature.
        OSError: the disk refused.
    """
    place: Box | None = None
    with path.open("r+b", buffering=0) as target:

        def lay_out(size: int) -> tuple[BinaryIO, _Put]:
            nonlocal place
            place = reserved(target, size)
            if place is None:
                raise _TooLittleRoom
            return target, _Put(target, place.start, place.size)

        try:
            return embedded(builder, media_type, lay_out)
        except _TooLittleRoom:
            return None
        except BaseException:
            if place is not None:
                target.seek(place.start)
                write_all(target, reserve_box(place.size))
            raise


class _TooLittleRoom(Exception):
    pass


class _Put:
    """Puts the credential's box into a file, padded to the room it has."""

    def __init__(self, target: BinaryIO, place: int, size: int) -> None:
        self._target, self._place, self._size = target, place, size

    def __call__(self, box: bytes) -> None:
        self._target.seek(self._place)
        write_all(self._target, padded(box, self._size))

"""Update manifests put into ISO BMFF files without the SDK reading or writing a byte of the film.

An update has no binding to content of its own: the SDK calls the first store in the file *original*, which is as long
as it was, and puts a box with the *updates* at the end (C2PA 2.4, A.5). So it is given what is left of the file
without its picture and sound, and both boxes are taken over into a copy that the kernel makes where it can.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

import c2pa

from provenance import boxes
from provenance.boxes import Box, NotBoxes
from provenance.laying_out import copy, write_all
from provenance.layout import NoPlace, is_credential
from provenance.remembering import RememberingStream

# Of an index and some free room. What has more is no film of ours.
_MOST_BYTES = 64 * 2**20
# Of a credential's box: size, `uuid`, the type's UUID, version and flags come before its purpose.
_PURPOSE_AT = 4 + 4 + 16 + 4
_FIRST, _ORIGINAL, _UPDATE = b"manifest\0", b"original\0", b"update\0"


def update_into(source: BinaryIO, destination: Path, builder: c2pa.Builder, media_type: str) -> bytes:
    """Write `source` with the update of `builder` to `destination`; the manifest store.

    Raises:
        NoPlace: the file is not made so that this can be done, or the SDK makes updates in another way.
        c2pa.C2paError: no signature.
        OSError: the disk refused.
    """
    found = _boxes_of(source)
    first, before = _credentials(source, found)
    kept = [box for box in found if box.kind != b"mdat"]
    if sum(box.size for box in kept) > _MOST_BYTES:
        raise NoPlace("what is left without picture and sound is too much")
    bare = b"".join(_bytes_of(source, box) for box in kept)
    output = io.BytesIO()
    writing = RememberingStream(output)
    store: bytes = builder.sign(media_type, io.BytesIO(bare), writing)
    writing.flush()
    update = _update_in(output.getvalue(), bare, at=first.start, before=before)
    end = os.fstat(source.fileno()).st_size if before is None else before.start
    with destination.open("wb", buffering=0) as target:
        copy(source, range(end), target)
        write_all(target, update)
        target.seek(first.start + _PURPOSE_AT)
        write_all(target, _ORIGINAL)
    return store


def _boxes_of(source: BinaryIO) -> list[Box]:
    try:
        return list(boxes.top_level(source))
    except NotBoxes as error:
        raise NoPlace(str(error)) from error


def _credentials(source: BinaryIO, found: list[Box]) -> tuple[Box, Box | None]:
    """The box of the first store, and that of earlier updates where there is one.

    The first must stand before the picture, so that it stands there in what is left without that, too.
    """
    own = [box for box in found if is_credential(source, box)]
    purposes = [_bytes_of(source, box)[_PURPOSE_AT:] for box in own]
    if [purpose.startswith(_FIRST) for purpose in purposes] == [True]:
        first, before = own[0], None
    elif (
        len(own) == 2  # noqa: PLR2004 - the first store, and the updates
        and purposes[0].startswith(_ORIGINAL)
        and purposes[1].startswith(_UPDATE)
        and own[1] == found[-1]
    ):
        first, before = own
    else:
        raise NoPlace("its credentials stand otherwise than ours do")
    if any(box.kind == b"mdat" for box in found[: found.index(first)]):
        raise NoPlace("its credential stands after the picture")
    return first, before


def _update_in(made: bytes, bare: bytes, *, at: int, before: Box | None) -> bytes:
    """The box of updates at the end of what the SDK made of `bare`, of which it must have changed nothing else."""
    kept = len(bare) - (before.size if before is not None else 0)
    purpose = slice(at + _PURPOSE_AT, at + _PURPOSE_AT + len(_ORIGINAL))
    expected = bare[: purpose.start] + _ORIGINAL + bare[purpose.stop : kept]
    update = made[kept:]
    if (
        made[:kept] != expected
        or int.from_bytes(update[:4], "big") != len(update)
        or not update[_PURPOSE_AT:].startswith(_UPDATE)
    ):
        raise NoPlace("the library makes updates in another way")
    return update


def _bytes_of(source: BinaryIO, box: Box) -> bytes:
    source.seek(box.start)
    return source.read(box.size)

"""Masters that are a folder of pictures: PNG as the frames are, EXR in the light of the scene as it would be.

Frames keep the size in which the model made them. A PNG holds exactly the levels of its source; an EXR holds what
those levels mean as light: the transfer function of sRGB taken off, BT.709 primaries, halves. No more is known of the
light: a model's picture was never exposed, so 1.0 is white and nothing is brighter.

Source: IEC 61966-2-1 (transfer function); W3C PNG 3rd edition, 11.3 (sRGB, cICP); OpenEXR, standard attributes.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from struct import pack

import numpy as np
import numpy.typing as npt
import OpenEXR

from core.media_store import disk_errors
from generation.mastering.picture import FloatPicture

# CIE xy of red, green, blue and the white D65, as BT.709 and sRGB have them.
CHROMATICITIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
# Perceptual, as most say of pictures; the standard asks for one.
_INTENT = b"\0"
# Up to here sRGB is a line.
_LINE_ENDS, _SLOPE = 0.04045, 12.92


def linear_light(picture: FloatPicture) -> npt.NDArray[np.float32]:
    """`picture` without sRGB's transfer function: relative light from 0 to 1."""
    light = np.where(picture <= _LINE_ENDS, picture / _SLOPE, ((picture + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def write_exr(picture: FloatPicture, path: Path, *, note: str) -> None:
    """A half-float RGB picture in linear light, ZIP-compressed without loss.

    Raises:
        DiskFull: it could not be written.
    """
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "chromaticities": CHROMATICITIES,
        "comments": note,
    }
    with disk_errors():
        OpenEXR.File(header, {"RGB": linear_light(picture).astype(np.float16)}).write(str(path))


def write_png(picture: FloatPicture, path: Path, *, bits: int) -> None:
    """An RGB picture of 8 or 16 bits a channel, which says that it is sRGB.

    Raises:
        DiskFull: it could not be written.
    """
    height, width = picture.shape[:2]
    most = 2**bits - 1
    levels = np.rint(picture * np.float64(most)).astype(np.uint8 if bits == 8 else ">u2")  # noqa: PLR2004 - a byte
    # Each row under the filter Up, which suits pictures without noise; the first has nothing above it.
    rows = levels.reshape(height, -1).view(np.uint8)
    lifted = np.vstack([rows[:1], rows[1:] - rows[:-1]])
    filtered = np.hstack([np.full((height, 1), 2, np.uint8), lifted])
    content = b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", pack(">IIBBBBB", width, height, bits, _RGB, 0, 0, 0)),
            _chunk(b"sRGB", _INTENT),
            _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)),
            _chunk(b"IEND", b""),
        )
    )
    with disk_errors():
        path.write_bytes(content)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

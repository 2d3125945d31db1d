"""What a file must begin with to be taken as a kind of asset. A name or a stated type proves nothing."""

from __future__ import annotations

import json
import re
import struct

from licensing.custody.errors import AssetRefused
from licensing.custody.words import AssetKind

_PNG, _JPEG, _TIFF, _EXR, _WEBP = "image/png", "image/jpeg", "image/tiff", "image/x-exr", "image/webp"
_GLB, _PLY = "model/gltf-binary", "model/ply"
_MP4, _MATROSKA = "video/mp4", "video/matroska"
_WAV, _FLAC, _OGG, _MP3 = "audio/wav", "audio/flac", "audio/ogg", "audio/mpeg"
_SAFETENSORS = "application/x-safetensors"

_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _PNG),
    (re.compile(rb"\xff\xd8\xff"), _JPEG),
    (re.compile(rb"II\*\x00|MM\x00\*"), _TIFF),
    (re.compile(rb"\x76\x2f\x31\x01"), _EXR),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _WEBP),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), _WAV),
    (re.compile(rb"glTF\x02\x00\x00\x00"), _GLB),
    (re.compile(rb"ply\r?\n"), _PLY),
    (re.compile(rb".{4}ftyp", re.DOTALL), _MP4),
    (re.compile(rb"\x1a\x45\xdf\xa3"), _MATROSKA),
    (re.compile(rb"fLaC"), _FLAC),
    (re.compile(rb"OggS"), _OGG),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), _MP3),
)
_IMAGES = (_PNG, _JPEG, _TIFF, _EXR, _WEBP)
_TAKEN: dict[AssetKind, tuple[str, ...]] = {
    AssetKind.SCAN: (_GLB, _PLY, *_IMAGES),
    AssetKind.REFERENCE_IMAGE: _IMAGES,
    AssetKind.DRIVING_CLIP: (_MP4, _MATROSKA),
    AssetKind.VOICE: (_WAV, _FLAC, _OGG, _MP3),
    # A pickled checkpoint runs whatever it says when it is loaded; safetensors holds numbers alone.
    AssetKind.ADAPTER: (_SAFETENSORS,),
}
_LONGEST_HEADER = 100 * 1024 * 1024
_LENGTH_BYTES = 8


def content_type_of(kind: AssetKind, head: bytes, *, size_bytes: int) -> str:
    """The type of a file that begins with `head`.

    Raises:
        AssetRefused: it is none that this kind of asset may be.
    """
    found = _SAFETENSORS if _is_safetensors(head, size_bytes) else _by_beginning(head)
    taken = _TAKEN[kind]
    if found not in taken:
        listed = ", ".join(taken)
        raise AssetRefused(f"The file begins like no {kind.value.replace('_', ' ')}; taken are {listed}.")
    return found


def _by_beginning(head: bytes) -> str:
    return next((name for beginning, name in _BEGINNINGS if beginning.match(head)), "")


def _is_safetensors(head: bytes, size_bytes: int) -> bool:
    """Source: the safetensors format: length of the header in 8 bytes, little-endian, then a JSON object."""
    if len(head) <= _LENGTH_BYTES:
        return False
    (length,) = struct.unpack("<Q", head[:_LENGTH_BYTES])
    if not len(b"{}") <= length <= min(_LONGEST_HEADER, size_bytes - 8) or head[8:9] != b"{":
        return False
    shown = head[8 : 8 + length]
    if len(shown) == length:
        try:
            json.loads(shown)
        except ValueError:
            return False
    return True

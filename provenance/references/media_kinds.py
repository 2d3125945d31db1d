"""What kind of media a file is, by how it begins. Pure: names and what a sender says are not believed."""

from __future__ import annotations

_HEAD_BYTES = 16

# Kinds that can hold a credential, with the ending under which one is kept.
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-msvideo": ".avi",
    "audio/wav": ".wav",
}

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# ISO/IEC 14496-12, 4.3. Pictures in such boxes (AVIF, HEIC) are left out: nothing here decodes them.
_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"})


def media_kind(head: bytes) -> str | None:
    """The media type of a file that begins with `head`, at least sixteen bytes of it; None where it is no known one.

    Source: the formats' own signatures; for boxes and chunks ISO/IEC 14496-12 and RIFF.
    """
    head = head[:_HEAD_BYTES]
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp" and head[8:12] not in _PICTURE_BRANDS:
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    return None

"""Where the PDFs of consents lie: on the media volume, under their digest, never under anybody's name."""

from __future__ import annotations

from django.conf import settings

from core.digests import sha256_hex
from core.media_store import MediaStore
from licensing.documents.errors import DocumentAltered

_SUFFIX = ".pdf"


def keep(pdf: bytes) -> str:
    """Store `pdf` durably and give its digest. The same content is stored once.

    Raises:
        core.errors.DiskFull: the volume has no room.
    """
    store = _store()
    with store.temporary(_SUFFIX) as path:
        path.write_bytes(pdf)
        return store.keep(path, suffix=_SUFFIX).sha256_hex


def load(sha256: str) -> bytes:
    """The stored PDF of this digest.

    Raises:
        DocumentAltered: the file is gone, or its content is no longer what the digest names.
    """
    try:
        content = _store().path(f"{sha256[:2]}/{sha256}{_SUFFIX}").read_bytes()
    except FileNotFoundError as error:
        raise DocumentAltered(("The stored file is gone.",)) from error
    if sha256_hex(content) != sha256:
        raise DocumentAltered(("The stored file was changed on the disk.",))
    return content


def _store() -> MediaStore:
    return MediaStore(settings.MEDIA_FOLDER / "documents")

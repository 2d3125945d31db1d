"""Files that strangers hand in for verification: how large, how many at once, where they lie meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest

from core.media_store import MediaStore, disk_errors
from provenance import verification_rate
from provenance.errors import UploadMissing, UploadTooLarge, VerifierBusy
from provenance.operations import verify_file
from provenance.values import Verification

LARGEST_UPLOAD_BYTES = 512 * 2**20
# A multipart body is a little longer than its file.
_ENVELOPE_BYTES = 64 * 2**10

# Each verification may take two gigabytes and a core for a while.
_AT_ONCE = 2
_LONGEST_WAIT_S = 20
_places = threading.BoundedSemaphore(_AT_ONCE)


def verify_received(request: HttpRequest) -> Verification:
    """Verify the file that came with `request` as the multipart field `file`; it is deleted afterwards.

    Who asks how often, and the length, are checked before the body is read.

    Raises:
        TooManyVerifications: this address asked too often.
        UploadTooLarge: more than `LARGEST_UPLOAD_BYTES`.
        UploadMissing: no such field, or not multipart.
        VerifierBusy: no place came free in time.
        DiskFull: no room to lay the file down.
    """
    verification_rate.count(str(request.META.get("REMOTE_ADDR", "")), per_minute=settings.VERIFY_PER_MINUTE)
    if int(request.headers.get("Content-Length") or 0) > LARGEST_UPLOAD_BYTES + _ENVELOPE_BYTES:
        raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
    with disk_errors():
        uploaded = request.FILES.get("file")
    if not isinstance(uploaded, UploadedFile):
        raise UploadMissing("Send the file as multipart/form-data in a field named file.")
    if (uploaded.size or 0) > LARGEST_UPLOAD_BYTES:
        raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
    if not _places.acquire(timeout=_LONGEST_WAIT_S):
        raise VerifierBusy("Every place for a verification is taken. Try again in a moment.")
    try:
        with _laid_down(uploaded) as path:
            return verify_file(path)
    finally:
        _places.release()


@contextmanager
def _laid_down(uploaded: UploadedFile[bytes]) -> Iterator[Path]:
    if isinstance(uploaded, TemporaryUploadedFile):
        yield Path(uploaded.temporary_file_path())
        return
    # The name the file came with is nobody's business and is not kept.
    with MediaStore(settings.MEDIA_FOLDER).temporary(".upload") as path:
        with path.open("wb") as stream:
            for chunk in uploaded.chunks():
                stream.write(chunk)
        yield path

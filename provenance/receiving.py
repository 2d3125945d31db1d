"""Files that strangers hand in for verification: how large, how many at once, where they lie meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest

from core.media_store import MediaStore, disk_errors
from provenance import verification_rate
from provenance.errors import UploadMissing, UploadTooLarge, VerifierBusy
from provenance.fetching import fetch
from provenance.fingerprints.values import Match
from provenance.resolution import Hint, by_film
from provenance.values import Verification
from provenance.verifying import verify_file

LARGEST_UPLOAD_BYTES = 512 * 2**20
# A multipart body is a little longer than its file.
_ENVELOPE_BYTES = 64 * 2**10
_BLOCK_BYTES = 2**18
# Files in one form, less the beginning and a credential; Django counts them as they arrive.
MOST_SEGMENTS = 98

# Each verification may take two gigabytes and a core for a while.
_AT_ONCE = 2
_LONGEST_WAIT_S = 20
_places = threading.BoundedSemaphore(_AT_ONCE)


def verify_received(request: HttpRequest) -> Verification:
    """Verify the file that came with `request` as the multipart field `file`; it is deleted afterwards.

    A credential that lies beside it may come as the field `credential`, and the rest of a film of which it is the
    beginning as fields `segment`.

    Who asks how often, and the length, are checked before the body is read.

    Raises:
        TooManyVerifications: this address asked too often.
        UploadTooLarge, UploadMissing, VerifierBusy, DiskFull: as `received_file`.
    """
    verification_rate.count(str(request.META.get("REMOTE_ADDR", "")), per_minute=settings.VERIFY_PER_MINUTE)
    with received_file(request) as path, ExitStack() as more:
        credential = request.FILES.get("credential")
        beside = more.enter_context(_laid_down(credential)) if isinstance(credential, UploadedFile) else None
        segments = [more.enter_context(_laid_down(one)) for one in request.FILES.getlist("segment")]
        return verify_file(path, beside=beside, segments=segments)


@contextmanager
def received_file(request: HttpRequest) -> Iterator[Path]:
    """The file that came with `request` as the multipart field `file`, for as long as a place for it is held.

    The length is checked before the body is read. At the end the file is deleted.

    Raises:
        UploadTooLarge: more than `LARGEST_UPLOAD_BYTES`.
        UploadMissing: no such field, or not multipart.
        VerifierBusy: no place came free in time.
        DiskFull: no room to lay the file down.
    """
    if int(request.headers.get("Content-Length") or 0) > LARGEST_UPLOAD_BYTES + _ENVELOPE_BYTES:
        raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
    with disk_errors():
        uploaded = request.FILES.get("file")
    if not isinstance(uploaded, UploadedFile):
        raise UploadMissing("Send the file as multipart/form-data in a field named file.")
    if (uploaded.size or 0) > LARGEST_UPLOAD_BYTES:
        raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
    with _place(), _laid_down(uploaded) as path:
        yield path


def films_like_body(
    request: HttpRequest, *, alg: str | None, most: int, hint: Hint | None = None
) -> list[Match]:
    """Films of ours that the one in the body of `request` looks like; it is deleted afterwards.

    Raises:
        AlgorithmUnknown, BindingMalformed, FilmUnreadable: see `provenance.resolution`.
        UploadTooLarge: more than `LARGEST_UPLOAD_BYTES`, whatever length was announced.
        UploadMissing: no body.
        VerifierBusy: no place came free in time.
        DiskFull: no room to lay the film down.
    """
    if int(request.headers.get("Content-Length") or 0) > LARGEST_UPLOAD_BYTES:
        raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
    with _place(), MediaStore(settings.MEDIA_FOLDER).temporary(".upload") as path:
        if _written(request, path) == 0:
            raise UploadMissing("Send the film as the body.")
        return by_film(path, alg=alg, most=most, hint=hint)


def films_like_reference(
    url: str, *, length: int, media_type: str | None, alg: str | None, most: int, hint: Hint | None = None
) -> list[Match]:
    """Films of ours that the one at `url` looks like; it is deleted afterwards.

    Raises:
        ReferenceRefused: see `provenance.fetching`.
        UploadTooLarge: it is said to be longer than `LARGEST_UPLOAD_BYTES`.
        And as `films_like_body`.
    """
    if length > LARGEST_UPLOAD_BYTES:
        raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
    with _place(), MediaStore(settings.MEDIA_FOLDER).temporary(".upload") as path:
        fetch(url, path, most_bytes=length, media_type=media_type)
        return by_film(path, alg=alg, most=most, hint=hint)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=_LONGEST_WAIT_S):
        raise VerifierBusy("Every place for a verification is taken. Try again in a moment.")
    try:
        yield
    finally:
        _places.release()


def _written(request: HttpRequest, path: Path) -> int:
    """How many bytes of the body were laid down at `path`."""
    taken = 0
    with disk_errors(), path.open("wb") as stream:
        while block := request.read(_BLOCK_BYTES):
            taken += len(block)
            if taken > LARGEST_UPLOAD_BYTES:
                raise UploadTooLarge(LARGEST_UPLOAD_BYTES)
            stream.write(block)
    return taken


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

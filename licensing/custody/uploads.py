"""Assets that come with a request: sealed while they arrive, so that nothing of them is written in clear."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from core.errors import StudioError
from licensing.custody.errors import AssetRefused, AssetTooLarge
from licensing.custody.files import Receiving, SealedDraft

FIELD = "file"
# A multipart body is a little longer than its file.
_ENVELOPE_BYTES = 64 * 1024


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # generic only for the type checker
    """A file of the request that exists only sealed."""

    def __init__(self, draft: SealedDraft, receiving: Receiving) -> None:
        super().__init__(file=None, name="sealed", size=draft.plain_bytes)
        self.draft = draft
        self._receiving = receiving

    def close(self) -> None:
        # Django closes the files of a request when it is answered: a draft that was not taken in goes.
        self._receiving.abandon()


class SealingHandler(FileUploadHandler):
    """Seals the one file of a request. Any second file, and any other field's, is refused."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._receiving: Receiving | None = None
        self.refusal: StudioError | None = None

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401, ARG002 - Django's signature
        META: Any,  # noqa: ANN401, ARG002, N803 - as above
        content_length: int,
        *args: Any,  # noqa: ANN401, ARG002 - as above
        **kwargs: Any,  # noqa: ANN401, ARG002 - as above
    ) -> None:
        if content_length > settings.CUSTODY_LARGEST_BYTES + _ENVELOPE_BYTES:
            # Told before anything is written; the parser asks nothing else before the first file.
            self.refusal = AssetTooLarge(settings.CUSTODY_LARGEST_BYTES)

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().new_file(*args, **kwargs)
        if self.refusal is not None:
            self._stop(self.refusal)
        if self._receiving is not None or self.field_name != FIELD:
            self._stop(AssetRefused(f"Send one file, in a field named {FIELD}."))
        self._receiving = Receiving(largest_bytes=settings.CUSTODY_LARGEST_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        if self._receiving is None:
            raise TypeError("A chunk came before its file.")
        try:
            self._receiving.write(raw_data)
        except StudioError as error:
            self._stop(error)

    def file_complete(self, file_size: int) -> SealedUpload:  # noqa: ARG002 - Django's signature
        if self._receiving is None:
            raise TypeError("A file ended before it began.")
        return SealedUpload(self._receiving.finish(), self._receiving)

    def upload_interrupted(self) -> None:
        self._abandon()

    def _stop(self, refusal: StudioError) -> None:
        self.refusal = refusal
        self._abandon()
        raise StopUpload(connection_reset=True)

    def _abandon(self) -> None:
        if self._receiving is not None:
            self._receiving.abandon()


def seal_uploads_of(request: HttpRequest) -> None:
    """Let the request's file be sealed as it arrives. Call before anything reads the body."""
    request.upload_handlers = [SealingHandler(request)]


def sealed_upload(request: HttpRequest) -> SealedDraft:
    """The sealed file of a request.

    Raises:
        AssetRefused: none came.
        AssetTooLarge, core.errors.DiskFull: as it arrived.
    """
    upload = request.FILES.get(FIELD)
    for handler in request.upload_handlers:
        if isinstance(handler, SealingHandler) and handler.refusal is not None:
            raise handler.refusal
    if not isinstance(upload, SealedUpload):
        raise AssetRefused(f"Send the asset as multipart/form-data in a field named {FIELD}.")
    return upload.draft

"""A PDF that came with a request."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from core.media_store import disk_errors
from licensing.documents.errors import DocumentMissing, DocumentTooLarge
from licensing.documents.pdf_reading import LARGEST_BYTES

# A multipart body is a little longer than its file.
_ENVELOPE_BYTES = 64 * 1024


def uploaded_pdf(request: HttpRequest) -> bytes:
    """The content of the multipart field `file`; the name it came with is nobody's business.

    The length is checked before the body is read.

    Raises:
        DocumentTooLarge: more than `LARGEST_BYTES`.
        DocumentMissing: no such field, or not multipart.
    """
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BYTES + _ENVELOPE_BYTES:
        raise DocumentTooLarge(LARGEST_BYTES)
    with disk_errors():
        uploaded = request.FILES.get("file")
    if not isinstance(uploaded, UploadedFile):
        raise DocumentMissing("Send the PDF as multipart/form-data in a field named file.")
    if (uploaded.size or 0) > LARGEST_BYTES:
        raise DocumentTooLarge(LARGEST_BYTES)
    return bytes(uploaded.read())

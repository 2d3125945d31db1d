"""Handing out a credential that lies beside a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from provenance.beside.queries import credential_of, sidecar


def sidecar_response(organisation_id: UUID, sidecar_id: UUID) -> HttpResponse:
    """The credential as a download, under the name by which it is found beside its file.

    Raises:
        SidecarMissing, LogNotReady: as `credential_of`.
    """
    content = credential_of(organisation_id, sidecar_id)
    name = sidecar(organisation_id, sidecar_id).credential_name
    disposition = content_disposition_header(True, name)
    return HttpResponse(
        content, content_type="application/c2pa", headers={"Content-Disposition": disposition or "attachment"}
    )

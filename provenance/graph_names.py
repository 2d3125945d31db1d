"""What signed files are called where the graph names them. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from provenance.models import CredentialUpdate, SignedAsset


@dataclass(frozen=True, slots=True)
class FileName:
    """`update`: why the credential was added to; empty for the first file of a take."""

    take_id: UUID
    manifest_id: str
    signed_at: datetime
    update: str = ""


def file_names(ids: Collection[UUID]) -> dict[UUID, FileName]:
    first = SignedAsset.objects.filter(id__in=ids).values_list("id", "take_id", "manifest_id", "signed_at")
    later = CredentialUpdate.objects.filter(id__in=ids).values_list(
        "id", "take_id", "manifest_id", "signed_at", "reason"
    )
    return {one: FileName(*of_it) for one, *of_it in (*first, *later)}

"""What signed files are called where the graph names them. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from provenance.models import CredentialUpdate, DerivedAsset, SignedAsset
from provenance.references.models import ReferenceMedia


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
    derived = DerivedAsset.objects.filter(id__in=ids).values_list("id", "take_id", "manifest_id", "signed_at")
    return {one: FileName(*of_it) for one, *of_it in (*first, *later, *derived)}


@dataclass(frozen=True, slots=True)
class ReferenceName:
    title: str
    media_type: str
    received_at: datetime


def reference_names(ids: Collection[UUID]) -> dict[UUID, ReferenceName]:
    rows = ReferenceMedia.objects.filter(id__in=ids).values_list("id", "title", "media_type", "received_at")
    return {one: ReferenceName(*of_it) for one, *of_it in rows}

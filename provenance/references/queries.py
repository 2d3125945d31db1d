"""Media that productions work from, as frozen cards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.media_store import MediaStore
from core.tenancy import tenant
from provenance.errors import ReferenceMissing
from provenance.references.models import ReferenceMedia
from provenance.values import CredentialState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCard:
    """A file that a production works from.

    Attributes:
        state: what its credential proved on the day it came.
        signed_here: it came without a credential, and we signed it.
        digital_source_type: as whoever handed it in stated it, IPTC's term; empty where its own credential speaks.
        stated_source_type: what the credential in the file states, as a URL; empty where it states none.
    """

    id: UUID
    production_id: UUID
    title: str
    media_type: str
    source_sha256: str
    file_sha256: str
    size_bytes: int
    media_key: str
    state: CredentialState
    signed_here: bool
    manifest_id: str
    signed_by: str
    digital_source_type: str
    stated_source_type: str
    received_at: datetime

    @property
    def source_term(self) -> str:
        """IPTC's term that the credential in the file states; empty where it states none."""
        return self.stated_source_type.rpartition("/")[2]

    @property
    def path(self) -> Path:
        """Where the file lies on this machine."""
        return MediaStore(settings.MEDIA_FOLDER).path(self.media_key)


def references_of(organisation_id: UUID, production_id: UUID) -> tuple[ReferenceCard, ...]:
    """What a production works from, the newest first."""
    with tenant(organisation_id):
        return tuple(card_of(row) for row in ReferenceMedia.objects.filter(production_id=production_id))


def reference_card(organisation_id: UUID, reference_id: UUID) -> ReferenceCard:
    """One of them.

    Raises:
        ReferenceMissing: this organisation has none of the id.
    """
    with tenant(organisation_id):
        row = ReferenceMedia.objects.filter(id=reference_id).first()
    if row is None:
        raise ReferenceMissing("There is no such reference here.")
    return card_of(row)


def reference_cards(
    organisation_id: UUID, reference_ids: Collection[UUID], *, production_id: UUID
) -> tuple[ReferenceCard, ...]:
    """Those of a production that are named, in the order in which they are named.

    Raises:
        ReferenceMissing: one of them is not this production's.
    """
    with tenant(organisation_id):
        rows = {
            row.id: row
            for row in ReferenceMedia.objects.filter(id__in=list(reference_ids), production_id=production_id)
        }
    if set(rows) != set(reference_ids):
        raise ReferenceMissing("One of the references is not this production's.")
    return tuple(card_of(rows[one]) for one in reference_ids)


def received(organisation_id: UUID, production_id: UUID, source_sha256: str) -> ReferenceCard | None:
    """The reference as which a file was handed in before; None where it was not."""
    with tenant(organisation_id):
        row = ReferenceMedia.objects.filter(production_id=production_id, source_sha256=source_sha256).first()
    return card_of(row) if row else None


def card_of(row: ReferenceMedia) -> ReferenceCard:
    """The card of a row."""
    return ReferenceCard(
        id=row.id,
        production_id=row.production_id,
        title=row.title,
        media_type=row.media_type,
        source_sha256=row.source_sha256,
        file_sha256=row.file_sha256,
        size_bytes=row.size_bytes,
        media_key=row.media_key,
        state=CredentialState(row.state),
        signed_here=row.signed_here,
        manifest_id=row.manifest_id,
        signed_by=row.signed_by,
        digital_source_type=row.digital_source_type,
        stated_source_type=row.stated_source_type,
        received_at=row.received_at,
    )

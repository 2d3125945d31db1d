"""Credentials beside files, as pages, the API and the verification read them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from audit.coverage import covered_sql
from audit.errors import LogNotReady
from core.tenancy import tenant
from provenance.beside.finding import CREDENTIAL_SUFFIX
from provenance.beside.models import Sidecar
from provenance.errors import SidecarMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarCard:
    """One credential beside a file. `files`: how many its list names; None: a file. `is_in_log`: it may be had."""

    id: UUID
    take_id: UUID
    asset_id: UUID
    name: str
    media_type: str
    bound_sha256: str
    size_bytes: int
    files: int | None
    manifest_id: str
    parent_manifest_id: str
    certificate_serial: str
    signed_at: datetime
    time_stamped_at: datetime | None
    is_in_log: bool

    @property
    def credential_name(self) -> str:
        """Under which it is laid beside its file."""
        return f"{self.name}{CREDENTIAL_SUFFIX}"


def sidecars(organisation_id: UUID, *, sha256_hex: str | None = None) -> tuple[SidecarCard, ...]:
    """Those of an organisation, the latest first; with `sha256_hex` those beside exactly these bytes."""
    with tenant(organisation_id):
        rows = Sidecar.objects.defer("manifest_store", "statement")
        if sha256_hex is not None:
            rows = rows.filter(bound_sha256=sha256_hex.strip().lower())
        return _cards(list(rows))


def sidecar(organisation_id: UUID, sidecar_id: UUID) -> SidecarCard:
    """One of them.

    Raises:
        SidecarMissing: none of this organisation has the id.
    """
    with tenant(organisation_id):
        found = _cards(list(Sidecar.objects.filter(id=sidecar_id).defer("manifest_store", "statement")))
    if not found:
        raise SidecarMissing("There is no such credential here.")
    return found[0]


def credential_of(organisation_id: UUID, sidecar_id: UUID) -> bytes:
    """The credential itself, to be laid beside its file.

    Raises:
        SidecarMissing: as `sidecar`.
        LogNotReady: the log does not cover its signature yet.
    """
    if not sidecar(organisation_id, sidecar_id).is_in_log:
        raise LogNotReady(
            "The credential is signed and kept. The log has not confirmed the signature yet, and until then nobody "
            "gets it. Come back in a moment."
        )
    with tenant(organisation_id):
        store = Sidecar.objects.values_list("manifest_store", flat=True).get(id=sidecar_id)
    return bytes(store)


def credential_beside_digest(sha256_hex: str) -> bytes | None:
    """The newest credential that anybody here signed beside exactly these bytes; None where nobody did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT manifest_store FROM provenance_sidecars_of_digest_v1(%s)", [sha256_hex])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def _cards(rows: Collection[Sidecar]) -> tuple[SidecarCard, ...]:
    covered = _covered([row.id for row in rows])
    return tuple(
        SidecarCard(
            id=row.id,
            take_id=row.take_id,
            asset_id=row.asset_id,
            name=row.name,
            media_type=row.media_type,
            bound_sha256=row.bound_sha256,
            size_bytes=row.size_bytes,
            files=row.files,
            manifest_id=row.manifest_id,
            parent_manifest_id=row.parent_manifest_id,
            certificate_serial=row.certificate_serial,
            signed_at=row.signed_at,
            time_stamped_at=row.time_stamped_at,
            is_in_log=row.id in covered,
        )
        for row in rows
    )


def _covered(ids: list[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    with connection.cursor() as cursor:
        # The table's policy binds this statement like any other.
        cursor.execute(
            "SELECT beside.id FROM provenance_sidecar beside"  # noqa: S608 - of our own code
            f" WHERE beside.id = ANY(%s) AND {covered_sql('beside.entry_uid')}",
            [ids],
        )
        return frozenset(one for (one,) in cursor.fetchall())

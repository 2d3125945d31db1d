"""Findings and licences to train are entered, and superseded by what is newer. Nothing is allowed by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.errors import DigestMalformed, UnknownPerformer
from licensing.models.performer import Performer
from licensing.models.reported import ReportFinding, TrainingLicence
from licensing.reporting.errors import ReportRecordUnfit
from licensing.reporting.narrowing import visible_to
from licensing.reporting.words import FindingKind, FindingState, TrainingUnion
from productions.queries import production_facts

_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEPT = "It is on record. The log has not confirmed it yet and will without your doing. Do not send it again."

Recorded = TypeVar("Recorded", ReportFinding, TrainingLicence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """Something that was found or done. `supersedes`: what it is a newer state of."""

    kind: FindingKind
    state: FindingState
    found_by: str
    found_on: date
    text: str
    production_id: UUID | None = None
    performer_id: UUID | None = None
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrainingLicence:
    """A licence to train on material. What nobody said is None."""

    union: TrainingUnion
    material: str
    licensee: str
    production_id: UUID | None = None
    affiliated: bool | None = None
    public_commercial: bool | None = None
    for_pay: bool | None = None
    noticed_on: date | None = None
    notice_sha256: str = ""
    meeting: str = ""
    outcome: str = ""
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    id: UUID
    kind: str
    state: str
    production_title: str | None
    performer_name: str | None
    found_by: str
    found_on: date
    text: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLicenceCard:
    id: UUID
    union: str
    production_title: str | None
    material: str
    licensee: str
    affiliated: bool | None
    public_commercial: bool | None
    for_pay: bool | None
    noticed_on: date | None
    notice_sha256: str
    meeting: str
    outcome: str
    recorded_at: datetime


def record_finding(new: NewFinding, *, actor: Actor) -> FindingCard:
    """Enter a finding, and wait until the log covers it.

    Raises:
        ReportRecordUnfit: it says nothing, lies in the future, or supersedes what is not here or superseded.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
        audit.errors.LogNotReady: it is on record; the log has not confirmed it yet.
    """
    at = clock.now()
    _require_text(text=new.text, found_by=new.found_by)
    if new.found_on > at.astimezone(UTC).date():
        raise ReportRecordUnfit("found_on", "It cannot have been found after today.")
    row_id = new_id()
    columns: dict[str, Any] = {
        "id": row_id,
        "kind": new.kind,
        "state": new.state,
        "production_id": new.production_id,
        "performer_id": new.performer_id,
        "found_by": new.found_by.strip(),
        "found_on": new.found_on,
        "text": new.text.strip(),
        "supersedes_id": new.supersedes,
        "recorded_at": at,
        "recorded_by_id": actor.user_id,
    }
    _keep(
        ReportFinding,
        columns,
        actor,
        EntryType.FINDING_RECORDED,
        {"finding": str(row_id), "kind": new.kind, "state": new.state},
    )
    return next(one for one in finding_cards(actor) if one.id == row_id)


def record_training_licence(new: NewTrainingLicence, *, actor: Actor) -> TrainingLicenceCard:
    """Enter a licence to train on material, and wait until the log covers it.

    Raises:
        ReportRecordUnfit: it says nothing, its notice is not proved, or what it supersedes is not here or was before.
        DigestMalformed: the digest of the notice is none.
        productions.errors.NoSuchProduction: not here.
        audit.errors.LogNotReady: it is on record; the log has not confirmed it yet.
    """
    at = clock.now()
    _require_text(material=new.material, licensee=new.licensee)
    if (new.noticed_on is None) != (new.notice_sha256 == ""):
        raise ReportRecordUnfit(
            "notice_sha256", "A notice has its day and the SHA-256 of the paper that shows it."
        )
    if new.notice_sha256 and not _SHA256.fullmatch(new.notice_sha256):
        raise DigestMalformed("The notice's SHA-256 has 64 hexadecimal digits in lower case.")
    row_id = new_id()
    columns: dict[str, Any] = {
        "id": row_id,
        "production_id": new.production_id,
        "union": new.union,
        "material": new.material.strip(),
        "licensee": new.licensee.strip(),
        "affiliated": new.affiliated,
        "public_commercial": new.public_commercial,
        "for_pay": new.for_pay,
        "noticed_on": new.noticed_on,
        "notice_sha256": new.notice_sha256,
        "meeting": new.meeting.strip(),
        "outcome": new.outcome.strip(),
        "supersedes_id": new.supersedes,
        "recorded_at": at,
        "recorded_by_id": actor.user_id,
    }
    fields = {"training_licence": str(row_id), "proof_sha256": new.notice_sha256 or None}
    _keep(TrainingLicence, columns, actor, EntryType.TRAINING_LICENCE_RECORDED, fields)
    return next(one for one in training_licence_cards(actor) if one.id == row_id)


def finding_cards(actor: Actor) -> tuple[FindingCard, ...]:
    """Findings that nothing newer supersedes, the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = standing(ReportFinding.objects.all()).select_related("production", "performer")
        return tuple(
            FindingCard(
                id=row.id,
                kind=row.kind,
                state=row.state,
                production_title=row.production.title if row.production else None,
                performer_name=row.performer.professional_name if row.performer else None,
                found_by=row.found_by,
                found_on=row.found_on,
                text=row.text,
                recorded_at=row.recorded_at,
            )
            for row in rows.filter(visible_to(actor, clock.now()))
        )


def training_licence_cards(actor: Actor, *, superseded: bool = False) -> tuple[TrainingLicenceCard, ...]:
    """Licences to train that nothing newer supersedes, the latest first; or the earlier states of such."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = TrainingLicence.objects.filter(superseded_by__isnull=not superseded)
        return tuple(
            TrainingLicenceCard(
                id=row.id,
                union=row.union,
                production_title=row.production.title if row.production else None,
                material=row.material,
                licensee=row.licensee,
                affiliated=row.affiliated,
                public_commercial=row.public_commercial,
                for_pay=row.for_pay,
                noticed_on=row.noticed_on,
                notice_sha256=row.notice_sha256,
                meeting=row.meeting,
                outcome=row.outcome,
                recorded_at=row.recorded_at,
            )
            for row in rows.select_related("production")
        )


def standing(rows: QuerySet[Recorded]) -> QuerySet[Recorded]:
    """Rows that nothing newer supersedes."""
    return rows.filter(superseded_by__isnull=True)


def _keep(
    table: type[ReportFinding | TrainingLicence],
    columns: dict[str, Any],
    actor: Actor,
    entry_type: EntryType,
    fields: dict[str, Any],
) -> None:
    performer_id: UUID | None = columns.get("performer_id")
    if columns["production_id"] is not None:
        production_facts(actor.organisation_id, columns["production_id"])
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if performer_id is not None:
            if not Performer.objects.filter(id=performer_id).exists():
                raise UnknownPerformer(performer_id)
            fields = fields | {"performers": subjects.performers(actor.organisation_id, [performer_id])}
        before: UUID | None = columns["supersedes_id"]
        if before is not None and not table.objects.filter(id=before).exists():
            raise ReportRecordUnfit("supersedes", "What it supersedes is not here.")
        uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=entry_type,
            actor=actor.label,
            subject=f"{'finding' if table is ReportFinding else 'training-licence'}:{columns['id']}",
            fields=fields,
            at=columns["recorded_at"],
            production_id=columns["production_id"],
            person_id=performer_id,
        )
        try:
            with transaction.atomic():
                table.objects.create(**columns, entry_uid=uid)
        except IntegrityError as error:
            raise ReportRecordUnfit("supersedes", "It was superseded already by something newer.") from error
    wait_until_covered(actor.organisation_id, [uid], message=_KEPT)


def _require_text(**said: str) -> None:
    for name, text in said.items():
        if not text.strip():
            raise ReportRecordUnfit(name, "Say it in words.")

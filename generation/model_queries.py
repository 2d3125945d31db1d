"""What is read of the models a studio approved, and of what is on file about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.tenancy import tenant
from generation.clearances import ClearanceCard, clearances_of, cleared
from generation.errors import NoApprovedModel, NoSuchModel
from generation.model_statements import statement_of
from generation.models import ModelRecord, ModelRelease
from licensing.values import ModelStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """An approved model with what is on file about it; None and the empty text are unknown.

    `trained_for_project` False: it is known to have been trained for no project.
    """

    id: UUID
    name: str
    version: str
    lock_sha256: str
    host: str
    licence: str
    data_statement: str
    on_file: tuple[str, ...] | None
    terms_changed: bool | None
    talent_enhancement: bool | None
    unowned_training_data: bool | None
    trained_for_project: str | bool | None
    on_market_since: date | None
    ca_covered_provider: bool | None
    vendor: str
    licence_tier: str
    terms_sha256: str
    region: str
    approved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecordCard:
    """What was on file about a model from one moment on; `changed` are names of what was otherwise before."""

    id: UUID
    content: dict[str, Any]
    content_sha256: str
    stated_at: datetime
    stated_by: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelPage:
    """A model with its history, the latest first."""

    card: ModelCard
    records: tuple[ModelRecordCard, ...]
    clearances: tuple[ClearanceCard, ...]


def approved_models(organisation_id: UUID, *, production_id: UUID | None = None) -> tuple[ModelCard, ...]:
    """The models this studio has approved, newest first; with a production, those legal has cleared for it."""
    with tenant(organisation_id):
        rows = list(ModelRelease.objects.filter(approved_at__isnull=False).order_by("-created_at"))
        if production_id is not None:
            usable = cleared([row.id for row in rows], production_id)
            rows = [row for row in rows if row.id in usable]
        return tuple(model_card_of(row) for row in rows)


def model_page(organisation_id: UUID, model_id: UUID) -> ModelPage:
    """One approved model, and everything that was ever on file about it.

    Raises:
        NoSuchModel: the studio has approved none of this id.
    """
    with tenant(organisation_id):
        row = ModelRelease.objects.filter(id=model_id, approved_at__isnull=False).first()
        if row is None:
            raise NoSuchModel("There is no such model here.")
        found = list(
            ModelRecord.objects.filter(model=row).select_related("stated_by").order_by("-stated_at", "-id")
        )
    before: list[dict[str, Any]] = [*(one.content for one in found[1:]), {}][: len(found)]
    return ModelPage(
        card=model_card_of(row),
        records=tuple(
            ModelRecordCard(
                id=one.id,
                content=one.content,
                content_sha256=one.content_sha256,
                stated_at=one.stated_at,
                stated_by=str(one.stated_by) if one.stated_by else "",
                changed=tuple(name for name, value in one.content.items() if earlier.get(name) != value),
            )
            for one, earlier in zip(found, before, strict=True)
        ),
        clearances=clearances_of(organisation_id, row.id),
    )


def model_statement(organisation_id: UUID, model_id: UUID) -> ModelStatement:
    """What is on file about an approved model, as the rulebook asks for it.

    Raises:
        NoApprovedModel: no model of this id is approved here.
    """
    with tenant(organisation_id):
        row = ModelRelease.objects.filter(id=model_id, approved_at__isnull=False).first()
        if row is None:
            raise NoApprovedModel("No model of this id is approved for this studio.")
        return statement_of(row)


def model_card_of(row: ModelRelease) -> ModelCard:
    project = row.trained_for_project
    return ModelCard(
        id=row.id,
        name=row.name,
        version=row.version,
        lock_sha256=row.lock_sha256,
        host=row.host,
        licence=row.licence,
        data_statement=row.data_statement,
        on_file=None if row.on_file is None else tuple(row.on_file),
        terms_changed=row.terms_changed,
        talent_enhancement=row.talent_enhancement,
        unowned_training_data=row.unowned_training_data,
        trained_for_project=project if project is None or project else False,
        on_market_since=row.on_market_since,
        ca_covered_provider=row.ca_covered_provider,
        vendor=row.vendor,
        licence_tier=row.licence_tier,
        terms_sha256=row.terms_sha256,
        region=row.region,
        approved_at=row.approved_at,
    )

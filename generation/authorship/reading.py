"""Rows of the record, as other modules of this app ask for them. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from generation.authorship.values import VERDICTS, ContributionKind
from generation.models import Contribution, CutEdition, CutEntry


def contribution_rows() -> QuerySet[Contribution]:
    """Every act with what its card needs."""
    rows: QuerySet[Contribution] = Contribution.objects.select_related(
        "by", "sequence", "shot__sequence", "take", "superseded_by"
    )
    return rows


def standing() -> QuerySet[Contribution]:
    """The acts that count: those whose place no later one has taken."""
    return contribution_rows().filter(superseded_by__isnull=True).exclude(kind=ContributionKind.TAKEN_BACK)


def verdict_on(take_id: UUID) -> Contribution | None:
    """The verdict on a take that counts."""
    return standing().filter(take_id=take_id, kind__in=VERDICTS).first()


def latest_editions(sequence_ids: Iterable[UUID]) -> dict[UUID, CutEdition]:
    """By sequence the order that counts, with its entries; a sequence that nobody cut is not in it."""
    entries = CutEntry.objects.order_by("position").select_related("take__shot", "take__model", "element__by")
    rows = (
        CutEdition.objects.filter(sequence_id__in=list(sequence_ids))
        .order_by("sequence_id", "-number")
        .distinct("sequence_id")
        .select_related("contribution__by", "sequence")
        .prefetch_related(Prefetch("entries", entries))
    )
    return {row.sequence_id: row for row in rows}

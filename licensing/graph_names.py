"""What records of this room are called where the graph names them. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from core import clock
from licensing.models.consent import Consent
from licensing.models.custody import CustodyAsset
from licensing.models.decision import Decision
from licensing.models.performer import Performer
from licensing.models.review import ReviewApproval
from licensing.names import KNOWN_TO_LEGAL, ConsentStatus, Visibility


@dataclass(frozen=True, slots=True)
class RecordName:
    """`page_id`: of the page that shows the record; None where the reader has none."""

    title: str
    detail: str
    page_id: UUID | None = None


def performer_names(ids: Collection[UUID], *, everybody: bool) -> dict[UUID, RecordName]:
    """`everybody` as in `licensing.queries.performers`; without it, whom only legal sees is not named."""
    rows = Performer.objects.filter(id__in=ids).values_list("id", "professional_name", "visibility")
    return {
        who: RecordName(name, "performer", who)
        if everybody or seen_by != Visibility.LEGAL_ONLY
        else RecordName(KNOWN_TO_LEGAL, "performer")
        for who, name, seen_by in rows
    }


def consent_names(ids: Collection[UUID], *, everybody: bool) -> dict[UUID, RecordName]:
    rows = Consent.objects.filter(id__in=ids).select_related("performer", "production")
    found = {}
    for row in rows:
        is_named = everybody or row.performer.visibility != Visibility.LEGAL_ONLY
        name = row.performer.professional_name if is_named else KNOWN_TO_LEGAL
        detail = f"{row.production.title}, {_words(row.replica_type)}, {_words(row.status)}"
        found[row.id] = RecordName(f"Consent of {name}", detail, row.performer_id if is_named else None)
    return found


def decision_names(ids: Collection[UUID]) -> dict[UUID, RecordName]:
    rows = Decision.objects.filter(id__in=ids).values_list("id", "stage", "outcome", "decided_at")
    return {
        one: RecordName(f"Decision: {_words(outcome)}", f"to {stage}, {at:%Y-%m-%d %H:%M} UTC", one)
        for one, stage, outcome, at in rows
    }


def approval_names(ids: Collection[UUID]) -> dict[UUID, RecordName]:
    rows = ReviewApproval.objects.filter(id__in=ids).values_list("id", "case_id", "valid_until")
    return {
        one: RecordName("Approval by counsel", f"until {until:%Y-%m-%d}", case) for one, case, until in rows
    }


def replica_names(ids: Collection[UUID]) -> dict[UUID, RecordName]:
    rows = CustodyAsset.objects.filter(id__in=ids).values_list("id", "label", "kind", "state")
    return {
        one: RecordName(label, f"{_words(kind)}, {_words(state)}", one) for one, label, kind, state in rows
    }


def consents_of(performer_ids: Collection[UUID]) -> tuple[UUID, ...]:
    return tuple(Consent.objects.filter(performer_id__in=performer_ids).values_list("id", flat=True))


def consent_holds(consent_id: UUID) -> bool:
    """Whether the record is in force at this moment, also by its dates and by notice."""
    row = Consent.objects.filter(id=consent_id, status=ConsentStatus.ACTIVE).select_related("notice").first()
    if row is None:
        return False
    now = clock.now()
    notice = getattr(row, "notice", None)
    over = row.valid_until is not None and row.valid_until < now.astimezone(UTC).date()
    return not over and (notice is None or notice.effective_at > now)


def _words(value: str) -> str:
    return value.replace("_", " ")

"""A performer and what was agreed with them, as pages and the API show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, JSONField, QuerySet
from django.db.models.expressions import RawSQL

from audit.coverage import covered_sql
from core.canonical import Canonical
from licensing.models.consent import Consent
from licensing.models.performer import Engagement, Performer
from licensing.quotas import QuotaState

_LIMITS = """
SELECT jsonb_agg(jsonb_build_array(
    quota.consent_id, quota.unit, quota.most, quota.used,
    (SELECT jsonb_object_agg(held.job_id, held.amount) FROM licensing_quotareservation AS held
     WHERE held.quota_id = quota.id AND held.state = 'held' AND held.expires_at > clock_timestamp())
) ORDER BY quota.unit DESC)
FROM licensing_quota AS quota WHERE quota.consent_id = licensing_consent.id
"""


@dataclass(frozen=True, slots=True)
class AliasCard:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class IdentifierCard:
    scope: str
    value: str


@dataclass(frozen=True, slots=True)
class PerformerCard:
    id: UUID
    professional_name: str
    state: str | None
    domicile: str | None
    visibility: str
    aliases: tuple[AliasCard, ...]
    identifiers: tuple[IdentifierCard, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """One record. `description` and the lists are the signed terms; None means the document does not say.

    An active record counts only where `is_in_log`: the log covers the entry of its recording. `quotas` are its limits
    with what is left of them.
    """

    id: UUID
    performer_id: UUID
    performer_name: str
    production_id: UUID
    production_title: str
    replica_type: str
    status: str
    terms: Mapping[str, Canonical]
    terms_sha256: str
    document_sha256: str
    receipt_id: UUID
    valid_from: date | None
    valid_until: date | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    is_in_log: bool
    quotas: tuple[QuotaState, ...] = ()

    @property
    def intended_use(self) -> Mapping[str, Canonical]:
        value = self.terms.get("intended_use")
        return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class EngagementCard:
    id: UUID
    performer_id: UUID
    production_id: UUID
    category: str | None
    agreement: str | None
    is_engaged: bool | None
    engaged_at: datetime | None
    contract_date: date | None
    representation: str | None
    union_covered: bool | None
    employed_on_project: bool | None
    recognisable: bool | None
    portrayed_as_minor: bool | None
    replica_from: UUID | None
    estimated_days: int | None


@dataclass(frozen=True, slots=True)
class EngagementOf:
    """An engagement with the title of what it is in."""

    card: EngagementCard
    production_title: str


def card_of(row: Performer) -> PerformerCard:
    return PerformerCard(
        id=row.id,
        professional_name=row.professional_name,
        state=row.state,
        domicile=row.domicile,
        visibility=row.visibility,
        aliases=tuple(AliasCard(alias.kind, alias.text) for alias in row.aliases.all()),
        identifiers=tuple(IdentifierCard(one.scope, one.value) for one in row.identifiers.all()),
        created_at=row.created_at,
    )


def consents() -> QuerySet[Consent]:
    """Records as `consent_card_of` wants them."""
    covered = RawSQL(covered_sql("licensing_consent.entry_uid"), [], output_field=BooleanField())  # noqa: S611 - our own
    limits = RawSQL(_LIMITS, [], output_field=JSONField())  # noqa: S611 - our own
    rows: QuerySet[Consent] = Consent.objects.select_related("performer", "production")
    return rows.annotate(is_in_log=covered, limits=limits)


def consent_card_of(row: Any) -> ConsentCard:  # noqa: ANN401 - a Consent with the annotation of `consents`
    """The card of one of `consents`."""
    return ConsentCard(
        id=row.id,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name,
        production_id=row.production_id,
        production_title=row.production.title,
        replica_type=row.replica_type,
        status=row.status,
        terms=row.terms,
        terms_sha256=row.terms_sha256,
        document_sha256=row.document_sha256,
        receipt_id=row.receipt_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
        is_in_log=row.is_in_log,
        quotas=tuple(QuotaState.of_row(one) for one in row.limits or ()),
    )


def engagement_card_of(row: Engagement) -> EngagementCard:
    return EngagementCard(
        id=row.id,
        performer_id=row.performer_id,
        production_id=row.production_id,
        category=row.category,
        agreement=row.agreement,
        is_engaged=row.is_engaged,
        engaged_at=row.engaged_at,
        contract_date=row.contract_date,
        representation=row.representation,
        union_covered=row.union_covered,
        employed_on_project=row.employed_on_project,
        recognisable=row.recognisable,
        portrayed_as_minor=row.portrayed_as_minor,
        replica_from=row.replica_from_id,
        estimated_days=row.estimated_days,
    )

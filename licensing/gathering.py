"""The facts of one question, read from the tables. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from audit.coverage import covered_sql
from core.canonical import Canonical
from core.clock import rfc3339
from licensing.agreed import SECTION, AgreedTerms
from licensing.models.rule_pack import RuleConfirmation
from licensing.models.strike import Strike
from licensing.names import ConsentStatus
from licensing.terms import as_fact

PEOPLE_SQL = """
SELECT performer.id, performer.state, performer.domicile,
       engagement.category, engagement.representation, engagement.union_covered,
       engagement.employed_on_project, engagement.recognisable, engagement.portrayed_as_minor,
       engagement.is_engaged, engagement.engaged_at, engagement.contract_date,
       engagement.replica_from_id, engagement.estimated_days
FROM licensing_performer performer
LEFT JOIN licensing_engagement engagement
       ON engagement.performer_id = performer.id AND engagement.production_id = %s
WHERE performer.id = ANY(%s)
"""
"""Those of the people (2) that are registered, with their engagement in the production (1) if there is one.

The policies of both tables bind it like any other statement.
"""

# What has ended is not asked after in the log.
_CONSENTS = """
SELECT consent.*, consent.status <> 'active' OR {covered} AS is_in_log,
       (SELECT notice.effective_at FROM licensing_withdrawalnotice notice
        WHERE notice.consent_id = consent.id) AS ends_at
FROM licensing_consent consent
WHERE consent.performer_id = ANY(%s) AND consent.status <> %s
ORDER BY consent.id
"""


@dataclass(frozen=True, slots=True)
class Person:
    """What is on record about a person and this production; None is unknown."""

    id: UUID
    state: str | None
    domicile: str | None
    category: str | None
    representation: str | None
    union_covered: bool | None
    employed_on_project: bool | None
    recognisable: bool | None
    portrayed_as_minor: bool | None
    is_engaged: bool | None
    engaged_at: datetime | None
    contract_date: date | None
    replica_from: UUID | None
    estimated_days: int | None

    def as_subject(self, replica_type: str) -> dict[str, Canonical]:
        engaged: str | bool | None = rfc3339(self.engaged_at) if self.engaged_at else None
        if self.is_engaged is False:
            engaged = False
        return {
            "person_id": str(self.id),
            "state": self.state,
            "category": self.category,
            "replica_type": replica_type,
            "representation": self.representation,
            "union_covered": self.union_covered,
            "employed_on_project": self.employed_on_project,
            "recognisable": self.recognisable,
            "domicile": self.domicile,
            "engaged_at": engaged,
            "contract_date": self.contract_date.isoformat() if self.contract_date else None,
            "replica_from": str(self.replica_from) if self.replica_from else None,
            "portrayed_as_minor": self.portrayed_as_minor,
            "estimated_days": self.estimated_days,
        }


@dataclass(frozen=True, slots=True)
class PendingConsent:
    """An active record that the log does not cover yet: it was recorded, and counts for nothing so far."""

    performer_id: UUID
    entry_uid: UUID | None
    recorded_at: datetime


def recent_entries(pending: Iterable[PendingConsent], *, since: datetime) -> list[UUID]:
    """Entries of the pending consents that the log may still be about to cover; older ones hold nobody up."""
    return [one.entry_uid for one in pending if one.entry_uid and one.recorded_at > since]


@dataclass(frozen=True, slots=True)
class ConsentsOnFile:
    """`facts`: the records that count, or did until they were withdrawn, as the rulebook reads them.

    `agreed`: what each of these says beyond the rules, by its id.
    """

    facts: list[Canonical]
    pending: tuple[PendingConsent, ...]
    agreed: Mapping[str, AgreedTerms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledConsent:
    """A record as it stands in its table. `ended_at`: when it was withdrawn, or ends by a notice that was given.

    Identifiers are spelled as the database spells them, which is how facts do.
    """

    id: str
    performer_id: str
    production_id: str
    replica_type: str
    terms: Mapping[str, Canonical]
    status: str
    ended_at: datetime | None
    entry_uid: UUID | None
    recorded_at: datetime
    is_in_log: bool


def consents_sql() -> str:
    """Every record of people (1) but those replaced (2). Whoever asks has taken their turn, see `licensing.turns`."""
    return _CONSENTS.format(covered=covered_sql("consent.entry_uid"))


def on_file(rows: Iterable[FiledConsent]) -> ConsentsOnFile:
    """What counts: an active record not covered by the log is not given yet, a withdrawn one has ended anyway."""
    facts: list[Canonical] = []
    pending = []
    agreed: dict[str, AgreedTerms] = {}
    for row in rows:
        if row.status == ConsentStatus.ACTIVE and not row.is_in_log:
            pending.append(PendingConsent(UUID(row.performer_id), row.entry_uid, row.recorded_at))
            continue
        section = row.terms.get(SECTION)
        if isinstance(section, Mapping):
            agreed[row.id] = AgreedTerms(row.performer_id, section)
        facts.append(
            as_fact(
                consent_id=row.id,
                person_id=row.performer_id,
                project_id=row.production_id,
                replica_type=row.replica_type,
                terms=row.terms,
                # After a notice the record ends by itself; the rulebook takes what lies ahead for not yet happened.
                withdrawn_at=rfc3339(row.ended_at) if row.ended_at else None,
            )
        )
    return ConsentsOnFile(facts, tuple(pending), agreed)


def strikes_at(instant: datetime) -> list[Canonical]:
    """Codes of the agreements under strike then, by this organisation's record."""
    rows = Strike.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=instant), began_at__lte=instant)
    return sorted(set(rows.values_list("agreement", flat=True)))


def confirmed_rules() -> frozenset[tuple[str, str]]:
    """Rule ids that counsel confirmed, each with the digest of the content that was confirmed."""
    return frozenset(RuleConfirmation.objects.values_list("rule_id", "rule_sha256"))

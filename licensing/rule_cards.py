"""The rulebook as pages and the API show it, with what this organisation's counsel confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.tenancy import tenant
from licensing.gate_rules import below_grade_a, rule_sha256
from licensing.matters import EXECUTABLE_MATTERS
from licensing.models.rule_pack import RuleConfirmation
from licensing.rulebook.book import RuleEntry, rule_book
from licensing.rules import EXECUTABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """One rule. `confirmed_at` None: counsel has not confirmed its present content. `sources` are in words."""

    id: str
    layer: str
    title: str
    clause: str
    protects: str
    requires: str
    cure: str
    edition: str
    valid_from: date | None
    valid_until: date | None
    sources: tuple[str, ...]
    grade: str
    decides_uses: bool
    is_executable: bool
    needs_confirmation: bool
    counsel: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RulePackCard:
    edition: str
    sha256: str
    rules: tuple[RuleCard, ...]


def rule_pack_card(organisation_id: UUID) -> RulePackCard:
    """The present rulebook in its own order."""
    book = rule_book()
    with tenant(organisation_id):
        confirmed = {(row.rule_id, row.rule_sha256): row for row in RuleConfirmation.objects.all()}
    return RulePackCard(
        edition=book.pack,
        sha256=book.sha256_hex,
        rules=tuple(
            _card(entry, confirmed.get((entry.id, rule_sha256(entry)))) for entry in book.entries.values()
        ),
    )


def _card(entry: RuleEntry, confirmation: RuleConfirmation | None) -> RuleCard:
    return RuleCard(
        id=entry.id,
        layer=entry.layer,
        title=entry.title,
        clause=entry.clause,
        protects=entry.protects,
        requires=entry.requires,
        cure=entry.cure,
        edition=entry.edition,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        sources=tuple(rule_book().sources[code] for code in entry.source),
        grade=entry.grade,
        decides_uses=entry.decides_uses,
        is_executable=entry.id in EXECUTABLE | EXECUTABLE_MATTERS,
        needs_confirmation=entry.id in below_grade_a(),
        counsel=confirmation.counsel if confirmation else None,
        confirmed_at=confirmation.confirmed_at if confirmation else None,
    )

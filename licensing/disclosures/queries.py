"""What has to be told of a production, what counsel approved, and what counts for a delivery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from core.tenancy import tenant
from licensing.disclosures.cards import ApprovalCard, DueDisclosure, WordingLine, approval_card_of
from licensing.disclosures.errors import NoSuchDisclosure
from licensing.disclosures.wording import WordingBook, wording_book
from licensing.models.disclosure import DisclosureApproval, DisclosurePlacing
from licensing.models.owed import Obligation, ObligationUse
from licensing.places import reaches
from licensing.rulebook.book import rule_book
from licensing.values import DutyKind
from productions.queries import ProductionCard, production_card


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosurePage:
    """A production with what is due in `territories` (empty: anywhere), and every way on file to disclose there."""

    production: ProductionCard
    territories: tuple[str, ...]
    book: WordingBook
    due: tuple[DueDisclosure, ...]
    lines: tuple[WordingLine, ...]


def disclosure_page(
    organisation_id: UUID, production_id: UUID, *, territories: tuple[str, ...] = ()
) -> DisclosurePage:
    """What has to be told of a production, narrowed to places that a release in `territories` reaches.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    production = production_card(organisation_id, production_id)
    book = wording_book()
    rows = book.seen_in(territories) if territories else tuple(book.rows.values())
    with tenant(organisation_id):
        approvals = _approvals(production_id)
        lines = {
            row.id: WordingLine(
                row,
                tuple(one for one in approvals if one.wording_id == row.id),
                tuple((one, row.proposed(one, title=production.title)) for one in row.languages),
            )
            for row in rows
        }
        due = tuple(_due(production_id, territories, lines))
    return DisclosurePage(
        production=production, territories=territories, book=book, due=due, lines=tuple(lines.values())
    )


def due_disclosures(
    organisation_id: UUID, production_id: UUID, *, territories: tuple[str, ...] = ()
) -> tuple[DueDisclosure, ...]:
    """What `disclosure_page` lists as due."""
    return disclosure_page(organisation_id, production_id, territories=territories).due


def approval_card(organisation_id: UUID, approval_id: UUID) -> ApprovalCard:
    """What counsel approved, by its id.

    Raises:
        NoSuchDisclosure: none of this organisation has it.
    """
    with tenant(organisation_id):
        row = approval_rows().filter(id=approval_id).first()
        if row is None:
            raise NoSuchDisclosure("There is no such approved disclosure here.")
        return approval_card_of(row)


def disclosures_recorded(
    organisation_id: UUID, production_id: UUID, *, territories: Iterable[str]
) -> tuple[str, ...]:
    """The kinds of disclosure that count for a delivery: approved by counsel and placed with proof, seen there."""
    asked = tuple(territories)
    with tenant(organisation_id):
        return tuple(
            sorted(
                {
                    one.kind
                    for one in _approvals(production_id)
                    if one.is_recorded and reaches(asked, one.territory)
                }
            )
        )


def approval_rows() -> QuerySet[DisclosureApproval]:
    """Every approval with what its card needs. Call inside `core.tenancy.tenant`."""
    placings = DisclosurePlacing.objects.select_related("recorded_by").order_by("recorded_at", "id")
    rows: QuerySet[DisclosureApproval] = DisclosureApproval.objects.select_related(
        "approved_by", "superseded_by"
    ).prefetch_related(Prefetch("placings", placings))
    return rows


def _approvals(production_id: UUID) -> tuple[ApprovalCard, ...]:
    return tuple(approval_card_of(row) for row in approval_rows().filter(production_id=production_id))


def _due(
    production_id: UUID, territories: tuple[str, ...], lines: dict[str, WordingLine]
) -> Iterable[DueDisclosure]:
    uses = ObligationUse.objects.select_related("decision").order_by("at", "id")
    found = (
        Obligation.objects.filter(production_id=production_id, duty=DutyKind.DISCLOSE)
        .select_related("ended")
        .prefetch_related(Prefetch("uses", uses))
        .order_by("opened_at", "id")
    )
    for row in found:
        card = _due_card(row, lines)
        if (
            not territories
            or not card.territories
            or any(reaches(territories, one) for one in card.territories)
        ):
            yield card


def _due_card(row: Obligation, lines: dict[str, WordingLine]) -> DueDisclosure:
    rule = rule_book().entries.get(row.rule_id)
    uses = list(row.uses.all())
    kinds = tuple(row.inputs.get("kinds", ()))
    return DueDisclosure(
        obligation_id=row.id,
        rule_id=row.rule_id,
        law=rule.clause if rule else "",
        requires=rule.requires if rule else "",
        grade=row.grade,
        due=row.due_word,
        opened_at=row.opened_at,
        ended=getattr(row, "ended", None) is not None,
        kinds=kinds,
        territories=tuple(
            dict.fromkeys(place for use in uses for place in use.decision.asked.get("territories", ()))
        ),
        shots=tuple(dict.fromkeys(use.decision.shot_id for use in uses if use.decision.shot_id)),
        decisions=tuple(use.decision_id for use in uses),
        uses=len(uses),
        ways=tuple(
            line
            for line in lines.values()
            if line.row.rule_id == row.rule_id and (not kinds or line.row.kind in kinds)
        ),
    )

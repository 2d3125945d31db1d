"""What the audience is told, as pages, the API and reports see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from licensing.disclosures.wording import Wording
from licensing.models.disclosure import DisclosureApproval, DisclosurePlacing


@dataclass(frozen=True, slots=True)
class PlacingCard:
    """Where an approved disclosure stands, with the SHA-256 of what shows it."""

    id: UUID
    place: str
    document_sha256: str
    placed_on: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCard:
    """What counsel approved. `stands`: no later row has taken its place, and it was not taken back."""

    id: UUID
    production_id: UUID
    wording_id: str
    rule_id: str
    territory: str
    kind: str
    language: str
    text: str
    placement: str
    content_sha256: str
    withdrawn: bool
    stands: bool
    approved_at: datetime
    approved_by: str
    placings: tuple[PlacingCard, ...]

    @property
    def is_recorded(self) -> bool:
        """Whether it counts for a delivery: approved by counsel, and placed with proof."""
        return self.stands and bool(self.placings)


@dataclass(frozen=True, slots=True)
class WordingLine:
    """One way to disclose, with what counsel of this organisation approved of it for a production.

    `proposed` are the house's words for this production by language, English first; empty where it proposes none.
    """

    row: Wording
    approvals: tuple[ApprovalCard, ...]
    proposed: tuple[tuple[str, str], ...]

    @property
    def standing(self) -> tuple[ApprovalCard, ...]:
        return tuple(one for one in self.approvals if one.stands)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDisclosure:
    """Something that has to be told, because takes were made under a duty to. Any of its `ways` will do.

    `kinds` are those that the rule takes; empty where it names fields of a credential instead. `shots` are those of
    the decisions; `territories` what those were asked for.
    """

    obligation_id: UUID
    rule_id: str
    law: str
    requires: str
    grade: str
    due: str
    opened_at: datetime
    ended: bool
    kinds: tuple[str, ...]
    territories: tuple[str, ...]
    shots: tuple[UUID, ...]
    decisions: tuple[UUID, ...]
    uses: int
    ways: tuple[WordingLine, ...]

    @property
    def way_ids(self) -> tuple[str, ...]:
        return tuple(way.row.id for way in self.ways)

    @property
    def is_recorded(self) -> bool:
        """Whether one of the ways counts, or the duty ended otherwise."""
        return self.ended or any(one.is_recorded for way in self.ways for one in way.approvals)


def approval_card_of(row: DisclosureApproval) -> ApprovalCard:
    return ApprovalCard(
        id=row.id,
        production_id=row.production_id,
        wording_id=row.wording_id,
        rule_id=row.rule_id,
        territory=row.territory,
        kind=row.kind,
        language=row.language,
        text=row.text,
        placement=row.placement,
        content_sha256=row.content_sha256,
        withdrawn=row.withdrawn,
        stands=not row.withdrawn and getattr(row, "superseded_by", None) is None,
        approved_at=row.approved_at,
        approved_by=str(row.approved_by),
        placings=tuple(_placing_card(one) for one in row.placings.all()),
    )


def _placing_card(row: DisclosurePlacing) -> PlacingCard:
    return PlacingCard(
        row.id, row.place, row.document_sha256, row.placed_on, row.recorded_at, str(row.recorded_by)
    )

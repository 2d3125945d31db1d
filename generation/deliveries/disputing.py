"""Which takes are disputed, for the pages and for whoever verifies a file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from generation.deliveries.errors import DisputeNotYours, NoSuchDispute
from generation.doors import MAY_DISPUTE_ON_WORD, READS_DISPUTES
from generation.errors import NoSuchTake
from generation.models import Dispute, Take
from generation.values import TakeState
from licensing.agreeing.acting_for import performers_acted_for
from licensing.queries import performers_of

_REASONS = "Somebody concerned says that it was not agreed to. That is not settled yet."


@dataclass(frozen=True, slots=True)
class Disputed:
    """That a take is disputed; `reason` is what anybody is told and names nobody."""

    since: datetime
    reason: str = _REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeCard:
    """One dispute for the house. `outcome` is None while it stands."""

    id: UUID
    take_id: UUID
    ground: str
    words: str
    on_word: bool
    opened_at: datetime
    opened_by_id: UUID
    outcome: str | None
    end_words: str
    ended_at: datetime | None


def open_disputes(take_ids: Collection[UUID]) -> dict[UUID, Disputed]:
    """By take, since when it is disputed. Call inside `core.tenancy.tenant`."""
    rows = Dispute.objects.filter(take_id__in=take_ids, end__isnull=True).order_by("-opened_at")
    # The earliest is the last one written.
    return {take_id: Disputed(opened_at) for take_id, opened_at in rows.values_list("take_id", "opened_at")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDisputes:
    """The disputes of a take, the latest first, and whether the one who asks may open another one."""

    disputes: tuple[DisputeCard, ...]
    may_open: bool


def disputes_of_take(take_id: UUID, *, actor: Actor) -> TakeDisputes:
    """Every dispute of a signed take, for whom it concerns and for those who answer for the house.

    Raises:
        NoSuchTake: there is none of this id here, or it is not signed.
        DisputeNotYours: the actor is none of these.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        take: Take | None = Take.objects.filter(id=take_id, state=TakeState.SIGNED).first()
        if take is None:
            raise NoSuchTake("There is no such signed take here.")
        mine = concerns(take, actor)
        if not mine and not actor.is_one_of(*READS_DISPUTES):
            raise DisputeNotYours(
                "Disputes are read by whom the take concerns, legal, the union and auditors."
            )
        rows = Dispute.objects.filter(take_id=take_id).select_related("end")
        return TakeDisputes(
            disputes=tuple(dispute_card_of(row) for row in rows),
            may_open=mine or actor.is_one_of(*MAY_DISPUTE_ON_WORD),
        )


def take_of_dispute(dispute_id: UUID, *, actor: Actor) -> UUID:
    """Which take a dispute is about.

    Raises:
        NoSuchDispute: there is none of this id here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = Dispute.objects.only("take_id").filter(id=dispute_id).first()
    if row is None:
        raise NoSuchDispute("There is no such dispute here.")
    return UUID(str(row.take_id))


def concerns(take: Take, actor: Actor) -> bool:
    """Whether the actor is somebody in the take, or acts for one. Call inside `core.tenancy.tenant`."""
    concerned = frozenset(performers_of(actor.organisation_id, take.decision_id))
    return not concerned.isdisjoint(performers_acted_for(actor, on=clock.now()))


def dispute_card_of(row: Dispute) -> DisputeCard:
    end = getattr(row, "end", None)
    return DisputeCard(
        id=row.id,
        take_id=row.take_id,
        ground=row.ground,
        words=row.words,
        on_word=row.on_word,
        opened_at=row.opened_at,
        opened_by_id=row.opened_by_id,
        outcome=end.outcome if end else None,
        end_words=end.words if end else "",
        ended_at=end.ended_at if end else None,
    )

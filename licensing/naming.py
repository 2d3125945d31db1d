"""Which performers chose to be named to whoever verifies a file. Nobody is named who did not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.agreeing.acting_for import performers_acted_for
from licensing.agreeing.errors import ActNotCovered
from licensing.doors import MAY_WITHDRAW
from licensing.errors import UnknownPerformer
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.models.naming import NamingChoice
from licensing.models.performer import Performer
from licensing.names import RepresentedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingCard:
    """How a performer is named in one production. `named_as` empty: not; `chosen_at` None: they never said."""

    performer_id: UUID
    production_id: UUID
    production_title: str
    named_as: str
    chosen_at: datetime | None


def named_performers(decision_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """By decision, the names of performers in it who chose to be named. Call inside `core.tenancy.tenant`."""
    if not decision_ids:
        return {}
    decisions = Decision.objects.filter(id__in=decision_ids).values_list("id", "production_id", "consent_ids")
    rests = [(decision_id, production_id, tuple(ids)) for decision_id, production_id, ids in decisions]
    performers = dict(
        Consent.objects.filter(id__in={one for _, _, ids in rests for one in ids}).values_list(
            "id", "performer_id"
        )
    )
    names = _choices(set(performers.values()))
    return {
        decision_id: tuple(
            sorted(
                {
                    named
                    for one in ids
                    if (named := names.get((performers.get(one), production_id), ("", None))[0])
                }
            )
        )
        for decision_id, production_id, ids in rests
    }


def naming_cards(organisation_id: UUID, performer_id: UUID) -> tuple[NamingCard, ...]:
    """How a performer is named, for every production that has a consent of theirs."""
    with tenant(organisation_id):
        productions = dict(
            Consent.objects.filter(performer_id=performer_id).values_list(
                "production_id", "production__title"
            )
        )
        names = _choices({performer_id})
    return tuple(
        NamingCard(
            performer_id=performer_id,
            production_id=production_id,
            production_title=title,
            named_as=names.get((performer_id, production_id), ("", None))[0],
            chosen_at=names.get((performer_id, production_id), ("", None))[1],
        )
        for production_id, title in sorted(productions.items(), key=lambda one: one[1])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingPage:
    """`by_paper`: the one who asks enters it from a paper, and neither is the performer nor acts for them."""

    cards: tuple[NamingCard, ...]
    by_paper: bool


def naming_page(performer_id: UUID, *, actor: Actor) -> NamingPage:
    """How a performer is named, for them, for who acts for them and for legal.

    Raises:
        UnknownPerformer: not on the register.
        ActNotCovered: the actor is none of these.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if not Performer.objects.filter(id=performer_id).exists():
            raise UnknownPerformer(performer_id)
        mine = performer_id in performers_acted_for(actor, on=clock.now())
    if not mine and not actor.is_one_of(*MAY_WITHDRAW):
        raise ActNotCovered(RepresentedAct.ANSWER)
    return NamingPage(cards=naming_cards(actor.organisation_id, performer_id), by_paper=not mine)


def _choices(performer_ids: Collection[UUID]) -> dict[tuple[UUID | None, UUID], tuple[str, datetime | None]]:
    rows = NamingChoice.objects.filter(performer_id__in=performer_ids).order_by("chosen_at", "id")
    return {
        (performer_id, production_id): (named_as, chosen_at)
        for performer_id, production_id, named_as, chosen_at in rows.values_list(
            "performer_id", "production_id", "named_as", "chosen_at"
        )
    }

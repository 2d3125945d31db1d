"""What one page shows, read in one go: takes beside their decisions, credentials and shots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from generation.authorship.cards import ContributionCard
from generation.authorship.queries import verdicts
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.public_standing import standings_of_takes
from generation.deliveries.queries import deliveries_of_take
from generation.errors import UseRefused
from generation.hosted.answers import HostedCallCard, calls_of
from generation.mastering.cards import MasterCard
from generation.mastering.queries import masters_of_take
from generation.model_queries import ModelCard, approved_models
from generation.queries import TakeCard, take_card, takes_of_shot
from licensing.decision_cards import DecisionCard
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.plain_words import readable
from licensing.queries import decision_card, limits_of_production, performers
from licensing.review_cards import CaseLink
from licensing.review_queries import case_of_decision
from productions.queries import ProductionFacts, ShotCard, production_facts, shot_card
from provenance.queries import CredentialCard, credential_of_take
from provenance.references.queries import ReferenceCard, references_of
from provenance.values import Today

# Outcomes of a rule that speak against a use.
_AGAINST = frozenset({"escalate", "deny_until", "deny"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePage:
    """`credential` is None while the take is not signed; `review` where no case of legal review is about it.

    `verdict` is None while nobody has selected or rejected it; `today` is what anybody who verifies it is told.
    """

    card: TakeCard
    shot: ShotCard
    decision: DecisionCard
    credential: CredentialCard | None
    review: CaseLink | None
    deliveries: tuple[DeliveryCard, ...]
    verdict: ContributionCard | None
    masters: tuple[MasterCard, ...]
    today: Today | None
    hosted_calls: tuple[HostedCallCard, ...] = ()

    @property
    def masters_open(self) -> bool:
        """Whether one of them changes yet."""
        return not all(one.is_settled for one in self.masters)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotPage:
    """`verdicts` by take, of those that were judged. `limits`: the consents that limit how much is made."""

    shot: ShotCard
    takes: tuple[TakeCard, ...]
    verdicts: Mapping[UUID, ContributionCard]
    limits: tuple[ConsentCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTakePage:
    shot: ShotCard
    performers: tuple[PerformerCard, ...]
    models: tuple[ModelCard, ...]
    limits: tuple[ConsentCard, ...]
    production: ProductionFacts
    references: tuple[ReferenceCard, ...] = ()


def take_page(organisation_id: UUID, take_id: UUID, *, everybody: bool) -> TakePage:
    """A take with everything its page shows; without `everybody`, performers whom only legal sees are not named.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    card = take_card(organisation_id, take_id)
    credential = credential_of_take(organisation_id, take_id)
    return TakePage(
        card=card,
        shot=shot_card(organisation_id, card.shot_id),
        decision=readable(
            decision_card(organisation_id, card.decision_id), organisation_id, everybody=everybody
        ),
        credential=credential,
        review=case_of_decision(organisation_id, card.decision_id),
        deliveries=deliveries_of_take(organisation_id, take_id),
        verdict=verdicts(organisation_id, [card.shot_id]).get(take_id),
        masters=masters_of_take(organisation_id, take_id),
        hosted_calls=calls_of(organisation_id, take_id),
        today=standings_of_takes(organisation_id, [take_id]).get(take_id) if credential else None,
    )


def shot_page(organisation_id: UUID, shot_id: UUID) -> ShotPage:
    """A shot with its takes, newest first.

    Raises:
        productions.errors.NoSuchShot: none of this organisation has the id.
    """
    shot = shot_card(organisation_id, shot_id)
    return ShotPage(
        shot=shot,
        takes=takes_of_shot(organisation_id, shot_id),
        verdicts=verdicts(organisation_id, [shot_id]),
        limits=limits_of_production(organisation_id, shot.production_id),
    )


def new_take_page(organisation_id: UUID, shot_id: UUID) -> NewTakePage:
    """What the form for a new take offers.

    Raises:
        productions.errors.NoSuchShot: none of this organisation has the id.
    """
    shot = shot_card(organisation_id, shot_id)
    return NewTakePage(
        shot=shot,
        performers=performers(organisation_id, everybody=False),
        models=approved_models(organisation_id, production_id=shot.production_id),
        limits=limits_of_production(organisation_id, shot.production_id),
        production=production_facts(organisation_id, shot.production_id),
        references=references_of(organisation_id, shot.production_id),
    )


def refusal_of(organisation_id: UUID, card: TakeCard, *, everybody: bool) -> UseRefused:
    """The reasons a take was refused for, as an error for whoever asked. `everybody` as in `take_page`."""
    decision = readable(
        decision_card(organisation_id, card.decision_id), organisation_id, everybody=everybody
    )
    return UseRefused(card.id, reasons_against(decision))


def reasons_against(decision: DecisionCard) -> list[dict[str, str]]:
    """Why a decision does not permit, rule by rule."""
    return [
        {
            "rule": reason.rule_id,
            "outcome": reason.outcome,
            "message": reason.message,
            "cure": reason.cure or "",
        }
        for reason in decision.reasons
        if reason.outcome in _AGAINST
    ]

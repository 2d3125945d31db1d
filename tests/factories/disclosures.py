"""What counsel approves for the audience, duties that ask for it, and where it stands."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.disclosures.cards import ApprovalCard
from licensing.models.decision import Decision
from licensing.operations.disclosures import NewApproval, approve_disclosure, place_disclosure
from licensing.operations.obligations import open_from_decision
from licensing.owed.values import Effect
from tests.factories.takes import a_decision

WORDS = "Parts of this film were made with artificial intelligence."
PROOF = "cd" * 32


def an_approval(
    actor: Actor,
    production_id: UUID,
    *,
    wording: str = "eu-02-end-credit",
    language: str = "en",
    text: str = WORDS,
) -> ApprovalCard:
    new = NewApproval(production_id=production_id, wording_id=wording, language=language, text=text)
    return approve_disclosure(new, actor=actor)


def placed(
    actor: Actor, approval: ApprovalCard, *, place: str = "End credits, card 12", proof: str = PROOF
) -> ApprovalCard:
    return place_disclosure(
        approval.id, place=place, document_sha256=proof, placed_on=date(2026, 11, 20), actor=actor
    )


def a_due_disclosure(
    actor: Actor,
    production_id: UUID,
    *,
    rule: str = "EU-02",
    kinds: tuple[str, ...] = ("end_credit", "on_screen"),
    territories: tuple[str, ...] = ("DE",),
    decision_id: UUID | None = None,
) -> UUID:
    """What a signed take owes the audience: the obligation of a decision with a duty to disclose."""
    owing = decision_id or a_decision(actor, production_id)
    with tenant(actor.organisation_id):
        row = Decision.objects.get(id=owing)
        copy = Decision.objects.create(
            id=new_id(),
            production_id=production_id,
            shot_id=row.shot_id,
            stage=row.stage,
            outcome="allow_with_duties",
            reasons=[{"rule_id": rule, "outcome": "duty", "message": "m", "cure": "c", "grade": "B"}],
            duties=[
                {
                    "duty": "disclose",
                    "to": "public",
                    "inputs": {"kinds": list(kinds)},
                    "due": "before_delivery",
                }
            ],
            facts=row.facts,
            facts_sha256=row.facts_sha256,
            asked={"territories": list(territories)},
            pack_id=row.pack_id,
            consent_ids=[],
            salt=row.salt,
            decided_at=clock.now(),
            actor=row.actor,
        )
    open_from_decision(
        actor.organisation_id,
        copy.id,
        effect=Effect.TAKE_SIGNED,
        effect_id=new_id(),
        at=clock.now(),
        actor_label=actor.label,
    )
    decision_id = copy.id
    assert isinstance(decision_id, UUID)
    return decision_id


def everything_disclosed(actor: Actor, production_id: UUID) -> dict[str, str]:
    """A duty, an approval and where it stands; an argument for every address."""
    a_due_disclosure(actor, production_id)
    return {"disclosure_id": str(placed(actor, an_approval(actor, production_id)).id)}

"""What the credential of a take is to state, gathered from every room that knows a part of it.

Licensing and provenance are strangers: what consents say is handed over here, in provenance's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from audit.errors import LogNotReady
from audit.queries import log_summary
from core.canonical import Canonical
from generation.adapters.releasing import adapter_cards
from generation.claimed_take import Claim
from generation.encoding import Encoded
from generation.engines.folder import locked_files
from generation.engines.speed_settings import speed_settings
from generation.hosted.answers import answer_behind, answer_files
from generation.iterating.claimed import ingredient_files, ingredients_of
from generation.reference_pictures.releasing import picture_cards
from licensing.consent_exports import training_mining_for
from licensing.queries import commitments_for
from provenance.references.queries import ReferenceCard, reference_cards
from provenance.sdk.contents import Relationship
from provenance.statement import (
    Adapter,
    AuthorizationStatement,
    InputReader,
    ReferencePicture,
    StatedIngredient,
    StatementIncomplete,
    TakeStatement,
    TrainingEntry,
    TrainingUse,
)

# As diffusers folders and model hubs call it.
_CARD_NAMES = ("MODEL_CARD.md", "README.md")


def statement_of(claimed: Claim, encoded: Encoded, decision_id: UUID, *, made_at: datetime) -> TakeStatement:
    """The facts of a finished take.

    Raises:
        LogNotReady: the organisation has no log yet.
    """
    digests = commitments_for(claimed.organisation_id, decision_id)
    log_origin = log_summary(claimed.organisation_id).origin
    if log_origin is None:
        raise LogNotReady
    hosted = answer_behind(claimed)
    return TakeStatement(
        take_id=claimed.take_id,
        title=f"Shot {claimed.shot_code}, take {claimed.number}",
        width=encoded.width,
        height=encoded.height,
        frames=encoded.frames,
        fps=encoded.fps,
        generated_width=encoded.generated_width,
        generated_height=encoded.generated_height,
        model_name=claimed.model_name,
        model_version=claimed.model_version,
        model_sha256=claimed.model_sha256,
        model_card_sha256=_card_sha256(claimed.model_folder),
        seed=claimed.spec.seed if hosted is None else hosted.seed,
        steps=claimed.spec.steps if hosted is None else hosted.steps,
        camera_move=claimed.camera_move,
        host="" if hosted is None else hosted.host,
        lossy=speed_settings(claimed.model_folder).lossy,
        created_at=made_at,
        authorization=AuthorizationStatement(
            decision_commitment_hex=digests.decision_commitment_hex,
            consent_commitments_hex=digests.consent_commitments_hex,
            rule_pack=digests.rule_pack,
            rule_pack_sha256=digests.rule_pack_sha256,
            log_origin=log_origin,
        ),
        ingredients=(
            *((hosted.ingredient,) if hosted and hosted.ingredient else ()),
            *ingredients_of(claimed.organisation_id, claimed.parents),
            *(_looked_at(one, card) for one, card in references_behind(claimed).items()),
        ),
        adapters=tuple(
            Adapter(kind="LoRA", name=one.title, weights_sha256=one.weights_sha256)
            for one in adapter_cards(claimed.organisation_id, claimed.take_id)
        ),
        reference_pictures=tuple(
            ReferencePicture(name=one.title, file_sha256=one.picture_sha256)
            for one in picture_cards(claimed.organisation_id, claimed.take_id)
        ),
        training=training_entries(training_mining_for(claimed.organisation_id, decision_id)),
    )


def references_behind(claimed: Claim) -> dict[str, ReferenceCard]:
    """What whoever asked for the take looked at, by the label under which its credential names it.

    Raises:
        ReferenceMissing: one of them is not the production's.
    """
    cards = reference_cards(claimed.organisation_id, claimed.references, production_id=claimed.production_id)
    return {f"reference-{number}": card for number, card in enumerate(cards, start=1)}


def files_behind(claimed: Claim) -> dict[str, Path]:
    """Where the ingredients of a take's credential lie, by label.

    Raises:
        ReferenceMissing, ParentNotUsable: one of them is not there.
    """
    return {
        **answer_files(answer_behind(claimed)),
        **ingredient_files(claimed.organisation_id, claimed.parents),
        **{label: card.path for label, card in references_behind(claimed).items()},
    }


def _looked_at(label: str, card: ReferenceCard) -> StatedIngredient:
    return StatedIngredient(
        label=label,
        title=card.title,
        relationship=Relationship.INPUT_TO,
        media_type=card.media_type,
        file_sha256=card.file_sha256,
        read_by=InputReader.PEOPLE,
        digital_source_type=card.stated_source_type or None,
    )


def training_entries(assertion: Mapping[str, Canonical]) -> tuple[TrainingEntry, ...]:
    """What licensing derived from the terms of consents, as provenance states it.

    Raises:
        StatementIncomplete: it is not of the form of CAWG's assertion.
    """
    entries = assertion.get("entries")
    if not isinstance(entries, Mapping):
        raise StatementIncomplete("training: no entries of CAWG's")
    found = []
    for name, entry in sorted(entries.items()):
        if not isinstance(entry, Mapping):
            raise StatementIncomplete(f"training: {name} says nothing")
        use, constraint = str(entry.get("use")), str(entry.get("constraint_info") or "")
        if use not in set(TrainingUse):
            raise StatementIncomplete(f"training: {name} says {use!r}")
        found.append(TrainingEntry(name, TrainingUse(use), constraint))
    return tuple(found)


def _card_sha256(folder: Path) -> str:
    """Digest of the model's card as its lock names it; empty where there is none."""
    locked = locked_files(folder)
    for name in _CARD_NAMES:
        if name in locked:
            return str(locked[name]["sha256"])
    return ""

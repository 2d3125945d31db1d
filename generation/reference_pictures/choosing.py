"""Which reference pictures in custody a take may be asked for with. The gate decides about the people, not this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from generation.engines.family import Ability, Family
from generation.engines.given import PICTURE_TYPES
from generation.errors import ReferencePictureUnusable, RequestNotPossible
from generation.iterating.errors import ModelCannot
from generation.iterating.made_from import MadeFrom
from generation.iterating.origins import abilities_of
from generation.models import Take, TakeReferencePicture
from generation.reference_pictures.values import MOST_PICTURE_BYTES
from licensing.custody.cards import AssetCard
from licensing.custody.reading import asset_card, assets_held, require_usable
from licensing.custody.words import AssetKind
from licensing.values import CastMember


@dataclass(frozen=True, slots=True)
class ChosenPictures:
    """Pictures fit to be asked for. `record` writes them in the transaction that writes the take."""

    assets: tuple[AssetCard, ...] = ()

    def record(self, take: Take, *, at: datetime) -> None:
        TakeReferencePicture.objects.bulk_create(
            TakeReferencePicture(
                organisation_id=take.organisation_id,
                take=take,
                asset_id=asset.id,
                position=position,
                picture_sha256=asset.plain_sha256,
                at=at,
            )
            for position, asset in enumerate(self.assets, 1)
        )


def chosen_pictures(
    asked: Sequence[UUID],
    *,
    cast: Sequence[CastMember],
    family: Family,
    made_from: MadeFrom | None,
    actor: Actor,
) -> ChosenPictures:
    """The pictures behind `asked`, each fit for `family`, `cast` and `actor`.

    Whether the consent a picture is kept under is one that the decision relies on is asked when its key is released:
    before it renders, and never by this alone.

    Args:
        asked: assets in custody, in the order in which the model is given them.
        cast: of the take.
        family: of the model.
        made_from: what else the take is made from; frames of takes count among the reference pictures.
        actor: who asks.

    Raises:
        ModelCannot: the family is given none, or not so many.
        RequestNotPossible: one twice, or too large together.
        NoSuchAsset, AssetDestroyed, AssetOnHold: there is none to be used.
        ReferencePictureUnusable: it is no picture that can be read, the take does not name whom it shows, or `actor`
            is not on its access list.
    """
    frames = 0 if made_from is None else sum(one.is_reference for one in made_from.stretches)
    _check_count(len(asked), frames, family)
    if len(set(asked)) != len(asked):
        raise RequestNotPossible(field="reference_pictures", allowed="each once")
    assets = tuple(_usable(one, cast=cast, actor=actor) for one in asked)
    if sum(one.plain_bytes for one in assets) > MOST_PICTURE_BYTES:
        raise RequestNotPossible(
            field="reference_pictures", allowed=f"together at most {MOST_PICTURE_BYTES // 2**20} MiB"
        )
    return ChosenPictures(assets)


def pictures_to_choose(actor: Actor) -> tuple[AssetCard, ...]:
    """The pictures in custody that `actor` may use, whoever they show."""
    return tuple(
        card
        for card in assets_held(actor, kinds=[AssetKind.REFERENCE_IMAGE])
        if not card.is_on_hold and actor.user_id in card.access and card.content_type in PICTURE_TYPES
    )


def _check_count(asked: int, frames: int, family: Family) -> None:
    if not asked + frames:
        return
    able = abilities_of(family)
    if Ability.REFERENCES not in family.abilities:
        raise ModelCannot(
            family=family.pipeline,
            kind="take reference pictures",
            able=able,
            why="it has no place for any",
        )
    if asked + frames > family.most_references:
        raise ModelCannot(
            family=family.pipeline,
            kind=f"take {asked + frames} reference pictures",
            able=able,
            why=f"it is given at most {family.most_references}",
        )


def _usable(asset_id: UUID, *, cast: Sequence[CastMember], actor: Actor) -> AssetCard:
    card = asset_card(asset_id, actor=actor)
    called = str(asset_id)
    if card.kind != AssetKind.REFERENCE_IMAGE:
        raise ReferencePictureUnusable(called, f"it is of the kind {card.kind.replace('_', ' ')}")
    require_usable(card)
    if card.content_type not in PICTURE_TYPES:
        raise ReferencePictureUnusable(called, f"{card.content_type} cannot be read by any model")
    if card.performer_id not in {member.performer_id for member in cast}:
        raise ReferencePictureUnusable(called, "the take does not name the performer whom it shows")
    if actor.user_id not in card.access:
        raise ReferencePictureUnusable(called, "you are not on its access list")
    return card

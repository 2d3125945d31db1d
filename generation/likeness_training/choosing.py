"""Which assets in custody a training may be asked for with. The gate decides about the person, not this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.values import Actor
from generation.likeness_training.errors import TrainingNotPossible
from generation.likeness_training.values import (
    MOST_SOURCE_BYTES,
    MOST_SOURCES,
    SOURCE_KINDS,
    SOURCE_TYPES,
)
from generation.models import LikenessSource, LikenessTraining
from licensing.custody.cards import AssetCard, ConsentBehind
from licensing.custody.reading import asset_card, assets_held, consent_behind, require_usable

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Sources:
    """Assets fit to be asked for, of one performer and kept under one consent."""

    assets: tuple[AssetCard, ...]
    consent: ConsentBehind

    @property
    def performer_id(self) -> UUID:
        return self.consent.performer_id

    def record(self, training: LikenessTraining) -> None:
        """Write them, in the transaction that writes the training."""
        LikenessSource.objects.bulk_create(
            LikenessSource(
                organisation_id=training.organisation_id,
                training=training,
                asset_id=asset.id,
                position=position,
                plain_sha256=asset.plain_sha256,
            )
            for position, asset in enumerate(self.assets, 1)
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """What binds the adapter as it binds what it was trained on: where it lies, and its last day."""

    region: str
    retention_until: date


def chosen_sources(asked: Sequence[UUID], *, production_id: UUID, actor: Actor) -> Sources:
    """The assets behind `asked`, each fit to be trained on by `actor`.

    Whether the consent they are kept under permits it is the gate's to say.

    Raises:
        TrainingNotPossible: none, too many or too large, one twice, of several people or under several consents,
            kept for another production, or no picture that `actor` may have used.
        NoSuchAsset, AssetDestroyed, AssetOnHold: there is none to be used.
    """
    if not 1 <= len(asked) <= MOST_SOURCES:
        raise TrainingNotPossible("sources", f"Choose from 1 to {MOST_SOURCES} assets, not {len(asked)}.")
    if len(set(asked)) != len(asked):
        raise TrainingNotPossible("sources", "Name each asset once.")
    assets = tuple(_usable(one, actor=actor) for one in asked)
    if len({one.performer_id for one in assets}) > 1:
        raise TrainingNotPossible("sources", "These assets depict several people. An adapter is of one.")
    size = sum(one.plain_bytes for one in assets)
    if size > MOST_SOURCE_BYTES:
        raise TrainingNotPossible(
            "sources",
            f"Together they have {size // _MIB} MiB; at most {MOST_SOURCE_BYTES // _MIB} are held in memory at once.",
        )
    if len({one.region for one in assets}) > 1:
        raise TrainingNotPossible(
            "sources", "They lie in several regions, and the adapter lies where its sources do."
        )
    consents = {consent.id: consent for consent in (consent_behind(one.id, actor=actor) for one in assets)}
    if len(consents) > 1:
        raise TrainingNotPossible("sources", "They are kept under several consents. Train from those of one.")
    (consent,) = consents.values()
    if consent.production_id != production_id:
        raise TrainingNotPossible("sources", "The consent they are kept under is for another production.")
    return Sources(assets, consent)


def bounds_of(assets: Sequence[AssetCard], consent: ConsentBehind) -> Bounds:
    """The adapter is kept no longer than any of its sources, nor than its consent lasts."""
    days = [one.retention_until for one in assets]
    if consent.valid_until is not None:
        days.append(consent.valid_until)
    return Bounds(assets[0].region, min(days))


def sources_to_choose(actor: Actor) -> tuple[AssetCard, ...]:
    """The images and clips in custody that `actor` may have used, whoever they depict."""
    return tuple(
        card
        for card in assets_held(actor, kinds=SOURCE_KINDS)
        if not card.is_on_hold and actor.user_id in card.access and card.content_type in SOURCE_TYPES
    )


def _usable(asset_id: UUID, *, actor: Actor) -> AssetCard:
    card = asset_card(asset_id, actor=actor)
    require_usable(card)
    if card.kind not in SOURCE_KINDS:
        raise TrainingNotPossible(
            "sources",
            f"Asset {asset_id} is of the kind {card.kind.replace('_', ' ')}: images and clips are taken.",
        )
    if card.content_type not in SOURCE_TYPES:
        raise TrainingNotPossible(
            "sources", f"Asset {asset_id} is {card.content_type}, which cannot be read."
        )
    if actor.user_id not in card.access:
        raise TrainingNotPossible("sources", f"You are not on the access list of asset {asset_id}.")
    return card

"""Which adapters a take may be asked for with. The gate decides about the people; this is about the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.values import Actor
from generation.adapters.values import LARGEST_SCALE, MOST_ADAPTERS, AdapterChoice
from generation.errors import AdapterOfAnotherModel, AdapterUnusable, RequestNotPossible
from generation.models import ModelRelease, Take
from generation.models.adapter import TakeAdapter
from licensing.custody.cards import AssetCard
from licensing.custody.reading import adapters_held, asset_card, require_usable
from licensing.custody.words import AssetKind
from licensing.values import CastMember


@dataclass(frozen=True, slots=True)
class Chosen:
    """Adapters fit to be asked for. `record` writes them in the transaction that writes the take."""

    rows: tuple[tuple[AssetCard, Decimal], ...] = ()

    def record(self, take: Take, *, at: datetime) -> None:
        TakeAdapter.objects.bulk_create(
            TakeAdapter(
                organisation_id=take.organisation_id,
                take=take,
                asset_id=asset.id,
                position=position,
                scale=scale,
                weights_sha256=asset.plain_sha256,
                at=at,
            )
            for position, (asset, scale) in enumerate(self.rows, 1)
        )


def chosen_adapters(
    asked: Sequence[AdapterChoice], *, cast: Sequence[CastMember], model: ModelRelease, actor: Actor
) -> Chosen:
    """The adapters behind `asked`, each fit for `model`, `cast` and `actor`.

    Whether the consent an adapter is kept under is one that the decision relies on is asked when its key is released:
    before it renders, and never by this alone.

    Raises:
        RequestNotPossible: too many, one twice, or a scale out of its bounds.
        NoSuchAsset, AssetDestroyed, AssetOnHold: there is none to be used.
        AdapterOfAnotherModel: it was made for another than `model`.
        AdapterUnusable: it is no adapter, the take does not name whom it depicts, or `actor` is not on its access
            list.
    """
    if len(asked) > MOST_ADAPTERS:
        raise RequestNotPossible(field="adapters", allowed=f"at most {MOST_ADAPTERS}, not {len(asked)}")
    if len({one.asset_id for one in asked}) != len(asked):
        raise RequestNotPossible(field="adapters", allowed="each once")
    rows = []
    for one in asked:
        if not 0 < one.scale <= LARGEST_SCALE:
            raise RequestNotPossible(
                field="adapters", allowed=f"scales above 0 up to {LARGEST_SCALE}, not {one.scale}"
            )
        rows.append((_usable(one.asset_id, cast=cast, model=model, actor=actor), one.scale))
    return Chosen(tuple(rows))


def adapters_to_choose(actor: Actor) -> tuple[AssetCard, ...]:
    """The adapters in custody that `actor` may use, whatever model they are for."""
    return tuple(
        card for card in adapters_held(actor) if not card.is_on_hold and actor.user_id in card.access
    )


def _usable(asset_id: UUID, *, cast: Sequence[CastMember], model: ModelRelease, actor: Actor) -> AssetCard:
    card = asset_card(asset_id, actor=actor)
    called = str(asset_id)
    if card.kind != AssetKind.ADAPTER:
        raise AdapterUnusable(called, f"it is a {card.kind.replace('_', ' ')}")
    require_usable(card)
    if card.base_model_sha256 != model.lock_sha256:
        raise AdapterOfAnotherModel(called, model=str(model))
    if card.performer_id not in {member.performer_id for member in cast}:
        raise AdapterUnusable(called, "the take does not name the performer whom it depicts")
    if actor.user_id not in card.access:
        raise AdapterUnusable(called, "you are not on its access list")
    return card

"""Character sheets: which likenesses in custody takes of a character begin with, and what of them can be used.

A sheet points at assets and gives nobody anything: each keeps its consent, its access list and its end, and is asked
about when it is released, as if somebody had chosen it by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.iterating.options import ModelOptions
from generation.model_queries import ModelCard
from generation.models import CharacterSheetEntry
from generation.reference_pictures.errors import SheetNotUsable
from licensing.custody.cards import AssetCard
from licensing.custody.reading import assets_among
from licensing.custody.words import AssetKind, AssetState
from licensing.doors import MAY_READ_CUSTODY
from productions.queries import CharacterCard, character_card, shot_card

MOST_ON_SHEET = 24


class SheetState(StrEnum):
    """Whether whoever looks may use it now."""

    READY = "ready"
    DESTROYED = "destroyed"
    ON_HOLD = "on_hold"
    NOT_YOURS = "not_on_access_list"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """Something on a sheet. `asset` None: whoever looks may not be told what it is, nor whom it shows."""

    id: UUID
    position: int
    state: SheetState
    asset: AssetCard | None
    put_on_at: datetime
    put_on_by: str


@dataclass(frozen=True, slots=True)
class CharacterSheet:
    """What stands on the sheet of a character, in order, as one person sees it."""

    character: CharacterCard
    items: tuple[SheetItem, ...]

    @property
    def pictures(self) -> tuple[AssetCard, ...]:
        """Those that whoever looks may use."""
        return self._ready(AssetKind.REFERENCE_IMAGE)

    @property
    def adapters(self) -> tuple[AssetCard, ...]:
        """Those that whoever looks may use."""
        return self._ready(AssetKind.ADAPTER)

    def _ready(self, kind: AssetKind) -> tuple[AssetCard, ...]:
        ready = (one.asset for one in self.items if one.state is SheetState.READY)
        return tuple(asset for asset in ready if asset is not None and asset.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a take begins with from a sheet: what `model_id` is given of it.

    `left_out` can be used and does not go with the model, or with as many others.
    """

    sheet: CharacterSheet
    model_id: UUID | None
    pictures: tuple[AssetCard, ...]
    adapter: AssetCard | None
    left_out: tuple[AssetCard, ...]

    @property
    def performer_id(self) -> UUID | None:
        """Whom all of it shows; None where it is nothing, or of several people."""
        shown = {one.performer_id for one in self.chosen}
        return shown.pop() if len(shown) == 1 else None

    @property
    def chosen(self) -> tuple[AssetCard, ...]:
        return self.pictures if self.adapter is None else (*self.pictures, self.adapter)

    @property
    def unusable(self) -> tuple[SheetItem, ...]:
        return tuple(one for one in self.sheet.items if one.state is not SheetState.READY)


def character_sheet(character_id: UUID, *, actor: Actor) -> CharacterSheet:
    """The sheet of a character, as `actor` may see it; empty where nobody has put anything on it.

    Raises:
        productions.errors.NoSuchCharacter: there is none of this id here.
    """
    character = character_card(actor.organisation_id, character_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = CharacterSheetEntry.objects.filter(character_id=character_id, end__isnull=True)
        found = list(rows.select_related("put_on_by").order_by("position"))
    assets = assets_among([row.asset_id for row in found], actor=actor)
    return CharacterSheet(character, tuple(_item(row, assets.get(row.asset_id), actor) for row in found))


def sheet_for_shot(character_id: UUID, *, shot_id: UUID, actor: Actor) -> CharacterSheet:
    """The sheet that a take of a shot begins with.

    Raises:
        productions.errors.NoSuchCharacter, productions.errors.NoSuchShot: there is none of this id here.
        SheetNotUsable: the character is of another production than the shot.
    """
    sheet = character_sheet(character_id, actor=actor)
    if shot_card(actor.organisation_id, shot_id).production_id != sheet.character.production_id:
        raise SheetNotUsable(
            "This character is of another production. A take begins with a sheet of its own production."
        )
    return sheet


def beginning(
    sheet: CharacterSheet,
    *,
    models: Sequence[ModelCard],
    options: Sequence[ModelOptions],
    model_id: UUID | None = None,
) -> Beginning:
    """What a take by `model_id` is given of a sheet; without one, by the newest of `models` that takes any of it.

    Args:
        sheet: as whoever asks sees it.
        models: those that may be used, the newest first.
        options: what each of them can be asked for.
        model_id: the one that was named.
    """
    most = {one.model_id: one.most_references for one in options}
    able = [one for one in models if model_id in (None, one.id)]
    fit = {one.id: _adapter_for(one, sheet) for one in able}
    model = next((one for one in able if sheet.pictures and most.get(one.id)), None) or next(
        (one for one in able if fit[one.id]), None
    )
    pictures = sheet.pictures[: most.get(model.id, 0)] if model else ()
    adapter = fit[model.id] if model else None
    ready = (*sheet.pictures, *sheet.adapters)
    return Beginning(
        sheet=sheet,
        model_id=model.id if model else None,
        pictures=pictures,
        adapter=adapter,
        left_out=tuple(one for one in ready if one not in pictures and one != adapter),
    )


def _adapter_for(model: ModelCard, sheet: CharacterSheet) -> AssetCard | None:
    return next((one for one in sheet.adapters if one.base_model_sha256 == model.lock_sha256), None)


def _item(row: CharacterSheetEntry, asset: AssetCard | None, actor: Actor) -> SheetItem:
    told = asset is not None and (actor.user_id in asset.access or actor.is_one_of(*MAY_READ_CUSTODY))
    return SheetItem(
        id=row.id,
        position=row.position,
        state=SheetState.NOT_YOURS if asset is None else _state(asset, actor),
        asset=asset if told else None,
        put_on_at=row.put_on_at,
        put_on_by=str(row.put_on_by),
    )


def _state(asset: AssetCard, actor: Actor) -> SheetState:
    if asset.state == AssetState.DESTROYED:
        return SheetState.DESTROYED
    if asset.is_on_hold:
        return SheetState.ON_HOLD
    return SheetState.READY if actor.user_id in asset.access else SheetState.NOT_YOURS

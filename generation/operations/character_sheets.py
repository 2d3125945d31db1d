"""Putting a picture or an adapter on the sheet of a character, and taking it off."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Max

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from generation.engines.given import PICTURE_TYPES
from generation.models import CharacterSheetEnd, CharacterSheetEntry
from generation.reference_pictures.errors import (
    NoSuchSheetEntry,
    OnSheetAlready,
    SheetEntryEnded,
    SheetEntryUnfit,
)
from generation.reference_pictures.sheets import MOST_ON_SHEET, CharacterSheet, character_sheet
from licensing.custody.cards import AssetCard
from licensing.custody.reading import asset_card, require_usable
from licensing.custody.words import AssetKind
from productions.queries import CharacterCard, character_card


def put_on_sheet(character_id: UUID, asset_id: UUID, *, actor: Actor) -> CharacterSheet:
    """Let takes of a character begin with an asset too, after what is on its sheet already.

    It gives nobody access and asks no consent: that is done when the asset is released to a take, as ever.

    Raises:
        productions.errors.NoSuchCharacter: there is none of this id here.
        licensing.custody.errors: there is no such asset that can be used.
        SheetEntryUnfit: it is neither a picture nor an adapter, `actor` is not on its access list, or the sheet is
            full.
        OnSheetAlready: it is there.
    """
    character = character_card(actor.organisation_id, character_id)
    asset = _fit(asset_id, actor=actor)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _locked(character_id)
        rows = CharacterSheetEntry.objects.filter(character_id=character_id)
        standing = rows.filter(end__isnull=True)
        if standing.filter(asset_id=asset.id).exists():
            raise OnSheetAlready("It is on this sheet already.")
        if standing.count() >= MOST_ON_SHEET:
            raise SheetEntryUnfit(str(asset.id), f"the sheet holds {MOST_ON_SHEET}, take one off first")
        row: CharacterSheetEntry = CharacterSheetEntry.objects.create(
            id=new_id(),
            character_id=character_id,
            asset_id=asset.id,
            position=(rows.aggregate(last=Max("position"))["last"] or 0) + 1,
            put_on_at=clock.now(),
            put_on_by_id=actor.user_id,
        )
        _record(EntryType.PUT_ON_SHEET, row, character, actor)
    return character_sheet(character_id, actor=actor)


def take_off_sheet(character_id: UUID, entry_id: UUID, *, actor: Actor) -> CharacterSheet:
    """Let no take begin with it any more. Takes that were asked for with it keep it.

    Raises:
        productions.errors.NoSuchCharacter: there is none of this id here.
        NoSuchSheetEntry: it was never on this sheet.
        SheetEntryEnded: it was taken off before.
    """
    character = character_card(actor.organisation_id, character_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _locked(character_id)
        row = CharacterSheetEntry.objects.filter(character_id=character_id, id=entry_id).first()
        if row is None:
            raise NoSuchSheetEntry("There is no such entry on this sheet.")
        if CharacterSheetEnd.objects.filter(entry=row).exists():
            raise SheetEntryEnded("It was taken off the sheet before.")
        at = clock.now()
        CharacterSheetEnd.objects.create(entry=row, taken_off_at=at, taken_off_by_id=actor.user_id)
        _record(EntryType.TAKEN_OFF_SHEET, row, character, actor)
    return character_sheet(character_id, actor=actor)


def _locked(character_id: UUID) -> None:
    """Of two who change one sheet the second waits, so that nothing is on it twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sheet of {character_id}"])


def _fit(asset_id: UUID, *, actor: Actor) -> AssetCard:
    card = asset_card(asset_id, actor=actor)
    called = str(asset_id)
    if card.kind not in (AssetKind.REFERENCE_IMAGE, AssetKind.ADAPTER):
        raise SheetEntryUnfit(called, f"it is of the kind {card.kind.replace('_', ' ')}")
    require_usable(card)
    if card.kind == AssetKind.REFERENCE_IMAGE and card.content_type not in PICTURE_TYPES:
        raise SheetEntryUnfit(called, f"{card.content_type} cannot be read by any model")
    if actor.user_id not in card.access:
        raise SheetEntryUnfit(called, "you are not on its access list")
    return card


def _record(entry_type: EntryType, row: CharacterSheetEntry, character: CharacterCard, actor: Actor) -> None:
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"character:{character.id}",
        fields={"sheet_entry": str(row.id), "custody_asset": str(row.asset_id)},
        at=clock.now(),
        production_id=character.production_id,
    )

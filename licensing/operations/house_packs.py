"""An organisation's own rules come into force: handed in by one person, replayed, activated by another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.checkpoint import NoteKey, text_of
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from licensing.house_rules.errors import (
    NoSuchPack,
    PackActiveAlready,
    PackEditionLower,
    PackNotReplayed,
    PackStagedByYou,
)
from licensing.house_rules.in_force import active_pack_id, book_in_force
from licensing.house_rules.pack_text import PackText, read_pack
from licensing.house_rules.replay import replay
from licensing.house_rules.signed_pack import open_pack, pack_vkey
from licensing.models.house_pack import HousePack, HousePackActivation, HousePackReplay

_LOOKED_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class HousePackCard:
    """A pack of own rules. `replay` is the newest one; `activated_at` None: it was never in force."""

    id: UUID
    name: str
    edition: int
    sha256: str
    rules: tuple[str, ...]
    staged_at: datetime
    staged_by: UUID
    replay: dict[str, Canonical] | None
    replayed_at: datetime | None
    activated_at: datetime | None
    is_active: bool


def trusted_keys() -> tuple[NoteKey, ...]:
    """Who signs packs that are taken here."""
    named = settings.RULE_PACK_KEYS or (pack_vkey(settings.KEYS_FOLDER),)
    return tuple(NoteKey.from_vkey(one) for one in named)


def stage_pack(note: str, *, actor: Actor) -> HousePackCard:
    """Take a signed pack, to be looked at. Nothing is decided by it yet.

    Raises:
        PackRefused: a subclass says why; `PackEditionLower` when its edition is not above all that are here.
    """
    pack, at = open_pack(note, keys=trusted_keys()), clock.now()
    try:
        with tenant(actor.organisation_id, user_id=actor.user_id):
            highest = HousePack.objects.order_by("-edition").values_list("edition", flat=True).first() or 0
            if pack.edition <= highest:
                raise PackEditionLower(
                    1, f"Edition {pack.edition} is not above {highest}, which is here already."
                )
            row = HousePack.objects.create(
                name=pack.name,
                edition=pack.edition,
                note=note,
                sha256=pack.sha256,
                staged_at=at,
                staged_by_id=_person(actor),
            )
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=EntryType.PACK_STAGED,
                actor=actor.label,
                subject=f"pack:{row.id}",
                fields={"house_pack": str(row.id), "pack_sha256": pack.sha256, "edition": pack.edition},
                at=at,
            )
            return _card(row, active_pack_id())
    except IntegrityError as error:
        raise PackEditionLower(
            1, f"Edition {pack.edition} was handed in by somebody else just now."
        ) from error


def replay_pack(
    pack_id: UUID, *, actor: Actor, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> HousePackCard:
    """Decide the last month again with the pack in force, and keep what would be otherwise.

    Raises:
        NoSuchPack: there is none of this identifier here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        book = book_in_force(_row(pack_id).id).book
    until = clock.now()
    found = replay(
        actor.organisation_id, book=book, since=until - _LOOKED_BACK, until=until, progress=progress
    )
    with tenant(actor.organisation_id, user_id=actor.user_id):
        HousePackReplay.objects.create(
            pack_id=pack_id,
            book_sha256=book.sha256_hex,
            since=until - _LOOKED_BACK,
            until=until,
            decisions=found.decisions,
            flipped=len(found.flips),
            result=found.as_json(),
            replayed_by_id=_person(actor),
        )
        return _card(_row(pack_id), active_pack_id())


def activate_pack(pack_id: UUID, *, actor: Actor) -> HousePackCard:
    """Decide by the pack from now on, in place of the one in force; the way back is to activate that one again.

    The answer is given when the log covers it.

    Raises:
        NoSuchPack: there is none of this identifier here.
        PackStagedByYou: whoever handed it in does not put it in force.
        PackNotReplayed: nobody looked at what it would have changed.
        PackActiveAlready: it is in force.
        LogNotReady: it is in force, and its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        row, at = _row(pack_id), clock.now()
        if row.staged_by_id == _person(actor):
            raise PackStagedByYou("You handed this pack in. A second person puts it in force.")
        seen = row.replays.order_by("-until").first()
        if seen is None:
            raise PackNotReplayed("Replay the pack first, to see which decisions it would have changed.")
        if active_pack_id() == row.id:
            raise PackActiveAlready("This pack is in force already.")
        with transaction.atomic():
            activation = HousePackActivation.objects.create(
                pack=row,
                replay=seen,
                activated_at=at,
                activated_by_id=_person(actor),
                staged_by_id=row.staged_by_id,
            )
        entry = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.PACK_ACTIVATED,
            actor=actor.label,
            subject=f"pack:{row.id}",
            fields={
                "house_pack": str(row.id),
                "activation": str(activation.id),
                "pack_sha256": row.sha256,
                "decisions": seen.decisions,
                "flipped": seen.flipped,
            },
            at=at,
        )
        card = _card(row, row.id)
    wait_until_covered(actor.organisation_id, [entry])
    return card


def house_packs(organisation_id: UUID) -> tuple[HousePackCard, ...]:
    """Every pack of the organisation, the highest edition first."""
    with tenant(organisation_id):
        active = active_pack_id()
        return tuple(_card(row, active) for row in HousePack.objects.all())


def _row(pack_id: UUID) -> HousePack:
    row: HousePack | None = HousePack.objects.filter(id=pack_id).first()
    if row is None:
        raise NoSuchPack("There is no such pack of rules here.")
    return row


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise ValueError("A person hands in and activates rules, never a process.")
    return actor.user_id


def _card(row: HousePack, active: UUID | None) -> HousePackCard:
    seen = row.replays.order_by("-until").first()
    last = row.activations.order_by("-activated_at").first()
    pack: PackText = read_pack(text_of(row.note))
    return HousePackCard(
        id=row.id,
        name=row.name,
        edition=row.edition,
        sha256=row.sha256,
        rules=tuple(rule.entry.id for rule in pack.rules),
        staged_at=row.staged_at,
        staged_by=row.staged_by_id,
        replay=seen.result if seen else None,
        replayed_at=seen.until if seen else None,
        activated_at=last.activated_at if last else None,
        is_active=row.id == active,
    )

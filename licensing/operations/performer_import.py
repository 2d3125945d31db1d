"""Put a file of performers on the register: good rows in, each bad one named; the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.agreeing.performer_rows import PerformerRow, RowRefused, read_rows
from licensing.models.performer import Performer, PerformerAlias, PerformerIdentifier
from licensing.names import AliasKind
from licensing.screening import block_of, letters

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far it is: rows read, put on the register, there before, and left out. `done`: the file is at its end."""

    read: int
    added: int
    present: int
    refused: int
    done: bool = False


def import_performers(source: BinaryIO, *, actor: Actor) -> Iterator[ImportProgress | RowRefused]:
    """Register the performers of a file, some hundred a transaction; each refused row is told as it is found.

    A row is known again by its reference or identifiers; of somebody who is there already, names alone are added that
    are new. The file's head is read before this returns.

    Raises:
        ImportUnreadable: the file is neither CSV with our columns nor a JSON object a line.
    """
    return _import(read_rows(source), actor=actor)


def _import(
    rows: Iterator[PerformerRow | RowRefused], *, actor: Actor
) -> Iterator[ImportProgress | RowRefused]:
    read = added = present = refused = 0
    waiting: list[PerformerRow] = []
    ended = False
    while not ended:
        row = next(rows, None)
        ended = row is None
        if isinstance(row, RowRefused):
            read, refused = read + 1, refused + 1
            yield row
        elif row is not None:
            read += 1
            waiting.append(row)
        if waiting and (ended or len(waiting) == _AT_ONCE):
            new, there, bad = _keep(waiting, actor=actor)
            added, present, refused = added + new, present + there, refused + len(bad)
            waiting = []
            yield from bad
            if not ended:
                yield ImportProgress(read, added, present, refused)
    yield ImportProgress(read, added, present, refused, done=True)


def _keep(rows: Sequence[PerformerRow], *, actor: Actor) -> tuple[int, int, list[RowRefused]]:
    with tenant(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        # One import at a time in an organisation: what is there already stays true until the commit.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import:{actor.organisation_id}"]
        )
        owners = _owners(rows)
        names = dict(
            Performer.objects.filter(id__in=set(owners.values())).values_list("id", "professional_name")
        )
        present, bad = list[tuple[UUID, PerformerRow]](), list[RowRefused]()
        new: list[tuple[UUID, PerformerRow]] = []
        for row in rows:
            found = {owners[one] for one in row.identifiers if one in owners}
            if not found:
                performer_id = new_id()
                new.append((performer_id, row))
                names[performer_id] = row.professional_name
                owners |= dict.fromkeys(row.identifiers, performer_id)
            elif len(found) == 1 and names[next(iter(found))] == row.professional_name:
                present.append((next(iter(found)), row))
            else:
                taken = next(one for one in row.identifiers if one in owners)
                bad.append(
                    RowRefused(
                        row.line, "identifiers", f"{taken[0]} {taken[1]} belongs to another performer here"
                    )
                )
        _insert(new, actor=actor)
        _add_names(present, actor=actor)
    return len(new), len(present), bad


def _owners(rows: Sequence[PerformerRow]) -> dict[tuple[str, str], UUID]:
    wanted: dict[str, set[str]] = {}
    for row in rows:
        for scope, value in row.identifiers:
            wanted.setdefault(scope, set()).add(value)
    condition = Q(pk__in=[])
    for scope, values in wanted.items():
        condition |= Q(scope=scope, value__in=values)
    found = PerformerIdentifier.objects.filter(condition).values_list("scope", "value", "performer_id")
    return {(scope, value): performer_id for scope, value, performer_id in found}


def _add_names(present: Sequence[tuple[UUID, PerformerRow]], *, actor: Actor) -> None:
    """Names that a file has of people who are there already, and the register has not."""
    wanted = dict.fromkeys((who, kind.value, text) for who, row in present for kind, text in row.names)
    rows = PerformerAlias.objects.filter(performer_id__in={who for who, _, _ in wanted})
    known = set(rows.values_list("performer_id", "kind", "text"))
    PerformerAlias.objects.bulk_create(
        _alias(actor.organisation_id, who, AliasKind(kind), text)
        for who, kind, text in wanted
        if (who, kind, text) not in known
    )


def _alias(organisation_id: UUID, performer_id: UUID, kind: AliasKind, text: str) -> PerformerAlias:
    normalised = letters(text)
    return PerformerAlias(
        organisation_id=organisation_id,
        performer_id=performer_id,
        kind=kind,
        text=text,
        normalised=normalised,
        block=block_of(normalised),
    )


def _insert(new: Sequence[tuple[UUID, PerformerRow]], *, actor: Actor) -> None:
    here, at = actor.organisation_id, clock.now()
    Performer.objects.bulk_create(
        Performer(
            id=performer_id,
            organisation_id=here,
            professional_name=row.professional_name,
            state=row.state,
            domicile=row.domicile,
            visibility=row.visibility,
        )
        for performer_id, row in new
    )
    PerformerAlias.objects.bulk_create(
        _alias(here, performer_id, kind, text)
        for performer_id, row in new
        for kind, text in dict.fromkeys(((AliasKind.ALIAS, row.professional_name), *row.names))
    )
    PerformerIdentifier.objects.bulk_create(
        PerformerIdentifier(organisation_id=here, performer_id=performer_id, scope=scope, value=value)
        for performer_id, row in new
        for scope, value in row.identifiers
    )
    # Their keys all at once; each entry then finds its own.
    subjects.performers(here, [performer_id for performer_id, _ in new])
    for performer_id, _ in new:
        committed = subjects.commitment(here, f"{subjects.PERFORMER}:{performer_id}")
        trail.record(
            organisation_id=here,
            entry_type=EntryType.PERFORMER_REGISTERED,
            actor=actor.label,
            subject=committed,
            fields={"performer": subjects.digits(committed)},
            at=at,
        )

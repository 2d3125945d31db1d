"""What the form of a take made from another shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.tenancy import tenant
from generation.errors import NoSuchTake
from generation.iterating.binding import cast_of
from generation.models import Take
from generation.queries import TakeCard, take_card, takes_of_shot
from generation.values import TakeState
from licensing.queries import performers
from licensing.values import CastMember


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentPage:
    """`names`: of the cast, as far as the reader may know; `unnamed`: how many more there are."""

    parent: TakeCard
    request: dict[str, Any]
    cast: tuple[CastMember, ...]
    names: tuple[str, ...]
    unnamed: int
    others: tuple[TakeCard, ...]


def parent_page(organisation_id: UUID, take_id: UUID, *, everybody: bool) -> ParentPage:
    """A take from which another is to be made; `everybody` as in `licensing.queries.performers`.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Take.objects.filter(id=take_id).first()
    if row is None:
        raise NoSuchTake("There is no such take here.")
    cast = cast_of(row.request)
    known = {one.id: one.professional_name for one in performers(organisation_id, everybody=everybody)}
    return ParentPage(
        parent=take_card(organisation_id, take_id),
        request=row.request,
        cast=cast,
        names=tuple(
            f"{known[one.performer_id]} ({one.replica_type.replace('_', ' ')})"
            for one in cast
            if one.performer_id in known
        ),
        unnamed=sum(one.performer_id not in known for one in cast),
        others=tuple(
            one
            for one in takes_of_shot(organisation_id, row.shot_id)
            if one.id != take_id and one.state is TakeState.SIGNED
        ),
    )

"""The takes that another is made from, as rows: may they be used, and what comes with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.engines.family import Ability, Family
from generation.errors import NoSuchTake
from generation.iterating.binding import cast_of, joined_cast, missing_of
from generation.iterating.errors import LessThanParent, ModelCannot, ParentNotUsable
from generation.iterating.placing import ParentSize, check_origin
from generation.iterating.values import FROM_PICTURES, LineageKind, Origin
from generation.models import Take
from generation.values import TakeOrder, TakeState
from licensing.queries import consents_stand
from licensing.values import CastMember
from licensing.who_may_look import require_sight
from provenance.queries import assets_in_log, signed_file_of_take


@dataclass(frozen=True, slots=True)
class Parents:
    """The parents of an order. `sha256`: of the signed file of each whose pictures are given."""

    rows: Mapping[UUID, Take]
    sha256: Mapping[UUID, str]

    @property
    def sizes(self) -> Mapping[UUID, ParentSize]:
        return {
            row.id: ParentSize(width=row.width, height=row.height, num_frames=row.num_frames, fps=row.fps)
            for row in self.rows.values()
        }


def parents_of(origin: Origin, *, actor: Actor) -> Parents:
    """The rows behind an origin, each fit to be made from by `actor`.

    Raises:
        RequestNotPossible: the origin is out of its bounds.
        ParentNotUsable: a parent is not here, has no finished file, or rests on a consent that ended.
        licensing.errors.SightNotAgreed: a performer in it has not agreed that the actor looks.
    """
    check_origin(origin)
    ids = [one.take_id for one in origin.parents]
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = {row.id: row for row in Take.objects.filter(id__in=ids).select_related("model")}
    for take_id in ids:
        if take_id not in rows:
            raise ParentNotUsable(take_id, "there is no such take here.")
    sha256 = {row.id: _usable(row, actor) for row in rows.values()} if origin.kind in FROM_PICTURES else {}
    return Parents(rows, sha256)


def bound_order(order: TakeOrder, parents: Parents, family: Family) -> TakeOrder:
    """The order with the size and length of what it is made from where it names none. `family`: the model's.

    Raises:
        ModelCannot: the family has no way to be given pictures so.
        LessThanParent: it says less of what is in the pictures than was said of their take.
    """
    origin = order.origin
    if origin is None or origin.kind not in FROM_PICTURES:
        return order
    check_ability(origin, family)
    missing = missing_of(order, [parents.rows[one.take_id].request for one in origin.parents])
    if missing:
        raise LessThanParent(missing)
    if origin.kind is LineageKind.REFERENCE_FRAMES:
        # What is in them is in the take; how large they are says nothing of it.
        return order
    first = parents.rows[origin.parents[0].take_id]
    return replace(
        order,
        width=first.width if order.width is None else order.width,
        height=first.height if order.height is None else order.height,
        num_frames=first.num_frames
        if order.num_frames is None and origin.kind is LineageKind.REMIX
        else order.num_frames,
    )


def check_ability(origin: Origin, family: Family) -> None:
    """Refuse what the family of a model cannot do.

    Raises:
        ModelCannot: naming the family, what was asked, and what it can.
    """
    able = abilities_of(family)
    if origin.kind in FROM_PICTURES and origin.kind not in able:
        raise ModelCannot(family=family.pipeline, kind=origin.kind, able=able)


def abilities_of(family: Family) -> tuple[LineageKind, ...]:
    """The ways in which pictures of takes can be given to models of a family."""
    needed = dict.fromkeys(FROM_PICTURES, Ability.KNOWN_FRAMES) | {
        LineageKind.REMIX: Ability.BEGINNING,
        LineageKind.IMAGE_TO_VIDEO: Ability.FIRST_FRAME,
        LineageKind.REFERENCE_FRAMES: Ability.REFERENCES,
    }
    return tuple(kind for kind in LineageKind if needed.get(kind) in family.abilities)


def carried_cast(organisation_id: UUID, take_ids: Sequence[UUID]) -> tuple[CastMember, ...]:
    """Everybody whom a take made from pictures of these must name.

    Raises:
        NoSuchTake: one of them is not of this organisation.
    """
    with tenant(organisation_id):
        rows = Take.objects.in_bulk(list(take_ids))
    if len(rows) < len(set(take_ids)):
        raise NoSuchTake("There is no such take here.")
    return joined_cast(*(cast_of(rows[take_id].request) for take_id in take_ids))


def still_usable(organisation_id: UUID, parents: Sequence[tuple[UUID, UUID]]) -> None:
    """Look again when the work begins. `parents`: takes with their decisions.

    Raises:
        ParentNotUsable: what one of them rests on has ended.
    """
    for take_id, decision_id in parents:
        if not consents_stand(organisation_id, decision_id):
            raise ParentNotUsable(take_id, _ENDED)


_ENDED = "something it rests on has ended, such as a consent."


def _usable(row: Take, actor: Actor) -> str:
    """The digest of the signed file of a take from which pictures may be given."""
    require_sight(row.decision_id, actor=actor)
    if row.state != TakeState.SIGNED or row.asset_id is None:
        raise ParentNotUsable(
            row.id, f"it is {row.state.replace('_', ' ')}, and only a signed take has pictures."
        )
    if row.asset_id not in assets_in_log(actor.organisation_id, [row.asset_id]):
        raise ParentNotUsable(row.id, "the log does not cover its signature yet; ask again in a moment.")
    if not consents_stand(actor.organisation_id, row.decision_id):
        raise ParentNotUsable(row.id, _ENDED)
    file = signed_file_of_take(actor.organisation_id, row.id)
    if file is None:
        raise ParentNotUsable(row.id, "its signed file is not on record.")
    return file.sha256_hex

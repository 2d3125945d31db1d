"""The family of a take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from core.tenancy import tenant
from generation.errors import NoSuchTake
from generation.iterating.cards import DescentCard, FamilyCard, RelativeCard
from generation.iterating.prompt_difference import difference
from generation.models import Take, TakeLineage

MOST_RELATIVES = 60
_COMPARED = (
    *("negative_prompt", "camera_move"),
    *("width", "height", "num_frames", "fps", "steps", "guidance_scale", "seed"),
)


def family_of(organisation_id: UUID, take_id: UUID) -> FamilyCard:
    """A take with what it came from and everything that came from those, the oldest first.

    Each stands under its first parent.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    with tenant(organisation_id):
        if not Take.objects.filter(id=take_id).exists():
            raise NoSuchTake("There is no such take here.")
        above, above_cut = _edges([take_id], upwards=True)
        old = {one.parent_id for one in above}
        below, below_cut = _edges([take_id, *sorted(old)], upwards=False)
        edges = {one.id: one for one in (*above, *below)}.values()
        ids = {take_id, *(one.take_id for one in edges), *(one.parent_id for one in edges)}
        takes = {
            row.id: row for row in Take.objects.filter(id__in=ids).select_related("shot", "model").order_by()
        }
    by_child: dict[UUID, list[TakeLineage]] = defaultdict(list)
    for edge in sorted(edges, key=lambda one: one.position):
        by_child[edge.take_id].append(edge)
    return FamilyCard(
        relatives=tuple(_in_order(takes, by_child, take_id)),
        is_cut=above_cut or below_cut,
    )


def descents_of(organisation_id: UUID, take_id: UUID) -> tuple[DescentCard, ...]:
    """The steps that lead to a take, one for each parent."""
    with tenant(organisation_id):
        rows = list(
            TakeLineage.objects.filter(take_id=take_id)
            .select_related("take__model", "parent__model")
            .order_by("position")
        )
    return tuple(_descent(row, row.parent, row.take) for row in rows)


def changed_settings(before: Take, after: Take) -> tuple[tuple[str, str, str], ...]:
    """Settings by which two takes differ, in their columns' words: name, before, after. Needs `model` of both."""
    said = [(name, str(getattr(before, name)), str(getattr(after, name))) for name in _COMPARED]
    said.append(("model", str(before.model), str(after.model)))
    return tuple(one for one in said if one[1] != one[2])


def _edges(start: Sequence[UUID], *, upwards: bool) -> tuple[list[TakeLineage], bool]:
    """The steps that are reached from `start`, a generation at a time. Call inside `core.tenancy.tenant`."""
    found: list[TakeLineage] = []
    seen, edge_of = set(start), ("take_id__in" if upwards else "parent_id__in")
    reached: Iterable[UUID] = start
    while reached:
        step = list(
            TakeLineage.objects.filter(**{edge_of: list(reached)}).order_by("at", "id")[:MOST_RELATIVES]
        )
        found += step
        if len(found) >= MOST_RELATIVES:
            return found[:MOST_RELATIVES], True
        reached = {one.parent_id if upwards else one.take_id for one in step} - seen
        seen |= set(reached)
    return found, False


def _in_order(
    takes: Mapping[UUID, Take], by_child: Mapping[UUID, Sequence[TakeLineage]], self_id: UUID
) -> Iterable[RelativeCard]:
    """Every take once, under its first parent that is at hand; siblings by age."""
    below: dict[UUID | None, list[Take]] = defaultdict(list)
    for row in sorted(takes.values(), key=lambda one: (one.requested_at, one.number, str(one.id))):
        first = next((edge.parent_id for edge in by_child.get(row.id, ()) if edge.parent_id in takes), None)
        below[first].append(row)
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        yield _relative(row, depth, takes, by_child.get(row.id, ()), is_self=row.id == self_id)
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]


def _relative(
    row: Take, depth: int, takes: Mapping[UUID, Take], edges: Sequence[TakeLineage], *, is_self: bool
) -> RelativeCard:
    return RelativeCard(
        take_id=row.id,
        shot_id=row.shot_id,
        shot_code=row.shot.code,
        number=row.number,
        state=row.state,
        prompt=row.prompt,
        depth=depth,
        is_self=is_self,
        descents=tuple(
            _descent(edge, takes[edge.parent_id], row) for edge in edges if edge.parent_id in takes
        ),
    )


def _descent(edge: TakeLineage, parent: Take, child: Take) -> DescentCard:
    return DescentCard(
        kind=edge.kind,
        parent_id=edge.parent_id,
        child_id=edge.take_id,
        position=edge.position,
        first_frame=edge.first_frame,
        end_frame=edge.end_frame,
        source_sha256=edge.source_sha256,
        settings=edge.settings,
        words=difference(parent.prompt, child.prompt),
        changed=changed_settings(parent, child),
    )

"""Which frames of its parents a take is given, and where they stand in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from generation.errors import RequestNotPossible
from generation.iterating.values import (
    FROM_PICTURES,
    LEAST_STRENGTH,
    MOST_STRENGTH,
    PARENTS,
    USUAL_OVERLAP,
    USUAL_STRENGTH,
    LineageKind,
    Origin,
    Parent,
    Stretch,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentSize:
    """What a parent is, in pixels, frames and frames a second."""

    width: int
    height: int
    num_frames: int
    fps: int


def check_origin(origin: Origin) -> None:
    """Refuse what no model could be asked for.

    Raises:
        RequestNotPossible: naming the field and its bounds.
    """
    least, most = PARENTS[origin.kind]
    if not least <= len(origin.parents) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise RequestNotPossible(field="origin.parents", allowed=f"{wanted} for {_said(origin.kind)}")
    if origin.strength is not None and (
        origin.kind is not LineageKind.REMIX or not LEAST_STRENGTH <= origin.strength <= MOST_STRENGTH
    ):
        raise RequestNotPossible(
            field="origin.strength", allowed=f"from {LEAST_STRENGTH} to {MOST_STRENGTH}, and of a remix alone"
        )
    if origin.overlap is not None and origin.kind not in _OVERLAPPING:
        raise RequestNotPossible(field="origin.overlap", allowed=f"left out for {_said(origin.kind)}")
    if any(
        (one.frame is not None, one.at_frame is not None) != _NAMES[origin.kind] for one in origin.parents
    ):
        raise RequestNotPossible(field="origin.parents", allowed=_naming(origin.kind))


_NAMES = dict.fromkeys(LineageKind, (False, False)) | {
    LineageKind.IMAGE_TO_VIDEO: (True, True),
    LineageKind.REFERENCE_FRAMES: (True, False),
}


def _naming(kind: LineageKind) -> str:
    """What is said of each parent of a kind: `_NAMES` in words."""
    match _NAMES[kind]:
        case (True, True):
            return "said with frame and at_frame for each picture"
        case (True, False):
            return "said with frame, and without at_frame, for each picture"
        case _:
            return f"without frame and at_frame for {_said(kind)}"


def stretches(
    origin: Origin,
    *,
    sizes: Mapping[UUID, ParentSize],
    child: ParentSize,
    frame_step: int,
) -> tuple[Stretch, ...]:
    """The pictures that the model is given; none for a variation or a revision.

    Args:
        origin: as `check_origin` lets it pass.
        sizes: of every parent.
        child: what is to be made.
        frame_step: frames that stand for one step in time of the model.

    Raises:
        RequestNotPossible: the pictures do not fit into the take, or leave nothing to be made.
    """
    if origin.kind not in FROM_PICTURES:
        return ()
    if origin.kind is LineageKind.REFERENCE_FRAMES:
        return tuple(
            _reference(one, sizes[one.take_id], place) for place, one in enumerate(origin.parents, 1)
        )
    moving = origin.kind is not LineageKind.IMAGE_TO_VIDEO
    for parent in origin.parents:
        _check_size(sizes[parent.take_id], child, moving=moving)
    if origin.kind is LineageKind.REMIX:
        return (_remixed(origin, sizes, child),)
    placed = [
        _one(origin, place, parent, sizes[parent.take_id], child, frame_step)
        for place, parent in enumerate(origin.parents)
    ]
    if origin.kind is LineageKind.LOOP:
        (parent,) = origin.parents
        placed.append(_head(origin, 0, parent, child, frame_step))
    _check_room(placed, child, frame_step)
    return tuple(replace(one, position=position) for position, one in enumerate(placed, 1))


_OVERLAPPING = frozenset(
    {LineageKind.EXTEND_AFTER, LineageKind.EXTEND_BEFORE, LineageKind.LOOP, LineageKind.BLEND}
)


def _one(
    origin: Origin, place: int, parent: Parent, size: ParentSize, child: ParentSize, step: int
) -> Stretch:
    match origin.kind:
        case LineageKind.IMAGE_TO_VIDEO:
            return _still(parent, size, child, step)
        case LineageKind.EXTEND_BEFORE:
            return _head(origin, place, parent, child, step)
        case LineageKind.BLEND if place == 1:
            return _head(origin, place, parent, child, step)
        case _:
            return _tail(origin, place, parent, size, child, step)


def _tail(
    origin: Origin, place: int, parent: Parent, size: ParentSize, child: ParentSize, step: int
) -> Stretch:
    """The end of the parent as the beginning of the child."""
    shared = _overlap(origin, min(size.num_frames, child.num_frames), step)
    return Stretch(
        position=place + 1,
        take_id=parent.take_id,
        first_frame=size.num_frames - shared,
        end_frame=size.num_frames,
    )


def _head(origin: Origin, place: int, parent: Parent, child: ParentSize, step: int) -> Stretch:
    """The beginning of the parent as the end of the child."""
    shared = _overlap(origin, child.num_frames, step)
    if shared <= step:
        raise RequestNotPossible(field="origin.overlap", allowed=f"at least {step + 1} at the end of a take")
    return Stretch(
        position=place + 1,
        take_id=parent.take_id,
        first_frame=0,
        end_frame=shared,
        at_frame=child.num_frames - shared,
        first_is_free=True,
    )


def _reference(parent: Parent, size: ParentSize, position: int) -> Stretch:
    """A picture without a place: its size need not be the child's."""
    frame = _frame_of(parent, size)
    return Stretch(
        position=position,
        take_id=parent.take_id,
        first_frame=frame,
        end_frame=frame + 1,
        is_reference=True,
    )


def _frame_of(parent: Parent, size: ParentSize) -> int:
    frame = parent.frame or 0
    if not 0 <= frame < size.num_frames:
        raise RequestNotPossible(field="origin.parents", allowed=f"a frame from 0 to {size.num_frames - 1}")
    return frame


def _still(parent: Parent, size: ParentSize, child: ParentSize, step: int) -> Stretch:
    """One picture: alone on the first frame, held for one step anywhere else."""
    frame, at = _frame_of(parent, size), parent.at_frame or 0
    at = child.num_frames + at if at < 0 else at
    if not 0 <= at < child.num_frames or at % step:
        raise RequestNotPossible(
            field="origin.parents",
            allowed=f"placed on frame 0 or a multiple of {step} up to {child.num_frames - 1}, where this model can "
            "hold a picture",
        )
    return Stretch(
        position=0,
        take_id=parent.take_id,
        first_frame=frame,
        end_frame=frame + 1,
        at_frame=max(at - step, 0),
        first_is_free=at > 0,
        held=at > 0,
    )


def _remixed(origin: Origin, sizes: Mapping[UUID, ParentSize], child: ParentSize) -> Stretch:
    (parent,) = origin.parents
    if sizes[parent.take_id].num_frames != child.num_frames:
        raise RequestNotPossible(
            field="num_frames", allowed=f"{sizes[parent.take_id].num_frames}, as in the take that is remixed"
        )
    return Stretch(
        position=1,
        take_id=parent.take_id,
        first_frame=0,
        end_frame=child.num_frames,
        strength=USUAL_STRENGTH if origin.strength is None else origin.strength,
    )


def _overlap(origin: Origin, most: int, step: int) -> int:
    usual = (USUAL_OVERLAP - 1) // step * step + 1
    # Something is left to be made on every side.
    sides = 2 if origin.kind in (LineageKind.LOOP, LineageKind.BLEND) else 1
    shared = (
        origin.overlap
        if origin.overlap is not None
        else min(usual, (most - 1) // (2 * sides * step) * step + 1)
    )
    if not 1 <= shared <= most or (shared - 1) % step:
        raise RequestNotPossible(field="origin.overlap", allowed=f"{step}k+1 up to {most}")
    return shared


def _check_size(parent: ParentSize, child: ParentSize, *, moving: bool) -> None:
    for field in ("width", "height", *(("fps",) if moving else ())):
        if getattr(parent, field) != getattr(child, field):
            raise RequestNotPossible(
                field=field, allowed=f"{getattr(parent, field)}, as in the take it is made from"
            )


def _check_room(placed: Sequence[Stretch], child: ParentSize, step: int) -> None:
    """Refuse two pictures in one place, and a take of which nothing is left to be made."""
    steps = (child.num_frames - 1) // step + 1
    taken: set[int] = set()
    for one in placed:
        own = set(_steps(one, step))
        if taken & own:
            raise RequestNotPossible(field="origin", allowed="pictures that do not overlap in the take")
        taken |= own
    if len(taken) >= steps:
        raise RequestNotPossible(
            field="num_frames", allowed="longer: the pictures it is made from fill all of it"
        )


def _steps(one: Stretch, step: int) -> range:
    """The steps in time of the model that a stretch fills."""
    given = step + 1 if one.held else one.end_frame - one.first_frame
    first = one.at_frame // step + one.first_is_free
    return range(first, first + (given - 1) // step + (not one.first_is_free))


def _said(kind: LineageKind) -> str:
    return kind.value.replace("_", " ")

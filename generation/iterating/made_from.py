"""A take's parents, placed and ready to be recorded with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from generation.engines.family import Ability, Family
from generation.iterating.errors import ModelCannot
from generation.iterating.origins import Parents, abilities_of
from generation.iterating.placing import ParentSize, stretches
from generation.iterating.values import LineageKind, Origin, Stretch
from generation.models import Take, TakeLineage
from generation.spec import RenderSpec


def made_from(
    origin: Origin | None, parents: Parents | None, spec: RenderSpec, *, frame_step: int, family: Family
) -> MadeFrom | None:
    """The origin of a take of `spec`, placed; None where it is of words alone.

    Raises:
        RequestNotPossible: the pictures do not fit into it.
        ModelCannot: `family` has no place for one of them, or makes nothing without pictures.
    """
    if origin is None or parents is None:
        check_pictures(family, (), spec, frame_step=frame_step)
        return None
    made = MadeFrom.placed(origin, parents, spec, frame_step=frame_step)
    check_pictures(family, made.stretches, spec, frame_step=frame_step)
    return made


def check_pictures(
    family: Family, stretches: Sequence[Stretch], spec: RenderSpec, *, frame_step: int
) -> None:
    """Refuse pictures where the class has no place for them, and a take without those it needs.

    Raises:
        ModelCannot: it says what the class has a place for, or what it needs.
    """
    asked = {_place(one, spec, frame_step, family) for one in stretches}
    able = abilities_of(family)
    if not asked <= family.abilities:
        places = " and ".join(one.replace("_", " ") for one in _ENDS if one in family.abilities)
        raise ModelCannot(
            family=family.pipeline,
            kind="hold a picture there",
            able=able,
            why=f"it has a place for one on the {places} alone",
        )
    if not family.needs <= asked:
        needed = " and ".join(_NEEDS[one] for one in sorted(family.needs))
        raise ModelCannot(
            family=family.pipeline, kind="make this", able=able, why=f"it makes takes from {needed}"
        )


_ENDS = (Ability.FIRST_FRAME, Ability.LAST_FRAME)
_NEEDS = {
    Ability.FIRST_FRAME: "a picture on the first frame (image_to_video)",
    Ability.LAST_FRAME: "one on the last frame",
    Ability.BEGINNING: "a whole clip (remix)",
}


def _place(one: Stretch, spec: RenderSpec, frame_step: int, family: Family) -> Ability:
    """What the class must be able to do for these pictures to stand where they do."""
    if one.is_reference:
        return Ability.REFERENCES
    if one.strength is not None:
        return Ability.BEGINNING
    if one.at_frame == 0 and not one.first_is_free and one.end_frame - one.first_frame == 1:
        return Ability.FIRST_FRAME
    ends = one.held and one.at_frame + frame_step == spec.num_frames - 1
    return Ability.LAST_FRAME if ends and Ability.LAST_FRAME in family.abilities else Ability.KNOWN_FRAMES


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """`stretches` are the pictures that are given; none where a take only follows another one's request."""

    origin: Origin
    sha256: Mapping[UUID, str]
    stretches: tuple[Stretch, ...]

    @classmethod
    def placed(cls, origin: Origin, parents: Parents, spec: RenderSpec, *, frame_step: int) -> MadeFrom:
        """The origin of a take of `spec`.

        Raises:
            RequestNotPossible: the pictures do not fit into it.
        """
        child = ParentSize(
            width=spec.width, height=spec.height, num_frames=spec.num_frames, fps=int(spec.fps)
        )
        placed = stretches(origin, sizes=parents.sizes, child=child, frame_step=frame_step)
        return cls(origin, parents.sha256, placed)

    def record(self, take: Take, *, at: datetime) -> None:
        """Write where the take came from, in the transaction that writes the take."""
        rows = [
            TakeLineage(
                organisation_id=take.organisation_id,
                take=take,
                parent_id=one.take_id,
                position=one.position,
                kind=self.origin.kind,
                first_frame=one.first_frame,
                end_frame=one.end_frame,
                source_sha256=self.sha256[one.take_id],
                settings=one.settings(),
                at=at,
            )
            for one in self.stretches
        ] or [
            TakeLineage(
                organisation_id=take.organisation_id,
                take=take,
                parent_id=parent.take_id,
                position=position,
                kind=self.origin.kind,
                at=at,
            )
            for position, parent in enumerate(self.origin.parents, 1)
        ]
        if self.origin.sibling is not None:
            rows.append(
                TakeLineage(
                    organisation_id=take.organisation_id,
                    take=take,
                    parent_id=self.origin.sibling,
                    position=len(rows) + 1,
                    kind=LineageKind.VARIATION,
                    at=at,
                )
            )
        TakeLineage.objects.bulk_create(rows)

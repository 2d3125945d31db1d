"""A take's parents, placed and ready to be recorded with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from generation.iterating.origins import Parents
from generation.iterating.placing import ParentSize, stretches
from generation.iterating.values import LineageKind, Origin, Stretch
from generation.models import Take, TakeLineage
from generation.spec import RenderSpec


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

"""Making a take from another: words and shapes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.canonical import Canonical

MOST_PARENTS = 8
MOST_VARIATIONS = 8
LEAST_STRENGTH = Decimal("0.05")
MOST_STRENGTH = Decimal(1)
USUAL_STRENGTH = Decimal("0.60")
USUAL_OVERLAP = 9
"""Frames of the parent that a take goes on from, where nobody says how many: two steps of most models and one."""


class LineageKind(StrEnum):
    """How a take came from another."""

    VARIATION = "variation"
    REVISION = "revision"
    REMIX = "remix"
    EXTEND_AFTER = "extend_after"
    EXTEND_BEFORE = "extend_before"
    LOOP = "loop"
    BLEND = "blend"
    IMAGE_TO_VIDEO = "image_to_video"
    REFERENCE_FRAMES = "reference_frames"


FROM_PICTURES = frozenset(LineageKind) - {LineageKind.VARIATION, LineageKind.REVISION}
"""The model is given pictures of the parent: whoever is in the parent is in the child."""

PARENTS: Mapping[LineageKind, tuple[int, int]] = {
    LineageKind.VARIATION: (1, 1),
    LineageKind.REVISION: (1, 1),
    LineageKind.REMIX: (1, 1),
    LineageKind.EXTEND_AFTER: (1, 1),
    LineageKind.EXTEND_BEFORE: (1, 1),
    LineageKind.LOOP: (1, 1),
    LineageKind.BLEND: (2, 2),
    LineageKind.IMAGE_TO_VIDEO: (1, MOST_PARENTS),
    LineageKind.REFERENCE_FRAMES: (1, MOST_PARENTS),
}
"""The least and the most parents of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A take that another is made from.

    `frame` and `at_frame` belong to pictures that stand in the new take: which frame of the parent, and on which
    frame of the child; both count from 0, and a negative `at_frame` counts from the end. A picture that is a
    reference has a `frame` and no place.
    """

    take_id: UUID
    frame: int | None = None
    at_frame: int | None = None

    def to_json(self) -> dict[str, Canonical]:
        return {"take": str(self.take_id), "frame": self.frame, "at_frame": self.at_frame}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a take is made from.

    `overlap`: frames it shares with each parent; `strength`: how far a remix may go; `sibling`: the first of several
    that were asked for at once with different seeds.
    """

    kind: LineageKind
    parents: tuple[Parent, ...]
    overlap: int | None = None
    strength: Decimal | None = None
    sibling: UUID | None = None

    def to_json(self) -> dict[str, Canonical]:
        said: dict[str, Canonical] = {} if self.sibling is None else {"sibling": str(self.sibling)}
        return said | {
            "kind": str(self.kind),
            "parents": [one.to_json() for one in self.parents],
            "overlap": self.overlap,
            # As text: a float has no single spelling.
            "strength": None if self.strength is None else f"{self.strength:.2f}",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Frames of a parent that the model is given, and where they stand in the child.

    The pictures are those from `first_frame` to before `end_frame`, a single one repeated where `held`. The first of
    them stands on frame `at_frame` of the child. `first_is_free`: it is there so that the model knows what comes
    before the next one, and its own place is left to be made. `strength` None: the child keeps the pictures;
    otherwise it begins from them and may go that far. `is_reference`: the picture has no place in the child, which
    the model makes of what is in it.
    """

    position: int
    take_id: UUID
    first_frame: int
    end_frame: int
    at_frame: int = 0
    first_is_free: bool = False
    held: bool = False
    strength: Decimal | None = None
    is_reference: bool = False

    @classmethod
    def kept(
        cls,
        *,
        position: int,
        take_id: UUID,
        first_frame: int,
        end_frame: int,
        settings: Mapping[str, Any],
    ) -> Stretch:
        """What `settings` was kept of."""
        if "strength" in settings:
            return cls(
                position=position,
                take_id=take_id,
                first_frame=first_frame,
                end_frame=end_frame,
                strength=Decimal(settings["strength"]),
            )
        return cls(
            position=position, take_id=take_id, first_frame=first_frame, end_frame=end_frame, **settings
        )

    def settings(self) -> dict[str, Any]:
        """What is kept of it beside the frames, as JSON."""
        if self.strength is not None:
            return {"strength": f"{self.strength:.2f}"}
        if self.is_reference:
            return {"is_reference": True}
        return {"at_frame": self.at_frame, "first_is_free": self.first_is_free, "held": self.held}

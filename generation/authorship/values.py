"""Words and shapes of the record of human authorship: what people do to a work, and the order it is cut in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.canonical import Canonical

LONGEST_NOTE = 2000
LONGEST_TITLE = 200
LONGEST_REEL = 32
MOST_ENTRIES = 500
MOST_FRAMES = 10_000_000
MOST_FPS = 240


class ContributionKind(StrEnum):
    """What a person did. `TAKEN_BACK` says that an earlier act no longer counts, and adds nothing itself."""

    PROMPT_WRITTEN = "prompt_written"
    PARAMETERS_CHANGED = "parameters_changed"
    REFERENCE_CHOSEN = "reference_chosen"
    TAKE_SELECTED = "take_selected"
    TAKE_REJECTED = "take_rejected"
    EDIT_MADE = "edit_made"
    CUT_ARRANGED = "cut_arranged"
    REVIEW_NOTE = "review_note"
    ELEMENT_MADE = "element_made"
    TAKEN_BACK = "taken_back"


VERDICTS = (ContributionKind.TAKE_SELECTED, ContributionKind.TAKE_REJECTED)
STATED_BY_HAND = (
    ContributionKind.EDIT_MADE,
    ContributionKind.REFERENCE_CHOSEN,
    ContributionKind.REVIEW_NOTE,
    ContributionKind.ELEMENT_MADE,
)
"""What a person puts on record as such; the others are by-products of work in the product."""


class RejectionReason(StrEnum):
    ARTEFACTS = "artefacts"
    COMPOSITION = "composition"
    CONTINUITY = "continuity"
    LIKENESS = "likeness"
    MOTION = "motion"
    PERFORMANCE = "performance"
    STORY = "story"
    OTHER = "other"


class EvidenceKind(StrEnum):
    """What a reference points at: a row of the product by its identifier, or a file by its SHA-256."""

    TAKE = "take"
    DECISION = "decision"
    REQUEST = "request_sha256"
    ASSET = "asset_sha256"
    FILE = "file_sha256"


@dataclass(frozen=True, slots=True)
class Evidence:
    kind: EvidenceKind
    ref: str

    def to_json(self) -> dict[str, Canonical]:
        return {"kind": str(self.kind), "ref": self.ref}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as it is put on record. `stated` is what its kind says beside the columns."""

    kind: ContributionKind
    production_id: UUID
    sequence_id: UUID | None = None
    shot_id: UUID | None = None
    take_id: UUID | None = None
    stated: Mapping[str, Canonical]
    evidence: tuple[Evidence, ...] = ()
    supersedes_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedContribution:
    """What somebody says a person did by hand. `num_frames` and `fps`: of an element that can be cut in.

    `without_ai` is the declaration of whoever registers an element; None is not stated, and counts as unknown.
    """

    kind: ContributionKind
    production_id: UUID
    shot_id: UUID | None = None
    take_id: UUID | None = None
    title: str
    note: str = ""
    file_sha256: str = ""
    num_frames: int | None = None
    fps: int | None = None
    without_ai: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person says of a finished take. A rejection gives a reason."""

    selected: bool
    reason: RejectionReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutItem:
    """A stretch of a take or of an element made by hand: `first_frame` is in it, `end_frame` is not.

    Exactly one of `take_id` and `element_id` is given.
    """

    take_id: UUID | None = None
    element_id: UUID | None = None
    first_frame: int
    end_frame: int

    @property
    def source_id(self) -> UUID:
        source = self.take_id or self.element_id
        if source is None:
            raise ValueError("A stretch of nothing.")
        return source

    @property
    def frames(self) -> int:
        return self.end_frame - self.first_frame

    def to_json(self) -> dict[str, Canonical]:
        return {
            "take": str(self.take_id) if self.take_id else None,
            "element": str(self.element_id) if self.element_id else None,
            "first_frame": self.first_frame,
            "end_frame": self.end_frame,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The order a sequence is cut in, from `start_frame` on. `reel` is empty while nobody has named it."""

    items: tuple[CutItem, ...]
    reel: str = ""
    start_frame: int = 0

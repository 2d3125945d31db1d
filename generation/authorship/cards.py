"""Acts of people and cuts as pages, the API and reports see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from generation.authorship.timecode import timecode
from generation.authorship.values import Cut, CutItem, Evidence, EvidenceKind
from generation.models import Contribution, CutEdition, CutEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionCard:
    """One act. `counts`: no later act has taken its place, and it takes nothing back itself.

    `content` is what it says, without the salt; `take_number` and the codes are None where it is about none.
    """

    id: UUID
    kind: str
    at: datetime
    by_id: UUID
    by_name: str
    production_id: UUID
    sequence_code: str | None
    shot_id: UUID | None
    shot_code: str | None
    take_id: UUID | None
    take_number: int | None
    content: Mapping[str, Any]
    content_sha256: str
    evidence: tuple[Evidence, ...]
    supersedes_id: UUID | None
    counts: bool

    @property
    def element(self) -> str:
        """The part of the work it is about, in words."""
        if self.take_number is not None:
            return f"Shot {self.shot_code}, take {self.take_number}"
        if self.shot_code is not None:
            return f"Shot {self.shot_code}"
        return f"Sequence {self.sequence_code}" if self.sequence_code is not None else "The production"

    @property
    def said(self) -> str:
        """What it says in one line."""
        return _said(self.kind, self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutEntryCard:
    """A stretch of a cut. `verdict` None: nobody has judged the take. Frames count from 0, ends are outside."""

    position: int
    take_id: UUID | None
    element_id: UUID | None
    shot_id: UUID | None
    shot_code: str | None
    take_number: int | None
    title: str
    without_ai: bool | None
    verdict: str | None
    source_frames: int
    first_frame: int
    end_frame: int
    record_in: int
    record_out: int
    timecode_in: str
    timecode_out: str

    @property
    def frames(self) -> int:
        return self.end_frame - self.first_frame


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCard:
    """The order of a sequence that counts. `number` 0: nobody has cut it. `reel` is empty while nobody named it."""

    sequence_id: UUID
    number: int
    reel: str
    start_frame: int
    fps: int | None
    entries: tuple[CutEntryCard, ...]
    arranged_at: datetime | None
    arranged_by: str | None

    @property
    def frames(self) -> int:
        return sum(one.frames for one in self.entries)

    @property
    def starts_at(self) -> str:
        return timecode(self.start_frame, fps=self.fps) if self.fps else ""

    @property
    def cut(self) -> Cut:
        return Cut(
            items=tuple(
                CutItem(
                    take_id=one.take_id,
                    element_id=one.element_id,
                    first_frame=one.first_frame,
                    end_frame=one.end_frame,
                )
                for one in self.entries
            ),
            reel=self.reel,
            start_frame=self.start_frame,
        )


def contribution_card_of(row: Contribution) -> ContributionCard:
    """The card of a row from `authorship.reading.contribution_rows`."""
    sequence = row.sequence or (row.shot.sequence if row.shot else None)
    return ContributionCard(
        id=row.id,
        kind=row.kind,
        at=row.at,
        by_id=row.by_id,
        by_name=str(row.by),
        production_id=row.production_id,
        sequence_code=sequence.code if sequence else None,
        shot_id=row.shot_id,
        shot_code=row.shot.code if row.shot else None,
        take_id=row.take_id,
        take_number=row.take.number if row.take else None,
        content={name: value for name, value in row.content.items() if name != "salt"},
        content_sha256=row.content_sha256,
        evidence=tuple(Evidence(EvidenceKind(one["kind"]), one["ref"]) for one in row.content["evidence"]),
        supersedes_id=row.supersedes_id,
        counts=getattr(row, "superseded_by", None) is None and row.kind != "taken_back",
    )


def cut_card_of(
    sequence_id: UUID, edition: CutEdition | None, verdicts: Mapping[UUID, ContributionCard]
) -> CutCard:
    """The card of an edition from `authorship.reading.latest_editions`; `verdicts` by take."""
    if edition is None:
        return CutCard(
            sequence_id=sequence_id,
            number=0,
            reel="",
            start_frame=0,
            fps=None,
            entries=(),
            arranged_at=None,
            arranged_by=None,
        )
    entries, record = [], edition.start_frame
    for row in edition.entries.all():
        entries.append(_entry_card(row, record, edition.fps or 1, verdicts))
        record += row.end_frame - row.first_frame
    return CutCard(
        sequence_id=sequence_id,
        number=edition.number,
        reel=edition.reel,
        start_frame=edition.start_frame,
        fps=edition.fps,
        entries=tuple(entries),
        arranged_at=edition.contribution.at,
        arranged_by=str(edition.contribution.by),
    )


def _entry_card(
    row: CutEntry, record: int, fps: int, verdicts: Mapping[UUID, ContributionCard]
) -> CutEntryCard:
    take, element = row.take, row.element
    verdict = verdicts.get(take.id) if take else None
    end = record + row.end_frame - row.first_frame
    return CutEntryCard(
        position=row.position,
        take_id=row.take_id,
        element_id=row.element_id,
        shot_id=take.shot_id if take else element.shot_id if element else None,
        shot_code=take.shot.code if take else None,
        take_number=take.number if take else None,
        title=f"Shot {take.shot.code}, take {take.number}"
        if take
        else str(element.content["title"])
        if element
        else "",
        without_ai=element.content["without_ai"] if element else None,
        verdict=verdict.kind if verdict else None,
        source_frames=take.num_frames if take else int(element.content["num_frames"]) if element else 0,
        first_frame=row.first_frame,
        end_frame=row.end_frame,
        record_in=record,
        record_out=end,
        timecode_in=timecode(record, fps=fps),
        timecode_out=timecode(end, fps=fps),
    )


def _said(kind: str, content: Mapping[str, Any]) -> str:
    match kind:
        case "prompt_written":
            return str(content["prompt"])
        case "parameters_changed":
            return "; ".join(
                f"{one['parameter']} from {one['from']} to {one['to']}" for one in content["changes"]
            )
        case "take_selected" | "take_rejected":
            reason = (content.get("reason") or "").replace("_", " ")
            return ": ".join(part for part in (reason, content.get("note")) if part)
        case "cut_arranged":
            return _changes_said(content)
        case _:
            return ": ".join(part for part in (content.get("title"), content.get("note")) if part)


def _changes_said(content: Mapping[str, Any]) -> str:
    count: dict[str, int] = {}
    for one in content["changes"]:
        word = str(one["change"]).replace("_", " ")
        count[word] = count.get(word, 0) + 1
    parts = ", ".join(f"{number} {word}" for word, number in count.items())
    return f"Order {content['cut']['number']}" + (f": {parts}" if parts else "")

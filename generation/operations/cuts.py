"""Putting a sequence in order: every order is another edition, and every edition an act of whoever saved it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.authorship.arranging import changes
from generation.authorship.cards import CutCard, cut_card_of
from generation.authorship.errors import ContributionNotPossible, CutChangedMeanwhile, CutNotPossible
from generation.authorship.queries import cut_card
from generation.authorship.reading import latest_editions, standing
from generation.authorship.recording import one_at_a_time, record_act
from generation.authorship.values import (
    LONGEST_REEL,
    MOST_ENTRIES,
    MOST_FRAMES,
    Act,
    ContributionKind,
    Cut,
    CutItem,
    Evidence,
    EvidenceKind,
)
from generation.models import CutEdition, CutEntry, Take
from generation.operations.contributions import evidence_of
from generation.values import TakeState
from productions.queries import sequence_card


@dataclass(frozen=True, slots=True)
class _Source:
    """What a stretch is cut from: how long it is, how fast, and what it can be held against."""

    frames: int
    fps: int
    evidence: tuple[Evidence, ...]


def arrange_cut(sequence_id: UUID, cut: Cut, *, based_on: int, actor: Actor) -> CutCard:
    """Save an order of a sequence as its next edition. The order it has already is not saved again.

    Args:
        sequence_id: whose order.
        cut: all of it, from the first stretch to the last.
        based_on: the number of the edition that was looked at; 0 for none.
        actor: who puts it in order.

    Raises:
        productions.errors.NoSuchSequence: none of the actor's organisation has the id.
        CutChangedMeanwhile: another edition was saved after `based_on`.
        CutNotPossible, ContributionNotPossible: a stretch, the reel or the start is out of bounds.
    """
    _check(cut)
    sequence = sequence_card(actor.organisation_id, sequence_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        one_at_a_time(f"cut of {sequence_id}")
        latest = latest_editions([sequence_id]).get(sequence_id)
        if based_on != (latest.number if latest else 0):
            raise CutChangedMeanwhile(latest.number if latest else 0)
        before = cut_card_of(sequence_id, latest, {}).cut
        if before == cut:
            return cut_card(actor.organisation_id, sequence_id)
        sources = _sources(cut, sequence_id=sequence_id, production_id=sequence.production_id)
        fps = _rate(cut, sources)
        number = based_on + 1
        said: dict[str, Canonical] = {
            "number": number,
            "reel": cut.reel,
            "start_frame": cut.start_frame,
            "fps": fps,
            "items": [item.to_json() for item in cut.items],
        }
        act = Act(
            kind=ContributionKind.CUT_ARRANGED,
            production_id=sequence.production_id,
            sequence_id=sequence_id,
            stated={"cut": said, "changes": changes(before, cut)},
            evidence=tuple(dict.fromkeys(one for source in sources.values() for one in source.evidence)),
            supersedes_id=latest.contribution_id if latest else None,
        )
        row = record_act(act, actor=actor, at=clock.now())
        edition = CutEdition.objects.create(
            sequence_id=sequence_id,
            number=number,
            reel=cut.reel,
            start_frame=cut.start_frame,
            fps=fps,
            contribution=row,
        )
        CutEntry.objects.bulk_create(
            CutEntry(
                organisation_id=actor.organisation_id,
                edition=edition,
                position=position,
                take_id=item.take_id,
                element_id=item.element_id,
                first_frame=item.first_frame,
                end_frame=item.end_frame,
            )
            for position, item in enumerate(cut.items, 1)
        )
    return cut_card(actor.organisation_id, sequence_id)


def _check(cut: Cut) -> None:
    if len(cut.items) > MOST_ENTRIES:
        raise ContributionNotPossible("items", f"up to {MOST_ENTRIES}")
    if len(cut.reel) > LONGEST_REEL or not (cut.reel == "" or cut.reel.isprintable()):
        raise ContributionNotPossible("reel", f"up to {LONGEST_REEL} printable characters")
    if not 0 <= cut.start_frame <= MOST_FRAMES:
        raise ContributionNotPossible("start_frame", f"from 0 to {MOST_FRAMES}")
    for position, item in enumerate(cut.items, 1):
        if (item.take_id is None) == (item.element_id is None):
            raise CutNotPossible(position, "name either a take or an element made by hand")
        if not 0 <= item.first_frame < item.end_frame:
            raise CutNotPossible(position, "it ends after its first frame, and frames count from 0")


def _sources(cut: Cut, *, sequence_id: UUID, production_id: UUID) -> Mapping[UUID, _Source]:
    takes = {
        row.id: _Source(row.num_frames, row.fps, evidence_of(row))
        for row in Take.objects.filter(
            id__in=[item.take_id for item in cut.items if item.take_id],
            shot__sequence_id=sequence_id,
            state=TakeState.SIGNED,
        )
    }
    elements = {
        row.id: _Source(
            row.content["num_frames"],
            row.content["fps"],
            tuple(Evidence(EvidenceKind(one["kind"]), one["ref"]) for one in row.content["evidence"]),
        )
        for row in standing().filter(
            id__in=[item.element_id for item in cut.items if item.element_id],
            kind=ContributionKind.ELEMENT_MADE,
            production_id=production_id,
        )
        if row.content["num_frames"] is not None
    }
    return takes | elements


def _rate(cut: Cut, sources: Mapping[UUID, _Source]) -> int | None:
    """The rate that all sources share; None in an empty cut."""
    rate: int | None = None
    for position, item in enumerate(cut.items, 1):
        source = sources.get(item.source_id)
        if source is None:
            raise CutNotPossible(position, _missing(item))
        if item.end_frame > source.frames:
            raise CutNotPossible(position, f"its source has {source.frames} frames, not {item.end_frame}")
        rate = rate or source.fps
        if source.fps != rate:
            raise CutNotPossible(position, f"it runs at {source.fps} frames a second, the cut at {rate}")
    return rate


def _missing(item: CutItem) -> str:
    if item.take_id:
        return "there is no such signed take in this sequence"
    return "there is no such element with a length here, or it was taken back"

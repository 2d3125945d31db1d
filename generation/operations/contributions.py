"""What people put on record of their part in a work: verdicts on takes, edits, notes, elements made by hand."""

from __future__ import annotations

import re
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.authorship.cards import ContributionCard, contribution_card_of
from generation.authorship.errors import (
    ContributionNotPossible,
    ContributionNotTakenBack,
    ContributionSuperseded,
    NoSuchContribution,
    TakeNotJudged,
)
from generation.authorship.reading import contribution_rows, standing, verdict_on
from generation.authorship.recording import one_at_a_time, record_act
from generation.authorship.values import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_FPS,
    MOST_FRAMES,
    STATED_BY_HAND,
    Act,
    ContributionKind,
    Evidence,
    EvidenceKind,
    StatedContribution,
    Verdict,
)
from generation.errors import NoSuchTake
from generation.models import Contribution, Take
from generation.values import TakeState
from productions.errors import NoSuchShot
from productions.queries import production_card, shot_card
from provenance.queries import signed_file_of_take

_SHA256 = re.compile(r"[0-9a-f]{64}")


def judge_take(take_id: UUID, verdict: Verdict, *, actor: Actor) -> ContributionCard:
    """Select or reject a finished take; a later verdict takes the place of the earlier one.

    The same again changes nothing.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        TakeNotJudged: it is not signed.
        ContributionNotPossible: a rejection without a reason, a reason without a rejection, or too long a note.
    """
    if verdict.selected == (verdict.reason is not None):
        raise ContributionNotPossible("reason", "a rejection gives one, a selection none")
    _check_text("note", verdict.note, LONGEST_NOTE)
    kind = ContributionKind.TAKE_SELECTED if verdict.selected else ContributionKind.TAKE_REJECTED
    stated: dict[str, Canonical] = {
        "reason": None if verdict.reason is None else str(verdict.reason),
        "note": verdict.note,
    }
    with tenant(actor.organisation_id, user_id=actor.user_id):
        one_at_a_time(f"verdict on {take_id}")
        take = Take.objects.filter(id=take_id).select_related("shot__sequence").first()
        if take is None:
            raise NoSuchTake("There is no such take here.")
        if take.state != TakeState.SIGNED:
            raise TakeNotJudged(f"This take is {take.state}; only a signed one is selected or rejected.")
        before = verdict_on(take_id)
        if (
            before is not None
            and before.kind == kind
            and all(before.content[name] == stated[name] for name in stated)
        ):
            return contribution_card_of(before)
        act = Act(
            kind=kind,
            production_id=take.shot.sequence.production_id,
            shot_id=take.shot_id,
            take_id=take.id,
            stated=stated,
            evidence=evidence_of(take),
            supersedes_id=before.id if before else None,
        )
        row = record_act(act, actor=actor, at=clock.now())
        return _card(row)


def record_contribution(stated: StatedContribution, *, actor: Actor) -> ContributionCard:
    """Put on record what a person did by hand: an edit, a reference chosen, a note, an element made.

    Raises:
        productions.errors.NoSuchProduction, NoSuchShot, NoSuchTake: not there, or not of that production.
        ContributionNotPossible: the statement is not whole, or one of its fields is out of bounds.
    """
    _check(stated)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production_card(actor.organisation_id, stated.production_id)
        evidence: list[Evidence] = []
        shot_id = stated.shot_id
        if stated.take_id is not None:
            take = Take.objects.filter(
                id=stated.take_id, shot__sequence__production_id=stated.production_id
            ).first()
            if take is None or shot_id not in (None, take.shot_id):
                raise NoSuchTake("There is no such take here.")
            shot_id = take.shot_id
            evidence.extend(evidence_of(take))
        elif (
            shot_id is not None
            and shot_card(actor.organisation_id, shot_id).production_id != stated.production_id
        ):
            raise NoSuchShot("There is no such shot here.")
        if stated.file_sha256:
            evidence.append(Evidence(EvidenceKind.FILE, stated.file_sha256))
        act = Act(
            kind=stated.kind,
            production_id=stated.production_id,
            shot_id=shot_id,
            take_id=stated.take_id,
            stated=_said(stated),
            evidence=tuple(evidence),
        )
        return _card(record_act(act, actor=actor, at=clock.now()))


def take_back(contribution_id: UUID, *, note: str, actor: Actor) -> ContributionCard:
    """Say that an act no longer counts. It stays on record, and so does that it was taken back.

    Raises:
        NoSuchContribution: none of the actor's organisation has the id.
        ContributionNotTakenBack: it is the order of a cut, or takes something back itself.
        ContributionSuperseded: a later act has taken its place.
        ContributionNotPossible: the note is too long.
    """
    _check_text("note", note, LONGEST_NOTE)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        one_at_a_time(f"contribution {contribution_id}")
        row = Contribution.objects.filter(id=contribution_id).first()
        if row is None:
            raise NoSuchContribution("There is no such act on record here.")
        if row.kind in (ContributionKind.CUT_ARRANGED, ContributionKind.TAKEN_BACK):
            raise ContributionNotTakenBack(
                "The order of a cut is changed by saving another one."
                if row.kind == ContributionKind.CUT_ARRANGED
                else "What was taken back counts again by doing it again."
            )
        if not standing().filter(id=row.id).exists():
            raise ContributionSuperseded("A later act has taken the place of this one already.")
        act = Act(
            kind=ContributionKind.TAKEN_BACK,
            production_id=row.production_id,
            sequence_id=row.sequence_id,
            shot_id=row.shot_id,
            take_id=row.take_id,
            stated={"note": note},
            evidence=(),
            supersedes_id=row.id,
        )
        return _card(record_act(act, actor=actor, at=clock.now()))


def evidence_of(take: Take) -> tuple[Evidence, ...]:
    """What a take can be held against: its row, its latest decision and, once signed, its file."""
    signed = signed_file_of_take(take.organisation_id, take.id)
    return (
        Evidence(EvidenceKind.TAKE, str(take.id)),
        Evidence(EvidenceKind.DECISION, str(take.decision_id)),
        *((Evidence(EvidenceKind.ASSET, signed.sha256_hex),) if signed else ()),
    )


def _card(row: Contribution) -> ContributionCard:
    return contribution_card_of(contribution_rows().get(id=row.id))


def _check(stated: StatedContribution) -> None:
    if stated.kind not in STATED_BY_HAND:
        raise ContributionNotPossible("kind", f"one of {', '.join(STATED_BY_HAND)}")
    if not stated.title.strip():
        raise ContributionNotPossible("title", "says in a few words what was made or done")
    _check_text("title", stated.title, LONGEST_TITLE)
    _check_text("note", stated.note, LONGEST_NOTE)
    if stated.file_sha256 and not _SHA256.fullmatch(stated.file_sha256):
        raise ContributionNotPossible("file_sha256", "64 lower-case hexadecimal digits")
    length = (stated.num_frames, stated.fps)
    if stated.kind is not ContributionKind.ELEMENT_MADE:
        if length != (None, None) or stated.without_ai is not None:
            raise ContributionNotPossible(
                "num_frames, fps and without_ai", "stated of an element made by hand alone"
            )
    elif (stated.num_frames is None) != (stated.fps is None):
        raise ContributionNotPossible("num_frames and fps", "stated both or neither")
    for name, value, most in (("num_frames", stated.num_frames, MOST_FRAMES), ("fps", stated.fps, MOST_FPS)):
        if value is not None and not 1 <= value <= most:
            raise ContributionNotPossible(name, f"from 1 to {most}, not {value}")


def _check_text(field: str, text: str, most: int) -> None:
    if len(text) > most or "\x00" in text:
        raise ContributionNotPossible(field, f"up to {most} characters of text")


def _said(stated: StatedContribution) -> dict[str, Canonical]:
    said: dict[str, Canonical] = {"title": stated.title.strip(), "note": stated.note}
    if stated.kind is ContributionKind.ELEMENT_MADE:
        said |= {"num_frames": stated.num_frames, "fps": stated.fps, "without_ai": stated.without_ai}
    return said

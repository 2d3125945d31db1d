"""What pages, the API and other apps read of takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.conf import settings

from audit.errors import LogNotReady
from core.tenancy import tenant
from generation.coverage import UnderstoodWord
from generation.errors import NoSuchTake, VideoNotReady
from generation.models import Take, TakeEvent
from generation.serving.values import RANKED, Priority, Waiting
from generation.stopwatch import in_order
from generation.values import FINAL, IN_WORK, LOADING, TakeState
from productions.queries import shot_card
from provenance.queries import assets_in_log


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCard:
    """A take as everybody who may see the shot sees it. Times are aware; sizes in pixels.

    `understood` and `ignored` are None where the model's vocabulary is open. `screening` is what the screen for faces
    says of the finished picture: `not_evaluated` is never a pass. `is_downloadable`: signed, and the log covers that.
    `is_hidden`: a performer in it has not agreed that whoever asks looks at it. `waiting`: where it stands in the
    queue, where that was asked for.
    """

    id: UUID
    shot_id: UUID
    number: int
    state: TakeState
    prompt: str
    negative_prompt: str
    camera_move: str
    camera_words: str
    width: int
    height: int
    num_frames: int
    fps: int
    steps: int
    guidance_scale: Decimal
    seed: int
    delivered_width: int
    delivered_height: int
    model_name: str
    model_version: str
    model_sha256: str
    use: str
    purpose: str
    decision_id: UUID
    requested_at: datetime
    finished_at: datetime | None
    priority: Priority
    understood: tuple[UnderstoodWord, ...] | None
    ignored: tuple[str, ...] | None
    stage: str
    step: int
    stage_steps: int
    seconds_per_step: float | None
    has_preview: bool
    attempt: int
    cancel_requested: bool
    failure_code: str
    failure_message: str
    screening: str
    seconds: dict[str, float]
    fingerprint: dict[str, str | int]
    asset_id: UUID | None
    is_downloadable: bool
    is_hidden: bool = False
    waiting: Waiting | None = None

    @property
    def is_shown(self) -> bool:
        """Whether its pictures may be looked at here and now."""
        return self.is_downloadable and not self.is_hidden

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def activity(self) -> str:
        """What is done for it now: `queued`, `loading` its model, `running`, or the empty text."""
        if self.state is TakeState.QUEUED:
            return "queued"
        if self.state not in IN_WORK:
            return ""
        return "loading" if self.stage == LOADING else "running"

    @property
    def is_settled(self) -> bool:
        """Nothing more will change by itself: it is final, and a signed file may be had."""
        return self.is_final and (self.state is not TakeState.SIGNED or self.is_downloadable)

    @property
    def seconds_left(self) -> int | None:
        """Of the present stage, at the pace of its steps so far; None while nobody can say."""
        if self.seconds_per_step is None or self.step >= self.stage_steps:
            return None
        return round(self.seconds_per_step * (self.stage_steps - self.step))

    @property
    def duration_s(self) -> float:
        return self.num_frames / self.fps

    @property
    def duration_ms(self) -> int:
        return round(1000 * self.num_frames / self.fps)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeEventCard:
    id: int
    at: datetime
    kind: str
    state: str
    attempt: int
    stage: str
    step: int
    stage_steps: int
    seconds_per_step: float | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Events in order. `next_after` is the `after` of the next page, None at the end."""

    events: tuple[TakeEventCard, ...]
    next_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFiles:
    """Where the files of a signed take lie, on this machine."""

    video: Path
    poster: Path
    contact_sheet: Path


def take_card(organisation_id: UUID, take_id: UUID) -> TakeCard:
    """One take.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = _take(take_id)
    return card_of(row, downloadable=_downloadable(organisation_id, [row]))


def takes_of_shot(organisation_id: UUID, shot_id: UUID) -> tuple[TakeCard, ...]:
    """The takes of a shot, newest first.

    Raises:
        NoSuchShot: none of this organisation has the id.
    """
    shot_card(organisation_id, shot_id)
    with tenant(organisation_id):
        rows = list(Take.objects.filter(shot_id=shot_id).select_related("model").order_by("-number"))
    downloadable = _downloadable(organisation_id, rows)
    return tuple(card_of(row, downloadable=downloadable) for row in rows)


def take_events(organisation_id: UUID, take_id: UUID, *, after: int = 0, limit: int = 100) -> EventPage:
    """Up to `limit` events of a take with ids above `after`.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    with tenant(organisation_id):
        _take(take_id)
        rows = list(TakeEvent.objects.filter(take_id=take_id, id__gt=after).order_by("id")[: limit + 1])
    return EventPage(
        events=tuple(_event_card(row) for row in rows[:limit]),
        next_after=rows[limit - 1].id if len(rows) > limit else None,
    )


def take_files(organisation_id: UUID, take_id: UUID) -> TakeFiles:
    """The files of a signed take.

    Raises:
        NoSuchTake: none of this organisation has the id.
        VideoNotReady: the take is not signed.
        LogNotReady: the log does not cover the signature yet.
    """
    with tenant(organisation_id):
        row = _take(take_id)
    if row.state != TakeState.SIGNED:
        raise VideoNotReady("This take has no finished video.")
    if not _downloadable(organisation_id, [row]):
        raise LogNotReady(
            "The take is signed and kept. The log has not confirmed the signature yet, and until then nobody gets "
            "the file. Come back in a moment."
        )
    root: Path = settings.MEDIA_FOLDER
    return TakeFiles(
        video=root / row.video_key, poster=root / row.poster_key, contact_sheet=root / row.contact_sheet_key
    )


def card_of(row: Take, *, downloadable: frozenset[UUID]) -> TakeCard:
    """The card of a row whose model is at hand; `downloadable` as `_downloadable` says."""
    return TakeCard(
        id=row.id,
        shot_id=row.shot_id,
        number=row.number,
        state=TakeState(row.state),
        prompt=row.prompt,
        negative_prompt=row.negative_prompt,
        camera_move=row.camera_move,
        camera_words=row.camera_words,
        width=row.width,
        height=row.height,
        num_frames=row.num_frames,
        fps=row.fps,
        steps=row.steps,
        guidance_scale=row.guidance_scale,
        seed=row.seed,
        delivered_width=row.delivered_width,
        delivered_height=row.delivered_height,
        model_name=row.model.name,
        model_version=row.model.version,
        model_sha256=row.model.lock_sha256,
        use=row.request["use"],
        purpose=row.request["purpose"],
        decision_id=row.decision_id,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        priority=RANKED[row.priority],
        understood=None
        if row.understood is None
        else tuple(UnderstoodWord(**word) for word in row.understood),
        ignored=None if row.understood is None else tuple(row.ignored),
        stage=row.stage,
        step=row.step,
        stage_steps=row.stage_steps,
        seconds_per_step=row.seconds_per_step,
        has_preview=row.preview_jpeg is not None,
        attempt=row.attempt,
        cancel_requested=row.cancel_requested_at is not None,
        failure_code=row.failure_code,
        failure_message=row.failure_message,
        screening=row.screening,
        seconds=in_order(row.seconds),
        fingerprint=row.fingerprint,
        asset_id=row.asset_id,
        is_downloadable=row.asset_id in downloadable,
    )


def _downloadable(organisation_id: UUID, rows: Iterable[Take]) -> frozenset[UUID]:
    """The assets of `rows` whose signature the log covers."""
    return assets_in_log(organisation_id, [row.asset_id for row in rows if row.asset_id is not None])


def _take(take_id: UUID) -> Take:
    row: Take | None = Take.objects.filter(id=take_id).select_related("model").first()
    if row is None:
        raise NoSuchTake("There is no such take here.")
    return row


def _event_card(row: TakeEvent) -> TakeEventCard:
    return TakeEventCard(
        id=row.id,
        at=row.at,
        kind=row.kind,
        state=row.state,
        attempt=row.attempt,
        stage=row.stage,
        step=row.step,
        stage_steps=row.stage_steps,
        seconds_per_step=row.seconds_per_step,
        code=row.code,
    )

"""Asking for masters of signed takes, and cancelling them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from psycopg.errors import UniqueViolation

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.deliveries.queries import recipient_card
from generation.mastering.cameras import CameraOrder, CameraSource
from generation.mastering.cards import MasterCard
from generation.mastering.errors import (
    MasterConflict,
    MasterNotCancellable,
    MasterNotPossible,
    MasterRefused,
)
from generation.mastering.queries import kept_frames_of, master_card
from generation.mastering.solving import NOT_INSTALLED, can_solve
from generation.mastering.values import (
    FORMATS,
    MASTER_IN_WORK,
    RATES,
    MasterFormat,
    MasterSource,
    MasterState,
)
from generation.models import Master
from generation.ordering import checked_key
from generation.page_queries import reasons_against
from generation.queries import TakeCard, take_card, take_files
from generation.tasks import make_master
from licensing.operations.gate import redecide
from licensing.plain_words import readable
from productions.queries import shot_card
from provenance.watermarks.carrier import LEAST_SIDE
from provenance.watermarks.provider import films_are_marked

# What the encoder of DNxHR takes at least.
_LEAST_DNXHR = (256, 120)
_ALREADY_CANCELLED = (
    "The master is cancelled and nothing will be made of it. The log has not confirmed it yet and will without your "
    "doing. Do not send it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterOrder:
    """A master as somebody asks for it.

    `fps` None: as the take has it; `cameras`: of a hand-off for 3D; `recipient_id`: marked for this one alone.
    """

    take_id: UUID
    format: MasterFormat
    fps: Fraction | None = None
    cameras: CameraOrder | None = None
    recipient_id: UUID | None = None


def request_master(
    order: MasterOrder, *, actor: Actor, idempotency_key: str | None, everybody: bool = False
) -> MasterCard:
    """Queue a master of a signed take, where the rules still permit the take.

    They are asked now, and again before the encoder runs and before it is signed. The same request under the same
    key gives the same master.

    Args:
        order: what is asked.
        actor: whoever asks.
        idempotency_key: as for a take.
        everybody: False where the asker may not know of performers whom only legal sees.

    Raises:
        generation.errors.IdempotencyKeyMissing, MasterConflict: see there.
        MasterNotPossible: the take cannot be made into this.
        generation.deliveries.errors.NoSuchRecipient: none of this organisation has the id.
        generation.errors.NoSuchTake, generation.errors.VideoNotReady: there is no finished file.
        MasterRefused: decided, and not permitted; there is no master.
        LogNotReady: the log does not cover take or decision yet; there is no master.
    """
    key = checked_key(idempotency_key)
    known = _master_under(key, order, organisation_id=actor.organisation_id)
    if known is not None:
        return known
    organisation_id = actor.organisation_id
    video = take_files(organisation_id, order.take_id).video
    take = take_card(organisation_id, order.take_id)
    fps = _checked(order, take)
    kept = kept_frames_of(organisation_id, order.take_id)
    if order.recipient_id is not None:
        recipient_card(organisation_id, order.recipient_id)
        _check_marked(order, take, from_kept=kept is not None)
    card = redecide(
        take.decision_id,
        organisation_id=organisation_id,
        stage="generate",
        actor_label=actor.label,
        makes_anew=False,
    )
    if card.id is None:
        raise RuntimeError("A decision of a master was not recorded.")
    if not card.permitted:
        raise MasterRefused(card.id, reasons_against(readable(card, organisation_id, everybody=everybody)))
    try:
        master_id = _recorded(
            order,
            fps=fps,
            source=MasterSource.SIGNED_FILE if kept is None else MasterSource.KEPT_FRAMES,
            # Files are kept under the digest of their content.
            source_sha256=video.stem if kept is None else kept.file_sha256,
            decision_id=card.id,
            production_id=shot_card(organisation_id, take.shot_id).production_id,
            actor=actor,
            key=key,
        )
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        # A twin request was faster: its master is the answer.
        known = _master_under(key, order, organisation_id=organisation_id)
        if known is None:
            raise
        return known
    return master_card(organisation_id, master_id)


def cancel_master(master_id: UUID, *, actor: Actor) -> MasterCard:
    """Cancel a master that is not finished; one that is being encoded stops within seconds, and its files go.

    Cancelling twice is harmless. What has not begun ends at once, and the answer waits for the log.

    Raises:
        NoSuchMaster: none of the actor's organisation has the id.
        MasterNotCancellable: it is finished in another way.
        LogNotReady: it is cancelled; its entry is not covered yet.
    """
    entries: list[UUID] = []
    asked = {"cancel_requested_at": Now(), "cancel_requested_by": actor.user_id}
    with tenant(actor.organisation_id, user_id=actor.user_id):
        waiting = Master.objects.filter(id=master_id, state=MasterState.QUEUED).update(
            state=MasterState.CANCELLED, finished_at=Now(), **asked
        )
        if waiting:
            entries.append(_log_cancelled(master_id, actor))
        else:
            # Whoever works on it looks at this column every second.
            Master.objects.filter(
                id=master_id, state__in=MASTER_IN_WORK, cancel_requested_at__isnull=True
            ).update(**asked)
    card = master_card(actor.organisation_id, master_id)
    if card.state is not MasterState.CANCELLED and (card.is_final or not card.cancel_requested):
        raise MasterNotCancellable(f"This master is {card.state.value}; there is nothing left to cancel.")
    wait_until_covered(actor.organisation_id, entries, message=_ALREADY_CANCELLED)
    return card


def _log_cancelled(master_id: UUID, actor: Actor) -> UUID:
    row = Master.objects.select_related("take__shot__sequence").get(id=master_id)
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.MASTER_ENDED,
        actor=actor.label,
        subject=f"take:{row.take_id}",
        fields={"master": str(master_id), "reason_code": "cancelled"},
        at=clock.now(),
        production_id=row.take.shot.sequence.production_id,
    )


def _checked(order: MasterOrder, take: TakeCard) -> Fraction:
    fps = Fraction(take.fps) if order.fps is None else order.fps
    if fps not in (*RATES, Fraction(take.fps)):
        raise MasterNotPossible("fps", f"{fps} is no rate that masters are made at.")
    _check_cameras(order)
    width, height = take.delivered_width, take.delivered_height
    if FORMATS[order.format].is_film and (width % 2 or height % 2):
        raise MasterNotPossible(
            "format", f"{FORMATS[order.format].title} needs an even width and height, not {width}x{height}."
        )
    if order.format is MasterFormat.DNXHR_HQX and (width < _LEAST_DNXHR[0] or height < _LEAST_DNXHR[1]):
        raise MasterNotPossible("format", f"DNxHR needs at least 256x120 pixels, not {width}x{height}.")
    return fps


def _check_cameras(order: MasterOrder) -> None:
    needs, said = FORMATS[order.format].needs_cameras, order.cameras
    if needs and said is None:
        raise MasterNotPossible(
            "cameras",
            "A hand-off for 3D says where the camera stood: declare its move, or have it solved. No model that this "
            "studio can use takes a camera move, so the take itself says nothing of it.",
        )
    if not needs and said is not None:
        raise MasterNotPossible("cameras", "Only a hand-off for 3D says where the camera stood.")
    if said is not None and said.source is CameraSource.SOLVED and not can_solve():
        raise MasterNotPossible("cameras", NOT_INSTALLED)


def _check_marked(order: MasterOrder, take: TakeCard, *, from_kept: bool) -> None:
    if not films_are_marked():
        raise MasterNotPossible(
            "recipient",
            "This installation puts no watermark into films, so no master can be marked for one recipient. Whoever "
            "runs it turns that on (COUNTERSIGN_WATERMARK).",
        )
    if not FORMATS[order.format].is_film:
        raise MasterNotPossible(
            "recipient", "Sequences, previews and hand-offs are not marked for one recipient. Choose a film."
        )
    size = (take.width, take.height) if from_kept else (take.delivered_width, take.delivered_height)
    if min(size) < LEAST_SIDE:
        raise MasterNotPossible(
            "recipient",
            f"Pictures of {size[0]}x{size[1]} are too small for a watermark: it needs {LEAST_SIDE} pixels a side.",
        )


def _recorded(
    order: MasterOrder,
    *,
    fps: Fraction,
    source: MasterSource,
    source_sha256: str,
    decision_id: UUID,
    production_id: UUID,
    actor: Actor,
    key: str,
) -> UUID:
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        at = clock.now()
        row: Master = Master.objects.create(
            take_id=order.take_id,
            format=order.format,
            fps=str(fps),
            cameras=_cameras_of(order),
            source=source,
            source_sha256=source_sha256,
            idempotency_key=key,
            requested_at=at,
            requested_by_id=actor.user_id,
            recipient_id=order.recipient_id,
            decision_id=decision_id,
            state=MasterState.QUEUED,
            woken_at=at,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.MASTER_REQUESTED,
            actor=actor.label,
            subject=f"take:{order.take_id}",
            fields={
                "master": str(row.id),
                "take": str(order.take_id),
                "decision": str(decision_id),
                "kind": order.format.value,
                **({} if order.recipient_id is None else {"recipient": str(order.recipient_id)}),
            },
            at=at,
            production_id=production_id,
        )
        # Robust: it is queued whether or not the broker answers, and the sweeper finds it.
        transaction.on_commit(lambda: make_master.delay(str(row.id), str(actor.organisation_id)), robust=True)
    return row.id


def _master_under(key: str, order: MasterOrder, *, organisation_id: UUID) -> MasterCard | None:
    with tenant(organisation_id):
        row: Master | None = Master.objects.filter(idempotency_key=key).select_related("take").first()
    if row is None:
        return None
    fps = Fraction(row.take.fps) if order.fps is None else order.fps
    asked = (order.take_id, order.format.value, fps, _cameras_of(order), order.recipient_id)
    if (row.take_id, row.format, Fraction(row.fps), row.cameras, row.recipient_id) != asked:
        raise MasterConflict(row.id)
    return master_card(organisation_id, row.id)


def _cameras_of(order: MasterOrder) -> dict[str, Canonical] | None:
    return None if order.cameras is None else order.cameras.to_json()

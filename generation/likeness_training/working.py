"""What a worker does with a training, from the claim to the adapter in custody.

As with a take: decide again and log before anything is opened, look all the while whether the consent still stands,
and write nothing but under the fence of the claim. Sources and adapter are in clear in memory alone.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError

from accounts.values import Actor
from audit.coverage import wait_until_covered
from audit.errors import LogNotReady
from core import clock
from core.errors import DiskFull
from core.tenancy import tenant
from generation import errors
from generation.engines.spawned import DEVICE, Patience
from generation.filming import loaded_for
from generation.likeness_training import claims
from generation.likeness_training.choosing import bounds_of
from generation.likeness_training.claims import TrainingCancelAsked, TrainingClaim, TrainingClaimLost
from generation.likeness_training.values import TrainingFailure
from generation.screens.errors import ScreensNotClear
from generation.screens.hooks import ReleasedPicture, screen_released_pictures
from generation.serving import presence
from generation.serving.values import WorkerState
from generation.training_spec import TrainedAdapter, TrainingPicture
from licensing.custody import errors as custody
from licensing.custody.access import put_on_list
from licensing.custody.files import receiving
from licensing.custody.intake import NewAsset, receive
from licensing.custody.reading import asset_card, consent_behind
from licensing.custody.release import release_for_job, require_releasable
from licensing.custody.words import AssetKind
from licensing.decision_cards import DecisionCard
from licensing.doors import SEES_EVERYBODY
from licensing.errors import ConsentEnded, NoSuchConsent
from licensing.operations.gate import redecide
from licensing.operations.obligations import open_from_decision
from licensing.owed.values import Effect
from licensing.queries import consents_stand
from licensing.values import Stage

logger = logging.getLogger(__name__)

_RENEWED_EVERY_S = 1.0
# A curve of thousands of steps needs no point for each.
_MOST_POINTS = 200

_FAILURES: tuple[tuple[tuple[type[Exception], ...], TrainingFailure], ...] = (
    ((errors.OutOfDeviceMemory,), TrainingFailure.OUT_OF_MEMORY),
    ((errors.RenderTooSlow,), TrainingFailure.TOO_SLOW),
    ((errors.SourceUnreadable,), TrainingFailure.SOURCE_UNFIT),
    ((ScreensNotClear,), TrainingFailure.SCREENS_NOT_CLEAR),
    ((errors.LearnedNothing,), TrainingFailure.LEARNED_NOTHING),
    ((errors.WeightsAltered,), TrainingFailure.MODEL_CHANGED),
    (
        (
            *(errors.NoApprovedModel, errors.UnsafeModelFile, errors.LockMissing),
            *(errors.UnknownPipeline, errors.MissingCapability, errors.AdapterUnusable),
        ),
        TrainingFailure.MODEL_REFUSED,
    ),
    ((DiskFull,), TrainingFailure.DISK_FULL),
    (
        (custody.NoSuchAsset, custody.AssetDestroyed, custody.AssetOnHold, custody.ReleaseRefused),
        TrainingFailure.LIKENESS_NOT_RELEASED,
    ),
    ((custody.AlreadyReleased, custody.SealBroken), TrainingFailure.LIKENESS_NOT_RELEASED),
    (
        (custody.AssetRefused, custody.AssetTooLarge, custody.RetentionTooLong, ConsentEnded, NoSuchConsent),
        TrainingFailure.NOT_TAKEN_IN,
    ),
)
_FORESEEN = tuple(kind for kinds, _code in _FAILURES for kind in kinds)


class _Refused(Exception):
    """The rules say no, or not without review."""

    def __init__(self, card: DecisionCard, decision_id: UUID) -> None:
        super().__init__(card.outcome)
        self.decision_id = decision_id
        self.needs_review = card.needs_review
        # Kept in a column that members read: no names, so rules alone.
        rules = ", ".join(sorted({one.rule_id for one in card.reasons})) or "a person of legal decides"
        self.why = f"The rules no longer permit this training ({rules}). Nothing was kept of it."


class _OtherGrounds(Exception):
    """A consent was replaced by another one meanwhile: the training begins anew, on that one."""


def train_next(worker: str, *, waited: timedelta) -> bool:
    """Work on the training whose turn it is until it ends; False when there is none to be had."""
    claimed = claims.claim_next(worker, waited=waited)
    if claimed is None:
        return False
    work_on(claimed)
    return True


def work_on(claimed: TrainingClaim) -> None:
    """Work on a training that this worker holds until it is done, refused, cancelled or failed.

    A database that stops answering ends the attempt with its exception: the lease runs out and it is tried again.
    """
    presence.say(claimed.worker, WorkerState.RUNNING)
    try:
        _attempt(claimed)
    except TrainingClaimLost:
        logger.warning("Training %s, attempt %s: somebody else has it now.", claimed.id, claimed.attempt)
    finally:
        presence.say(claimed.worker, WorkerState.IDLE)


def _attempt(claimed: TrainingClaim) -> None:
    try:
        _work(claimed)
    except _Refused as refusal:
        claims.refused(claimed, refusal.decision_id, refusal.why, needs_review=refusal.needs_review)
    except TrainingCancelAsked:
        claims.cancelled(claimed)
    except LogNotReady:
        logger.warning("Training %s waits: the log stands still. Is its sequencer running?", claimed.id)
        claims.given_back(claimed)
    except errors.DeviceLost as lost:
        logger.warning("Training %s, attempt %s: %s", claimed.id, claimed.attempt, lost)
        presence.lose(claimed.worker)
        claims.tried_again(claimed, str(lost))
    except _OtherGrounds:
        claims.tried_again(claimed, "The consent it rests on was replaced again and again while it ran.")
    except _FORESEEN as failure:
        logger.warning("Training %s failed: %s", claimed.id, failure)
        _end_as(claimed, failure)
    except (TrainingClaimLost, OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Training %s failed.", claimed.id)
        claims.failed(
            claimed,
            TrainingFailure.INTERNAL_ERROR,
            "Something broke on our side; the worker's log says what.",
        )


def _end_as(claimed: TrainingClaim, failure: Exception) -> None:
    """A source that went with its consent is a refusal of the rules, not a failure."""
    code = next(code for kinds, code in _FAILURES if isinstance(failure, kinds))
    if code in (TrainingFailure.LIKENESS_NOT_RELEASED, TrainingFailure.NOT_TAKEN_IN):
        try:
            _permitted(claimed)
        except _Refused as refusal:
            claims.refused(claimed, refusal.decision_id, refusal.why, needs_review=refusal.needs_review)
            return
    claims.failed(claimed, code, str(failure))


def _work(claimed: TrainingClaim) -> None:
    claimed = _permitted(claimed)
    beat = _Beat(claimed)
    wait_until_covered(claimed.organisation_id, [claims.started(claimed)], meanwhile=beat.check)
    loaded = loaded_for(claimed, beat)
    with _released(claimed, beat) as pictures:
        beat.show("training")
        engine = DEVICE.engine(loaded.engine.fingerprint(), patience=_patience(), meanwhile=beat.check)
        adapter = engine.train(claimed.spec, pictures, on_step=beat.step)
    try:
        _kept(_permitted(claimed), adapter, beat, engine.fingerprint())
    finally:
        adapter.wipe()


def _patience() -> Patience:
    """A training has a deadline of its own; one that says nothing for as long as a render may take hangs."""
    environment = settings.ENVIRONMENT
    return Patience(
        render_s=environment.training_s,
        grace_s=environment.render_grace_s,
        silence_s=environment.render_s,
    )


@contextmanager
def _released(claimed: TrainingClaim, beat: _Beat) -> Iterator[list[TrainingPicture]]:
    """The sources in clear for the length of the block; overwritten after it, and also where it never begins.

    Screens look at all of them before.

    Raises:
        ReleaseRefused, AssetDestroyed, AssetOnHold, AlreadyReleased, NoSuchAsset: this attempt does not get one.
        SealBroken: a sealed file is not what was sealed.
        ScreensNotClear: a rule of the house stands against one of them.
        LogNotReady, TrainingClaimLost: see `release_for_job`.
    """
    held: list[ReleasedPicture[TrainingPicture]] = []
    try:
        for number, source in enumerate(claimed.sources, 1):
            beat.check()
            with release_for_job(source.asset_id, job=claimed, decision_id=claimed.decision_id) as asset:
                picture = TrainingPicture(asset.content_type, asset.read())
            called, sha256 = f"Source {number}", source.plain_sha256
            held.append(ReleasedPicture(source.asset_id, asset.performer_id, called, sha256, picture))
            if hashlib.sha256(picture.content).hexdigest() != sha256:
                raise custody.SealBroken("A source is not the one that the training was asked for with.")
        beat.show("screening")
        screen_released_pictures(claimed, held, meanwhile=beat.check)
        yield [one.picture for one in held]
    finally:
        for one in held:
            one.picture.wipe()


def _kept(
    claimed: TrainingClaim, adapter: TrainedAdapter, beat: _Beat, fingerprint: Mapping[str, str | int]
) -> None:
    """Seal the adapter and take it into custody with the close of the training: both, or neither.

    In that transaction everything that let a source be opened is asked of each once more: a withdrawal is before it,
    or waits for it and destroys the adapter with the sources.
    """
    beat.check()
    claims.keeping(claimed)
    actor = Actor(
        user_id=claimed.requested_by,
        organisation_id=claimed.organisation_id,
        roles=frozenset(),
        label=claimed.label,
    )
    with receiving(largest_bytes=settings.CUSTODY_LARGEST_BYTES) as arriving:
        arriving.write(bytes(adapter.content))
        draft = arriving.finish()
        with tenant(claimed.organisation_id, durable=True):
            for source in sorted(one.asset_id for one in claimed.sources):
                require_releasable(source, job=claimed, decision_id=claimed.decision_id)
            new = _new_asset(claimed)
            received = receive(new, draft, actor=actor)
            put_on_list(received.asset_id, claimed.requested_by, actor=actor)
            ended = claims.done(
                claimed,
                adapter_id=received.asset_id,
                adapter_sha256=draft.plain_sha256,
                losses=[list(one) for one in beat.losses],
                seconds_per_step=beat.seconds_per_step,
                loss_before=adapter.loss_before,
                loss_after=adapter.loss_after,
                fingerprint=dict(fingerprint),
            )
            # What the training makes owed commits with its adapter, or not at all.
            open_from_decision(
                claimed.organisation_id,
                claimed.decision_id,
                effect=Effect.ADAPTER_KEPT,
                effect_id=claimed.id,
                at=clock.now(),
                actor_label=claimed.label,
            )
    try:
        wait_until_covered(claimed.organisation_id, [received.entry_uid, ended])
    except LogNotReady:
        # It is done all the same; a take with it waits for the log by itself.
        logger.warning("Training %s is done and the log does not say so yet.", claimed.id)


def _new_asset(claimed: TrainingClaim) -> NewAsset:
    # By whom it is asked matters to what people are shown, and here nobody is.
    reader = Actor(None, claimed.organisation_id, frozenset(SEES_EVERYBODY), claimed.label)
    assets = [asset_card(one.asset_id, actor=reader) for one in claimed.sources]
    consent = consent_behind(assets[0].id, actor=reader)
    bounds = bounds_of(assets, consent)
    return NewAsset(
        kind=AssetKind.ADAPTER,
        label=claimed.name,
        consent_id=consent.id,
        built_from=[one.id for one in assets],
        base_model_sha256=claimed.model_sha256,
        region=bounds.region,
        retention_until=bounds.retention_until,
        created_at=clock.now(),
    )


class _Beat:
    """Renews the lease, shows progress, and stops the work when it is cancelled or a consent ended."""

    def __init__(self, claimed: TrainingClaim) -> None:
        self._claim = claimed
        self._renewed_at = 0.0
        self._stage = ""
        self._step = 0
        self._first: tuple[int, float] | None = None
        self.losses: list[tuple[int, float]] = []

    @property
    def seconds_per_step(self) -> float | None:
        """On average since the first step, which also paid for whatever was warmed up."""
        if self._first is None or self._step <= self._first[0]:
            return None
        return (time.monotonic() - self._first[1]) / (self._step - self._first[0])

    def show(self, stage: str) -> None:
        """Say what is done before there is progress to show."""
        self._stage = stage

    def step(self, step: int, loss: float) -> None:
        self._step = step
        self._first = self._first or (step, time.monotonic())
        every = -(-self._claim.spec.steps // _MOST_POINTS)
        if step % every == 0 or step == 1:
            self.losses.append((step, round(loss, 5)))
        self.check()

    def check(self) -> None:
        """Do what is due, and raise what speaks against going on.

        Raises:
            TrainingClaimLost, TrainingCancelAsked: see there.
            _Refused: a consent ended, and the rules no longer permit it.
            _OtherGrounds: a consent was replaced, and the rules permit it on the new one.
        """
        if time.monotonic() - self._renewed_at < _RENEWED_EVERY_S:
            return
        claims.renewed(
            self._claim,
            stage=self._stage,
            step=self._step,
            seconds_per_step=self.seconds_per_step,
            losses=self.losses,
        )
        if not consents_stand(self._claim.organisation_id, self._claim.decision_id):
            # Stricter than the rules, so they are asked what becomes of it. Permitted on other grounds, it is not
            # what was begun.
            _permitted(self._claim)
            raise _OtherGrounds
        self._renewed_at = time.monotonic()


def _permitted(claimed: TrainingClaim) -> TrainingClaim:
    """The claim with the decision that the rules give now, which says yes.

    Raises:
        _Refused: it does not permit.
    """
    card = redecide(
        claimed.decision_id,
        organisation_id=claimed.organisation_id,
        stage=Stage.GENERATE,
        actor_label=claimed.label,
    )
    if card.id is None:
        raise RuntimeError("A decision of a training was not recorded.")
    if not card.permitted:
        raise _Refused(card, card.id)
    return claimed.on(card.id)

"""What a worker does with a take, from the claim to the signed file.

The order is the product: decide again before the model runs and before the key is used; record before acting; no
transaction is open while the device works. Everything written carries the fence of the claim, so a worker that
comes back late changes nothing.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError

from audit.coverage import wait_until_covered
from audit.errors import LogNotReady
from core import clock
from core.media_store import MediaStore, StoredFile
from generation import claims
from generation.adapters.releasing import with_adapters
from generation.claimed_take import Claim
from generation.claims import CancelAsked, ClaimLost
from generation.crediting import files_behind, statement_of
from generation.engines.given import WORDS_ALONE
from generation.errors import (
    DeviceLost,
)
from generation.failing import FORESEEN, code_of
from generation.filming import Places, filmed, model_at_the_device
from generation.heartbeat import Heartbeat, NoLongerPermitted
from generation.iterating.claimed import given_of, stand
from generation.mastering.keeping import SUFFIX as KEPT_SUFFIX
from generation.mastering.kept import record_kept
from generation.reference_pictures.releasing import with_reference_pictures
from generation.screens.hooks import screen_references, screen_take
from generation.serving import presence
from generation.serving.values import WorkerState
from generation.stopwatch import Stopwatch
from generation.values import FailureCode, TakeState
from licensing.decision_cards import DecisionCard
from licensing.errors import QuotaExhausted, QuotaLost
from licensing.operations.gate import redecide
from licensing.operations.obligations import open_from_decision
from licensing.operations.quotas import keep_quotas
from licensing.owed.values import Effect
from licensing.queries import consents_stand
from provenance.operations import sign_take_file
from provenance.values import SignedFile

logger = logging.getLogger(__name__)

# Far more often than a hold lasts, far less often than a heart beats.
_RENEWED_EVERY_S = 60.0


class _Refused(Exception):
    """The rules say no, or not without review."""

    def __init__(self, card: DecisionCard) -> None:
        super().__init__(card.outcome)
        self.card = card


def render(take_id: UUID, organisation_id: UUID, *, worker: str) -> None:
    """Work on a take until it is signed, refused, cancelled or failed; nothing when it is not there to be had.

    A database that stops answering ends the attempt with its exception: the lease runs out and the take is tried
    again.
    """
    watch = Stopwatch()
    with watch.stage("claim"):
        claimed = claims.claim(take_id, organisation_id, worker=worker)
    if claimed is None:
        logger.info("Take %s is not to be had.", take_id)
        return
    work_on(claimed, watch)


def work_on(claimed: Claim, watch: Stopwatch) -> None:
    """As `render`, of a take that this worker holds already."""
    presence.say(claimed.worker, WorkerState.RUNNING)
    try:
        _attempt(claimed, watch)
    except ClaimLost:
        logger.warning("Take %s, attempt %s: somebody else has it now.", claimed.take_id, claimed.attempt)


def _attempt(claimed: Claim, watch: Stopwatch) -> None:
    try:
        try:
            # It keeps the lease also while the log is waited for.
            with Heartbeat(claimed) as heart:
                begun = _begun(claimed, watch, heart)
                _work(begun, watch, heart)
        except NoLongerPermitted:
            with Heartbeat(claimed) as heart:
                _settle_doubt(claimed, heart)
    except CancelAsked:
        claims.cancelled(claimed)
    except _Refused as refusal:
        claims.refused(claimed, _recorded(refusal.card), needs_review=refusal.card.needs_review)
    except LogNotReady:
        logger.warning("Take %s waits: the log stands still. Is its sequencer running?", claimed.take_id)
        claims.given_back(claimed)
    except DeviceLost as lost:
        logger.warning("Take %s, attempt %s: %s", claimed.take_id, claimed.attempt, lost)
        presence.lose(claimed.worker)
        claims.tried_again(claimed, FailureCode.DEVICE_LOST, str(lost))
    except FORESEEN as failure:
        logger.warning("Take %s failed: %s", claimed.take_id, failure)
        claims.failed(claimed, code_of(failure), str(failure))
    except (ClaimLost, OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Take %s failed.", claimed.take_id)
        claims.failed(
            claimed, FailureCode.INTERNAL_ERROR, "Something broke on our side; the worker's log says what."
        )


def _begun(claimed: Claim, watch: Stopwatch, heart: Heartbeat) -> Claim:
    """Ask the rules again and log that the render begins; the claim with its newest decision.

    Nothing is loaded and nothing renders before the log covers both.
    """
    with watch.stage("decide"):
        begun = _permitted_and_held(claimed, heart)
    heart.watch(_StillStands(begun))
    with watch.stage("log"):
        entry_uid = claims.started(claimed, begun.decision_id)
        wait_until_covered(claimed.organisation_id, [entry_uid], meanwhile=heart.check)
    return begun


def _settle_doubt(claimed: Claim, heart: Heartbeat) -> None:
    """The heartbeat saw a consent end. It is stricter than the rules, so they decide what becomes of the take."""
    card = _ask_again(claimed)
    heart.check()
    if card.permitted:
        claims.released(claimed, _recorded(card))
    else:
        claims.refused(claimed, _recorded(card), needs_review=card.needs_review)


def _work(claimed: Claim, watch: Stopwatch, heart: Heartbeat) -> None:
    if claimed.references:
        with watch.stage("screen"):
            screen_references(claimed)
    with watch.stage("load"):
        loaded = model_at_the_device(claimed, heart)
    if claimed.parents:
        with watch.stage("read"):
            given = given_of(
                claimed.organisation_id,
                claimed.parents,
                claimed.spec,
                frame_step=loaded.frame_step,
            )
    else:
        given = WORDS_ALONE
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(".mp4") as path, store.temporary(KEPT_SUFFIX) as kept_path:
        places = Places(path, kept_path if claimed.keeps_frames else None)
        with (
            with_adapters(claimed, given) as adapted,
            with_reference_pictures(claimed, adapted, watch, meanwhile=heart.check) as laden,
        ):
            rendered = filmed(claimed, loaded, laden, places, watch, heart)
        made_at = clock.now()
        with watch.stage("screen"):
            screen_take(claimed, path, meanwhile=heart.check)
        with watch.stage("decide"):
            claimed = _permitted_and_held(claimed, heart)
        heart.watch(_StillStands(claimed))
        heart.check()
        decision_id = claimed.decision_id
        claims.moved_on(claimed, TakeState.SIGNING, decision_id=decision_id)
        with watch.stage("store"):
            poster = _kept(store, rendered.encoded.poster_jpeg)
            sheet = _kept(store, rendered.encoded.contact_sheet_jpeg)
            frames = store.keep(kept_path, suffix=KEPT_SUFFIX) if claimed.keeps_frames else None
        began = time.perf_counter()

        def close(file: SignedFile) -> None:
            watch.add("sign", time.perf_counter() - began)
            finished = claims.Finished(
                asset_id=file.asset_id,
                video_key=file.key,
                poster_key=poster.key,
                contact_sheet_key=sheet.key,
                decision_id=decision_id,
                seconds=watch.seconds,
                fingerprint=rendered.fingerprint,
            )
            try:
                claims.signed(claimed, finished)
            except QuotaLost as lost:
                raise NoLongerPermitted from lost
            if frames is not None:
                record_kept(claimed, frames)
            # What the take makes owed commits with it, or not at all.
            open_from_decision(
                claimed.organisation_id,
                decision_id,
                effect=Effect.TAKE_SIGNED,
                effect_id=claimed.take_id,
                at=clock.now(),
                actor_label=claimed.label,
            )

        sign_take_file(
            organisation_id=claimed.organisation_id,
            statement=replace(
                statement_of(claimed, rendered.encoded, decision_id, made_at=made_at),
                soft_bindings=rendered.soft_bindings,
            ),
            source=path,
            thumbnail_jpeg=rendered.encoded.poster_jpeg,
            actor=claimed.label,
            publish_guard=partial(_guard, claimed, decision_id),
            after_signed=close,
            meanwhile=heart.check,
            production_id=claimed.production_id,
            ingredient_files=files_behind(claimed),
            give_up_source=True,
        )


def _guard(claimed: Claim, decision_id: UUID) -> None:
    """Hold take and consents until the publication is committed: a withdrawal is before it, or waits for it."""
    claims.guard(claimed)
    organisation_id = claimed.organisation_id
    if not consents_stand(organisation_id, decision_id, hold=True):
        raise NoLongerPermitted
    if not stand(organisation_id, claimed.parents, hold=True):
        raise NoLongerPermitted


def _permitted(claimed: Claim) -> DecisionCard:
    card = _ask_again(claimed)
    if not card.permitted:
        raise _Refused(card)
    return card


def _permitted_and_held(claimed: Claim, heart: Heartbeat) -> Claim:
    """The claim with its newest decision, which says yes, and with what it takes of the consents' limits held."""
    while True:
        card = _permitted(claimed)
        # Others who took the rest of a limit meanwhile came first: asked again, the gate says so.
        with suppress(QuotaExhausted):
            return claims.holding(claimed, _recorded(card))
        heart.check()


def _ask_again(claimed: Claim) -> DecisionCard:
    return redecide(
        claimed.decision_id,
        organisation_id=claimed.organisation_id,
        stage="generate",
        actor_label=claimed.label,
        job=claimed.take_id,
    )


class _StillStands:
    """Whether a claim's consents still hold; on the way it renews, now and then, what is held of their limits."""

    def __init__(self, claimed: Claim) -> None:
        self._claim = claimed
        self._renewed_at = time.monotonic()

    def __call__(self) -> bool:
        hold = self._claim.hold
        if hold is not None and time.monotonic() - self._renewed_at > _RENEWED_EVERY_S:
            try:
                keep_quotas(hold)
            except QuotaLost:
                return False
            self._renewed_at = time.monotonic()
        return consents_stand(self._claim.organisation_id, self._claim.decision_id)


def _recorded(card: DecisionCard) -> UUID:
    if card.id is None:
        raise RuntimeError("A decision of a take was not recorded.")
    return card.id


def _kept(store: MediaStore, content: bytes) -> StoredFile:
    with store.temporary(".jpg") as path:
        path.write_bytes(content)
        return store.keep(path, suffix=".jpg")

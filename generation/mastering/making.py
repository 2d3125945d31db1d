"""What a worker does with a master, from the claim to the signed file.

As with a take: decide again before the encoder runs and before the key is used, look now and then whether the
consents still stand, and write nothing but under the fence of the claim.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import av
import numpy as np
import PIL
from django.conf import settings
from django.db import InterfaceError, OperationalError
from PIL import Image, features

from audit.errors import LogNotReady
from audit.queries import log_summary
from core import clock
from core.canonical import Canonical
from core.errors import DiskFull
from core.media_store import MediaStore
from generation.mastering import claims
from generation.mastering.animated import write_animation
from generation.mastering.cards import MADE_FROM
from generation.mastering.claims import MasterCancelAsked, MasterClaim, MasterClaimLost
from generation.mastering.encoding import EncoderFailed, FramesMissing, encode_master, encoder_of
from generation.mastering.marking import marked
from generation.mastering.picture import FloatPicture
from generation.mastering.reading import SourceUnreadable
from generation.mastering.reading_back import codec_facts
from generation.mastering.solving import CamerasUnsolved
from generation.mastering.sources import SOURCE_BITS, SourceChanged, pictures_for
from generation.mastering.values import HANDOFF_FILES, MasterFailure, MasterSpec
from generation.screens.errors import ScreensNotClear
from generation.screens.hooks import screen_master
from licensing.decision_cards import DecisionCard
from licensing.operations.gate import redecide
from licensing.queries import commitments_for, consents_stand
from provenance.deriving.definition import DerivativeStatement
from provenance.deriving.folders import LISTING_TYPE
from provenance.deriving.operations import DerivativeOrder, sign_derivative
from provenance.errors import (
    AssetMissing,
    FileNotOurs,
    MarkUnread,
    NoTimeStamp,
    SignerUnfit,
    SigningFailed,
    SourceUnusable,
)
from provenance.manifest import CLAIM_GENERATOR, CLAIM_GENERATOR_VERSION
from provenance.statement import AuthorizationStatement, SoftBinding
from provenance.values import SignedFile
from provenance.watermarks.provider import Marker, marker

logger = logging.getLogger(__name__)

_RENEWED_EVERY_S = 1.0
_THUMBNAIL_WIDTH = 512
_FOLDER_NAME = "frames"
_HANDOFF_NAME = "handoff"

_FAILURES: tuple[tuple[tuple[type[Exception], ...], MasterFailure], ...] = (
    (
        (SourceChanged, SourceUnreadable, FramesMissing, FileNotOurs, AssetMissing),
        MasterFailure.SOURCE_UNFIT,
    ),
    ((DiskFull,), MasterFailure.DISK_FULL),
    ((av.FFmpegError, EncoderFailed), MasterFailure.ENCODER_FAILED),
    ((CamerasUnsolved,), MasterFailure.CAMERAS_UNSOLVED),
    # Before the kind of thing that it is.
    ((MarkUnread,), MasterFailure.MARK_UNREAD),
    ((SourceUnusable, SignerUnfit, SigningFailed, NoTimeStamp), MasterFailure.SIGNING_FAILED),
)


class _Refused(Exception):
    """The rules say no, or not without review."""

    def __init__(self, decision_id: UUID, why: str) -> None:
        super().__init__(why)
        self.decision_id = decision_id


def make(master_id: UUID, organisation_id: UUID, *, worker: str) -> None:
    """Work on a master until it is signed, refused, cancelled or failed; nothing when it is not there to be had.

    A database that stops answering ends the attempt with its exception: the lease runs out and it is tried again.
    """
    claimed = claims.claim(master_id, organisation_id, worker=worker)
    if claimed is None:
        logger.info("Master %s is not to be had.", master_id)
        return
    try:
        _attempt(claimed)
    except MasterClaimLost:
        logger.warning("Master %s, attempt %s: somebody else has it now.", master_id, claimed.attempt)


def _attempt(claimed: MasterClaim) -> None:
    try:
        _work(claimed)
    except _Refused as refusal:
        claims.refused(claimed, refusal.decision_id, str(refusal))
    except MasterCancelAsked:
        claims.cancelled(claimed)
    except LogNotReady:
        logger.warning("Master %s waits: the log stands still. Is its sequencer running?", claimed.master_id)
        claims.given_back(claimed)
    except tuple(kind for kinds, _code in _FAILURES for kind in kinds) as failure:
        logger.warning("Master %s failed: %s", claimed.master_id, failure)
        code = next(code for kinds, code in _FAILURES if isinstance(failure, kinds))
        claims.failed(claimed, code, str(failure))
    except (MasterClaimLost, OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Master %s failed.", claimed.master_id)
        claims.failed(
            claimed, MasterFailure.INTERNAL_ERROR, "Something broke on our side; the worker's log says what."
        )


def _work(claimed: MasterClaim) -> None:
    decision_id = _permitted(claimed)
    beat = _Beat(claimed, decision_id)
    store = MediaStore(settings.MEDIA_FOLDER)
    with _place_for(claimed.spec, store) as path:
        thumbnail = _Thumbnail(claimed.spec.frames // 2)
        mark = _mark_for(claimed)
        with pictures_for(claimed) as pictures:
            shown = pictures if mark is None else marked(pictures, mark)
            facts = _encoded(claimed, thumbnail.watched(shown), path, beat)
        _screened(claimed, path, beat, decision_id)
        decision_id = _permitted(claimed)
        claims.signing(claimed, decision_id)

        def guard() -> None:
            claims.guard(claimed)
            if not consents_stand(claimed.organisation_id, decision_id, hold=True):
                raise _withdrawn(decision_id)

        def close(file: SignedFile) -> None:
            claims.signed(claimed, asset_id=file.asset_id, facts=facts)

        sign_derivative(
            DerivativeOrder(
                organisation_id=claimed.organisation_id,
                asset_id=claimed.take_asset_id,
                statement=_statement(claimed, decision_id, mark),
                source=path,
                thumbnail_jpeg=thumbnail.jpeg(),
                actor=claimed.label,
                production_id=claimed.production_id,
                give_up_source=True,
            ),
            publish_guard=guard,
            after_signed=close,
            meanwhile=beat.renew,
        )


def _mark_for(claimed: MasterClaim) -> Marker | None:
    """A new mark for a master that is for one recipient; an attempt that failed has used up its own.

    Raises:
        MarkUnread: films are marked here no longer.
    """
    if not claimed.is_marked:
        return None
    mark = marker()
    if mark is None:
        raise MarkUnread("Films are no longer marked here (COUNTERSIGN_WATERMARK). Nothing was made.")
    return mark


def _screened(claimed: MasterClaim, path: Path, beat: _Beat, decision_id: UUID) -> None:
    """Have the screens look at it.

    Raises:
        _Refused: a rule of the house stands against signing it.
    """
    try:
        screen_master(claimed, path, meanwhile=beat.renew)
    except ScreensNotClear as rule:
        raise _Refused(decision_id, str(rule)) from rule


@contextmanager
def _place_for(spec: MasterSpec, store: MediaStore) -> Iterator[Path]:
    """Where the master is made, on the volume where it will be kept: a file, or a folder named as it is packed."""
    if not spec.facts.is_sequence:
        with store.temporary(spec.facts.suffix) as path:
            yield path
        return
    with store.temporary_folder() as folder:
        path = folder / (_HANDOFF_NAME if spec.facts.needs_cameras else _FOLDER_NAME)
        path.mkdir()
        yield path


def _encoded(
    claimed: MasterClaim, pictures: Iterator[FloatPicture], path: Path, beat: _Beat
) -> dict[str, Canonical]:
    """Write the master to `path`; what was read back of it."""
    spec = claimed.spec
    if spec.facts.is_film:
        encode_master(pictures, path, spec, on_frame=beat)
        return codec_facts(path)
    if spec.facts.is_animation:
        return write_animation(pictures, path, spec, on_frame=beat)
    # Imported here so that whatever asks for a film needs no library of EXR.
    from generation.mastering.folders import write_sequence
    from generation.mastering.handoff import write_handoff

    if spec.facts.needs_cameras:
        return write_handoff(
            pictures,
            path,
            spec,
            take=str(claimed.take_id),
            bits=SOURCE_BITS[claimed.source],
            on_frame=beat,
            meanwhile=beat.renew,
        )
    return write_sequence(
        pictures,
        path,
        spec,
        bits=SOURCE_BITS[claimed.source],
        note=f"Linear light, BT.709 primaries, sRGB's transfer function taken off. {MADE_FROM[claimed.source]}",
        on_frame=beat,
    )


class _Beat:
    """Renews the lease as frames are done, and stops the work when a consent ended."""

    def __init__(self, claimed: MasterClaim, decision_id: UUID) -> None:
        self._claim, self._decision_id = claimed, decision_id
        self._done, self._renewed_at = 0, time.monotonic()
        self._first: tuple[int, float] | None = None

    def __call__(self, frames_done: int) -> None:
        self._done = frames_done
        if self._first is None:
            self._first = (frames_done, time.monotonic())
        self.renew()

    @property
    def _seconds_per_frame(self) -> float | None:
        """On average since the first frame, which also paid for whatever was loaded."""
        if self._first is None or self._done <= self._first[0]:
            return None
        return (time.monotonic() - self._first[1]) / (self._done - self._first[0])

    def renew(self) -> None:
        if time.monotonic() - self._renewed_at < _RENEWED_EVERY_S:
            return
        claims.renewed(self._claim, frames_done=self._done, seconds_per_frame=self._seconds_per_frame)
        if not consents_stand(self._claim.organisation_id, self._decision_id):
            # Stricter than the rules, so they are asked what becomes of it.
            self._decision_id = _permitted(self._claim)
        self._renewed_at = time.monotonic()


def _permitted(claimed: MasterClaim) -> UUID:
    """The decision that the rules give now.

    Raises:
        _Refused: it does not permit.
    """
    card = redecide(
        claimed.decision_id,
        organisation_id=claimed.organisation_id,
        stage="generate",
        actor_label=claimed.label,
        makes_anew=False,
    )
    if card.id is None:
        raise RuntimeError("A decision of a master was not recorded.")
    if not card.permitted:
        raise _Refused(card.id, _reasons_in(card))
    return card.id


def _reasons_in(card: DecisionCard) -> str:
    # Kept in a column that every member reads: no names, so rules alone.
    rules = ", ".join(sorted({reason.rule_id for reason in card.reasons})) or "a person of legal decides"
    return f"The rules no longer permit this take ({rules}). Nothing was signed."


def _withdrawn(decision_id: UUID) -> _Refused:
    return _Refused(
        decision_id, "A consent or approval that this take rests on ended meanwhile. Nothing was signed."
    )


class _Thumbnail:
    """Keeps the middle picture as it goes by."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._kept: FloatPicture | None = None

    def watched(self, pictures: Iterator[FloatPicture]) -> Iterator[FloatPicture]:
        for place, picture in enumerate(pictures):
            if place == self._wanted:
                self._kept = picture
            yield picture

    def jpeg(self) -> bytes:
        if self._kept is None:
            raise RuntimeError("No picture went by.")
        picture = Image.fromarray(np.rint(self._kept * 255).astype(np.uint8))
        picture.thumbnail((_THUMBNAIL_WIDTH, _THUMBNAIL_WIDTH))
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=90)
        return target.getvalue()


def _statement(claimed: MasterClaim, decision_id: UUID, mark: Marker | None) -> DerivativeStatement:
    digests = commitments_for(claimed.organisation_id, decision_id)
    log_origin = log_summary(claimed.organisation_id).origin
    if log_origin is None:
        raise LogNotReady
    spec = claimed.spec
    return DerivativeStatement(
        master_id=claimed.master_id,
        take_id=claimed.take_id,
        format=spec.format.value,
        media_type=LISTING_TYPE if spec.facts.is_sequence else spec.facts.media_type,
        width=spec.width,
        height=spec.height,
        frames=spec.frames,
        fps=spec.fps,
        take_fps=Fraction(claimed.take_fps),
        made_from=claimed.source.value,
        source_sha256=claimed.source_sha256,
        source_bits=SOURCE_BITS[claimed.source],
        encoder=_encoder(spec),
        note=MADE_FROM[claimed.source]
        if spec.cameras is None
        else f"{MADE_FROM[claimed.source]} {spec.cameras.told}",
        further_files=HANDOFF_FILES if spec.facts.needs_cameras else 0,
        made_at=clock.now(),
        authorization=AuthorizationStatement(
            decision_commitment_hex=digests.decision_commitment_hex,
            consent_commitments_hex=digests.consent_commitments_hex,
            rule_pack=digests.rule_pack,
            rule_pack_sha256=digests.rule_pack_sha256,
            log_origin=log_origin,
        ),
        soft_bindings=() if mark is None else (SoftBinding(mark.alg, mark.mark.hex()),),
    )


def _encoder(spec: MasterSpec) -> str:
    if spec.facts.is_sequence:
        return f"{CLAIM_GENERATOR} {CLAIM_GENERATOR_VERSION}"
    if spec.facts.is_animation:
        return f"libwebp {features.version_module('webp')}, Pillow {PIL.__version__}"
    return f"{encoder_of(spec.format)}, FFmpeg {av.ffmpeg_version_info}"

"""Reference pictures in a worker's hands: released to one attempt, decrypted into memory, gone when it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from core.tenancy import tenant
from generation.claimed_take import Claim
from generation.engines.given import Given, ReferencePicture
from generation.likeness_jobs import TakeJob
from generation.models import TakeReferencePicture
from generation.reference_pictures.values import PictureCard
from generation.screens.hooks import ReleasedPicture, screen_released_pictures
from generation.stopwatch import Stopwatch
from licensing.custody.errors import SealBroken
from licensing.custody.release import release_for_job


def picture_cards(organisation_id: UUID, take_id: UUID) -> tuple[PictureCard, ...]:
    """The reference pictures of a take that are kept in custody, in order."""
    with tenant(organisation_id):
        return tuple(
            PictureCard(row.asset_id, row.position, row.picture_sha256)
            for row in TakeReferencePicture.objects.filter(take_id=take_id).order_by("position")
        )


@contextmanager
def with_reference_pictures(
    claimed: Claim, given: Given, watch: Stopwatch, *, meanwhile: Callable[[], None]
) -> Iterator[Given]:
    """`given` with the reference pictures of the take before those it has, for the length of the block.

    Screens look at those from custody before the block begins; `meanwhile` is called while they do. Whatever the
    block is given as reference pictures is overwritten after it, and also where it never begins.

    Raises:
        ReleaseRefused, AssetDestroyed, AssetOnHold, AlreadyReleased, NoSuchAsset: this attempt does not get one.
        SealBroken: a sealed file is not what was sealed.
        ScreensNotClear: a rule of the house stands against one of them.
        LogNotReady, ClaimLost: see `release_for_job`.
    """
    released: list[ReleasedPicture[ReferencePicture]] = []
    try:
        released.extend(
            _released(claimed, card) for card in picture_cards(claimed.organisation_id, claimed.take_id)
        )
        if not released:
            yield given
            return
        with watch.stage("screen"):
            screen_released_pictures(claimed, released, meanwhile=meanwhile)
        yield replace(given, references=(*(one.picture for one in released), *given.references))
    finally:
        for one in (*(kept.picture for kept in released), *given.references):
            one.wipe()


def _released(claimed: Claim, card: PictureCard) -> ReleasedPicture[ReferencePicture]:
    with release_for_job(card.asset_id, job=TakeJob(claimed), decision_id=claimed.decision_id) as asset:
        picture = ReferencePicture(card.title, asset.content_type, asset.read())
    if hashlib.sha256(picture.content).hexdigest() != card.picture_sha256:
        picture.wipe()
        raise SealBroken("The picture is not the one that the take was asked for with.")
    return ReleasedPicture(card.asset_id, asset.performer_id, card.title, card.picture_sha256, picture)

"""Reference pictures in a worker's hands: released to one attempt, decrypted into memory, gone when it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from core.tenancy import tenant
from generation.claimed_take import Claim
from generation.engines.given import Given, ReferencePicture
from generation.likeness_jobs import TakeJob
from generation.models import TakeReferencePicture
from generation.reference_pictures.values import PictureCard
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
def with_reference_pictures(claimed: Claim, given: Given) -> Iterator[Given]:
    """`given` with the reference pictures of the take before those it has, for the length of the block.

    Whatever it is given as reference pictures is overwritten after it.

    Raises:
        ReleaseRefused, AssetDestroyed, AssetOnHold, AlreadyReleased, NoSuchAsset: this attempt does not get one.
        SealBroken: a sealed file is not what was sealed.
        LogNotReady, ClaimLost: see `release_for_job`.
    """
    shown: list[ReferencePicture] = []
    try:
        shown.extend(
            _released(claimed, card) for card in picture_cards(claimed.organisation_id, claimed.take_id)
        )
        yield replace(given, references=(*shown, *given.references)) if shown else given
    finally:
        for one in (*shown, *given.references):
            one.wipe()


def _released(claimed: Claim, card: PictureCard) -> ReferencePicture:
    with release_for_job(card.asset_id, job=TakeJob(claimed), decision_id=claimed.decision_id) as asset:
        content = asset.read()
        content_type = asset.content_type
    if hashlib.sha256(content).hexdigest() != card.picture_sha256:
        raise SealBroken("The picture is not the one that the take was asked for with.")
    return ReferencePicture(card.title, content_type, content)

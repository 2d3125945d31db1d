"""Adapters in a worker's hands: released to one attempt, decrypted into memory, gone when it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from core.tenancy import tenant
from generation.adapters.values import AdapterCard
from generation.claimed_take import Claim
from generation.engines.given import Given, LaidOver
from generation.likeness_jobs import TakeJob
from generation.models.adapter import TakeAdapter
from licensing.custody.errors import SealBroken
from licensing.custody.release import release_for_job


def adapter_cards(organisation_id: UUID, take_id: UUID) -> tuple[AdapterCard, ...]:
    """The adapters of a take, in order."""
    with tenant(organisation_id):
        return tuple(
            AdapterCard(row.asset_id, row.position, row.scale, row.weights_sha256)
            for row in TakeAdapter.objects.filter(take_id=take_id).order_by("position")
        )


@contextmanager
def with_adapters(claimed: Claim, given: Given) -> Iterator[Given]:
    """`given` with the adapters of the take, for the length of the block. Their contents are overwritten after it.

    Raises:
        ReleaseRefused, AssetDestroyed, AssetOnHold, AlreadyReleased, NoSuchAsset: this attempt does not get one.
        SealBroken: a sealed file is not what was sealed.
        LogNotReady, ClaimLost: see `release_for_job`.
    """
    laid: list[LaidOver] = []
    try:
        laid.extend(
            _released(claimed, card) for card in adapter_cards(claimed.organisation_id, claimed.take_id)
        )
        yield replace(given, adapters=tuple(laid)) if laid else given
    finally:
        for one in laid:
            one.wipe()


def _released(claimed: Claim, card: AdapterCard) -> LaidOver:
    with release_for_job(card.asset_id, job=TakeJob(claimed), decision_id=claimed.decision_id) as asset:
        content = asset.read()
    if hashlib.sha256(content).hexdigest() != card.weights_sha256:
        raise SealBroken("The adapter is not the one that the take was asked for with.")
    return LaidOver(card.title, float(card.scale), content)

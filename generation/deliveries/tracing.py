"""Whose file it is that turned up somewhere: told to those who delivered it, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from generation.deliveries.cards import DeliveryCard, RecipientCard
from generation.deliveries.queries import deliveries_of_take, delivery_card, recipient_card
from generation.mastering.queries import master_card
from generation.queries import TakeCard, take_card
from provenance.deriving.queries import master_of_manifest
from provenance.errors import ManifestMissing
from provenance.queries import takes_of_manifests
from provenance.updating.queries import delivery_of_copy


class HowTold(StrEnum):
    """By what a file is one recipient's."""

    OWN_WATERMARK = "own_watermark"
    """A master with a watermark of its own: told even when the credential is cut off and the film coded anew."""
    OWN_CREDENTIAL = "own_credential"
    """A copy with a manifest of its own: told while the credential is in it, and no longer."""
    ALIKE = "alike"
    """Every recipient has the same file, so it is nobody's alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedFile:
    """Whose file bears a manifest on top. `made_for` None: everybody's is the same. `deliveries` are of this file."""

    manifest_id: str
    take: TakeCard
    how: HowTold
    made_for: RecipientCard | None
    format: str
    deliveries: tuple[DeliveryCard, ...]


def traced(organisation_id: UUID, manifest_id: str) -> TracedFile:
    """To whom the file that bears `manifest_id` on top was given.

    Args:
        organisation_id: of whoever asks; what others delivered is not told.
        manifest_id: as a verification names it, of the file or of the one that it looks like.

    Raises:
        ManifestMissing: no file of this organisation's takes bears it.
    """
    urn = manifest_id.lower()
    copied = delivery_of_copy(organisation_id, urn)
    if copied is not None:
        delivery = delivery_card(organisation_id, copied)
        return TracedFile(
            manifest_id=urn,
            take=take_card(organisation_id, delivery.take_id),
            how=HowTold.OWN_CREDENTIAL,
            made_for=delivery.recipient,
            format=delivery.format,
            deliveries=(delivery,),
        )
    master_id = master_of_manifest(organisation_id, urn)
    if master_id is not None:
        return _master(organisation_id, urn, master_id)
    take_id = takes_of_manifests(organisation_id, [urn]).get(urn)
    if take_id is None:
        raise ManifestMissing("No file of yours bears this manifest.")
    return TracedFile(
        manifest_id=urn,
        take=take_card(organisation_id, take_id),
        how=HowTold.ALIKE,
        made_for=None,
        format="The take's own file",
        deliveries=_of_file(organisation_id, take_id, master_id=None),
    )


def _master(organisation_id: UUID, urn: str, master_id: UUID) -> TracedFile:
    card = master_card(organisation_id, master_id)
    marked_for = card.recipient_id
    return TracedFile(
        manifest_id=urn,
        take=take_card(organisation_id, card.take_id),
        how=HowTold.ALIKE if marked_for is None else HowTold.OWN_WATERMARK,
        made_for=None if marked_for is None else recipient_card(organisation_id, marked_for),
        format=card.title,
        deliveries=_of_file(organisation_id, card.take_id, master_id=master_id),
    )


def _of_file(organisation_id: UUID, take_id: UUID, *, master_id: UUID | None) -> tuple[DeliveryCard, ...]:
    return tuple(one for one in deliveries_of_take(organisation_id, take_id) if one.master_id == master_id)

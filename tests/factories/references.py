"""Media that a production works from."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from accounts.values import Actor
from core.ids import new_id
from provenance.references.operations import ReferenceOrder, receive_reference
from provenance.references.queries import ReferenceCard
from tests.factories.foreign_signers import make_picture


def a_reference(
    actor: Actor, production_id: UUID, folder: Path, *, title: str = "Storyboard, scene 12"
) -> ReferenceCard:
    """A drawing without a credential, taken in."""
    order = ReferenceOrder(
        production_id, make_picture(folder / f"{new_id()}.jpg"), title, digital_source_type="digitalCreation"
    )
    return receive_reference(order, actor=actor)

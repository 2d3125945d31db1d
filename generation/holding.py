"""What litigation holds on takes keep. `refuse_while_held` is named in `settings.ERASURE_CHECKS`."""

from __future__ import annotations

from uuid import UUID

from core.tenancy import tenant
from generation.models import Take
from licensing.queries import performers_of
from licensing.review.errors import HeldForLitigation
from licensing.review.holding import held_ids
from licensing.review.words import HeldKind


def take_exists(organisation_id: UUID, take_id: UUID) -> bool:
    """Whether the organisation has a take of this id."""
    with tenant(organisation_id):
        return bool(Take.objects.filter(id=take_id).exists())


def refuse_while_held(organisation_id: UUID, person_id: UUID) -> None:
    """Refuse to erase a performer whose likeness a held take was about.

    Raises:
        HeldForLitigation: a hold stands.
    """
    takes = held_ids(organisation_id, HeldKind.TAKE)
    with tenant(organisation_id):
        decided = set(Take.objects.filter(id__in=takes).values_list("decision_id", flat=True))
        if any(person_id in performers_of(organisation_id, one) for one in decided):
            raise HeldForLitigation("A litigation hold keeps takes of this performer. Legal lifts it first.")

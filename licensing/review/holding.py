"""What litigation holds keep, for whoever erases. `refuse_while_held` is named in `settings.ERASURE_CHECKS`."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from core.tenancy import tenant
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.models.hold import LegalHold
from licensing.models.performer import Engagement
from licensing.review.errors import HeldForLitigation
from licensing.review.words import HeldKind


def is_held(organisation_id: UUID, kind: HeldKind, held_id: UUID) -> bool:
    """Whether a hold stands on this very production, performer or take."""
    with tenant(organisation_id):
        return bool(LegalHold.objects.filter(kind=kind, held_id=held_id, lifted_at__isnull=True).exists())


def held_ids(organisation_id: UUID, kind: HeldKind) -> frozenset[UUID]:
    """Every production, performer or take that is held."""
    with tenant(organisation_id):
        rows = LegalHold.objects.filter(kind=kind, lifted_at__isnull=True)
        return frozenset(rows.values_list("held_id", flat=True))


def refuse_while_held(organisation_id: UUID, person_id: UUID) -> None:
    """Refuse to erase a performer who is held, or who is part of a held production.

    Raises:
        HeldForLitigation: a hold stands.
    """
    productions = held_ids(organisation_id, HeldKind.PRODUCTION)
    with tenant(organisation_id):
        of_person = Q(performer_id=person_id, production_id__in=productions)
        if (
            is_held(organisation_id, HeldKind.PERFORMER, person_id)
            or Engagement.objects.filter(of_person).exists()
            or Consent.objects.filter(of_person).exists()
            or any(
                person_id in row.performer_ids
                for row in Decision.objects.filter(production_id__in=productions).only("facts").iterator()
            )
        ):
            raise HeldForLitigation("A litigation hold keeps this performer's records. Legal lifts it first.")

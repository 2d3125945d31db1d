"""Who files are delivered to."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from generation.deliveries.cards import RecipientCard, recipient_card_of
from generation.deliveries.errors import NoSuchRecipient, RecipientOnRecord
from generation.deliveries.values import RecipientKind
from generation.models import Recipient


def register_recipient(*, name: str, kind: RecipientKind, contact: str, actor: Actor) -> RecipientCard:
    """Put a company on record that files may be delivered to. Nothing is permitted by it.

    Raises:
        RecipientOnRecord: one of this name is there.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        try:
            with transaction.atomic():
                row: Recipient = Recipient.objects.create(
                    name=name.strip(),
                    kind=kind,
                    contact=contact.strip(),
                    created_at=clock.now(),
                    created_by_id=actor.user_id,
                )
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            raise RecipientOnRecord(f"“{name.strip()}” is on record already.") from error
    return recipient_card_of(row)


def change_contact(recipient_id: UUID, *, contact: str, actor: Actor) -> RecipientCard:
    """Say where notices to a recipient go from now on.

    Raises:
        NoSuchRecipient: none of the actor's organisation has the id.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: Recipient | None = Recipient.objects.filter(id=recipient_id).first()
        if row is None:
            raise NoSuchRecipient("There is no such recipient here.")
        row.contact = contact.strip()
        row.save(update_fields=["contact"])
    return recipient_card_of(row)

"""What is read of riders and of documents signed elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.document_cards import (
    AuthorityCard,
    DocumentCard,
    RiderCard,
    authority_card_of,
    document_card_of,
    rider_card_of,
)
from licensing.documents import files
from licensing.documents.errors import NoSuchDocument, NoSuchRider
from licensing.doors import SEES_EVERYBODY
from licensing.errors import UnknownPerformer
from licensing.models.consent import Consent
from licensing.models.document import ReceivedDocument, Rider, SigningAuthority
from licensing.models.performer import Performer
from licensing.names import Visibility


def rider_cards(actor: Actor) -> tuple[RiderCard, ...]:
    """Riders, the latest first; of whom only legal sees, to legal and to whoever may sign for them."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = list(_riders(actor))
        consents = _consents({one.document_sha256 for row in rows for one in row.signatures.all()})
        return tuple(rider_card_of(row, _consent_of(row, consents)) for row in rows)


def rider_card(rider_id: UUID, *, actor: Actor) -> RiderCard:
    """One rider.

    Raises:
        NoSuchRider: there is none of this id here, or it is not this actor's to see.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _riders(actor).filter(id=rider_id).first()
        if row is None:
            raise NoSuchRider("There is no such rider here.")
        return rider_card_of(
            row, _consent_of(row, _consents({one.document_sha256 for one in row.signatures.all()}))
        )


def rider_file(rider_id: UUID, *, actor: Actor) -> bytes:
    """The rider's PDF with the signatures it has by now.

    Raises:
        NoSuchRider: as `rider_card`.
        DocumentAltered: the stored file is not what was signed.
    """
    return files.load(rider_card(rider_id, actor=actor).document_sha256)


def document_cards(actor: Actor) -> tuple[DocumentCard, ...]:
    """Documents signed elsewhere, the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = list(_documents(actor))
        return tuple(document_card_of(row, _resting_on(row)) for row in rows)


def document_card(document_id: UUID, *, actor: Actor) -> DocumentCard:
    """One document.

    Raises:
        NoSuchDocument: there is none of this id here, or it is not this actor's to see.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _documents(actor).filter(id=document_id).first()
        if row is None:
            raise NoSuchDocument("There is no such document here.")
        return document_card_of(row, _resting_on(row))


def document_file(document_id: UUID, *, actor: Actor) -> bytes:
    """The file as it was handed in.

    Raises:
        NoSuchDocument: as `document_card`.
        DocumentAltered: the stored file is not what was handed in.
    """
    return files.load(document_card(document_id, actor=actor).sha256)


def authority_cards(performer_id: UUID, *, actor: Actor) -> tuple[AuthorityCard, ...]:
    """Who may or might sign for a performer, in the order they were verified; revoked ones too.

    Raises:
        UnknownPerformer: nobody of this id is registered here, or only legal may know.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        performers = Performer.objects.filter(id=performer_id)
        if not actor.is_one_of(*SEES_EVERYBODY):
            performers = performers.exclude(visibility=Visibility.LEGAL_ONLY)
        if not performers.exists():
            raise UnknownPerformer(performer_id)
        return tuple(
            authority_card_of(row) for row in SigningAuthority.objects.filter(performer_id=performer_id)
        )


def standing_authorities(
    performer_id: UUID, person_id: UUID | None, *, on: datetime
) -> QuerySet[SigningAuthority]:
    """What lets a person sign for a performer on a day. Inside a `tenant` block."""
    day = _day(on)
    rows: QuerySet[SigningAuthority] = SigningAuthority.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        performer_id=performer_id,
        person_id=person_id,
        revoked_at__isnull=True,
        valid_from__lte=day,
    )
    return rows


def may_sign_for(performer_id: UUID, *, actor: Actor) -> bool:
    """Whether the actor may sign for this performer today, in any role."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return standing_authorities(performer_id, actor.user_id, on=clock.now()).exists()


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()


def _visible(actor: Actor) -> Q:
    if actor.is_one_of(*SEES_EVERYBODY):
        return Q()
    own = SigningAuthority.objects.filter(person_id=actor.user_id, revoked_at__isnull=True)
    return ~Q(performer__visibility=Visibility.LEGAL_ONLY) | Q(performer_id__in=own.values("performer_id"))


def _riders(actor: Actor) -> QuerySet[Rider]:
    rows: QuerySet[Rider] = Rider.objects.filter(_visible(actor))
    return rows.select_related("production", "performer").prefetch_related("signatures")


def _documents(actor: Actor) -> QuerySet[ReceivedDocument]:
    rows: QuerySet[ReceivedDocument] = ReceivedDocument.objects.filter(_visible(actor))
    return rows.select_related("production", "performer").prefetch_related("transcriptions__check_made")


def _consents(digests: set[str]) -> dict[str, UUID]:
    rows = Consent.objects.filter(document_sha256__in=digests).values_list("document_sha256", "id")
    return dict(rows)


def _consent_of(row: Rider, consents: dict[str, UUID]) -> UUID | None:
    return next(
        (consents[one.document_sha256] for one in row.signatures.all() if one.document_sha256 in consents),
        None,
    )


def _resting_on(row: ReceivedDocument) -> dict[str, UUID]:
    rows = Consent.objects.filter(
        document_sha256=row.sha256, performer_id=row.performer_id, production_id=row.production_id
    )
    return dict(rows.values_list("terms_sha256", "id"))

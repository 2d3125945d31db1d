"""A consent on its way out: its receipt, its ODRL policy, what it says to machines that learn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models.organisation import Organisation
from accounts.values import Actor
from core import clock
from core.canonical import Canonical
from core.digests import commitment_hex
from core.tenancy import tenant
from licensing.document_queries import may_sign_for
from licensing.documents.cawg import LABEL, training_mining
from licensing.documents.odrl import Policy, to_odrl
from licensing.documents.receipt import ConsentMoment, ReceiptFacts, signed_receipt
from licensing.documents.receipt_key import key_name, receipt_signing_key
from licensing.doors import MAY_HOLD_RECEIPTS
from licensing.errors import NoSuchConsent, NoSuchDecision
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.decision import Decision
from licensing.queries import performers_of
from productions.queries import production_facts


def consent_receipt(consent_id: UUID, *, actor: Actor) -> str:
    """The signed receipt of a consent, with its state as of now.

    For legal and administrators, and for whoever may sign for the performer; to others the record does not exist.

    Raises:
        NoSuchConsent: there is none of this id here, or it is not this actor's to hold.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _visible(consent_id, actor)
    return receipt_for(actor.organisation_id, consent_id)


def receipt_for(organisation_id: UUID, consent_id: UUID) -> str:
    """As `consent_receipt`, for the product's own commands.

    Raises:
        NoSuchConsent: there is none of this id here.
    """
    with tenant(organisation_id):
        row = _consent(consent_id)
        facts = ReceiptFacts(
            receipt_id=str(row.receipt_id),
            consent_id=str(row.id),
            principal=commitment_hex(f"performer:{row.performer_id}".encode(), salt=bytes(row.salt)),
            studio=Organisation.objects.get(id=organisation_id).name,
            jurisdiction=production_facts(organisation_id, row.production_id).governing_law,
            production=row.production.title,
            replica_type=row.replica_type,
            terms=row.terms,
            terms_sha256=row.terms_sha256,
            document_sha256=row.document_sha256,
            moments=[ConsentMoment(one.kind, one.at) for one in ConsentEvent.objects.filter(consent=row)],
            issued_at=clock.now(),
        )
    key = receipt_signing_key(settings.KEYS_FOLDER)
    return signed_receipt(facts, name=key_name(key), key=key)


def consent_policy(consent_id: UUID, *, actor: Actor) -> dict[str, Any]:
    """A consent as an ODRL policy. Parties are identifiers, never names.

    Raises:
        NoSuchConsent: as `consent_receipt`.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _visible(consent_id, actor)
        return to_odrl(
            Policy(
                uid=f"urn:uuid:{row.id}",
                # Who grants is the performer; who is granted to is the studio.
                assigner=f"urn:uuid:{row.performer_id}",
                assignee=f"urn:uuid:{row.organisation_id}",
                target=f"urn:countersign:replica:{row.performer_id}",
                replica_type=row.replica_type,
                terms=row.terms,
            )
        )


def consent_training_mining(consent_id: UUID, *, actor: Actor) -> dict[str, Canonical]:
    """The CAWG assertion that one consent alone would give a file.

    Raises:
        NoSuchConsent: as `consent_receipt`.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return {"label": LABEL, "data": training_mining([_visible(consent_id, actor).terms])}


def training_mining_for(organisation_id: UUID, decision_id: UUID) -> dict[str, Canonical]:
    """The CAWG assertion of a file that is made on a decision, for the product's own work.

    Of somebody whom it shows without a consent of theirs nothing is known, so nothing is permitted.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        row = Decision.objects.only("consent_ids").filter(id=decision_id).first()
        if row is None:
            raise NoSuchDecision("There is no such decision here.")
        consents = list(Consent.objects.filter(id__in=row.consent_ids))
    unasked = set(performers_of(organisation_id, decision_id)) - {one.performer_id for one in consents}
    return training_mining([*(one.terms for one in consents), *({} for _ in unasked)])


def _visible(consent_id: UUID, actor: Actor) -> Consent:
    row = _consent(consent_id)
    if not actor.is_one_of(*MAY_HOLD_RECEIPTS) and not may_sign_for(row.performer_id, actor=actor):
        raise NoSuchConsent("There is no such consent record here.")
    return row


def _consent(consent_id: UUID) -> Consent:
    row: Consent | None = Consent.objects.select_related("production").filter(id=consent_id).first()
    if row is None:
        raise NoSuchConsent("There is no such consent record here.")
    return row

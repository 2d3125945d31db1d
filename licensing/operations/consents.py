"""Keep a consent record; end one. Nothing is ever edited."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import canonical_bytes
from core.digests import new_salt, sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.errors import (
    ConsentEnded,
    ConsentOverlaps,
    DigestMalformed,
    FactsUnreadable,
    NoSuchConsent,
    UnknownPerformer,
)
from licensing.fact_reading import BadFacts
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.performer import Performer
from licensing.names import ConsentEventKind, ConsentStatus, WithdrawalReason
from licensing.performer_cards import ConsentCard, consent_card_of
from licensing.terms import NewConsent, read_terms
from productions.queries import production_facts

_SHA256 = re.compile(r"[0-9a-f]{64}")


def record_consent(new: NewConsent, *, actor: Actor) -> ConsentCard:
    """Keep a consent record as it was signed, and log its digests.

    Raises:
        FactsUnreadable: the terms use a name or value outside the rulebook's vocabulary.
        DigestMalformed: the document's digest is none.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
        NoSuchConsent, ConsentEnded: what it supersedes is not here, is of another performer or production, or
            ended already.
        ConsentOverlaps: another active record covers the same at the same time.
    """
    if not _SHA256.fullmatch(new.document_sha256):
        raise DigestMalformed("The document's SHA-256 has 64 hexadecimal digits in lower case.")
    try:
        validity = read_terms(new.replica_type, new.terms)
    except BadFacts as error:
        raise FactsUnreadable(error.path, str(error)) from error
    if validity.valid_from and validity.valid_until and validity.valid_until < validity.valid_from:
        raise FactsUnreadable("terms.valid_until", "terms.valid_until: lies before terms.valid_from")
    terms_sha256 = sha256_hex(canonical_bytes(new.terms))
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production_facts(actor.organisation_id, new.production_id)
        if not Performer.objects.filter(id=new.performer_id).exists():
            raise UnknownPerformer(new.performer_id)
        replaced = _locked(new.supersedes) if new.supersedes else None
        at = clock.now()
        if replaced is not None:
            if (replaced.performer_id, replaced.production_id) != (new.performer_id, new.production_id):
                # It would end somebody else's agreement in passing.
                raise NoSuchConsent("The record to supersede is not of this performer and production.")
            replaced.status = ConsentStatus.SUPERSEDED
            replaced.save(update_fields=["status"])
            _happened(replaced, ConsentEventKind.SUPERSEDED, actor=actor, at=at)
        try:
            with transaction.atomic():
                row: Consent = Consent.objects.create(
                    production_id=new.production_id,
                    performer_id=new.performer_id,
                    replica_type=new.replica_type,
                    terms=dict(new.terms),
                    terms_sha256=terms_sha256,
                    document_sha256=new.document_sha256,
                    receipt_id=new_id(),
                    salt=new_salt(),
                    valid_from=validity.valid_from,
                    valid_until=validity.valid_until,
                    status=ConsentStatus.ACTIVE,
                    recorded_at=at,
                    supersedes=replaced,
                )
        except IntegrityError as error:
            if isinstance(error.__cause__, ExclusionViolation):
                raise ConsentOverlaps(
                    "An active record covers the same performer, production and replica type in that time."
                ) from error
            raise
        _happened(row, ConsentEventKind.RECORDED, actor=actor, at=at)
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CONSENT_RECORDED,
            actor=actor.label,
            subject=f"consent:{row.id}",
            fields={
                "consent": str(row.id),
                "document_sha256": row.document_sha256,
                "terms_sha256": terms_sha256,
            },
            at=at,
        )
        return consent_card_of(row)


def withdraw_consent(consent_id: UUID, *, reason: WithdrawalReason, actor: Actor) -> ConsentCard:
    """End a consent record now. Every later decision sees it; so does a render already running.

    Raises:
        NoSuchConsent: there is none of this id here.
        ConsentEnded: it was superseded or withdrawn before.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _locked(consent_id)
        # The time is drawn after the lock: drawn before, it could lie before a decision that came first.
        at = clock.now()
        row.status = ConsentStatus.WITHDRAWN
        row.withdrawn_at = at
        row.save(update_fields=["status", "withdrawn_at"])
        _happened(row, ConsentEventKind.WITHDRAWN, actor=actor, at=at, reason=reason)
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CONSENT_WITHDRAWN,
            actor=actor.label,
            subject=f"consent:{row.id}",
            fields={"consent": str(row.id), "reason_code": reason.value},
            at=at,
        )
        return consent_card_of(row)


def _locked(consent_id: UUID) -> Consent:
    row: Consent | None = Consent.objects.select_for_update().filter(id=consent_id).first()
    if row is None:
        raise NoSuchConsent("There is no such consent record here.")
    if row.status != ConsentStatus.ACTIVE:
        raise ConsentEnded(status=row.status)
    return row


def _happened(
    row: Consent,
    kind: ConsentEventKind,
    *,
    actor: Actor,
    at: datetime,
    reason: WithdrawalReason | None = None,
) -> None:
    ConsentEvent.objects.create(
        consent=row, kind=kind, reason_code=reason, at=at, actor=actor.label, by_id=actor.user_id
    )

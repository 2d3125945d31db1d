"""Keep a consent record; end one. Nothing is ever edited."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import canonical_bytes
from core.digests import new_salt, sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.custody.destruction import destroy_under_consent
from licensing.documents.errors import TranscriptionUnconfirmed
from licensing.documents.rider_text import uses_are
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
from licensing.models.document import RiderSignature
from licensing.models.performer import Performer
from licensing.names import ConsentEventKind, ConsentStatus, UsesAre, WithdrawalReason
from licensing.performer_cards import ConsentCard
from licensing.queries import consent_card
from licensing.terms import NewConsent, read_terms
from licensing.turns import take_turn
from productions.queries import production_facts

_SHA256 = re.compile(r"[0-9a-f]{64}")
# Raised by a trigger, which knows every rider and every document that was received.
_HOLDS_ITS_DOCUMENT = "licensing_consent_holds_its_document"

_NOT_YET_IN_FORCE = (
    "The consent is recorded and kept, and it is not in force yet: the log has not confirmed its record. It comes "
    "into force by itself as soon as the log does. Do not send it again."
)
_ALREADY_WITHDRAWN = (
    "The withdrawal is recorded and stops all work that relies on the consent from now on. The log has not confirmed "
    "it yet and will without your doing. Do not send it again."
)


def record_consent(new: NewConsent, *, actor: Actor) -> ConsentCard:
    """Keep a consent record as it was signed, log its digests and wait until the log covers them.

    The gate does not count the record before that. What it supersedes ends at once all the same, so that nothing
    rests on terms that were replaced.

    Raises:
        FactsUnreadable: the terms use a name or value outside the rulebook's vocabulary.
        DigestMalformed: the document's digest is none.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
        NoSuchConsent, ConsentEnded: what it supersedes is not here, is of another performer or production, or
            ended already.
        ConsentOverlaps: another active record covers the same at the same time.
        TranscriptionUnconfirmed: the document is a rider or a received one, and these are not its confirmed terms.
        LogNotReady: it is kept, and comes into force by itself when the log covers it.
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
        consent_id = new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CONSENT_RECORDED,
            actor=actor.label,
            subject=f"consent:{consent_id}",
            fields={
                "consent": str(consent_id),
                "document_sha256": new.document_sha256,
                "terms_sha256": terms_sha256,
            },
            at=at,
            production_id=new.production_id,
            person_id=new.performer_id,
        )
        try:
            with transaction.atomic():
                row: Consent = Consent.objects.create(
                    id=consent_id,
                    production_id=new.production_id,
                    performer_id=new.performer_id,
                    replica_type=new.replica_type,
                    terms=dict(new.terms),
                    terms_sha256=terms_sha256,
                    document_sha256=new.document_sha256,
                    uses_are=new.uses_are or _as_signed(new.document_sha256),
                    receipt_id=new_id(),
                    salt=new_salt(),
                    entry_uid=entry_uid,
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
            if _constraint(error) == _HOLDS_ITS_DOCUMENT:
                raise TranscriptionUnconfirmed(
                    "This document is known here, and these are not its terms: neither those of a rider that both "
                    "sides signed nor those of a transcription that a second person agreed with."
                ) from error
            raise
        _happened(row, ConsentEventKind.RECORDED, actor=actor, at=at)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_NOT_YET_IN_FORCE)
    return consent_card(actor.organisation_id, consent_id)


def withdraw_consent(consent_id: UUID, *, reason: WithdrawalReason, actor: Actor) -> ConsentCard:
    """End a consent record now, and wait until the log covers it. Work stops without waiting.

    Every later decision sees the end of the record; so does a render already running.

    Raises:
        NoSuchConsent: there is none of this id here.
        ConsentEnded: it was superseded or withdrawn before.
        LogNotReady: the record has ended; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _locked(consent_id)
        # The time is drawn after the lock: drawn before, it could lie before a decision that came first.
        at = clock.now()
        row.status = ConsentStatus.WITHDRAWN
        row.withdrawn_at = at
        row.save(update_fields=["status", "withdrawn_at"])
        _happened(row, ConsentEventKind.WITHDRAWN, actor=actor, at=at, reason=reason)
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CONSENT_WITHDRAWN,
            actor=actor.label,
            subject=f"consent:{row.id}",
            fields={"consent": str(row.id), "reason_code": reason.value},
            at=at,
            production_id=row.production_id,
            person_id=row.performer_id,
        )
        # With the same commit, so that no likeness outlives the word it was given on.
        destroyed = destroy_under_consent(
            row.id, organisation_id=actor.organisation_id, actor=actor.label, by=actor.user_id, at=at
        )
    wait_until_covered(actor.organisation_id, [entry_uid, *destroyed], message=_ALREADY_WITHDRAWN)
    return consent_card(actor.organisation_id, consent_id)


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis.constraint_name if diagnosis else None


def _as_signed(document_sha256: str) -> UsesAre:
    """What a rider of ours counts as a use. Whoever signed another paper agreed on uses, which are what goes out."""
    signed = RiderSignature.objects.filter(document_sha256=document_sha256).select_related("rider").first()
    return UsesAre.DELIVERIES if signed is None else uses_are(signed.rider.wording)


def _locked(consent_id: UUID) -> Consent:
    take_turn(consent_id)
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

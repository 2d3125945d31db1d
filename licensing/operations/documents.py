"""A PDF signed elsewhere: examined, its terms read by one person and confirmed by a second, put on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.document_cards import DocumentCard
from licensing.document_queries import document_card
from licensing.documents import files
from licensing.documents.errors import (
    CheckedByTheSamePerson,
    DocumentActive,
    DocumentAltered,
    DocumentOnRecord,
    DocumentTooLarge,
    DocumentUnreadable,
    NoSuchDocument,
    NoSuchTranscription,
    OtherTermsMeant,
    TermsContradict,
    TranscriptionChecked,
    TranscriptionUnconfirmed,
)
from licensing.documents.pdf_examination import PdfExamination, SignatureState
from licensing.documents.pdf_reading import LARGEST_BYTES, examine_bounded
from licensing.documents.signing_keys import trusted_roots
from licensing.documents.stated_terms import require_readable, terms_digest, without_signature
from licensing.errors import UnknownPerformer
from licensing.models.document import ReceivedDocument, Transcription, TranscriptionCheck
from licensing.models.performer import Performer
from licensing.operations.consents import record_consent
from licensing.performer_cards import ConsentCard
from licensing.terms import NewConsent
from productions.queries import production_facts


def receive_document(pdf: bytes, *, production_id: UUID, performer_id: UUID, actor: Actor) -> DocumentCard:
    """Examine a PDF that was signed elsewhere and keep it as it is, with what was found.

    An unsigned PDF (a scan of a paper) and one whose signer we do not know are kept and called so. One that was
    changed after signing is not: it proves nothing, and next to a sound copy it would be a trap.

    Raises:
        DocumentTooLarge, DocumentUnreadable: no PDF within bounds.
        DocumentActive: it carries JavaScript or another action.
        DocumentAltered: a signature in it does not hold.
        DocumentOnRecord: the same file is here already for this performer and production.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
    """
    if len(pdf) > LARGEST_BYTES:
        raise DocumentTooLarge(LARGEST_BYTES)
    production_facts(actor.organisation_id, production_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if not Performer.objects.filter(id=performer_id).exists():
            raise UnknownPerformer(performer_id)
    found = examine_bounded(pdf, roots=trusted_roots(settings.KEYS_FOLDER))
    refusal = _refusal(found)
    digest = sha256_hex(pdf)
    if refusal is not None:
        reason, error = refusal
        _log_refusal(digest, reason, performer_id, actor=actor)
        raise error
    with tenant(actor.organisation_id, user_id=actor.user_id):
        files.keep(pdf)
        at = clock.now()
        try:
            with transaction.atomic():
                row: ReceivedDocument = ReceivedDocument.objects.create(
                    production_id=production_id,
                    performer_id=performer_id,
                    sha256=digest,
                    size_bytes=len(pdf),
                    state=found.state,
                    examination=asdict(found),
                    received_at=at,
                    received_by_id=actor.user_id,
                )
        except IntegrityError as error:
            there = ReceivedDocument.objects.get(
                sha256=digest, production_id=production_id, performer_id=performer_id
            )
            raise DocumentOnRecord(there.id) from error
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DOCUMENT_RECEIVED,
            actor=actor.label,
            subject=f"document:{row.id}",
            fields={"document": str(row.id), "document_sha256": digest, "state": found.state.value},
            at=at,
            production_id=production_id,
            person_id=performer_id,
        )
    return document_card(row.id, actor=actor)


def transcribe_document(
    document_id: UUID, *, replica_type: str, terms: Mapping[str, Canonical], actor: Actor
) -> DocumentCard:
    """Write down what a document says. It counts for nothing until a second person agrees.

    Raises:
        NoSuchDocument: not here.
        FactsUnreadable: a name or value outside the rulebook's vocabulary.
        TermsContradict: the terms contradict themselves, or the terms that the document itself carries.
    """
    require_readable(replica_type, terms)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        document: ReceivedDocument | None = ReceivedDocument.objects.filter(id=document_id).first()
        if document is None:
            raise NoSuchDocument("There is no such document here.")
        inside = document.examination["terms_sha256"]
        if inside is not None and terms_digest(without_signature(terms)) != inside:
            raise TermsContradict("terms", f"the document itself carries other terms, of SHA-256 {inside}")
        at = clock.now()
        row: Transcription = Transcription.objects.create(
            document=document,
            replica_type=replica_type,
            terms=dict(terms),
            terms_sha256=terms_digest(terms),
            transcribed_at=at,
            transcribed_by_id=actor.user_id,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DOCUMENT_TRANSCRIBED,
            actor=actor.label,
            subject=f"document:{document.id}",
            fields={
                "document": str(document.id),
                "transcription": str(row.id),
                "terms_sha256": row.terms_sha256,
            },
            at=at,
            production_id=document.production_id,
            person_id=document.performer_id,
        )
    return document_card(document_id, actor=actor)


def check_transcription(
    transcription_id: UUID, *, terms_sha256: str, agrees: bool, actor: Actor
) -> DocumentCard:
    """Say, as a second person, whether a transcription says what the document says. The answer is final.

    Args:
        transcription_id: the transcription.
        terms_sha256: digest of the terms the actor compared.
        agrees: False leaves the document for somebody to transcribe anew.
        actor: not the transcriber.

    Raises:
        NoSuchTranscription: not here.
        CheckedByTheSamePerson: the actor transcribed it.
        OtherTermsMeant: the digest is of other terms.
        TranscriptionChecked: somebody answered before.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _transcription(transcription_id)
        if row.transcribed_by_id == actor.user_id:
            raise CheckedByTheSamePerson("You transcribed this document. A second person compares it.")
        if row.terms_sha256 != terms_sha256:
            raise OtherTermsMeant(stored=row.terms_sha256, stated=terms_sha256)
        at = clock.now()
        try:
            with transaction.atomic():
                TranscriptionCheck.objects.create(
                    transcription=row,
                    transcribed_by_id=row.transcribed_by_id,
                    checked_by_id=actor.user_id,
                    agrees=agrees,
                    checked_at=at,
                )
        except IntegrityError as error:
            raise TranscriptionChecked("Somebody has compared this transcription already.") from error
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.TRANSCRIPTION_CHECKED,
            actor=actor.label,
            subject=f"document:{row.document_id}",
            fields={
                "transcription": str(row.id),
                "terms_sha256": row.terms_sha256,
                "outcome": "agrees" if agrees else "disagrees",
            },
            at=at,
            production_id=row.document.production_id,
            person_id=row.document.performer_id,
        )
        document_id = row.document_id
    return document_card(document_id, actor=actor)


def put_transcription_on_record(
    transcription_id: UUID, *, actor: Actor, supersedes: UUID | None = None
) -> ConsentCard:
    """Record the consent that a document gives, by a transcription that a second person agreed with.

    Raises:
        NoSuchTranscription: not here.
        TranscriptionUnconfirmed: nobody agreed with it.
        DocumentAltered: the stored file is not what was received.
        licensing.errors.ConsentOverlaps and what else `record_consent` raises.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _transcription(transcription_id)
        document = row.document
        if not TranscriptionCheck.objects.filter(transcription=row, agrees=True).exists():
            raise TranscriptionUnconfirmed("A second person must compare the terms with the document first.")
    files.load(document.sha256)
    return record_consent(
        NewConsent(
            production_id=document.production_id,
            performer_id=document.performer_id,
            replica_type=row.replica_type,
            terms=row.terms,
            document_sha256=document.sha256,
            supersedes=supersedes,
        ),
        actor=actor,
    )


def _refusal(
    found: PdfExamination,
) -> tuple[str, DocumentUnreadable | DocumentActive | DocumentAltered] | None:
    if not found.readable:
        return "unreadable", DocumentUnreadable(found.detail)
    if found.active:
        return "active_content", DocumentActive(found.active)
    broken = [one for one in found.signatures if one.state is SignatureState.INVALID]
    if broken:
        return "altered", DocumentAltered([f"Signature {one.field}: {one.detail}" for one in broken])
    if found.signatures and not any(one.covers_file for one in found.signatures):
        return "altered", DocumentAltered(["Something was added to the file after the last signature."])
    return None


def _log_refusal(digest: str, reason: str, performer_id: UUID, *, actor: Actor) -> None:
    # Durable: a refusal must survive the exception that reports it.
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.DOCUMENT_REFUSED,
            actor=actor.label,
            subject=f"performer:{performer_id}",
            fields={"document_sha256": digest, "reason_code": reason},
            at=clock.now(),
            person_id=performer_id,
        )


def _transcription(transcription_id: UUID) -> Transcription:
    row: Transcription | None = (
        Transcription.objects.select_related("document").filter(id=transcription_id).first()
    )
    if row is None:
        raise NoSuchTranscription("There is no such transcription here.")
    return row

"""Sign an offer that was answered yes in every term: the performer's side first, then the studio, then it holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from core.clock import rfc3339
from core.tenancy import tenant
from licensing.agreed import with_offer
from licensing.agreeing.acting_for import authority_for, require_in_person
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.errors import OfferOutOfTurn
from licensing.agreeing.queries import document_sha256, offer_card, overlapping
from licensing.agreeing.states import Answer, OfferState
from licensing.agreeing.steps import latest_round, locked_offer, log_offer, move, now_after, require_state
from licensing.documents.errors import SignerWithoutAuthority
from licensing.documents.rider_text import uses_are
from licensing.doors import MAY_SIGN_FOR_STUDIO
from licensing.errors import ConsentOverlaps
from licensing.models.agreement import Offer, OfferRound, OfferSignature, TermAnswer
from licensing.models.consent import Consent
from licensing.models.document import SigningAuthority
from licensing.names import RepresentedAct, SigningSide
from licensing.operations.consents import record_consent
from licensing.operations.notices import settle_notices
from licensing.terms import NewConsent

_SIGNED = (
    "The signature is recorded and kept. The log has not confirmed it yet and will without your doing. "
    "Do not sign again."
)


def sign_offer(offer_id: UUID, *, terms_sha256: str, actor: Actor) -> OfferCard:
    """Sign for the performer the terms that were answered yes, one and all; wait until the log covers it.

    Args:
        offer_id: the offer.
        terms_sha256: digest of the terms that were read.
        actor: the performer, or who has authority to sign for them in the role that the terms name.

    Raises:
        NoSuchOffer: not here.
        ActNotCovered, PerformerAlone: not this person's to sign.
        OtherTermsMeant: the studio has put other terms since.
        OfferOutOfTurn: not every term was answered yes, or it is signed or over already.
        LogNotReady: it is signed; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        asked = latest_round(row, terms_sha256=terms_sha256)
        at = now_after(row)
        role = str(asked.terms["signer_role"])
        authority = authority_for(row.performer_id, RepresentedAct.SIGN, actor=actor, on=at, signer_role=role)
        require_in_person(row.performer_id, authority, asked.terms)
        require_state(row, OfferState.OFFERED)
        answers = TermAnswer.objects.filter(round=asked)
        if not answers.exists() or answers.exclude(answer=Answer.YES).exists():
            raise OfferOutOfTurn("Answer every term of this round first.", state=row.state)
        entry_uid = _sign(row, asked, SigningSide.PERFORMER, authority, actor=actor, at=at)
        move(row, OfferState.SIGNED, actor=actor, at=at)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_SIGNED)
    return offer_card(offer_id, actor=actor)


def countersign_offer(offer_id: UUID, *, terms_sha256: str, actor: Actor) -> OfferCard:
    """Sign for the studio what the performer's side signed; the consent is then recorded and in force.

    Safe to repeat: where a former try got as far as the signature, this one goes on from there.

    Raises:
        NoSuchOffer: not here.
        SignerWithoutAuthority: the actor may not bind the studio.
        OtherTermsMeant: the digest is not that of the terms on the table.
        OfferOutOfTurn: the performer's side has not signed, the actor signed for it, or the offer is over.
        ConsentOverlaps and what else `record_consent` raises: the offer stays signed.
        LogNotReady: it is signed, and comes into force by itself or when this is repeated.
    """
    if not actor.is_one_of(*MAY_SIGN_FOR_STUDIO):
        raise SignerWithoutAuthority(SigningSide.STUDIO, "Your role does not let you sign for the studio.")
    # A consent whose notice is over would stand in the way of its successor.
    settle_notices(actor.organisation_id)
    entry_uid = None
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        require_state(row, OfferState.SIGNED)
        asked = latest_round(row, terms_sha256=terms_sha256)
        if not OfferSignature.objects.filter(round=asked, side=SigningSide.STUDIO).exists():
            if overlapping(row, asked):
                raise ConsentOverlaps(
                    "An active record covers the same performer, production and replica type in that time. "
                    "Take this offer back, and make one that supersedes the record."
                )
            entry_uid = _sign(row, asked, SigningSide.STUDIO, None, actor=actor, at=now_after(row))
    if entry_uid is not None:
        wait_until_covered(actor.organisation_id, [entry_uid], message=_SIGNED)
    _put_on_record(row, asked, actor=actor)
    return offer_card(offer_id, actor=actor)


def _put_on_record(row: Offer, signed: OfferRound, *, actor: Actor) -> None:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        digest = document_sha256(row, signed)
        by_performer = OfferSignature.objects.get(round=signed, side=SigningSide.PERFORMER)
        recorded = Consent.objects.filter(document_sha256=digest).exists()
    try:
        if not recorded:
            record_consent(
                NewConsent(
                    production_id=row.production_id,
                    performer_id=row.performer_id,
                    replica_type=row.replica_type,
                    terms={
                        **with_offer(
                            signed.terms,
                            notice_days=signed.withdrawal_notice_days,
                            representation=row.representation,
                        ),
                        "separately_signed_at": rfc3339(by_performer.signed_at),
                        # Somebody else looked at the paper: without that no signature for the performer is taken.
                        "authority_verified": True,
                    },
                    document_sha256=digest,
                    uses_are=uses_are(signed.wording),
                    supersedes=row.supersedes_id,
                ),
                actor=actor,
            )
    except LogNotReady:
        # The record is kept, so the offer came to its end all the same.
        _activate(row.id, digest, actor=actor)
        raise
    _activate(row.id, digest, actor=actor)


def _activate(offer_id: UUID, digest: str, *, actor: Actor) -> None:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        if row.state == OfferState.ACTIVE:
            return
        row.consent = Consent.objects.get(document_sha256=digest)
        move(row, OfferState.ACTIVE, actor=actor, at=now_after(row))


def _sign(
    row: Offer,
    asked: OfferRound,
    side: SigningSide,
    authority: SigningAuthority | None,
    *,
    actor: Actor,
    at: datetime,
) -> UUID:
    try:
        with transaction.atomic():
            OfferSignature.objects.create(
                round=asked,
                side=side,
                signer_role=authority.signer_role if authority else None,
                authority=authority,
                terms_sha256=asked.terms_sha256,
                signed_at=at,
                signed_by_id=actor.user_id,
            )
    except IntegrityError as error:
        raise OfferOutOfTurn(
            "Nothing was signed: you signed for the other side, or an authority ended meanwhile.",
            state=row.state,
        ) from error
    return log_offer(
        row,
        EntryType.OFFER_SIGNED,
        actor=actor,
        at=at,
        round=asked.number,
        side=side.value,
        terms_sha256=asked.terms_sha256,
        authority=str(authority.id) if authority else None,
    )

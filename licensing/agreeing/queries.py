"""What is read of offers: by the studio's people, and by whoever acts for the performer."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models.organisation import Organisation
from accounts.values import Actor
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.agreed import notice_days_in
from licensing.agreeing.acting_for import performers_acted_for
from licensing.agreeing.asked import asked_terms, with_counters
from licensing.agreeing.cards import (
    ListedOffer,
    NoticeCard,
    OfferCard,
    OfferEventCard,
    OfferSignatureCard,
    RoundCard,
    TermCard,
)
from licensing.agreeing.errors import NoSuchOffer
from licensing.agreeing.states import Answer, OfferState, Standing
from licensing.agreeing.steps import proposal_of
from licensing.documents.rider_text import FIRST_WORDING, Parties
from licensing.doors import MAY_SEE_OFFERS, SEES_EVERYBODY
from licensing.gathering import strikes_at
from licensing.models.agreement import Offer, OfferRound, TermAnswer, WithdrawalNotice
from licensing.models.consent import Consent
from licensing.names import ConsentStatus, Visibility
from licensing.performer_cards import ConsentCard, consent_card_of, consents


def offer_card(offer_id: UUID, *, actor: Actor) -> OfferCard:
    """One offer with every round of it.

    Raises:
        NoSuchOffer: there is none of this id here, or it is not this actor's to see.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _visible(actor).filter(id=offer_id).first()
        if row is None:
            raise NoSuchOffer("There is no such offer here.")
        parties = _parties(row)
        rounds = list(
            OfferRound.objects.filter(offer=row).prefetch_related("answers__authority", "signatures")
        )
        return OfferCard(
            id=row.id,
            production_id=row.production_id,
            production_title=row.production.title,
            performer_id=row.performer_id,
            performer_name=row.performer.professional_name,
            replica_type=row.replica_type,
            representation=row.representation,
            state=row.state,
            standing=standing_of(row),
            supersedes=row.supersedes_id,
            consent_id=row.consent_id,
            made_at=row.made_at,
            rounds=tuple(_round(row, one, parties) for one in rounds),
            events=tuple(
                OfferEventCard(one.from_state, one.to_state, one.at) for one in row.events.order_by("number")
            ),
        )


def offer_cards(actor: Actor, *, mine: bool = False) -> tuple[ListedOffer, ...]:
    """Offers, the latest first; `mine`: only those to performers whom the actor is, or acts for."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = _visible(actor)
        if mine:
            rows = rows.exclude(state=OfferState.DRAFTED).filter(
                performer_id__in=performers_acted_for(actor, on=clock.now())
            )
        return tuple(
            ListedOffer(
                id=row.id,
                production_title=row.production.title,
                performer_name=row.performer.professional_name,
                replica_type=row.replica_type,
                state=row.state,
                standing=standing_of(row),
                made_at=row.made_at,
            )
            for row in rows
        )


def my_consents(actor: Actor) -> tuple[ConsentCard, ...]:
    """Every consent record of the performers whom the actor is, or acts for; the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = consents().filter(performer_id__in=performers_acted_for(actor, on=clock.now()))
        return tuple(consent_card_of(row) for row in rows)


def my_performers(actor: Actor) -> tuple[UUID, ...]:
    """The performers whom the actor is, or acts for, today."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return performers_acted_for(actor, on=clock.now())


def notices_of(actor: Actor, consent_ids: tuple[UUID, ...]) -> dict[UUID, NoticeCard]:
    """The notices given for these consents, by consent."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = WithdrawalNotice.objects.filter(consent_id__in=consent_ids)
        return {row.consent_id: notice_card_of(row) for row in rows}


def notice_card_of(row: WithdrawalNotice) -> NoticeCard:
    return NoticeCard(
        row.id, row.consent_id, row.reason_code, row.given_at, row.effective_at, row.recorded_at
    )


def notice_days(consent_id: UUID) -> int:
    """The time of notice that was agreed for a consent; 0 where none was. Inside a `tenant` block."""
    terms = Consent.objects.filter(id=consent_id).values_list("terms", flat=True).first()
    said = notice_days_in(terms) if terms else None
    if said is not None:
        return said
    days = (
        OfferRound.objects.filter(offer__consent_id=consent_id)
        .order_by("-number")
        .values_list("withdrawal_notice_days", flat=True)
        .first()
    )
    return days or 0


def agreement_document(offer_id: UUID, *, actor: Actor) -> bytes:
    """What both sides signed, as canonical JSON; its SHA-256 is the document of the consent.

    Raises:
        NoSuchOffer: not here, or not signed by both sides.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _visible(actor).filter(id=offer_id).first()
        latest = OfferRound.objects.filter(offer_id=offer_id).order_by("-number").first()
        if row is None or latest is None or latest.signatures.count() < 2:  # noqa: PLR2004 - both sides
            raise NoSuchOffer("There is no agreement of both sides here.")
        return document_bytes(row, latest)


def document_bytes(row: Offer, signed: OfferRound) -> bytes:
    """The agreement on a round that both sides signed. No names: people stand in it by their identifiers."""
    said: dict[str, Canonical] = {
        "v": 1,
        "kind": "agreement_on_offer",
        "offer": str(row.id),
        "round": signed.number,
        "production": str(row.production_id),
        "performer": str(row.performer_id),
        "replica_type": row.replica_type,
        "terms": signed.terms,
        "terms_sha256": signed.terms_sha256,
        "withdrawal_notice_days": signed.withdrawal_notice_days,
        "signatures": [
            {
                "side": one.side,
                "signer_role": one.signer_role,
                "authority": str(one.authority_id) if one.authority_id else None,
                "signed_by": str(one.signed_by_id),
                "signed_at": rfc3339(one.signed_at),
            }
            for one in signed.signatures.order_by("side")
        ],
    }
    # What was signed before editions were named stays byte for byte what was signed.
    named: dict[str, Canonical] = {"v": 2, "wording": signed.wording}
    return canonical_bytes(said if signed.wording == FIRST_WORDING else said | named)


def document_sha256(row: Offer, signed: OfferRound) -> str:
    return sha256_hex(document_bytes(row, signed))


def standing_of(row: Offer) -> Standing:
    """What the offer, or the consent that came of it, is now. Inside a `tenant` block."""
    if row.state == OfferState.OFFERED and TermAnswer.objects.filter(round=_latest(row)).exists():
        return Standing.AGREED
    if row.state != OfferState.ACTIVE or row.consent_id is None:
        return Standing(row.state)
    record = consents().get(id=row.consent_id)
    return standing_of_consent(consent_card_of(record), row.production.agreement, at=clock.now())


def standing_of_consent(card: ConsentCard, agreement: str | None, *, at: datetime) -> Standing:
    """What a consent is at `at`, which lies not before now. Inside a `tenant` block."""
    if card.status == ConsentStatus.WITHDRAWN:
        return Standing.WITHDRAWN
    day = at.astimezone(UTC).date()
    if card.status == ConsentStatus.SUPERSEDED or (card.valid_until and card.valid_until < day):
        return Standing.ENDED
    notice = WithdrawalNotice.objects.filter(consent_id=card.id).first()
    if notice is not None and notice.effective_at <= at:
        return Standing.WITHDRAWN
    if not card.is_in_log:
        return Standing.NOT_YET_IN_FORCE
    if agreement is not None and agreement in strikes_at(at):
        return Standing.SUSPENDED
    return Standing.NOTICE_GIVEN if notice is not None else Standing.ACTIVE


def overlapping(row: Offer, signed: OfferRound) -> bool:
    """Whether another active record covers the same at the same time. Inside a `tenant` block."""
    rows = Consent.objects.filter(
        production_id=row.production_id,
        performer_id=row.performer_id,
        replica_type=row.replica_type,
        status=ConsentStatus.ACTIVE,
    ).exclude(id=row.supersedes_id)
    begins, ends = signed.terms.get("valid_from"), signed.terms.get("valid_until")
    if begins:
        rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=begins))
    if ends:
        rows = rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=ends))
    return rows.exists()


def _latest(row: Offer) -> OfferRound:
    latest: OfferRound = OfferRound.objects.filter(offer=row).latest("number")
    return latest


def _visible(actor: Actor) -> QuerySet[Offer]:
    rows: QuerySet[Offer] = Offer.objects.select_related("production", "performer")
    theirs = Q(performer_id__in=performers_acted_for(actor, on=clock.now())) & ~Q(state=OfferState.DRAFTED)
    if not actor.is_one_of(*MAY_SEE_OFFERS):
        return rows.filter(theirs)
    if not actor.is_one_of(*SEES_EVERYBODY):
        return rows.filter(theirs | ~Q(performer__visibility=Visibility.LEGAL_ONLY))
    return rows


def _parties(row: Offer) -> Parties:
    return Parties(
        studio=Organisation.objects.get(id=row.organisation_id).name,
        performer=row.performer.professional_name,
        production=row.production.title,
        agreement=row.production.agreement,
        replica_type=row.replica_type,
    )


def _round(row: Offer, one: OfferRound, parties: Parties) -> RoundCard:
    answers = {answer.term: answer for answer in one.answers.all()}
    counters = {path: answer.counter for path, answer in answers.items() if answer.answer == Answer.COUNTER}
    proposal = proposal_of(row, one)
    countered = asked_terms(with_counters(proposal, counters), parties, wording=one.wording)
    in_place = {term.path: term.text for term in countered}
    asked = []
    for term in asked_terms(proposal, parties, wording=one.wording):
        answer = answers.get(term.path)
        asked.append(
            TermCard(
                path=term.path,
                heading=term.heading,
                text=term.text,
                value=term.value,
                answer=answer.answer if answer else None,
                counter=answer.counter if answer else None,
                counter_text=in_place.get(term.path) if term.path in counters else None,
            )
        )
    first = next(iter(answers.values()), None)
    return RoundCard(
        number=one.number,
        terms=one.terms,
        terms_sha256=one.terms_sha256,
        wording=one.wording,
        withdrawal_notice_days=one.withdrawal_notice_days,
        made_at=one.made_at,
        asked=tuple(asked),
        answered_at=first.answered_at if first else None,
        answered_as=first.authority.signer_role if first else None,
        signatures=tuple(
            OfferSignatureCard(made.side, made.signer_role, made.signed_by_id, made.signed_at)
            for made in one.signatures.all()
        ),
    )

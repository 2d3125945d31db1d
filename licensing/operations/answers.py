"""The performer's side of an offer: answer each term, or refuse the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core.canonical import Canonical
from core.tenancy import tenant
from licensing.agreeing.acting_for import authority_for, require_in_person
from licensing.agreeing.asked import asked_paths, with_counters
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.errors import AnswersIncomplete, OfferOutOfTurn
from licensing.agreeing.queries import offer_card
from licensing.agreeing.states import Answer, OfferState
from licensing.agreeing.steps import (
    latest_round,
    locked_offer,
    log_offer,
    move,
    now_after,
    proposal_of,
    require_state,
)
from licensing.documents.stated_terms import require_offerable
from licensing.errors import FactsUnreadable
from licensing.models.agreement import TermAnswer
from licensing.names import RepresentedAct

_REFUSED = (
    "The refusal is recorded and final. The log has not confirmed it yet and will without your doing. "
    "Do not send it again."
)


@dataclass(frozen=True, slots=True)
class TermReply:
    """An answer to one term. `counter` is what the performer would agree to instead; only beside a counter."""

    answer: Answer
    counter: Canonical = None


def answer_offer(
    offer_id: UUID, replies: Mapping[str, TermReply], *, terms_sha256: str, actor: Actor
) -> OfferCard:
    """Answer every term of the round on the table, all at once.

    Args:
        offer_id: the offer.
        replies: one for each term of the round, by its path.
        terms_sha256: digest of the terms that were read.
        actor: the performer, or who has authority to answer for them.

    Raises:
        NoSuchOffer: not here.
        ActNotCovered, PerformerAlone: not this person's to answer.
        OtherTermsMeant: the studio has put other terms since.
        OfferOutOfTurn: this round was answered before, or the offer is over.
        AnswersIncomplete: a term has no answer, or something else was answered.
        FactsUnreadable, TermsContradict: what was countered could not be agreed to.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        at = now_after(row)
        authority = authority_for(row.performer_id, RepresentedAct.ANSWER, actor=actor, on=at)
        require_state(row, OfferState.OFFERED)
        asked = latest_round(row, terms_sha256=terms_sha256)
        if TermAnswer.objects.filter(round=asked).exists():
            raise OfferOutOfTurn(
                "Every term was answered yes already. Sign it, or refuse it.", state=row.state
            )
        wanted = asked_paths(asked.terms)
        missing = [path for path in wanted if path not in replies]
        unasked = sorted(set(replies) - set(wanted))
        if missing or unasked:
            raise AnswersIncomplete(missing=missing, unasked=unasked)
        counters = _counters(replies)
        countered = with_counters(proposal_of(row, asked), counters)
        if counters:
            require_offerable(row.replica_type, countered.terms)
        if replies_yes_to(replies, "intended_use.sensitive"):
            require_in_person(row.performer_id, authority, countered.terms)
        TermAnswer.objects.bulk_create(
            TermAnswer(
                organisation_id=row.organisation_id,
                round=asked,
                term=path,
                answer=replies[path].answer,
                counter=replies[path].counter,
                authority=authority,
                answered_at=at,
                answered_by_id=authority.person_id,
            )
            for path in wanted
        )
        agreed = all(reply.answer is Answer.YES for reply in replies.values())
        log_offer(
            row,
            EntryType.OFFER_ANSWERED if agreed else EntryType.OFFER_COUNTERED,
            actor=actor,
            at=at,
            round=asked.number,
            terms_sha256=asked.terms_sha256,
        )
        if not agreed:
            move(row, OfferState.COUNTERED, actor=actor, at=at)
    return offer_card(offer_id, actor=actor)


def refuse_offer(offer_id: UUID, *, actor: Actor) -> OfferCard:
    """Refuse an offer as a whole, and wait until the log covers it. Final: another try is another offer.

    Raises:
        NoSuchOffer, ActNotCovered: not here, or not this person's to refuse.
        OfferOutOfTurn: it was not offered, or is over already.
        LogNotReady: it is refused; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = locked_offer(offer_id)
        at = now_after(row)
        authority_for(row.performer_id, RepresentedAct.REFUSE, actor=actor, on=at)
        move(row, OfferState.REFUSED, actor=actor, at=at)
        entry_uid = log_offer(row, EntryType.OFFER_REFUSED, actor=actor, at=at)
    wait_until_covered(actor.organisation_id, [entry_uid], message=_REFUSED)
    return offer_card(offer_id, actor=actor)


def replies_yes_to(replies: Mapping[str, TermReply], path: str) -> bool:
    reply = replies.get(path)
    return reply is not None and reply.answer is not Answer.NO


def _counters(replies: Mapping[str, TermReply]) -> dict[str, Canonical]:
    counters: dict[str, Canonical] = {}
    for path, reply in replies.items():
        if (reply.answer is Answer.COUNTER) != (reply.counter is not None):
            raise FactsUnreadable(path, f"{path}: a counter, and nothing else, says what would be agreed to")
        if reply.counter is not None:
            counters[path] = reply.counter
    return counters

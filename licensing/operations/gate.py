"""Decide a use and record the answer, yes or no. The one door every likeness goes through."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import new_salt, sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.agreed_limits import agreed_reasons
from licensing.asker import Asker
from licensing.clauses.case import TRAINING, WITHOUT_MODEL
from licensing.decision_cards import DecisionCard, Reason
from licensing.errors import FactsUnreadable, NoSuchDecision, UnknownPerformer
from licensing.evidence import verdict_bytes
from licensing.fact_reading import BadFacts
from licensing.gate_facts import Surroundings, facts_of, papers_behind
from licensing.gate_rules import (
    counsel_reasons,
    decision_of,
    duties_of,
    limit_reasons,
    log_reasons,
    most_severe,
    name_reasons,
    reasons_of,
    uncast_reasons,
)
from licensing.gathering import ConsentsOnFile, recent_entries
from licensing.house_rules.in_force import BookInForce, book_in_force
from licensing.looking import look, look_again
from licensing.models.decision import Decision
from licensing.moments import Moment
from licensing.operations.review_cases import open_case
from licensing.order_json import order_from_json, order_to_json
from licensing.packs import pack_row
from licensing.prompts import check_prompt
from licensing.queries import card_of_decision, with_closest
from licensing.quotas import QuotaState
from licensing.review.lifting import Relief, any_withdrawn, note_uses, relieved, standing_approvals
from licensing.rulebook.book import RuleBook
from licensing.rules import Verdict, decide
from licensing.screening import NameHit
from licensing.synthetics.reading import synthetic_facts
from licensing.values import SyntheticRole, UseOrder

__all__ = ["DecisionCard", "ask_as_of", "decide_again", "decide_use", "facts_as_of", "facts_now", "redecide"]


def decide_use(
    order: UseOrder,
    *,
    actor: Actor,
    dry_run: bool = False,
    moment: Moment | None = None,
    repeats: UUID | None = None,
) -> DecisionCard:
    """Decide `order` now, in a durable transaction of its own, and record the verdict whichever it is.

    The order's `requested_at` is what was asked; the facts are those of the moment of deciding. The answer is given
    when the log covers it, so that nothing follows from a decision which could still be dropped. A dry run answers
    the same at once and leaves no trace. `repeats`: the decision that this one follows at another door, such as that
    of the take which is to be delivered.

    A dry run may ask about another `moment`, which is then its `decided_at`: consents, ends by notice, strikes,
    names, confirmations, approvals and the house's own rules are those of then; of a moment to come, those of today.
    The rulebook is that of this release, whose editions and laws hold from and until dates of their own.

    Raises:
        PromptEmpty, PromptTooLong, PromptUnprintable: there is no prompt to judge.
        UnknownPerformer: somebody in the cast is not on the register.
        FactsUnreadable: a word of the order is outside the rulebook's vocabulary.
        productions.errors.NoSuchProduction: there is no such production here.
        LogNotReady: it was decided, and nothing may follow from it; ask again.
    """
    if order.organisation_id != actor.organisation_id:
        raise ValueError("An order is decided for the organisation it is asked in.")
    if moment is not None and not dry_run:
        raise ValueError("What another time gives is never recorded.")
    asker = Asker(actor.label, actor.user_id, repeats, may_open_a_case=True)
    return _decide(order, asker, dry_run=dry_run, moment=moment)


def decide_again(decision_id: UUID, *, actor: Actor, job: UUID | None = None) -> DecisionCard:
    """Decide what was asked then for whoever asks now, as after legal review or when a fact was cured.

    Raises:
        NoSuchDecision: there is none of this id here.
        LogNotReady: it was decided, and nothing may follow from it.
    """
    row = _asked_before(decision_id, actor.organisation_id)
    order = order_from_json(row.asked, stage=row.stage)
    asker = Asker(actor.label, actor.user_id, row.id, may_open_a_case=True, job=job)
    return _decide(order, asker, dry_run=False)


def ask_as_of(decision_id: UUID, *, moment: Moment, actor: Actor) -> DecisionCard:
    """What was asked then, at another moment, as in a dry run of `decide_use`.

    Raises:
        NoSuchDecision: there is none of this id here.
        UnknownPerformer: somebody was not registered yet.
    """
    row = _asked_before(decision_id, actor.organisation_id)
    order = order_from_json(row.asked, stage=row.stage)
    return _decide(order, Asker(actor.label, actor.user_id, row.id), dry_run=True, moment=moment)


def redecide(
    decision_id: UUID,
    *,
    organisation_id: UUID,
    stage: str,
    actor_label: str,
    job: UUID | None = None,
    makes_anew: bool = True,
) -> DecisionCard:
    """Decide what was asked then on the facts of now, as a new decision that repeats the old one.

    Work under way is not refused for a consent that was recorded a moment ago, in place of another one perhaps: the
    log has its time to confirm it first. Without `makes_anew` the limits of consents are not asked: nothing more is
    made of them.

    Raises:
        NoSuchDecision: there is none of this id here.
        LogNotReady: it was decided, and nothing may follow from it.
    """
    row = _asked_before(decision_id, organisation_id)
    order = order_from_json(row.asked, stage=stage)
    asker = Asker(actor_label, row.requested_by_id, row.id, job=job, makes_anew=makes_anew)
    try:
        return _decide(order, asker, dry_run=False, is_patient=True)
    except _ConsentOnItsWay as found:
        with suppress(LogNotReady):
            wait_until_covered(organisation_id, found.uids)
    return _decide(order, asker, dry_run=False)


def _asked_before(decision_id: UUID, organisation_id: UUID) -> Decision:
    with tenant(organisation_id):
        row: Decision | None = Decision.objects.filter(id=decision_id).first()
    if row is None:
        raise NoSuchDecision("There is no such decision here.")
    return row


class _ConsentOnItsWay(Exception):
    """Records made a moment ago, which the log does not cover yet."""

    def __init__(self, uids: list[UUID]) -> None:
        super().__init__(uids)
        self.uids = uids


def facts_now(order: UseOrder) -> dict[str, Canonical]:
    """What the rulebook would be asked for `order` at this moment. Call inside `core.tenancy.tenant`.

    Raises:
        UnknownPerformer, productions.errors.NoSuchProduction: as for `decide_use`.
    """
    return _find(order).facts


def verdict_now(order: UseOrder) -> Verdict:
    """What the rules say of `order` at this moment, before anything of it is recorded.

    Call inside `core.tenancy.tenant`.

    Raises:
        FactsUnreadable, UnknownPerformer, productions.errors.NoSuchProduction: as for `decide_use`.
    """
    found = _find(order)
    return _weighed(found, book_in_force(found.house_pack).book)


def facts_as_of(order: UseOrder, moment: Moment) -> dict[str, Canonical]:
    """What the rulebook would have been asked at `moment`. Call inside `core.tenancy.tenant`.

    Raises:
        UnknownPerformer, productions.errors.NoSuchProduction: as for `decide_use`.
    """
    return _find(order, moment).facts


def _decide(
    order: UseOrder,
    asker: Asker,
    *,
    dry_run: bool,
    is_patient: bool = False,
    moment: Moment | None = None,
) -> DecisionCard:
    check_prompt(order.prompt, may_be_empty=order.use in WITHOUT_MODEL | TRAINING)
    check_prompt(order.negative_prompt, may_be_empty=True)
    with tenant(order.organisation_id, user_id=asker.user_id, durable=True):
        found = _find(order, moment, asker.job)
        since = found.at - timedelta(seconds=settings.LOG_WAIT_S)
        if is_patient and (recent := recent_entries(found.consents.pending, since=since)):
            raise _ConsentOnItsWay(recent)
        in_force = book_in_force(found.house_pack)
        verdict = _weighed(found, in_force.book)
        row, relief = _row(order, asker, found, verdict, in_force)
        if dry_run:
            return with_closest(card_of_decision(row, recorded=False), found.facts)
        entry_uid = _record(row, order, asker)
        note_uses(row, order, relief.approvals)
        if asker.may_open_a_case:
            open_case(row)
        card = card_of_decision(row)
    wait_until_covered(order.organisation_id, [entry_uid])
    # Of what a worker asks nobody reads what came closest.
    return with_closest(card, found.facts) if asker.may_open_a_case else card


def _weighed(found: _Found, book: RuleBook) -> Verdict:
    try:
        return decide(found.facts, book=book, from_register=True)
    except BadFacts as error:
        raise FactsUnreadable(error.path, str(error)) from error


@dataclass(frozen=True, slots=True)
class _Found:
    facts: dict[str, Canonical]
    at: datetime
    questions: tuple[NameHit, ...]
    uncast: tuple[NameHit, ...]
    consents: ConsentsOnFile
    hidden: frozenset[UUID]
    confirmed: frozenset[tuple[str, str]]
    concerns_likeness: bool
    people: frozenset[UUID]
    is_struck: bool
    house_pack: UUID | None
    quotas: tuple[QuotaState, ...]
    papers: list[Canonical]
    moment: Moment | None


def _find(order: UseOrder, moment: Moment | None = None, job: UUID | None = None) -> _Found:
    """What is on record now, or was at `moment`."""
    found, record = look(order, job) if moment is None else look_again(order, moment)
    for member in order.cast:
        if member.performer_id not in record.people:
            raise UnknownPerformer(member.performer_id)
    is_human_role = order.synthetic_role == SyntheticRole.HUMAN
    around = Surroundings(
        production=record.production,
        strikes=record.strikes,
        people=record.people,
        consents=record.consents.facts,
        named=found.named,
        synthetic=synthetic_facts(order.production_id, moment) if is_human_role else None,
        papers=record.papers,
    )
    cast = {member.performer_id for member in order.cast}
    return _Found(
        facts=facts_of(order, around, asked_at=record.at),
        at=record.at,
        questions=found.questions,
        uncast=tuple(hit for hit in found.sure if hit.performer_id not in cast),
        consents=record.consents,
        hidden=record.hidden,
        confirmed=record.confirmed,
        concerns_likeness=bool(record.people) or is_human_role,
        people=frozenset(record.people),
        is_struck=record.production.agreement in record.strikes,
        house_pack=record.house_pack,
        quotas=record.quotas,
        papers=papers_behind(order, around, at=record.at),
        moment=moment,
    )


def _row(
    order: UseOrder, asker: Asker, found: _Found, verdict: Verdict, in_force: BookInForce
) -> tuple[Decision, Relief]:
    """The decision, and the approvals of legal review that permit it; none where it is not permitted all the same."""
    reasons = (
        *reasons_of(verdict, in_force.book),
        *name_reasons(found.questions, hidden=found.hidden),
        *uncast_reasons(found.uncast, hidden=found.hidden),
        *counsel_reasons(verdict, confirmed=found.confirmed, concerns_likeness=found.concerns_likeness),
        *log_reasons(verdict, [one.performer_id for one in found.consents.pending]),
        *(limit_reasons(verdict, found.quotas, order, found.facts) if asker.makes_anew else ()),
        *agreed_reasons(order, verdict.relied_on, found.consents.agreed),
    )
    outcome = most_severe(verdict.decision, reasons)
    # Asked about another time, the pack is used now all the same.
    pack = pack_row(clock.now() if found.moment else found.at, in_force.book, text=in_force.text)
    relief = Relief(reasons)
    if not outcome.permitted and not _is_barred(found, order):
        relief = _relief(order, asker, found, verdict, reasons, pack_sha256=pack.sha256)
        outcome = decision_of(relief.reasons)
        if not outcome.permitted:
            relief = Relief(relief.reasons)
    reasons = relief.reasons
    facts = canonical_bytes(found.facts)
    row = Decision(
        id=new_id(),
        organisation_id=order.organisation_id,
        production_id=order.production_id,
        shot_id=order.shot_id,
        stage=order.stage,
        outcome=outcome.value,
        reasons=[asdict(reason) for reason in reasons],
        duties=[asdict(duty) for duty in duties_of(verdict)],
        facts=facts,
        facts_sha256=sha256_hex(facts),
        asked=order_to_json(order),
        pack=pack,
        consent_ids=[UUID(consent) for consent in verdict.relied_on],
        approvals=[one.said for one in relief.approvals],
        papers=found.papers,
        salt=new_salt(),
        decided_at=found.at,
        actor=asker.label,
        requested_by_id=asker.user_id,
        repeats_id=asker.repeats,
    )
    return row, relief


def _is_barred(found: _Found, order: UseOrder) -> bool:
    """Whether no approval counts: a strike concerns somebody in question, or one of them withdrew a consent here."""
    asked_about = {*found.people, *(hit.performer_id for hit in found.questions)}
    if found.is_struck and (found.concerns_likeness or found.questions):
        return True
    return any_withdrawn(asked_about, order.production_id, moment=found.moment)


def _relief(
    order: UseOrder,
    asker: Asker,
    found: _Found,
    verdict: Verdict,
    reasons: tuple[Reason, ...],
    *,
    pack_sha256: str,
) -> Relief:
    approvals = standing_approvals(
        order,
        pack_sha256=pack_sha256,
        at=found.at,
        asked_by=asker.user_id,
        repeats=asker.repeats,
        moment=found.moment,
    )
    relief = relieved(reasons, approvals)
    if not approvals or verdict.decision.permitted or not decision_of(relief.reasons).permitted:
        return relief
    # The rules alone refused, so counsel has not been asked for yet what an allow now rests on.
    counsel = counsel_reasons(
        replace(verdict, decision=decision_of(relief.reasons)),
        confirmed=found.confirmed,
        concerns_likeness=found.concerns_likeness,
    )
    return relieved((*relief.reasons, *counsel), approvals) if counsel else relief


def _record(row: Decision, order: UseOrder, asker: Asker) -> UUID:
    row.save(force_insert=True)
    return trail.record(
        organisation_id=order.organisation_id,
        entry_type=EntryType.USE_DECIDED,
        actor=asker.label,
        subject=f"decision:{row.id}",
        fields={
            "decision": str(row.id),
            "outcome": row.outcome,
            "rules": list(dict.fromkeys(reason["rule_id"] for reason in row.reasons)),
            "facts_sha256": row.facts_sha256,
            "verdict_sha256": sha256_hex(verdict_bytes(row)),
            "pack": row.pack.edition,
            "pack_sha256": row.pack.sha256,
            "stage": row.stage,
            "shot": str(order.shot_id) if order.shot_id else None,
            "performers": subjects.performers(order.organisation_id, row.performer_ids),
        },
        at=row.decided_at,
        production_id=order.production_id,
    )

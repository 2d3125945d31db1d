"""A case with everything its page shows, and what the person who looks at it may do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor, Role
from licensing.asked_in_words import SaidGroup
from licensing.decision_cards import DecisionCard, Reason
from licensing.doors import MAY_REVIEW, SEES_EVERYBODY
from licensing.plain_words import readable, said_of
from licensing.queries import decision_card
from licensing.review.powers import Power, blocking, power_over
from licensing.review.words import CaseState
from licensing.review_cards import CaseDetail, PersonCard
from licensing.review_queries import case_detail, legal_members, principals_of
from licensing.rulebook.book import RuleEntry, rule_book
from licensing.values import Outcome

_PERFORMERS_SIDE = (Role.UNION_REP, Role.REPRESENTATIVE, Role.PERFORMER)


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason beside the clause it comes from. `power` is None where nobody may lift it.

    `is_blocking`: it speaks against the use; `rule` is None for a check of the gate's own.
    """

    reason: Reason
    rule: RuleEntry | None
    power: Power | None
    is_blocking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """`may_approve` and the like say what is worth offering; the operations decide."""

    detail: CaseDetail
    decision: DecisionCard
    said: tuple[SaidGroup, ...]
    lines: tuple[ReasonLine, ...]
    lawyers: tuple[PersonCard, ...]
    principals: tuple[PersonCard, ...]
    barred: tuple[str, ...]
    needs_second_key: bool
    needs_document: bool
    may_work: bool
    may_approve: bool
    may_give_second_key: bool
    may_refuse: bool
    may_withdraw: bool


def case_page(case_id: UUID, *, actor: Actor) -> CasePage:
    """A case for whoever looks at it; performers whom only legal sees are not named to others.

    Raises:
        NoSuchCase: there is none of this id here.
    """
    organisation_id = actor.organisation_id
    detail = case_detail(organisation_id, case_id)
    plain = decision_card(organisation_id, detail.card.decision_id)
    shown = readable(plain, organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    entries = rule_book().entries
    lines = tuple(
        ReasonLine(said, entries.get(said.rule_id), power_over(raw), bool(blocking([raw])))
        for raw, said in zip(plain.reasons, shown.reasons, strict=True)
        if raw.outcome != Outcome.DUTY.value
    )
    stopping = [line for line in lines if line.is_blocking]
    asked = actor.user_id in {one.id for one in detail.card.asked_by}
    principals = principals_of(organisation_id, actor.user_id)
    lawyers = legal_members(organisation_id)
    stands_in = any(one in lawyers for one in principals)
    legal = actor.is_one_of(*MAY_REVIEW) or stands_in
    state, undecided = detail.card.state, detail.card.is_undecided
    barred = tuple(dict.fromkeys(line.reason.rule_id for line in stopping if line.power is None))
    powers = [line.power for line in stopping if line.power is not None]
    waits = state == CaseState.WAITING_FOR_SECOND_KEY
    performers_side = actor.is_one_of(*_PERFORMERS_SIDE) or bool(principals)
    return CasePage(
        detail=detail,
        decision=shown,
        said=said_of(detail.card.decision_id, actor=actor),
        lines=lines,
        lawyers=lawyers,
        principals=principals,
        barred=barred,
        needs_second_key=any(power.keys > 1 for power in powers),
        needs_document=any(power.document for power in powers),
        may_work=legal and undecided,
        may_approve=legal and not asked and state == CaseState.OPEN and not barred,
        may_give_second_key=waits and performers_side and not asked and not actor.is_one_of(*MAY_REVIEW),
        may_refuse=undecided and not asked and (legal or (waits and performers_side)),
        may_withdraw=(undecided and (asked or legal)) or (state == CaseState.APPROVED and legal),
    )

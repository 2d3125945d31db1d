"""Cases of legal review: opened by the gate, looked after and refused or withdrawn by people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import NotAMember, RoleMissing
from accounts.models.membership import Membership
from accounts.values import Actor, Role
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from licensing.decision_cards import Reason
from licensing.doors import MAY_REVIEW
from licensing.gate_rules import LOG_RULE
from licensing.models.decision import Decision
from licensing.models.review import ReviewCase, ReviewCaseDecision, ReviewDelegation, ReviewEvent
from licensing.quotas import QUOTA_RULE
from licensing.review.errors import CaseNotOpen, NoSuchCase, NotYourCase
from licensing.review.limits import order_sha256
from licensing.review.powers import blocking
from licensing.review.words import UNDECIDED, RefusalCode, ReviewAct, StoredState
from licensing.values import Decision as Outcome

# A house convention and no law's: who opens the desk finds what waits longest on top.
DUE_AFTER = timedelta(days=3)
_ALREADY_ENDED = (
    "The case is closed; nothing rests on it now. The log has not confirmed it yet, and will without you."
)


def open_case(row: Decision) -> UUID | None:
    """Put a decision on the legal desk, inside its transaction; the case, or None where there is nothing to review.

    While a case about the same order is undecided, the decision joins it. Nothing is opened for a consent that
    comes into force by itself in a moment, for a limit that the performer set and nobody here can lift, nor for what
    is refused for good.
    """
    reasons = blocking([Reason(**reason) for reason in row.reasons])
    if Outcome(row.outcome) not in (Outcome.ESCALATE, Outcome.DENY_UNTIL):
        return None
    if any(reason.rule_id in (LOG_RULE, QUOTA_RULE) for reason in reasons):
        return None
    digest = order_sha256(row.asked)
    try:
        with transaction.atomic():
            case: ReviewCase = ReviewCase.objects.create(
                production_id=row.production_id,
                decision=row,
                order_sha256=digest,
                use=row.asked["use"],
                rule_ids=list(dict.fromkeys(reason.rule_id for reason in reasons)),
                requested_by_id=row.requested_by_id,
                state=StoredState.OPEN,
                due_on=(row.decided_at + DUE_AFTER).date(),
                opened_at=row.decided_at,
            )
        act = ReviewAct.OPENED
    except IntegrityError:
        # Locked: it is not approved while another decision joins it.
        found = (
            ReviewCase.objects.select_for_update(of=("self",))
            .filter(order_sha256=digest, state__in=UNDECIDED)
            .first()
        )
        if found is None:
            raise
        case, act = found, ReviewAct.ASKED_AGAIN
    ReviewCaseDecision.objects.create(case=case, decision=row, linked_at=row.decided_at)
    ReviewEvent.objects.create(case=case, act=act, by_id=row.requested_by_id, at=row.decided_at)
    if act is ReviewAct.OPENED:
        _log(
            EntryType.CASE_OPENED,
            case,
            row.actor,
            row.decided_at,
            {"decision": str(row.id), "rules": case.rule_ids},
        )
    return UUID(str(case.id))


def assign_case(case_id: UUID, *, assignee_id: UUID | None, actor: Actor) -> None:
    """Give a case to somebody of legal, or to nobody.

    Raises:
        NoSuchCase, RoleMissing, NotAMember.
        CaseNotOpen: it is decided.
        NotYourCase: the assignee asked for the use.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _check_desk(actor)
        case = locked_case(case_id)
        _check_undecided(case)
        if assignee_id is not None:
            if not Membership.objects.filter(user_id=assignee_id, role=Role.LEGAL).exists():
                raise NotAMember("Cases are given to members of legal.")
            if assignee_id in who_asked(case):
                raise NotYourCase("Whoever asked for the use does not review it.")
        case.assignee_id = assignee_id
        case.save(update_fields=["assignee"])
        _note(case, ReviewAct.ASSIGNED, actor, text=str(assignee_id or ""))


def set_due_date(case_id: UUID, *, due_on: date, actor: Actor) -> None:
    """Say by when a case is decided.

    Raises:
        NoSuchCase, RoleMissing.
        CaseNotOpen: it is decided.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _check_desk(actor)
        case = locked_case(case_id)
        _check_undecided(case)
        case.due_on = due_on
        case.save(update_fields=["due_on"])
        _note(case, ReviewAct.DUE_DATE_SET, actor, text=due_on.isoformat())


def comment_on_case(case_id: UUID, *, text: str, actor: Actor) -> None:
    """Say something about a case, which stays as it was said.

    Raises:
        NoSuchCase: there is none of this id here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        _note(locked_case(case_id), ReviewAct.COMMENT, actor, text=text)


def refuse_case(case_id: UUID, *, code: RefusalCode, text: str, actor: Actor) -> None:
    """Refuse a case; the answer waits for the log.

    Legal refuses, or whose second key it waits for.

    Raises:
        NoSuchCase, RoleMissing.
        CaseNotOpen: it is decided.
        NotYourCase: the actor asked for the use; who asked withdraws.
        LogNotReady: it is refused; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        case = locked_case(case_id)
        _check_undecided(case)
        if not (case.state == StoredState.WAITING_FOR_SECOND_KEY and actor.is_one_of(*_PERFORMERS_SIDE)):
            _check_desk(actor)
        if actor.user_id in who_asked(case):
            raise NotYourCase("Whoever asked for the use withdraws the case; refusing it is another's.")
        uid = _close(case, StoredState.REFUSED, ReviewAct.REFUSED, actor, text=text, reason_code=code.value)
    wait_until_covered(actor.organisation_id, [uid], message=_ALREADY_ENDED)


def withdraw_case(case_id: UUID, *, text: str, actor: Actor) -> None:
    """Take a case back, or an approval that was given: from this moment on nothing rests on it.

    Who asked may take back a case that is not decided; legal may take back that and an approval. Work that rests on
    the approval stops at its next look.

    Raises:
        NoSuchCase, RoleMissing.
        CaseNotOpen: it was refused or withdrawn before.
        LogNotReady: it is withdrawn; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        case = locked_case(case_id)
        if case.state not in (*UNDECIDED, StoredState.APPROVED):
            raise CaseNotOpen(state=case.state, message=f"This case was {case.state} already.")
        if case.state == StoredState.APPROVED or actor.user_id not in who_asked(case):
            _check_desk(actor)
        uid = _close(case, StoredState.WITHDRAWN, ReviewAct.WITHDRAWN, actor, text=text)
    wait_until_covered(actor.organisation_id, [uid], message=_ALREADY_ENDED)


_PERFORMERS_SIDE = (Role.UNION_REP, Role.REPRESENTATIVE, Role.PERFORMER)


def locked_case(case_id: UUID) -> ReviewCase:
    """The case, locked until the transaction is over.

    Raises:
        NoSuchCase: there is none of this id here.
    """
    case: ReviewCase | None = ReviewCase.objects.select_for_update(of=("self",)).filter(id=case_id).first()
    if case is None:
        raise NoSuchCase("There is no such case here.")
    return case


def who_asked(case: ReviewCase) -> frozenset[UUID]:
    """Everybody who asked for the use of a case, in whichever role."""
    asked = Decision.objects.filter(review__case=case, requested_by__isnull=False)
    return frozenset(asked.values_list("requested_by_id", flat=True))


def delegation_at(person_id: UUID | None, *, stand_in: UUID | None, at: datetime) -> ReviewDelegation | None:
    """What lets `stand_in` act for `person_id` at this moment."""
    row: ReviewDelegation | None = ReviewDelegation.objects.filter(
        person_id=person_id,
        stand_in_id=stand_in,
        ended_at__isnull=True,
        valid_from__lte=at,
        valid_until__gt=at,
    ).first()
    return row


def log_of_case(
    entry_type: EntryType, case: ReviewCase, actor: Actor, at: datetime, fields: dict[str, Canonical]
) -> UUID:
    return _log(entry_type, case, actor.label, at, fields)


def _log(
    entry_type: EntryType, case: ReviewCase, label: str, at: datetime, fields: dict[str, Canonical]
) -> UUID:
    return trail.record(
        organisation_id=case.organisation_id,
        entry_type=entry_type,
        actor=label,
        subject=f"case:{case.id}",
        fields={"case": str(case.id), **fields},
        at=at,
        production_id=case.production_id,
    )


def _note(case: ReviewCase, act: ReviewAct, actor: Actor, *, text: str = "") -> None:
    ReviewEvent.objects.create(case=case, act=act, by_id=actor.user_id, text=text, at=clock.now())


def _close(
    case: ReviewCase, state: StoredState, act: ReviewAct, actor: Actor, *, text: str, **fields: Canonical
) -> UUID:
    at = clock.now()
    case.state = state
    case.closed_at = at
    case.save(update_fields=["state", "closed_at"])
    ReviewEvent.objects.create(case=case, act=act, by_id=actor.user_id, text=text, at=at)
    entry_type = EntryType.CASE_REFUSED if state is StoredState.REFUSED else EntryType.CASE_WITHDRAWN
    return _log(entry_type, case, actor.label, at, dict(fields))


def _check_undecided(case: ReviewCase) -> None:
    if case.state not in UNDECIDED:
        raise CaseNotOpen(state=case.state, message=f"This case is {case.state}; nothing is left to decide.")


def _check_desk(actor: Actor) -> None:
    """That the actor is of legal, or stands in for somebody who is.

    Raises:
        RoleMissing: neither.
    """
    if actor.is_one_of(*MAY_REVIEW):
        return
    at = clock.now()
    principals = ReviewDelegation.objects.filter(
        stand_in_id=actor.user_id, ended_at__isnull=True, valid_from__lte=at, valid_until__gt=at
    ).values("person_id")
    if not Membership.objects.filter(user_id__in=principals, role__in=MAY_REVIEW).exists():
        raise RoleMissing(frozenset(MAY_REVIEW))

"""Approving a case within limits, and the second key of the performer's side.

Who may do what with whose case is decided by the database as well, whatever the code here forgets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.errors import RoleMissing
from accounts.models.membership import Membership
from accounts.values import Actor, Role
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.ids import new_id
from core.tenancy import tenant
from licensing.decision_cards import Reason
from licensing.doors import MAY_REVIEW
from licensing.models.decision import Decision
from licensing.models.document import SigningAuthority
from licensing.models.review import (
    ReviewApproval,
    ReviewCase,
    ReviewDelegation,
    ReviewEvent,
    ReviewSecondKey,
)
from licensing.operations.review_cases import delegation_at, locked_case, log_of_case, who_asked
from licensing.review.errors import (
    CaseMovedOn,
    CaseNotOpen,
    DelegationNotPossible,
    NobodyMayLift,
    NotOfThePerformersSide,
    NotYourCase,
    PaperMissing,
)
from licensing.review.limits import Limits, use_sha256
from licensing.review.powers import blocking, lifted_of, power_over
from licensing.review.words import ReviewAct, StoredState

_ALREADY_APPROVED = (
    "It is approved and comes into force when the log has confirmed it, which it will without your doing. "
    "Do not approve it again."
)
_STUDIO = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.ADMIN)


def approve_case(
    case_id: UUID, limits: Limits, *, decision_id: UUID, actor: Actor, acting_for: UUID | None = None
) -> None:
    """Lift what speaks against a use, within limits; where performers are concerned it then takes a second key.

    Args:
        case_id: the case.
        limits: what is covered, no more than was asked.
        decision_id: the decision that the actor has read, the newest of the case.
        actor: of legal, or a stand-in.
        acting_for: for whom a stand-in acts.

    Raises:
        NoSuchCase, RoleMissing, LimitsTooWide, DigestMalformed.
        CaseNotOpen: it is decided, or waits for its second key.
        CaseMovedOn: there is a newer decision.
        NobodyMayLift: a reason is not for a person to lift.
        PaperMissing: the approval must rest on a paper.
        NotYourCase: the actor, or for whom they act, asked for the use.
        DelegationNotPossible: the actor does not stand in for that person now.
        LogNotReady: it is approved and its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        case = locked_case(case_id)
        if case.state != StoredState.OPEN:
            raise CaseNotOpen(state=case.state, message="Only an open case is approved.")
        row = newest_decision(case)
        if row.id != decision_id:
            raise CaseMovedOn(
                "The same was asked for again meanwhile. Read the newer decision, then approve it."
            )
        at = clock.now()
        limits.check(at=at, media=row.asked["media"], territories=row.asked["territories"])
        reasons = blocking([Reason(**reason) for reason in row.reasons])
        powers = {reason: power_over(reason) for reason in reasons}
        if barred := [reason.rule_id for reason, power in powers.items() if power is None]:
            raise NobodyMayLift(list(dict.fromkeys(barred)))
        held = [power for power in powers.values() if power is not None]
        if any(power.document for power in held) and not limits.document_sha256:
            raise PaperMissing(
                "This rests on a written approval of the buyer's: name the digest of the paper."
            )
        delegation = _delegation(actor, acting_for, at=at)
        if not who_asked(case).isdisjoint({actor.user_id, acting_for}):
            raise NotYourCase("Whoever asked for the use does not approve it, nor does anybody for them.")
        principal = acting_for or actor.user_id
        if not Membership.objects.filter(user_id=principal, role__in=MAY_REVIEW).exists():
            raise RoleMissing(frozenset(MAY_REVIEW))
        needs_key = any(power.keys > 1 for power in held)
        state = StoredState.WAITING_FOR_SECOND_KEY if needs_key else StoredState.APPROVED
        approval_id = new_id()
        uid = log_of_case(
            EntryType.CASE_APPROVED,
            case,
            actor,
            at,
            {
                "approval": str(approval_id),
                "decision": str(row.id),
                "rules": list(dict.fromkeys(reason.rule_id for reason in reasons)),
                "limits_sha256": limits.sha256,
                "state": state.value,
                "delegation": str(delegation.id) if delegation else None,
                "document_sha256": limits.document_sha256 or None,
            },
        )
        with _four_eyes():
            ReviewApproval.objects.create(
                id=approval_id,
                case=case,
                decision=row,
                use_sha256=use_sha256(row.asked),
                pack_sha256=row.pack.sha256,
                lifted=[_plain(asdict(lifted_of(reason))) for reason in reasons],
                needs_second_key=needs_key,
                valid_until=limits.valid_until,
                media=list(limits.media),
                territories=list(limits.territories),
                most_takes=limits.most_takes,
                most_ms=limits.most_ms,
                conditions=list(limits.conditions),
                document_sha256=limits.document_sha256,
                limits_sha256=limits.sha256,
                approved_by_id=actor.user_id,
                delegation=delegation,
                acting_for_id=acting_for,
                approved_at=at,
                entry_uid=uid,
            )
        _go_on(case, state, ReviewAct.APPROVED, actor)
    wait_until_covered(actor.organisation_id, [uid], message=_ALREADY_APPROVED)


def give_second_key(
    case_id: UUID, *, limits_sha256: str, actor: Actor, acting_for: UUID | None = None
) -> None:
    """Confirm an approval for the performer's side: by a union, or by who may sign for everybody concerned.

    Args:
        case_id: the case.
        limits_sha256: digest of the limits that the actor has read.
        actor: of the performer's side, or a stand-in; nobody of the studio's.
        acting_for: for whom a stand-in acts.

    Raises:
        NoSuchCase.
        CaseNotOpen: it does not wait for a second key.
        CaseMovedOn: these are not the limits of the approval.
        NotYourCase: the actor asked, approved or acted in this case, or acts for who did.
        NotOfThePerformersSide: neither union nor authorised, or a role on the studio's side as well.
        DelegationNotPossible: the actor does not stand in for that person now.
        LogNotReady: it is given and its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        case = locked_case(case_id)
        if case.state != StoredState.WAITING_FOR_SECOND_KEY:
            raise CaseNotOpen(state=case.state, message="This case waits for no second key.")
        approval = ReviewApproval.objects.select_related("decision").get(case=case)
        if approval.limits_sha256 != limits_sha256:
            raise CaseMovedOn("These are not the limits of the approval. Read it again.")
        at = clock.now()
        delegation = _delegation(actor, acting_for, at=at)
        people = {actor.user_id, acting_for} - {None}
        acted = set(case.events.exclude(act=ReviewAct.COMMENT).values_list("by_id", flat=True))
        approvers = {approval.approved_by_id, approval.acting_for_id}
        if not people.isdisjoint(who_asked(case) | acted | approvers):
            raise NotYourCase("Whoever asked, approved or acted in a case does not turn its second key.")
        authority = performers_side(
            acting_for or actor.user_id, people, approval.decision.performer_ids, at_day=at.date()
        )
        uid = log_of_case(
            EntryType.CASE_SECOND_KEY_GIVEN,
            case,
            actor,
            at,
            {
                "approval": str(approval.id),
                "limits_sha256": approval.limits_sha256,
                "delegation": str(delegation.id) if delegation else None,
                "authority": str(authority.id) if authority else None,
            },
        )
        with _four_eyes():
            ReviewSecondKey.objects.create(
                approval=approval,
                approved_by_id=approval.approved_by_id,
                given_by_id=actor.user_id,
                delegation=delegation,
                acting_for_id=acting_for,
                authority=authority,
                given_at=at,
                entry_uid=uid,
            )
        _go_on(case, StoredState.APPROVED, ReviewAct.SECOND_KEY_GIVEN, actor)
    wait_until_covered(actor.organisation_id, [uid], message=_ALREADY_APPROVED)


def performers_side(
    person: UUID | None, people: set[UUID | None], performer_ids: tuple[UUID, ...], *, at_day: date
) -> SigningAuthority | None:
    """That `person` speaks for these performers: by an authority over every one of them, or for a union (None).

    Raises:
        NotOfThePerformersSide: neither, or one of `people` has a role on the studio's side.
    """
    if Membership.objects.filter(user_id__in=people, role__in=_STUDIO).exists():
        raise NotOfThePerformersSide("Who has a role on the studio's side does not turn the second key.")
    held = SigningAuthority.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=at_day),
        person_id=person,
        revoked_at__isnull=True,
        valid_from__lte=at_day,
    )
    over: dict[UUID, SigningAuthority] = {row.performer_id: row for row in held}
    if performer_ids and set(performer_ids) <= over.keys():
        return over[performer_ids[0]]
    if Membership.objects.filter(user_id=person, role=Role.UNION_REP).exists():
        return None
    raise NotOfThePerformersSide(
        "The second key is turned by a union's representative, or by who may sign for every performer concerned."
    )


def newest_decision(case: ReviewCase) -> Decision:
    """The decision of a case that was made last, with its rule pack."""
    row: Decision = (
        Decision.objects.select_related("pack")
        .filter(review__case=case)
        .order_by("-review__linked_at", "-id")[0]
    )
    return row


def _delegation(actor: Actor, acting_for: UUID | None, *, at: datetime) -> ReviewDelegation | None:
    if acting_for is None:
        return None
    found = delegation_at(acting_for, stand_in=actor.user_id, at=at)
    if found is None:
        raise DelegationNotPossible("You do not stand in for this person now.")
    return found


def _go_on(case: ReviewCase, state: StoredState, act: ReviewAct, actor: Actor) -> None:
    at = clock.now()
    case.state = state
    case.closed_at = at if state is StoredState.APPROVED else None
    case.save(update_fields=["state", "closed_at"])
    ReviewEvent.objects.create(case=case, act=act, by_id=actor.user_id, at=at)


@contextmanager
def _four_eyes() -> Iterator[None]:
    """What the database refuses about people, as the refusal it is."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if "four_eyes" in constraint or "two_people" in constraint or "by_legal" in constraint:
            raise NotYourCase("Four eyes: this key is another person's to turn.") from error
        if constraint == "licensing_reviewsecondkey_side":
            raise NotOfThePerformersSide("The second key is the performer's side's.") from error
        raise


def _plain(value: object) -> dict[str, Canonical]:
    plain: dict[str, Canonical] = json.loads(json.dumps(value))
    return plain

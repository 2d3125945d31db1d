"""What is read of legal review: the desk, one case with its precedents, delegations and holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from accounts.models.membership import Membership
from accounts.models.user import User
from accounts.values import Role
from core import clock
from core.tenancy import tenant
from licensing.doors import MAY_REVIEW
from licensing.models.decision import Decision
from licensing.models.hold import LegalHold
from licensing.models.performer import Performer
from licensing.models.review import (
    ReviewApproval,
    ReviewApprovalUse,
    ReviewCase,
    ReviewCaseDecision,
    ReviewDelegation,
    ReviewSecondKey,
)
from licensing.names import KNOWN_TO_LEGAL, Visibility
from licensing.review.errors import NoSuchCase
from licensing.review.lifting import limits_of
from licensing.review.words import UNDECIDED, CaseState, HeldKind, StoredState
from licensing.review_cards import (
    ApprovalCard,
    CaseCard,
    CaseDetail,
    CaseLink,
    DelegationCard,
    EventCard,
    HoldCard,
    PersonCard,
    Precedent,
)
from productions.queries import production_list

_MOST_PRECEDENTS = 10


def case_of_decision(organisation_id: UUID, decision_id: UUID) -> CaseLink | None:
    """The case that a decision opened or joined."""
    with tenant(organisation_id):
        link = (
            ReviewCaseDecision.objects.select_related("case__approval")
            .filter(decision_id=decision_id)
            .first()
        )
        if link is None:
            return None
        at = clock.now()
        return CaseLink(link.case_id, _state(link.case, at), link.case.due_on, _valid_until(link.case))


def case_cards(
    organisation_id: UUID, *, state: str | None = None, assignee_id: UUID | None = None, overdue: bool = False
) -> tuple[CaseCard, ...]:
    """Cases, what is due first on top; of one state, of one assignee, or overdue ones.

    `state` may also be `undecided`.
    """
    with tenant(organisation_id):
        rows = _rows()
        if state == "undecided":
            rows = rows.filter(state__in=UNDECIDED)
        elif state == CaseState.EXPIRED:
            rows = rows.filter(state=StoredState.APPROVED, approval__valid_until__lte=clock.now())
        elif state == CaseState.APPROVED:
            rows = rows.filter(state=StoredState.APPROVED, approval__valid_until__gt=clock.now())
        elif state:
            rows = rows.filter(state=state)
        if assignee_id is not None:
            rows = rows.filter(assignee_id=assignee_id)
        if overdue:
            rows = rows.filter(state__in=UNDECIDED, due_on__lt=clock.now().astimezone(UTC).date())
        return _cards(rows, organisation_id)


def case_counts(organisation_id: UUID) -> dict[str, int]:
    """How many cases there are in each state, and how many are overdue."""
    with tenant(organisation_id):
        at = clock.now()
        counts = dict.fromkeys([*(state.value for state in CaseState), "overdue"], 0)
        for row in ReviewCase.objects.select_related("approval"):
            counts[_state(row, at)] += 1
            counts["overdue"] += _is_overdue(row, at)
        return counts


def case_card(organisation_id: UUID, case_id: UUID) -> CaseCard:
    """One case.

    Raises:
        NoSuchCase: there is none of this id here.
    """
    with tenant(organisation_id):
        cards = _cards(_rows().filter(id=case_id), organisation_id)
    if not cards:
        raise NoSuchCase("There is no such case here.")
    return cards[0]


def case_detail(organisation_id: UUID, case_id: UUID) -> CaseDetail:
    """One case with its history, its approval and earlier cases like it.

    Raises:
        NoSuchCase: there is none of this id here.
    """
    card = case_card(organisation_id, case_id)
    with tenant(organisation_id):
        row = ReviewCase.objects.get(id=case_id)
        asked = Decision.objects.values_list("asked", flat=True).get(id=card.decision_id)
        events = list(row.events.all())
        approval = ReviewApproval.objects.filter(case=row).first()
        people = _people([event.by_id for event in events])
        return CaseDetail(
            card=card,
            asked=asked,
            approval=_approval_card(approval) if approval else None,
            events=tuple(
                EventCard(one.act, people.get(one.by_id) if one.by_id else None, one.text, one.at)
                for one in events
            ),
            precedents=_precedents(card, organisation_id),
        )


def legal_members(organisation_id: UUID) -> tuple[PersonCard, ...]:
    """Who decides cases, by name."""
    return _members(organisation_id, MAY_REVIEW)


def members(organisation_id: UUID) -> tuple[PersonCard, ...]:
    """Everybody of the organisation, by name."""
    return _members(organisation_id, tuple(Role))


def principals_of(organisation_id: UUID, user_id: UUID | None) -> tuple[PersonCard, ...]:
    """For whom a person stands in now."""
    at = clock.now()
    return tuple(
        one.person
        for one in delegation_cards(organisation_id)
        if one.stand_in.id == user_id and one.ended_at is None and one.valid_from <= at < one.valid_until
    )


def delegation_cards(organisation_id: UUID) -> tuple[DelegationCard, ...]:
    """Who stands or stood in for whom, the latest first."""
    with tenant(organisation_id):
        rows = list(ReviewDelegation.objects.all())
        people = _people(one for row in rows for one in (row.person_id, row.stand_in_id))
        return tuple(
            DelegationCard(
                row.id,
                people[row.person_id],
                people[row.stand_in_id],
                row.valid_from,
                row.valid_until,
                row.ended_at,
            )
            for row in rows
        )


def hold_cards(organisation_id: UUID, *, everybody: bool) -> tuple[HoldCard, ...]:
    """Holds, the latest first; without `everybody`, performers whom only legal sees are not named."""
    titles = {one.id: one.title for one in production_list(organisation_id)}
    with tenant(organisation_id):
        rows = list(LegalHold.objects.all())
        people = _people(one for row in rows for one in (row.placed_by_id, row.lifted_by_id))
        held = [row.held_id for row in rows if row.kind == HeldKind.PERFORMER]
        for who in Performer.objects.filter(id__in=held):
            hidden = not everybody and who.visibility == Visibility.LEGAL_ONLY
            titles[who.id] = KNOWN_TO_LEGAL if hidden else who.professional_name
        return tuple(
            HoldCard(
                id=row.id,
                kind=row.kind,
                held_id=row.held_id,
                title=titles.get(row.held_id, ""),
                reason=row.reason,
                matter=row.matter,
                note=row.note,
                placed_at=row.placed_at,
                placed_by=people[row.placed_by_id],
                lifted_at=row.lifted_at,
                lifted_by=people.get(row.lifted_by_id) if row.lifted_by_id else None,
                lifted_because=row.lifted_because,
            )
            for row in rows
        )


def _rows() -> QuerySet[ReviewCase]:
    return ReviewCase.objects.select_related("approval").prefetch_related("decisions__decision")


def _cards(rows: Iterable[ReviewCase], organisation_id: UUID) -> tuple[CaseCard, ...]:
    listed = list(rows)
    at = clock.now()
    titles = {one.id: one.title for one in production_list(organisation_id)} if listed else {}
    askers = {
        row.id: tuple(
            dict.fromkeys(
                link.decision.requested_by_id for link in row.decisions.all() if link.decision.requested_by_id
            )
        )
        for row in listed
    }
    people = _people([one for ids in askers.values() for one in ids] + [row.assignee_id for row in listed])
    return tuple(
        CaseCard(
            id=row.id,
            production_id=row.production_id,
            production_title=titles[row.production_id],
            use=row.use,
            rule_ids=tuple(row.rule_ids),
            state=_state(row, at),
            decision_id=list(row.decisions.all())[-1].decision_id,
            asked_by=tuple(people[one] for one in askers[row.id]),
            assignee=people.get(row.assignee_id) if row.assignee_id else None,
            due_on=row.due_on,
            is_overdue=_is_overdue(row, at),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            valid_until=_valid_until(row),
        )
        for row in listed
    )


def _precedents(card: CaseCard, organisation_id: UUID) -> tuple[Precedent, ...]:
    """Decided cases of the same kind of use under some of the same rules: the most alike first, then the latest."""
    rows = (
        _rows()
        .filter(use=card.use, rule_ids__overlap=list(card.rule_ids))
        .exclude(state__in=UNDECIDED)
        .exclude(id=card.id)
        .order_by("-closed_at")
    )
    found = {row.id: row for row in rows[:200]}
    alike = [
        Precedent(
            one,
            tuple(rule for rule in one.rule_ids if rule in card.rule_ids),
            tuple(found[one.id].approval.conditions) if one.valid_until else (),
        )
        for one in _cards(found.values(), organisation_id)
    ]
    alike.sort(key=lambda one: (-len(one.same), len(one.case.rule_ids)))
    return tuple(alike[:_MOST_PRECEDENTS])


def _approval_card(row: ReviewApproval) -> ApprovalCard:
    key: ReviewSecondKey | None = ReviewSecondKey.objects.filter(approval=row).first()
    used = ReviewApprovalUse.objects.filter(approval=row).aggregate(
        takes=Sum("takes", default=0), ms=Sum("ms", default=0)
    )
    people = _people(
        [row.approved_by_id, row.acting_for_id, *((key.given_by_id, key.acting_for_id) if key else ())]
    )
    return ApprovalCard(
        id=row.id,
        rules=tuple(one["rule_id"] for one in row.lifted),
        limits=limits_of(row),
        limits_sha256=row.limits_sha256,
        needs_second_key=row.needs_second_key,
        approved_by=people[row.approved_by_id],
        acting_for=people.get(row.acting_for_id) if row.acting_for_id else None,
        approved_at=row.approved_at,
        second_key_by=people[key.given_by_id] if key else None,
        second_key_for=people.get(key.acting_for_id) if key and key.acting_for_id else None,
        second_key_at=key.given_at if key else None,
        takes_used=used["takes"],
        ms_used=int(used["ms"]),
    )


def _state(row: ReviewCase, at: datetime) -> str:
    valid_until = _valid_until(row)
    if row.state == StoredState.APPROVED and valid_until is not None and valid_until <= at:
        return CaseState.EXPIRED.value
    return str(row.state)


def _valid_until(row: ReviewCase) -> datetime | None:
    approval: ReviewApproval | None = getattr(row, "approval", None)
    return approval.valid_until if approval else None


def _is_overdue(row: ReviewCase, at: datetime) -> bool:
    return row.state in UNDECIDED and row.due_on < at.astimezone(UTC).date()


def _members(organisation_id: UUID, roles: tuple[Role, ...]) -> tuple[PersonCard, ...]:
    with tenant(organisation_id):
        rows = Membership.objects.filter(role__in=roles).values_list("user_id", flat=True)
        return tuple(sorted(_people(set(rows)).values(), key=lambda one: one.name))


def _people(ids: Iterable[UUID | None]) -> dict[UUID, PersonCard]:
    wanted = {one for one in ids if one is not None}
    return {
        row.id: PersonCard(row.id, row.full_name or row.email) for row in User.objects.filter(id__in=wanted)
    }

"""Whoever asked never approves and never turns a second key: not by delegation, role or another membership either."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError

from accounts.errors import RoleMissing
from accounts.models.membership import Membership
from accounts.values import Actor, Role
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from licensing.models.review import ReviewApproval, ReviewCase, ReviewDelegation, ReviewSecondKey
from licensing.operations.review_approvals import approve_case, give_second_key
from licensing.operations.review_cases import assign_case, comment_on_case, refuse_case, withdraw_case
from licensing.operations.review_delegations import end_delegation, give_delegation
from licensing.review.errors import (
    DelegationNotPossible,
    NotOfThePerformersSide,
    NotYourCase,
)
from licensing.review.words import RefusalCode
from tests.factories.accounts import a_member, a_membership, an_organisation, user_of
from tests.factories.reviews import (
    Desk,
    an_approved_case,
    approval_of,
    case_of,
    limits,
    on_the_register,
    state_of_case,
)

pytestmark = pytest.mark.usefixtures("committed_db")


def _also(actor: Actor, *roles: Role) -> Actor:
    return a_membership(user_of(actor), actor.organisation_id, *roles)


def _stands_in(stand_in: Actor, person: Actor) -> UUID:
    assert stand_in.user_id is not None
    row: ReviewDelegation = give_delegation(
        stand_in=stand_in.user_id, valid_from=now(), valid_until=now() + timedelta(days=1), actor=person
    )
    return UUID(str(row.id))


def _approve(desk: Desk, case_id: UUID, actor: Actor, *, acting_for: Actor | None = None) -> None:
    with tenant(desk.organisation.id):
        case = ReviewCase.objects.get(id=case_id)
        decision_id = case.decisions.latest("linked_at").decision_id
        asked = case.decisions.latest("linked_at").decision.asked
    approve_case(
        case_id,
        limits(territories=tuple(asked["territories"])),
        decision_id=decision_id,
        actor=actor,
        acting_for=acting_for.user_id if acting_for else None,
    )


def _waiting(desk: Desk) -> UUID:
    on_the_register(desk)
    case_id = case_of(desk.lawyer, desk.ask(desk.with_a_doubtful_name()))
    _approve(desk, case_id, desk.lawyer)
    return case_id


def _turn(desk: Desk, case_id: UUID, actor: Actor, *, acting_for: Actor | None = None) -> None:
    give_second_key(
        case_id,
        limits_sha256=approval_of(desk.lawyer, case_id).limits_sha256,
        actor=actor,
        acting_for=acting_for.user_id if acting_for else None,
    )


class TestTheApprover:
    def test_is_not_who_asked_even_as_legal(self, desk: Desk) -> None:
        both = a_member(Role.PRODUCER, Role.LEGAL, organisation=desk.organisation)

        with pytest.raises(NotYourCase):
            _approve(desk, case_of(desk.lawyer, desk.ask(actor=both)), both)

    def test_is_not_who_asked_after_a_change_of_role(self, desk: Desk) -> None:
        case_id = case_of(desk.lawyer, desk.ask())
        with tenant(desk.organisation.id):
            Membership.objects.filter(user_id=desk.producer.user_id).delete()
        turned = _also(desk.producer, Role.LEGAL)

        with pytest.raises(NotYourCase):
            _approve(desk, case_id, turned)

    def test_is_not_one_of_several_who_asked(self, desk: Desk) -> None:
        both = a_member(Role.PRODUCER, Role.LEGAL, organisation=desk.organisation)
        case_id = case_of(desk.lawyer, desk.ask())
        desk.ask(actor=both)

        with pytest.raises(NotYourCase):
            _approve(desk, case_id, both)

    def test_is_nobody_who_stands_in_for_who_asked(self, desk: Desk) -> None:
        both = a_member(Role.PRODUCER, Role.LEGAL, organisation=desk.organisation)
        _stands_in(desk.lawyer, both)

        with pytest.raises(NotYourCase):
            _approve(desk, case_of(desk.lawyer, desk.ask(actor=both)), desk.lawyer, acting_for=both)

    def test_is_not_who_asked_standing_in_for_legal(self, desk: Desk) -> None:
        _stands_in(desk.producer, desk.lawyer)

        with pytest.raises(NotYourCase):
            _approve(desk, case_of(desk.lawyer, desk.ask()), desk.producer, acting_for=desk.lawyer)

    def test_is_of_legal_or_stands_in_now(self, desk: Desk) -> None:
        other = a_member(Role.ARTIST, organisation=desk.organisation)
        case_id = case_of(desk.lawyer, desk.ask())
        with pytest.raises(RoleMissing):
            _approve(desk, case_id, other)
        with pytest.raises(DelegationNotPossible):
            _approve(desk, case_id, other, acting_for=desk.lawyer)
        delegation = _stands_in(other, desk.lawyer)
        end_delegation(delegation, actor=desk.lawyer)
        with pytest.raises(DelegationNotPossible):
            _approve(desk, case_id, other, acting_for=desk.lawyer)

        _stands_in(other, desk.lawyer)
        _approve(desk, case_id, other, acting_for=desk.lawyer)

        assert state_of_case(desk.lawyer, case_id) == "approved"

    def test_passes_nothing_on_that_was_passed_to_them(self, desk: Desk) -> None:
        first, second = (a_member(Role.ARTIST, organisation=desk.organisation) for _ in range(2))
        _stands_in(first, desk.lawyer)
        _stands_in(second, first)
        case_id = case_of(desk.lawyer, desk.ask())

        with pytest.raises(DelegationNotPossible):
            _approve(desk, case_id, second, acting_for=desk.lawyer)
        with pytest.raises(RoleMissing):
            _approve(desk, case_id, second, acting_for=first)

    def test_does_not_ask_under_the_own_approval_later(self, desk: Desk) -> None:
        case_id = an_approved_case(desk)
        turned = _also(desk.lawyer, Role.PRODUCER)

        assert not desk.ask(actor=turned).permitted
        assert desk.ask().permitted
        assert state_of_case(desk.lawyer, case_id) == "approved"

    def test_is_no_member_of_another_organisation(self, desk: Desk) -> None:
        case_id = case_of(desk.lawyer, desk.ask())
        stranger = a_membership(user_of(desk.lawyer), an_organisation().id, Role.LEGAL)

        with pytest.raises(Exception, match="no such case"):
            comment_on_case(case_id, text="Mine?", actor=stranger)

    def test_is_refused_by_the_database_whatever_the_code_forgets(self, desk: Desk) -> None:
        both = a_member(Role.PRODUCER, Role.LEGAL, organisation=desk.organisation)
        desk_case = case_of(desk.lawyer, desk.ask(actor=both))
        bound = limits()

        for person, match in ((both, "whoever asked"), (desk.producer, "legal approves")):
            with tenant(desk.organisation.id):
                case = ReviewCase.objects.select_related("decision").get(id=desk_case)
            with pytest.raises(IntegrityError, match=match), tenant(desk.organisation.id):
                ReviewApproval.objects.create(
                    case=case,
                    decision=case.decision,
                    use_sha256="0" * 64,
                    pack_sha256="0" * 64,
                    lifted=[],
                    needs_second_key=False,
                    valid_until=bound.valid_until,
                    media=[],
                    territories=[],
                    conditions=[],
                    limits_sha256="0" * 64,
                    approved_by_id=person.user_id,
                    approved_at=now(),
                    entry_uid=new_id(),
                )

    def test_writes_no_state_without_keys(self, desk: Desk) -> None:
        case_id = case_of(desk.lawyer, desk.ask())

        with pytest.raises(IntegrityError, match="by its keys"), tenant(desk.organisation.id):
            ReviewCase.objects.filter(id=case_id).update(state="approved", closed_at=now())
        with pytest.raises(ProgrammingError, match="permission denied"), tenant(desk.organisation.id):
            ReviewCase.objects.filter(id=case_id).update(requested_by=None)


class TestTheSecondKey:
    def test_is_of_the_performers_side(self, desk: Desk) -> None:
        case_id = _waiting(desk)
        for role in (
            Role.LEGAL,
            Role.PRODUCER,
            Role.ADMIN,
            Role.AUDITOR,
            Role.PERFORMER,
            Role.REPRESENTATIVE,
        ):
            with pytest.raises(NotOfThePerformersSide):
                _turn(desk, case_id, a_member(role, organisation=desk.organisation))

        _turn(desk, case_id, desk.union)

        assert state_of_case(desk.lawyer, case_id) == "approved"

    def test_is_nobodys_who_has_a_role_on_the_studios_side_too(self, desk: Desk) -> None:
        both = a_member(Role.UNION_REP, Role.ARTIST, organisation=desk.organisation)

        with pytest.raises(NotOfThePerformersSide):
            _turn(desk, _waiting(desk), both)

    def test_is_not_the_approvers_after_a_change_of_role(self, desk: Desk) -> None:
        case_id = _waiting(desk)
        with tenant(desk.organisation.id):
            Membership.objects.filter(user_id=desk.lawyer.user_id).delete()

        with pytest.raises(NotYourCase):
            _turn(desk, case_id, _also(desk.lawyer, Role.UNION_REP))

    def test_is_not_the_askers_after_a_change_of_role(self, desk: Desk) -> None:
        case_id = _waiting(desk)
        with tenant(desk.organisation.id):
            Membership.objects.filter(user_id=desk.producer.user_id).delete()

        with pytest.raises(NotYourCase):
            _turn(desk, case_id, _also(desk.producer, Role.UNION_REP))

    def test_is_not_theirs_who_worked_on_the_case_for_the_studio(self, desk: Desk) -> None:
        on_the_register(desk)
        case_id = case_of(desk.lawyer, desk.ask(desk.with_a_doubtful_name()))
        assign_case(case_id, assignee_id=desk.lawyer.user_id, actor=desk.second_lawyer)
        _approve(desk, case_id, desk.lawyer)
        with tenant(desk.organisation.id):
            Membership.objects.filter(user_id=desk.second_lawyer.user_id).delete()

        with pytest.raises(NotYourCase):
            _turn(desk, case_id, _also(desk.second_lawyer, Role.UNION_REP))

    def test_is_not_turned_by_or_for_the_approver_through_delegation(self, desk: Desk) -> None:
        case_id = _waiting(desk)
        _stands_in(desk.lawyer, desk.union)
        with pytest.raises(NotYourCase):
            _turn(desk, case_id, desk.lawyer, acting_for=desk.union)

        _stands_in(desk.union, desk.lawyer)
        with pytest.raises(NotYourCase):
            _turn(desk, case_id, desk.union, acting_for=desk.lawyer)

    def test_is_not_theirs_for_whom_somebody_approved(self, desk: Desk) -> None:
        on_the_register(desk)
        case_id = case_of(desk.lawyer, desk.ask(desk.with_a_doubtful_name()))
        _stands_in(desk.second_lawyer, desk.lawyer)
        _approve(desk, case_id, desk.second_lawyer, acting_for=desk.lawyer)
        with tenant(desk.organisation.id):
            Membership.objects.filter(user_id=desk.lawyer.user_id).delete()

        with pytest.raises(NotYourCase):
            _turn(desk, case_id, _also(desk.lawyer, Role.UNION_REP))

    def test_of_the_approver_is_refused_by_the_database(self, desk: Desk) -> None:
        approval = approval_of(desk.lawyer, _waiting(desk))

        for person, message in ((desk.lawyer, "whoever asked"), (desk.second_lawyer, "performer")):
            with pytest.raises(IntegrityError, match=message), tenant(desk.organisation.id):
                ReviewSecondKey.objects.create(
                    approval=approval,
                    approved_by_id=approval.approved_by_id,
                    given_by_id=person.user_id,
                    given_at=now(),
                    entry_uid=new_id(),
                )

    def test_may_be_refused(self, desk: Desk) -> None:
        case_id = _waiting(desk)

        refuse_case(case_id, code=RefusalCode.PERFORMER_SIDE_REFUSED, text="", actor=desk.union)

        assert state_of_case(desk.lawyer, case_id) == "refused"
        assert not desk.ask(desk.with_a_doubtful_name()).permitted


def test_a_case_is_not_given_to_who_asked(desk: Desk) -> None:
    both = a_member(Role.PRODUCER, Role.LEGAL, organisation=desk.organisation)
    case_id = case_of(desk.lawyer, desk.ask(actor=both))

    with pytest.raises(NotYourCase):
        assign_case(case_id, assignee_id=both.user_id, actor=desk.lawyer)


def test_nobody_stands_in_who_asked_for_a_case_of_theirs(desk: Desk) -> None:
    case_id = case_of(desk.lawyer, desk.ask())
    assign_case(case_id, assignee_id=desk.lawyer.user_id, actor=desk.second_lawyer)

    with pytest.raises(DelegationNotPossible):
        _stands_in(desk.producer, desk.lawyer)


def test_who_asked_takes_a_case_back_but_no_approval(desk: Desk) -> None:
    withdraw_case(case_of(desk.lawyer, desk.ask()), text="", actor=desk.producer)
    case_id = an_approved_case(desk)

    with pytest.raises(RoleMissing):
        withdraw_case(case_id, text="", actor=desk.producer)

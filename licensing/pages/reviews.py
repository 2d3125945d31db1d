from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core import clock
from core.errors import StudioError
from licensing.doors import MAY_FORESEE, MAY_HOLD, SEES_EVERYBODY, SEES_HOLDS, SEES_SIGN_OFFS
from licensing.operations.holds import lift_hold, place_hold
from licensing.operations.review_approvals import approve_case, give_second_key
from licensing.operations.review_cases import (
    assign_case,
    comment_on_case,
    refuse_case,
    set_due_date,
    withdraw_case,
)
from licensing.operations.review_delegations import end_delegation, give_delegation
from licensing.pages.review_forms import (
    ApprovalForm,
    AssignForm,
    CaseRefusalForm,
    CaseWithdrawalForm,
    CommentForm,
    DelegationForm,
    HoldForm,
    LiftForm,
    SecondKeyForm,
)
from licensing.review.words import CaseState, RefusalCode
from licensing.review_pages import CasePage, case_page
from licensing.review_queries import (
    case_cards,
    case_counts,
    delegation_cards,
    hold_cards,
    members,
)

_METHODS = ["GET", "HEAD", "POST"]
_FILTERS = ("undecided", *(state.value for state in CaseState))


@require_safe
@member_page()
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    chosen = request.GET.get("state", "undecided")
    state = chosen if chosen in _FILTERS else None
    counts = case_counts(actor.organisation_id)
    context = {
        "cases": case_cards(
            actor.organisation_id,
            state=state,
            assignee_id=actor.user_id if "mine" in request.GET else None,
            overdue="overdue" in request.GET,
        ),
        "chosen": "all" if state is None else state,
        "mine": "mine" in request.GET,
        "counts": counts,
        "undecided": counts["open"] + counts["waiting_for_second_key"],
        "all": sum(counts[state.value] for state in CaseState),
        "sees_holds": actor.is_one_of(*SEES_HOLDS),
        "sees_sign_offs": actor.is_one_of(*SEES_SIGN_OFFS),
        "may_foresee": actor.is_one_of(*MAY_FORESEE),
    }
    return render(request, "licensing/legal_desk.html", context)


@require_safe
@member_page()
def case(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    return _shown(request, case_page(case_id, actor=actor))


@require_POST
@member_page()
def assign(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    page = case_page(case_id, actor=actor)
    form = AssignForm(request.POST, lawyers=page.lawyers)
    if not form.is_valid():
        return _shown(request, page, assign_form=form)
    before = page.detail.card
    if form.person() != (before.assignee.id if before.assignee else None):
        assign_case(case_id, assignee_id=form.person(), actor=actor)
    if form.cleaned_data["due_on"] != before.due_on:
        set_due_date(case_id, due_on=form.cleaned_data["due_on"], actor=actor)
    messages.success(request, "Noted.")
    return redirect("licensing:review-case", case_id)


@require_POST
@member_page()
def comment(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _shown(request, case_page(case_id, actor=actor), comment_form=form)
    comment_on_case(case_id, text=form.cleaned_data["text"], actor=actor)
    return redirect("licensing:review-case", case_id)


@require_POST
@member_page()
def approve(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    page = case_page(case_id, actor=actor)
    form = ApprovalForm(request.POST, principals=page.principals, asked=page.detail.asked)
    if form.is_valid():
        try:
            approve_case(
                case_id,
                form.limits(),
                decision_id=form.cleaned_data["decision"],
                actor=actor,
                acting_for=form.principal(),
            )
        except StudioError as refusal:
            # Shown beside what was entered: an error page would lose it.
            field = str(refusal.extensions().get("field", ""))
            name = {"valid_until": "last_day", "media": "shown_in"}.get(field, field)
            form.add_error(name if name in form.fields else None, str(refusal))
        else:
            waits = "It waits for the second key." if page.needs_second_key else "It is in force."
            messages.success(request, f"Approved within these limits. {waits}")
            return redirect("licensing:review-case", case_id)
    return _shown(request, page, approval_form=form)


@require_POST
@member_page()
def second_key(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    page = case_page(case_id, actor=actor)
    form = SecondKeyForm(request.POST, principals=page.principals)
    if not form.is_valid():
        return _shown(request, page, key_form=form)
    give_second_key(
        case_id,
        limits_sha256=form.cleaned_data["limits_sha256"],
        actor=actor,
        acting_for=form.principal(),
    )
    messages.success(request, "Confirmed. The approval is in force.")
    return redirect("licensing:review-case", case_id)


@require_POST
@member_page()
def refuse(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    form = CaseRefusalForm(request.POST)
    if not form.is_valid():
        return _shown(request, case_page(case_id, actor=actor), refusal_form=form)
    code = RefusalCode(form.cleaned_data["code"])
    refuse_case(case_id, code=code, text=form.cleaned_data["text"], actor=actor)
    messages.info(request, "Refused.")
    return redirect("licensing:review-case", case_id)


@require_POST
@member_page()
def withdraw(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    form = CaseWithdrawalForm(request.POST)
    if not form.is_valid():
        return _shown(request, case_page(case_id, actor=actor), withdrawal_form=form)
    withdraw_case(case_id, text=form.cleaned_data["text"], actor=actor)
    messages.info(request, "Taken back. Nothing rests on it any more.")
    return redirect("licensing:review-case", case_id)


@require_http_methods(_METHODS)
@member_page()
def delegations(request: HttpRequest, actor: Actor) -> HttpResponse:
    others = [one for one in members(actor.organisation_id) if one.id != actor.user_id]
    form = DelegationForm(request.POST or None, members=others, initial={"first_day": clock.now().date()})
    if form.is_valid():
        first, last = form.stretch()
        try:
            give_delegation(
                stand_in=UUID(form.cleaned_data["stand_in"]), valid_from=first, valid_until=last, actor=actor
            )
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "They stand in for you in this time.")
            return redirect("licensing:review-delegations")
    context = {
        "delegations": delegation_cards(actor.organisation_id),
        "form": form,
        "me": actor.user_id,
        "at": clock.now(),
    }
    status = 400 if form.errors else 200
    return render(request, "licensing/review_delegations.html", context, status=status)


@require_POST
@member_page()
def end_stand_in(request: HttpRequest, actor: Actor, delegation_id: UUID) -> HttpResponse:
    end_delegation(delegation_id, actor=actor)
    messages.info(request, "Ended.")
    return redirect("licensing:review-delegations")


@require_http_methods(_METHODS)
@member_page(*SEES_HOLDS)
def holds(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = HoldForm(request.POST or None)
    if form.is_valid():
        try:
            place_hold(form.new_hold(), actor=actor)
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Held. Nobody concerned is erased until legal lifts it.")
            return redirect("licensing:legal-holds")
    context = {
        "holds": hold_cards(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)),
        "form": form,
        "may_hold": actor.is_one_of(*MAY_HOLD),
    }
    return render(request, "licensing/legal_holds.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_HOLD)
def lift(request: HttpRequest, actor: Actor, hold_id: UUID) -> HttpResponse:
    form = LiftForm(request.POST)
    if not form.is_valid():
        if hold_id not in {card.id for card in hold_cards(actor.organisation_id, everybody=True)}:
            raise Http404
        messages.error(request, "Say why the hold is lifted.")
        return redirect("licensing:legal-holds")
    lift_hold(hold_id, because=form.cleaned_data["because"], actor=actor)
    messages.info(request, "Lifted.")
    return redirect("licensing:legal-holds")


def _shown(request: HttpRequest, page: CasePage, **bound: forms.Form) -> HttpResponse:
    """The page of a case, with the form that was sent wrong in its place."""
    card, approval = page.detail.card, page.detail.approval
    given = {"assignee": str(card.assignee.id) if card.assignee else "", "due_on": card.due_on}
    empty: dict[str, forms.Form] = {
        "assign_form": AssignForm(lawyers=page.lawyers, initial=given),
        "comment_form": CommentForm(),
        "approval_form": ApprovalForm(
            principals=page.principals, asked=page.detail.asked, initial={"decision": card.decision_id}
        ),
        "key_form": SecondKeyForm(
            principals=page.principals, initial={"limits_sha256": approval.limits_sha256 if approval else ""}
        ),
        "refusal_form": CaseRefusalForm(),
        "withdrawal_form": CaseWithdrawalForm(),
    }
    context: dict[str, object] = {"page": page, "card": card, "approval": approval, **empty, **bound}
    if approval:
        context["last_moment"] = approval.limits.valid_until - timedelta(microseconds=1)
    return render(request, "licensing/review_case.html", context, status=400 if bound else 200)

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from licensing.doors import (
    MAY_ENTER_RATES,
    MAY_ISSUE_STATEMENTS,
    MAY_POST,
    MAY_SERVE,
    MAY_WAIVE,
    SEES_EVERYBODY,
    SEES_OWED,
)
from licensing.downloads import statement_response
from licensing.operations.ledger import assess, record_payment, reverse
from licensing.operations.obligations import open_by_clock, serve, waive
from licensing.operations.rates import confirm_rate, enter_calendar, enter_rate, withdraw_rate
from licensing.operations.statements import issue_statement
from licensing.owed.values import WaiverReason
from licensing.owed_pages import pay_page, statement_page
from licensing.owed_queries import calendar_cards, obligation_card, owed_desk
from licensing.pages.owed_forms import (
    AssessmentForm,
    CalendarForm,
    ClockForm,
    PaymentForm,
    RateForm,
    ReversalForm,
    ServiceForm,
    StatementForm,
    WaiverForm,
)
from licensing.performer_cards import PerformerCard
from licensing.queries import performers
from licensing.rate_queries import balances, posting_cards, rate_cards, statement_bytes, statement_cards
from productions.queries import production_list

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@member_page()
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "desk": owed_desk(actor),
        "sees_all": actor.is_one_of(*SEES_OWED),
        "may_open": actor.is_one_of(*MAY_SERVE),
    }
    return render(request, "licensing/owed_desk.html", context)


@require_http_methods(_METHODS)
@member_page(*MAY_SERVE)
def new_obligation(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ClockForm(request.POST or None)
    form.offer(_people(actor), production_list(actor.organisation_id))
    if form.is_valid() and _done(form, lambda: open_by_clock(form.new_obligation(), actor=actor)):
        messages.success(request, "The obligation is on the desk.")
        return redirect("licensing:owed")
    context = {
        "form": form,
        "heading": "Start a clock",
        "submit": "Start the clock",
        "back": "licensing:owed",
    }
    return render(request, "licensing/owed_form.html", context, status=400 if form.errors else 200)


@require_safe
@member_page()
def obligation(request: HttpRequest, actor: Actor, obligation_id: UUID) -> HttpResponse:
    return _obligation(request, actor, obligation_id)


@require_POST
@member_page()
def act(
    request: HttpRequest,
    actor: Actor,
    obligation_id: UUID,
    step: Literal["serve", "waive", "assess", "pay"],
) -> HttpResponse:
    """One step with one obligation. Who may take it is asked of the same list as in the API."""
    forms_of = _steps(request, actor, obligation_id)
    if step not in forms_of:
        return _obligation(request, actor, obligation_id)
    form, take = forms_of[step]
    if form.is_valid() and _done(form, take):
        messages.success(request, "It is on record.")
        return redirect("licensing:obligation", obligation_id)
    return _obligation(request, actor, obligation_id, {step: form})


@require_POST
@member_page(*MAY_POST)
def reverse_posting(request: HttpRequest, actor: Actor, posting_id: UUID) -> HttpResponse:
    form = ReversalForm(request.POST)
    if not form.is_valid():
        if posting_id not in {card.id for card in posting_cards(actor)}:
            raise Http404
        messages.error(request, "Say why the posting is reversed.")
        return redirect("licensing:ledger")
    card = reverse(posting_id, reason=form.cleaned_data["reason"], actor=actor)
    messages.success(request, "The posting is reversed; both stand in the ledger.")
    return redirect("licensing:obligation", card.id)


@require_http_methods(_METHODS)
@member_page(*SEES_OWED)
def rates(request: HttpRequest, actor: Actor) -> HttpResponse:
    may_enter = actor.is_one_of(*MAY_ENTER_RATES)
    form = RateForm(request.POST or None) if may_enter else None
    if form is not None:
        form.offer(_people(actor), production_list(actor.organisation_id))
        if form.is_valid() and _done(form, lambda: enter_rate(form.new_rate(), actor=actor)):
            messages.success(request, "The rate is entered. It counts when a second person confirmed it.")
            return redirect("licensing:rates")
    context = {"rates": rate_cards(actor), "form": form, "me": actor.user_id}
    return render(request, "licensing/rates.html", context, status=400 if form and form.errors else 200)


@require_POST
@member_page(*MAY_ENTER_RATES)
def settle_rate(
    request: HttpRequest, actor: Actor, rate_id: UUID, step: Literal["confirm", "withdraw"]
) -> HttpResponse:
    if step == "confirm":
        confirm_rate(rate_id, actor=actor)
        messages.success(request, "The rate counts. Amounts that waited for it are posted.")
    else:
        withdraw_rate(rate_id, actor=actor)
        messages.success(request, "The rate is withdrawn.")
    return redirect("licensing:rates")


@require_http_methods(_METHODS)
@member_page(*SEES_OWED)
def calendars(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = CalendarForm(request.POST or None) if actor.is_one_of(*MAY_ENTER_RATES) else None
    if (
        form is not None
        and form.is_valid()
        and _done(form, lambda: enter_calendar(form.new_calendar(), actor=actor))
    ):
        messages.success(request, "The calendar is entered.")
        return redirect("licensing:calendars")
    context = {"calendars": calendar_cards(actor), "form": form}
    return render(request, "licensing/calendars.html", context, status=400 if form and form.errors else 200)


@require_safe
@member_page(*SEES_OWED)
def ledger(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "postings": posting_cards(actor)[:200],
        "balances": balances(actor),
        "may_reverse": actor.is_one_of(*MAY_POST),
    }
    return render(request, "licensing/ledger.html", context)


@require_http_methods(_METHODS)
@member_page(*SEES_OWED)
def statements(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = StatementForm(request.POST or None) if actor.is_one_of(*MAY_ISSUE_STATEMENTS) else None
    if form is not None:
        form.offer(_people(actor))
        if form.is_valid():
            fields = form.cleaned_data
            card = issue_statement(
                performer_id=fields["performer"],
                period_from=fields["period_from"],
                period_until=fields["period_until"],
                actor=actor,
            )
            return redirect("licensing:statement", card.id)
    context = {"statements": statement_cards(actor), "form": form}
    return render(request, "licensing/statements.html", context, status=400 if form and form.errors else 200)


@require_safe
@member_page()
def statement(request: HttpRequest, actor: Actor, pay_statement_id: UUID) -> HttpResponse:
    return render(
        request, "licensing/statement.html", {"page": statement_page(pay_statement_id, actor=actor)}
    )


@require_safe
@member_page()
def statement_file(
    request: HttpRequest, actor: Actor, pay_statement_id: UUID, form: Literal["json", "csv"]
) -> HttpResponse:
    return statement_response(pay_statement_id, statement_bytes(pay_statement_id, actor=actor), form)


@require_safe
@member_page()
def pay(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    return render(request, "licensing/pay.html", {"page": pay_page(performer_id, actor=actor)})


def _people(actor: Actor) -> tuple[PerformerCard, ...]:
    return performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))


def _done(form: forms.Form, take: Callable[[], object]) -> bool:
    """Whether the step was taken; a refusal is told in the form, beside what was entered."""
    try:
        take()
    except StudioError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _steps(
    request: HttpRequest, actor: Actor, obligation_id: UUID
) -> dict[str, tuple[forms.Form, Callable[[], object]]]:
    """The steps this actor may take, each with its form as it was sent."""
    card = obligation_card(obligation_id, actor=actor)
    steps: dict[str, tuple[forms.Form, Callable[[], object]]] = {}
    entered = request.POST or None
    if actor.is_one_of(*MAY_SERVE) and not card.is_pay and card.end is None:
        service = ServiceForm(entered)
        steps["serve"] = (service, lambda: serve(obligation_id, service.service(), actor=actor))
    if actor.is_one_of(*MAY_WAIVE) and card.end is None and card.due_minor != 0:
        waiver = WaiverForm(entered)
        steps["waive"] = (
            waiver,
            lambda: waive(
                obligation_id,
                reason_code=WaiverReason(waiver.cleaned_data["reason_code"]),
                reason=waiver.cleaned_data["reason"],
                actor=actor,
            ),
        )
    if actor.is_one_of(*MAY_POST) and card.is_pay and card.end is None:
        amount = card.amount
        if amount is None:
            assessed = AssessmentForm(card, entered)
            steps["assess"] = (assessed, lambda: assess(obligation_id, **assessed.stated(), actor=actor))
        elif card.due_minor:
            payment = PaymentForm(entered)
            steps["pay"] = (
                payment,
                lambda: record_payment(obligation_id, payment.new_payment(amount.currency), actor=actor),
            )
    return steps


def _obligation(
    request: HttpRequest, actor: Actor, obligation_id: UUID, sent: dict[str, forms.Form] | None = None
) -> HttpResponse:
    blank = HttpRequest()
    offered = {step: form for step, (form, _) in _steps(blank, actor, obligation_id).items()} | (sent or {})
    context = {
        "card": obligation_card(obligation_id, actor=actor),
        "forms": offered,
        "may_post": actor.is_one_of(*MAY_POST),
    }
    return render(request, "licensing/obligation.html", context, status=400 if sent else 200)

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from licensing.doors import (
    MAY_RECORD_BUYER_APPROVALS,
    MAY_SIGN_OFF,
    SEES_EVERYBODY,
    SEES_SIGN_OFFS,
)
from licensing.operations.buyer_approvals import record_buyer_approval, withdraw_buyer_approval
from licensing.operations.sign_offs import revoke_sign_off, sign_off_basis
from licensing.pages.sign_off_forms import BuyerApprovalForm, SignOffForm, TakenBackForm
from licensing.queries import names_of_people, performers
from licensing.signing_off.queries import (
    buyer_approval_card,
    papers_of_everything,
    papers_of_production,
    sign_off_card,
)
from productions.queries import production_page


@require_safe
@member_page(*SEES_SIGN_OFFS)
def every(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What counsel signed off and buyers approved, of every production that has any."""
    context = {"found": papers_of_everything(actor.organisation_id), "names": _names(actor)}
    return render(request, "licensing/sign_offs_everywhere.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*SEES_SIGN_OFFS)
def of_production(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    """The papers of one production; a POST signs a basis off."""
    if request.method != "POST":
        return _shown(request, actor, production_id)
    if not actor.is_one_of(*MAY_SIGN_OFF):
        raise RoleMissing(frozenset(MAY_SIGN_OFF))
    form = _sign_off_form(actor, production_id, request)
    if form.is_valid():
        try:
            sign_off_basis(form.new(), actor=actor)
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Signed off. It counts as soon as the log has confirmed it.")
            return redirect("licensing:sign-offs", production_id)
    return _shown(request, actor, production_id, sign_off_form=form)


@require_POST
@member_page(*MAY_RECORD_BUYER_APPROVALS)
def approve(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    production = production_page(actor.organisation_id, production_id)
    form = BuyerApprovalForm(request.POST, production=production)
    if form.is_valid():
        try:
            record_buyer_approval(form.new(), actor=actor)
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "On record. It counts as soon as the log has confirmed it.")
            return redirect("licensing:sign-offs", production_id)
    return _shown(request, actor, production_id, approval_form=form)


@require_POST
@member_page(*MAY_SIGN_OFF)
def revoke(request: HttpRequest, actor: Actor, sign_off_id: UUID) -> HttpResponse:
    card = sign_off_card(actor.organisation_id, sign_off_id)
    form = TakenBackForm(request.POST)
    if form.is_valid():
        revoke_sign_off(sign_off_id, reason=form.cleaned_data["reason"], actor=actor)
        messages.info(request, "Taken back. It counts for nothing from now on.")
    else:
        messages.error(request, "Say why it is taken back.")
    return redirect("licensing:sign-offs", card.production_id)


@require_POST
@member_page(*MAY_RECORD_BUYER_APPROVALS)
def withdraw(request: HttpRequest, actor: Actor, buyer_approval_id: UUID) -> HttpResponse:
    card = buyer_approval_card(actor.organisation_id, buyer_approval_id)
    form = TakenBackForm(request.POST)
    if form.is_valid():
        withdraw_buyer_approval(buyer_approval_id, reason=form.cleaned_data["reason"], actor=actor)
        messages.info(request, "Taken off the record. It counts for nothing from now on.")
    else:
        messages.error(request, "Say why it is taken back.")
    return redirect("licensing:sign-offs", card.production_id)


def _shown(
    request: HttpRequest, actor: Actor, production_id: UUID, **bound: SignOffForm | BuyerApprovalForm
) -> HttpResponse:
    may_sign = actor.is_one_of(*MAY_SIGN_OFF)
    may_record = actor.is_one_of(*MAY_RECORD_BUYER_APPROVALS)
    empty: dict[str, forms.Form] = {}
    if may_sign:
        empty["sign_off_form"] = _sign_off_form(actor, production_id)
    if may_record:
        production = production_page(actor.organisation_id, production_id)
        empty["approval_form"] = BuyerApprovalForm(production=production)
    context = {
        "page": papers_of_production(actor.organisation_id, production_id),
        "names": _names(actor),
        "may_sign": may_sign,
        "may_record": may_record,
        **empty,
        **bound,
    }
    return render(request, "licensing/sign_offs.html", context, status=400 if bound else 200)


def _sign_off_form(actor: Actor, production_id: UUID, request: HttpRequest | None = None) -> SignOffForm:
    return SignOffForm(
        request.POST if request else None,
        production=production_page(actor.organisation_id, production_id),
        people=performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)),
    )


def _names(actor: Actor) -> dict[str, str]:
    return names_of_people(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))

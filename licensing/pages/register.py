"""The register: people, their names and numbers, engagements, and what became of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.agreeing.errors import ImportUnreadable
from licensing.agreeing.performer_rows import RowRefused
from licensing.doors import MAY_RECORD, MAY_REGISTER, MAY_WITHDRAW, SEES_EVERYBODY
from licensing.errors import (
    AlreadyEngaged,
    EditionUnresolved,
    FactsUnreadable,
    IdentifierMalformed,
    IdentifierTaken,
    NameUnusable,
    NothingToChange,
)
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.engagements import engage
from licensing.operations.performer_import import import_performers
from licensing.operations.performers import add_alias, add_identifier, register_performer
from licensing.operations.register_changes import restate_engagement, restate_performer
from licensing.pages.register_forms import (
    EngagementFactsForm,
    EngagementForm,
    IdentifierForm,
    ImportForm,
    NameForm,
    PerformerFactsForm,
    PerformerForm,
    WithdrawalForm,
)
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_card, engagement_card, performer_card
from productions.queries import production_list

_METHODS = ["GET", "HEAD", "POST"]
_MOST_SHOWN = 200


@require_http_methods(_METHODS)
@member_page(*MAY_REGISTER)
def new_performer(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = PerformerForm(request.POST or None)
    if form.is_valid():
        try:
            card = register_performer(form.new_performer(), actor=actor)
        except NameUnusable as refused:
            form.add_error("professional_name", str(refused))
        except FactsUnreadable as refused:
            form.add_error("domicile", str(refused))
        else:
            messages.success(request, "Registered. Prompts are screened for this name from now on.")
            return redirect("licensing:performer", card.id)
    return _form(request, form, heading="Register a performer", submit="Register")


@require_http_methods(_METHODS)
@member_page(*MAY_REGISTER)
def new_name(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    card, form = _card(actor, performer_id), NameForm(request.POST or None)
    if form.is_valid():
        try:
            add_alias(performer_id, form.new_alias(), actor=actor)
        except NameUnusable as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, "Prompts are screened for this name too.")
            return redirect("licensing:performer", performer_id)
    return _form(request, form, heading="Another name", submit="Add the name", performer=card)


@require_http_methods(_METHODS)
@member_page(*MAY_REGISTER)
def new_identifier(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    card, form = _card(actor, performer_id), IdentifierForm(request.POST or None)
    if form.is_valid():
        try:
            add_identifier(performer_id, form.new_identifier(), actor=actor)
        except (IdentifierMalformed, IdentifierTaken) as refused:
            form.add_error("value", str(refused))
        else:
            messages.success(request, "The number is on the register.")
            return redirect("licensing:performer", performer_id)
    return _form(request, form, heading="A register's number", submit="Add the number", performer=card)


@require_http_methods(_METHODS)
@member_page(*MAY_RECORD)
def performer_facts(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    card = _card(actor, performer_id)
    form = PerformerFactsForm(request.POST or None, card)
    if form.is_valid():
        try:
            restate_performer(performer_id, form.restatement(), actor=actor)
        except (FactsUnreadable, NothingToChange) as refused:
            _refuse(form, refused)
        else:
            messages.success(request, "The register says so from now on. Earlier decisions keep their facts.")
            return redirect("licensing:performer", performer_id)
    return _form(request, form, heading="What is true now", submit="State it", performer=card)


@require_http_methods(_METHODS)
@member_page(*MAY_REGISTER)
def new_engagement(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    card, form = _card(actor, performer_id), EngagementForm(request.POST or None)
    form.offer(production_list(actor.organisation_id))
    if form.is_valid():
        try:
            engage(form.new_engagement(performer_id), actor=actor)
        except EditionUnresolved as refused:
            form.add_error("agreement", str(refused))
        except AlreadyEngaged as refused:
            form.add_error("production", str(refused))
        else:
            messages.success(request, "The engagement is on record. It is no consent.")
            return redirect("licensing:performer", performer_id)
    return _form(request, form, heading="New engagement", submit="Record it", performer=card)


@require_http_methods(_METHODS)
@member_page(*MAY_RECORD)
def engagement_facts(request: HttpRequest, actor: Actor, engagement_id: UUID) -> HttpResponse:
    engagement = engagement_card(actor.organisation_id, engagement_id)
    card = _card(actor, engagement.performer_id)
    form = EngagementFactsForm(request.POST or None, engagement)
    if form.is_valid():
        try:
            restate_engagement(engagement_id, form.restatement(), actor=actor)
        except (FactsUnreadable, NothingToChange) as refused:
            _refuse(form, refused)
        else:
            messages.success(request, "The engagement says so from now on.")
            return redirect("licensing:performer", card.id)
    return _form(request, form, heading="What is true of the engagement", submit="State it", performer=card)


@require_http_methods(_METHODS)
@member_page(*MAY_REGISTER)
def performer_import(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    done, refused, left_out = None, list[RowRefused](), 0
    if form.is_valid():
        try:
            for step in import_performers(form.cleaned_data["file"].file, actor=actor):
                if isinstance(step, RowRefused):
                    left_out += 1
                    refused = [*refused, step] if left_out <= _MOST_SHOWN else refused
                else:
                    done = step
        except ImportUnreadable as error:
            form.add_error("file", str(error))
    context = {"form": form, "done": done, "refused": refused, "more": left_out - len(refused)}
    return render(request, "licensing/performer_import.html", context, status=400 if form.errors else 200)


@require_http_methods(_METHODS)
@member_page(*MAY_WITHDRAW)
def withdrawal(request: HttpRequest, actor: Actor, consent_id: UUID) -> HttpResponse:
    consent = consent_card(actor.organisation_id, consent_id)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        withdraw_consent(consent_id, reason=WithdrawalReason(form.cleaned_data["reason"]), actor=actor)
        messages.success(request, "The consent is withdrawn, and all work on it stops.")
        return redirect("licensing:performer", consent.performer_id)
    return _form(
        request,
        form,
        heading=f"End the consent for {consent.production_title}",
        submit="End it now",
        performer=_card(actor, consent.performer_id),
    )


def _card(actor: Actor, performer_id: UUID) -> PerformerCard:
    return performer_card(actor.organisation_id, performer_id, everybody=actor.is_one_of(*SEES_EVERYBODY))


def _refuse(
    form: PerformerFactsForm | EngagementFactsForm, refused: FactsUnreadable | NothingToChange
) -> None:
    path = refused.path if isinstance(refused, FactsUnreadable) else None
    form.add_error(path if path in form.fields else None, str(refused))


def _form(
    request: HttpRequest,
    form: object,
    *,
    heading: str,
    submit: str,
    performer: PerformerCard | None = None,
) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "performer": performer}
    errors = getattr(form, "errors", None)
    return render(request, "licensing/register_form.html", context, status=400 if errors else 200)

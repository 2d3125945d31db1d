"""What the rules are asked beside takes, and what they answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.clock import now
from core.errors import StudioError
from generation.model_queries import approved_models, model_statement
from generation.pages.question_before import said_before
from generation.pages.question_forms import FORMS
from generation.pages.question_root import Offered, QuestionForm
from licensing.decision_cards import DecisionCard
from licensing.doors import MAY_ASK, READS_REPORT_RECORDS, SEES_EVERYBODY
from licensing.operations.gate import decide_use
from licensing.plain_words import readable
from licensing.queries import performer_card, performers
from licensing.questions import QuestionKind, question_cards, question_of
from productions.queries import production_card, production_list

_ABOUT = {
    QuestionKind.TRAINING: "Licences to train",
    QuestionKind.TRANSFER: "Transfers of replicas",
    QuestionKind.CAPTURE: "Scans and recordings",
    QuestionKind.WORKPLACE: "Writers, directors, crew",
}


@require_safe
@member_page()
def questions(request: HttpRequest, actor: Actor) -> HttpResponse:
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    production_id, performer_id = _id(request, "production"), _id(request, "performer")
    chosen = request.GET.get("kind", "")
    kind = QuestionKind(chosen) if chosen in list(QuestionKind) else None
    about = {"production": production_id, "performer": performer_id}
    context = {
        "questions": question_cards(actor, kind=kind, production_id=production_id, performer_id=performer_id),
        "kinds": [(one.value, title, FORMS[one].heading) for one, title in _ABOUT.items()],
        "chosen": kind,
        "about": "&".join(f"{name}={value}" for name, value in about.items() if value),
        "production": production_card(actor.organisation_id, production_id) if production_id else None,
        "performer": performer_card(actor.organisation_id, performer_id, everybody=everybody)
        if performer_id
        else None,
        "may_ask": actor.is_one_of(*MAY_ASK),
        "reads_records": actor.is_one_of(*READS_REPORT_RECORDS),
    }
    return render(request, "generation/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_ASK)
def new_question(request: HttpRequest, actor: Actor, kind: QuestionKind) -> HttpResponse:
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    offered = Offered(
        productions=production_list(actor.organisation_id),
        performers=performers(actor.organisation_id, everybody=everybody),
        models=approved_models(actor.organisation_id),
    )
    form = FORMS[kind](request.POST or None, offered, _filled_in(request, actor, kind))
    said: DecisionCard | None = None
    if form.is_valid():
        look = request.POST.get("act") == "look"
        try:
            card = _ask(form, actor, dry_run=look)
        except StudioError as refusal:
            # Shown beside what was typed: an error page would lose it.
            field = str(refusal.extensions().get("path", "")).rpartition(".")[2]
            form.add_error(field if field in form.fields else None, str(refusal))
        else:
            if not look:
                messages.success(request, "Asked. The answer is on record.")
                return redirect("licensing:decision", card.id)
            said = readable(card, actor.organisation_id, everybody=everybody)
    context = {"form": form, "said": said}
    return render(request, "generation/new_question.html", context, status=400 if form.errors else 200)


def _ask(form: QuestionForm, actor: Actor, *, dry_run: bool) -> DecisionCard:
    model_id: UUID | None = form.cleaned_data.get("model")
    model = model_statement(actor.organisation_id, model_id) if model_id else None
    order = form.order(actor.organisation_id, model=model, at=now())
    return decide_use(order, actor=actor, dry_run=dry_run)


def _filled_in(request: HttpRequest, actor: Actor, kind: QuestionKind) -> dict[str, Any]:
    """What the address names: where it is asked from, or what was stated before."""
    if (decision_id := _id(request, "again")) is not None:
        found = question_of(decision_id, actor=actor)
        if found is None or found[0] is not kind:
            raise Http404
        before = said_before(*found)
        if before is None:
            messages.warning(request, "It holds more than this form has room for. Ask it through the API.")
            return {"production": str(found[1].production_id)}
        return before
    named = {name: _id(request, name) for name in ("production", "performer")}
    return {name: str(value) for name, value in named.items() if value}


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET[name]) if request.GET.get(name) else None
    except ValueError as error:
        raise Http404 from error

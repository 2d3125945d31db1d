from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.clock import now
from core.errors import StudioError
from core.ids import new_id
from generation.doors import MAY_TRAIN, SEES_TRAININGS
from generation.likeness_training.choosing import sources_to_choose
from generation.likeness_training.curve import loss_curve
from generation.likeness_training.errors import TrainingConflict
from generation.likeness_training.queries import TrainingCard, training_card, trainings_of
from generation.likeness_training.values import TrainingState
from generation.model_queries import approved_models
from generation.operations.trainings import ask_training_again, cancel_training, request_training
from generation.pages.training_form import TrainingForm
from generation.screens.queries import screens_of_kept
from licensing.doors import MAY_READ_CUSTODY, SEES_EVERYBODY
from licensing.owed_queries import owed_for
from licensing.plain_words import readable
from licensing.queries import decision_card
from licensing.review_queries import case_of_decision
from productions.queries import production_card


@require_safe
@member_page(*SEES_TRAININGS)
def of_production(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    context = {
        "production": production_card(actor.organisation_id, production_id),
        "trainings": trainings_of(production_id, actor=actor),
        "may_train": actor.is_one_of(*MAY_TRAIN),
    }
    return render(request, "generation/trainings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_TRAIN)
def new_training(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    production = production_card(actor.organisation_id, production_id)
    sources = sources_to_choose(actor)
    form = TrainingForm(
        request.POST or None,
        sources=sources,
        models=approved_models(actor.organisation_id, production_id=production_id),
        initial={"key": str(new_id())},
    )
    if form.is_valid():
        try:
            card = request_training(
                form.order(production_id, at=now()),
                actor=actor,
                idempotency_key=form.cleaned_data["key"],
            )
        except TrainingConflict:
            # The browser's way back leads to a form that was sent already; what it says now is another request.
            form.renew_key()
            form.add_error(
                None,
                "This form has asked for another training already. Send it again to ask for this one too.",
            )
        except StudioError as refusal:
            # Shown beside what was chosen: an error page would lose it.
            form.add_refusal(refusal)
        else:
            return redirect("generation:training", card.id)
    context = {"production": production, "form": form, "has_sources": bool(sources)}
    return render(request, "generation/new_training.html", context, status=400 if form.errors else 200)


@require_safe
@member_page(*SEES_TRAININGS)
def training(request: HttpRequest, actor: Actor, training_id: UUID) -> HttpResponse:
    card = training_card(training_id, actor=actor)
    decision = decision_card(actor.organisation_id, card.decision_id)
    reports = screens_of_kept([one.asset_id for one in card.sources], actor=actor)
    context = {
        **_shown(card, actor),
        "decision": readable(decision, actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)),
        "review": case_of_decision(actor.organisation_id, card.decision_id),
        "reads_custody": actor.is_one_of(*MAY_READ_CUSTODY),
        "owed": owed_for(card.id, actor=actor),
        "sources": [(one, reports.get(one.asset_id)) for one in card.sources],
    }
    return render(request, "generation/training.html", context)


@require_safe
@member_page(*SEES_TRAININGS)
def training_state(request: HttpRequest, actor: Actor, training_id: UUID) -> HttpResponse:
    """The part of the page that changes while it trains."""
    context = _shown(training_card(training_id, actor=actor), actor)
    return render(request, "generation/components/training_state.html", {**context, "polled": True})


@require_POST
@member_page(*MAY_TRAIN)
def cancel(request: HttpRequest, actor: Actor, training_id: UUID) -> HttpResponse:
    card = cancel_training(training_id, actor=actor)
    is_over = card.state is TrainingState.CANCELLED
    messages.info(request, "Cancelled. Nothing is kept of it." if is_over else "It stops within a step.")
    return redirect("generation:training", card.id)


@require_POST
@member_page(*MAY_TRAIN)
def ask_again(request: HttpRequest, actor: Actor, training_id: UUID) -> HttpResponse:
    card = ask_training_again(training_id, actor=actor)
    if card.state is TrainingState.AWAITING_REVIEW:
        messages.info(request, "It still waits for legal review.")
    return redirect("generation:training", card.id)


def _shown(card: TrainingCard, actor: Actor) -> dict[str, object]:
    return {
        "card": card,
        "curve": loss_curve(card.losses, card.steps),
        "may_train": actor.is_one_of(*MAY_TRAIN),
    }

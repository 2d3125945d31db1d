from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.doors import MAY_CAP_TAKES, MAY_MAKE, MAY_RUN_THE_QUEUE, SEES_THE_QUEUE
from generation.operations.queue import LONGEST_REASON, pause_queue, prioritise_take, resume_queue
from generation.operations.take_caps import cap_takes
from generation.queries import take_card
from generation.serving.caps import MOST_TAKES, caps_before, take_cap
from generation.serving.queries import queue_page
from generation.serving.values import Priority


class TakeCapForm(forms.Form):
    most = forms.IntegerField(
        label="Takes one person may have waiting or in work for it",
        min_value=1,
        max_value=MOST_TAKES,
        required=False,
        help_text="Empty: no cap of its own.",
    )


@require_safe
@member_page(*SEES_THE_QUEUE)
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _shown(request, actor)


@require_POST
@member_page(*MAY_RUN_THE_QUEUE)
def pause(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        pause_queue(request.POST.get("reason", ""), actor=actor)
    except StudioError as refusal:
        # Shown beside what was typed: an error page would lose it.
        return _shown(request, actor, refusal=str(refusal))
    messages.success(request, "Paused. What renders is finished; nothing else is taken up.")
    return redirect("generation:queue")


@require_POST
@member_page(*MAY_RUN_THE_QUEUE)
def resume(request: HttpRequest, actor: Actor) -> HttpResponse:
    resume_queue(actor=actor)
    messages.success(request, "Workers take up your takes again.")
    return redirect("generation:queue")


@require_POST
@member_page(*MAY_MAKE)
def priority(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    take_card(actor.organisation_id, take_id)
    said = request.POST.get("priority", "")
    if said in {one.value for one in Priority}:
        prioritise_take(take_id, Priority(said), actor=actor)
        messages.info(request, "Its place in the queue was changed.")
    return redirect("generation:take", take_id)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def take_cap_of(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    may_cap = actor.is_one_of(*MAY_CAP_TAKES)
    if request.method == "POST" and not may_cap:
        raise PermissionDenied
    form = TakeCapForm(request.POST or None)
    if form.is_valid():
        card = cap_takes(production_id, most=form.cleaned_data["most"], actor=actor)
        said = f"{card.most} takes a person from the next request on." if card.most else "No cap of its own."
        messages.success(request, said)
        return redirect("generation:take-cap", production_id)
    context = {
        "card": take_cap(production_id, actor=actor),
        "before": caps_before(production_id, actor=actor)[1:],
        "of_installation": settings.TAKES_PER_PERSON,
        "may_cap": may_cap,
        "form": form,
    }
    return render(request, "generation/take_cap.html", context, status=400 if form.errors else 200)


def _shown(request: HttpRequest, actor: Actor, *, refusal: str = "") -> HttpResponse:
    page = queue_page(actor.organisation_id)
    context = {
        "page": page,
        "may_run": actor.is_one_of(*MAY_RUN_THE_QUEUE),
        "own_pause": next((one for one in page.pauses if not one.by_house), None),
        "longest_reason": LONGEST_REASON,
        "refusal": refusal,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "generation/queue.html", context, status=400 if refusal else 200)

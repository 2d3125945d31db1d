from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor, Role
from core.clock import now
from core.errors import StudioError
from core.ids import new_id
from generation.doors import MAY_DELIVER, MAY_EXPORT, MAY_MAKE, READS_DISPUTES
from generation.errors import IdempotencyConflict
from generation.evidence_response import evidence_response
from generation.looking_at import files_to_look_at, with_what_may_be_seen
from generation.media_response import media_response
from generation.operations.reviewed_takes import ask_again
from generation.operations.takes import cancel_take, request_take, retry_take
from generation.page_queries import new_take_page, shot_page, take_page
from generation.pages.authorship_forms import REJECTION_REASONS
from generation.pages.forms import TakeForm
from generation.queries import take_card
from generation.values import TakeState
from licensing.doors import SEES_EVERYBODY


@require_safe
@member_page()
def take(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    page = take_page(actor.organisation_id, take_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    (card,) = with_what_may_be_seen([page.card], actor=actor)
    context = {"page": page, "card": card, "reasons": REJECTION_REASONS, **_may(actor)}
    return render(request, "generation/take.html", context)


@require_safe
@member_page()
def take_state(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    """The part of the page that changes while somebody looks at it."""
    card = take_card(actor.organisation_id, take_id)
    return render(request, "generation/components/state.html", {"card": card, "polled": True, **_may(actor)})


@require_safe
@member_page()
def shot(request: HttpRequest, actor: Actor, shot_id: UUID) -> HttpResponse:
    page = shot_page(actor.organisation_id, shot_id)
    page = replace(page, takes=with_what_may_be_seen(page.takes, actor=actor))
    context = {"page": page, "reasons": REJECTION_REASONS, **_may(actor)}
    return render(request, "generation/shot.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_MAKE)
def new_take(request: HttpRequest, actor: Actor, shot_id: UUID) -> HttpResponse:
    page = new_take_page(actor.organisation_id, shot_id)
    form = TakeForm(
        request.POST or None,
        performers=page.performers,
        models=page.models,
        production=page.production,
        references=page.references,
        initial={"key": str(new_id()), "prompt": page.shot.description},
    )
    if form.is_valid():
        try:
            card = request_take(
                form.order(shot_id, at=now()), actor=actor, idempotency_key=form.cleaned_data["key"]
            )
        except IdempotencyConflict:
            # The browser's way back leads to a form that was sent already; what it says now is another request.
            form.renew_key()
            form.add_error(
                None, "This form has made another take already. Send it again to make this one too."
            )
        except StudioError as refusal:
            # Shown beside what was typed: an error page would lose it.
            form.add_error(None, str(refusal))
        else:
            return redirect("generation:take", card.id)
    status = 400 if form.errors else 200
    return render(request, "generation/new_take.html", {"page": page, "form": form}, status=status)


@require_POST
@member_page(*MAY_MAKE)
def cancel(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    card = cancel_take(take_id, actor=actor)
    messages.info(request, "Cancelled." if card.state is TakeState.CANCELLED else "It stops within a step.")
    return redirect("generation:take", card.id)


@require_POST
@member_page(*MAY_MAKE)
def retry(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    card = retry_take(take_id, actor=actor)
    messages.info(request, "Queued again.")
    return redirect("generation:take", card.id)


@require_POST
@member_page(*MAY_MAKE)
def asked_again(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    card = ask_again(take_id, actor=actor)
    if card.state is TakeState.AWAITING_REVIEW:
        messages.warning(request, "It still waits for legal review.")
    elif card.state is TakeState.QUEUED:
        messages.success(request, "Permitted now. It waits for a worker.")
    return redirect("generation:take", card.id)


@require_safe
@member_page()
def video(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponseBase:
    path = files_to_look_at(take_id, actor=actor).video
    return media_response(request, path, content_type="video/mp4", etag=path.stem)


@require_safe
@member_page(*MAY_EXPORT)
def evidence(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponseBase:
    return evidence_response(actor, take_id)


@require_safe
@member_page()
def poster(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponseBase:
    path = files_to_look_at(take_id, actor=actor).poster
    return media_response(request, path, content_type="image/jpeg", etag=path.stem)


@require_safe
@member_page()
def contact_sheet(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponseBase:
    path = files_to_look_at(take_id, actor=actor).contact_sheet
    return media_response(request, path, content_type="image/jpeg", etag=path.stem)


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_make": actor.is_one_of(*MAY_MAKE),
        "may_export": actor.is_one_of(*MAY_EXPORT),
        "may_deliver": actor.is_one_of(*MAY_DELIVER),
        # The page itself looks who it is; whoever works on a take has no say in it.
        "may_see_disputes": actor.is_one_of(*READS_DISPUTES, Role.PERFORMER, Role.REPRESENTATIVE),
    }

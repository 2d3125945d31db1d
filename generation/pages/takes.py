from __future__ import annotations

from collections.abc import Sequence
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
from generation.adapters.choosing import adapters_to_choose
from generation.adapters.releasing import adapter_cards
from generation.doors import MAY_DELIVER, MAY_EXPORT, MAY_MAKE, MAY_SEE_JUDGEMENTS, READS_DISPUTES
from generation.errors import IdempotencyConflict
from generation.evidence_response import evidence_response
from generation.iterating.options import options_of_models
from generation.iterating.queries import family_of
from generation.looking_at import files_to_look_at, with_what_may_be_seen
from generation.media_response import media_response
from generation.model_queries import approved_models
from generation.operations.reviewed_takes import ask_again
from generation.operations.takes import cancel_take, retry_take
from generation.operations.variations import request_variations
from generation.page_queries import new_take_page, shot_page, take_page
from generation.pages.asked_before import asked_before
from generation.pages.authorship_forms import REJECTION_REASONS
from generation.pages.character_sheets import begun_with, first_said, sheet_first
from generation.pages.forms import TakeForm
from generation.pages.iterating import made_from_in
from generation.pages.iterating_forms import makes_of
from generation.queries import take_card
from generation.reference_pictures.choosing import pictures_to_choose
from generation.reference_pictures.releasing import picture_cards
from generation.reference_pictures.values import PictureCard
from generation.screens.queries import ScreenReport, screens_of, screens_of_all, screens_of_kept
from generation.screens.values import ScreenedKind
from generation.serving.queries import waiting_of
from generation.serving.values import RANKED
from generation.values import TakeState
from licensing.custody.cards import AssetCard
from licensing.doors import SEES_EVERYBODY


@require_safe
@member_page()
def take(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    page = take_page(actor.organisation_id, take_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    (card,) = with_what_may_be_seen([page.card], actor=actor)
    card = replace(card, waiting=waiting_of(actor.organisation_id, take_id))
    context = {"page": page, "card": card, "reasons": REJECTION_REASONS, **_may(actor)}
    context["adapters"] = adapter_cards(actor.organisation_id, take_id)
    context["reference_pictures"] = _pictures(actor, take_id)
    context["priorities"] = RANKED
    context["screens"] = screens_of(actor.organisation_id, ScreenedKind.TAKE, take_id)
    masters = [one.id for one in page.masters]
    context["master_screens"] = screens_of_all(actor.organisation_id, ScreenedKind.MASTER, masters)
    context["family"] = family_of(actor.organisation_id, take_id)
    if context["may_make"] and card.is_shown:
        models = [one.id for one in approved_models(actor.organisation_id)]
        context["makes"] = makes_of(options_of_models(actor.organisation_id, models))
    return render(request, "generation/take.html", context)


@require_safe
@member_page()
def take_state(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    """The part of the page that changes while somebody looks at it."""
    card = take_card(actor.organisation_id, take_id)
    card = replace(card, waiting=waiting_of(actor.organisation_id, take_id))
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
    made_from = made_from_in(request, actor)
    options = options_of_models(actor.organisation_id, [one.id for one in page.models])
    takes_pictures = made_from is not None and made_from.takes_pictures
    if made_from is not None and takes_pictures:
        options = tuple(one for one in options if made_from.kind in one.made_from)
    able = {one.model_id for one in options}
    models = [one for one in page.models if one.id in able] if takes_pictures else page.models
    initial = (
        {"prompt": page.shot.description}
        if made_from is None
        else asked_before(made_from, models=models, options=options)
    )
    begun = begun_with(request, actor, shot_id=shot_id, models=models, options=options)
    pictures: Sequence[AssetCard] = pictures_to_choose(actor)
    if begun is not None:
        initial |= first_said(begun)
        pictures = sheet_first(pictures, begun)
    form = TakeForm(
        request.POST or None,
        performers=page.performers,
        models=models,
        production=page.production,
        references=page.references,
        adapters=adapters_to_choose(actor),
        reference_pictures=pictures,
        options=options,
        made_from=made_from,
        initial={"key": str(new_id()), **initial},
    )
    if form.is_valid():
        try:
            cards = request_variations(
                form.order(shot_id, at=now()),
                form.variations,
                actor=actor,
                idempotency_key=form.cleaned_data["key"],
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
            return redirect("generation:take", cards[0].id)
    status = 400 if form.errors else 200
    context = {"page": page, "form": form, "made_from": made_from, "begun": begun}
    return render(request, "generation/new_take.html", context, status=status)


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


def _pictures(actor: Actor, take_id: UUID) -> list[tuple[PictureCard, ScreenReport | None]]:
    """The reference pictures from custody, with what screens say of those of which `actor` may be told."""
    cards = picture_cards(actor.organisation_id, take_id)
    reports = screens_of_kept([one.asset_id for one in cards], actor=actor)
    return [(one, reports.get(one.asset_id)) for one in cards]


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_make": actor.is_one_of(*MAY_MAKE),
        "may_export": actor.is_one_of(*MAY_EXPORT),
        "may_see_judgements": actor.is_one_of(*MAY_SEE_JUDGEMENTS),
        "may_deliver": actor.is_one_of(*MAY_DELIVER),
        # The page itself looks who it is; whoever works on a take has no say in it.
        "may_see_disputes": actor.is_one_of(*READS_DISPUTES, Role.PERFORMER, Role.REPRESENTATIVE),
    }

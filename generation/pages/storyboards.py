from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.clock import now
from core.errors import StudioError
from core.ids import new_id
from generation.adapters.choosing import adapters_to_choose
from generation.doors import MAY_MAKE
from generation.iterating.options import ModelOptions, options_of_models
from generation.iterating.page_queries import parent_page
from generation.iterating.values import LineageKind
from generation.operations.storyboards import AskedPanel, request_storyboard
from generation.page_queries import new_take_page
from generation.pages.storyboard_forms import Keyframe, StoryboardForm
from generation.reference_pictures.choosing import pictures_to_choose
from generation.storyboards import Storyboard, storyboard
from generation.values import TakeState
from licensing.doors import SEES_EVERYBODY


@require_safe
@member_page()
def board(request: HttpRequest, actor: Actor, sequence_id: UUID) -> HttpResponse:
    context = {"board": storyboard(sequence_id, actor=actor), "may_make": actor.is_one_of(*MAY_MAKE)}
    return render(request, "generation/storyboard.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_MAKE)
def new_board(request: HttpRequest, actor: Actor, sequence_id: UUID) -> HttpResponse:
    """Ask for a take of every shot that somebody writes words for."""
    found = storyboard(sequence_id, actor=actor)
    if not found.panels:
        return redirect("generation:storyboard", sequence_id)
    page = new_take_page(actor.organisation_id, found.panels[0].shot.id)
    options = options_of_models(actor.organisation_id, [one.id for one in page.models])
    form = StoryboardForm(
        request.POST or None,
        panels=found.panels,
        keyframes=_keyframes(found, options, actor),
        performers=page.performers,
        models=page.models,
        production=page.production,
        references=page.references,
        adapters=adapters_to_choose(actor),
        reference_pictures=pictures_to_choose(actor),
        options=options,
        initial={"key": str(new_id())},
    )
    if form.is_valid():
        try:
            asked = request_storyboard(
                sequence_id,
                form.orders(at=now()),
                actor=actor,
                idempotency_key=form.cleaned_data["key"],
            )
        except StudioError as refusal:
            # Shown beside what was typed: an error page would lose it.
            form.add_error(None, str(refusal))
        else:
            _tell(request, asked)
            failures = {one.shot_id: str(one.refusal) for one in asked if one.refusal is not None}
            if not failures:
                return redirect("generation:storyboard", sequence_id)
            form.left_with(failures, new_id())
    context = {"board": found, "form": form, "has_models": bool(page.models), "limits": page.limits}
    return render(request, "generation/new_storyboard.html", context, status=400 if form.errors else 200)


def _keyframes(found: Storyboard, options: tuple[ModelOptions, ...], actor: Actor) -> list[Keyframe]:
    """The signed takes of the board that the actor may look at, where a model can begin with a picture."""
    if not any(LineageKind.IMAGE_TO_VIDEO in one.made_from for one in options):
        return []
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    return [
        Keyframe(
            take=panel.take,
            shot_code=panel.shot.code,
            cast=parent_page(actor.organisation_id, panel.take.id, everybody=everybody).cast,
        )
        for panel in found.panels
        if panel.take is not None and panel.take.state is TakeState.SIGNED and panel.take.is_shown
    ]


def _tell(request: HttpRequest, asked: tuple[AskedPanel, ...]) -> None:
    made = [one.take for one in asked if one.take is not None]
    refused = sum(take.state is TakeState.REFUSED for take in made)
    if made:
        messages.success(request, f"Asked for {_takes(len(made))}. Each is decided for itself.")
    if refused:
        messages.warning(request, f"The rules refused {refused} of them; their pages say why.")


def _takes(count: int) -> str:
    return "1 take" if count == 1 else f"{count} takes"

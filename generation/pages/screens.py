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
from generation.doors import MAY_KEEP_SCREENS, SEES_SCREENS
from generation.operations.screens import (
    LARGEST_PICTURE_BYTES,
    NewPicture,
    attest_kept_picture,
    attest_reference,
    protect_picture,
    release_picture,
    state_policy,
)
from generation.screens.policy import policies
from generation.screens.queries import picture_png, pictures_of, screens_of, screens_of_all
from generation.screens.setup import installed
from generation.screens.values import (
    DEMAND_IN_WORDS,
    KIND_IN_WORDS,
    STEP_IN_WORDS,
    Demand,
    PictureKind,
    ScreenedKind,
    ScreenKind,
    ScreenStep,
)
from licensing.custody.reading import asset_card
from licensing.doors import MAY_READ_CUSTODY
from productions.queries import production_card
from provenance.references.queries import reference_card, references_of
from web.templatetags.words import capital, words


class PolicyForm(forms.Form):
    step = forms.ChoiceField(
        label="When", choices=[("", "Choose"), *((k.value, v) for k, v in STEP_IN_WORDS.items())]
    )
    kind = forms.ChoiceField(
        label="Screen", choices=[("", "Choose"), *((k.value, v) for k, v in KIND_IN_WORDS.items())]
    )
    demand = forms.ChoiceField(
        label="What is demanded",
        choices=[("", "Choose"), *((k.value, capital(v)) for k, v in DEMAND_IN_WORDS.items())],
    )
    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class PictureForm(forms.Form):
    name = forms.CharField(label="What it is", max_length=200)
    kind = forms.ChoiceField(
        choices=[("", "Choose"), *((one.value, capital(words(one.value))) for one in PictureKind)]
    )
    holder = forms.CharField(label="Whose it is", max_length=200, required=False)
    file = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, upright and cut to its edges. A logo is found best on a transparent ground. "
        f"At most {LARGEST_PICTURE_BYTES // 2**20} MB.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AttestForm(forms.Form):
    words = forms.CharField(
        label="What you saw, and why it may be used",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*SEES_SCREENS)
def screens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which screens there are, what is demanded of them, and the pictures that films are searched for."""
    asked = request.POST.get("what") if request.method == "POST" else None
    policy_form = PolicyForm(request.POST if asked == "policy" else None)
    picture_form = PictureForm(
        request.POST if asked == "picture" else None, request.FILES if asked == "picture" else None
    )
    if request.method == "POST":
        if not actor.is_one_of(*MAY_KEEP_SCREENS):
            raise RoleMissing(frozenset(MAY_KEEP_SCREENS))
        form = policy_form if asked == "policy" else picture_form
        if form.is_valid():
            try:
                told = _stated(policy_form, actor) if asked == "policy" else _protected(picture_form, actor)
            except StudioError as refusal:
                # Shown beside what was typed: an error page would lose it.
                form.add_error(None, str(refusal))
            else:
                messages.success(request, told)
                return redirect("generation:screens")
    return _shown(request, actor, policy_form, picture_form)


@require_POST
@member_page(*MAY_KEEP_SCREENS)
def release(request: HttpRequest, actor: Actor, picture_id: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    # Another studio's is told of nowhere, also where nothing is said.
    picture_png(actor.organisation_id, picture_id)
    if form.is_valid():
        release_picture(picture_id, reason=form.cleaned_data["reason"], actor=actor)
        messages.success(request, "Off the register. What was found stays on record.")
    else:
        messages.error(request, "Say why it is not looked for any more.")
    return redirect("generation:screens")


@require_safe
@member_page(*SEES_SCREENS)
def picture(_request: HttpRequest, actor: Actor, picture_id: UUID) -> HttpResponse:
    """A protected picture as it is searched for."""
    content = picture_png(actor.organisation_id, picture_id)
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


@require_safe
@member_page(*SEES_SCREENS)
def of_references(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    """What the screens said of everything that a production works from."""
    production = production_card(actor.organisation_id, production_id)
    cards = references_of(actor.organisation_id, production_id)
    reports = screens_of_all(actor.organisation_id, ScreenedKind.REFERENCE, [one.id for one in cards])
    lines = [(one, reports[one.id], AttestForm(auto_id=f"id_{one.id}_%s")) for one in cards]
    context = {
        "production": production,
        "lines": lines,
        "may_attest": actor.is_one_of(*MAY_KEEP_SCREENS),
    }
    return render(request, "generation/reference_screens.html", context)


@require_POST
@member_page(*MAY_KEEP_SCREENS)
def attest(request: HttpRequest, actor: Actor, reference_id: UUID) -> HttpResponse:
    form = AttestForm(request.POST)
    if form.is_valid():
        attest_reference(reference_id, words=form.cleaned_data["words"], actor=actor)
        messages.success(request, "On record. It counts until something looks at the reference anew.")
    else:
        messages.error(request, "Say what you saw.")
    card = reference_card(actor.organisation_id, reference_id)
    return redirect("generation:reference-screens", card.production_id)


@require_safe
@member_page(*MAY_READ_CUSTODY)
def of_kept_picture(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    """What the screens said of a picture or a clip in custody."""
    card = asset_card(custody_asset_id, actor=actor)
    context = {
        "asset": card,
        "report": screens_of(actor.organisation_id, ScreenedKind.CUSTODY_ASSET, card.id),
        "form": AttestForm(),
        "may_attest": actor.is_one_of(*MAY_KEEP_SCREENS) and card.destroyed_at is None,
    }
    return render(request, "generation/kept_picture_screens.html", context)


@require_POST
@member_page(*MAY_KEEP_SCREENS)
def attest_kept(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    form = AttestForm(request.POST)
    # Another studio's is told of nowhere, also where nothing is said.
    card = asset_card(custody_asset_id, actor=actor)
    if form.is_valid():
        attest_kept_picture(card.id, words=form.cleaned_data["words"], actor=actor)
        messages.success(request, "On record. It counts until something looks at it anew.")
    else:
        messages.error(request, "Say what you saw.")
    return redirect("generation:kept-picture-screens", card.id)


def _stated(form: PolicyForm, actor: Actor) -> str:
    said = form.cleaned_data
    state_policy(
        ScreenStep(said["step"]),
        ScreenKind(said["kind"]),
        Demand(said["demand"]),
        reason=said["reason"],
        actor=actor,
    )
    return "On record. It holds from now on."


def _protected(form: PictureForm, actor: Actor) -> str:
    said = form.cleaned_data
    new = NewPicture(
        name=said["name"], kind=PictureKind(said["kind"]), holder=said["holder"], content=said["file"].read()
    )
    return f"Films are searched for {protect_picture(new, actor=actor).name} from now on."


def _shown(
    request: HttpRequest, actor: Actor, policy_form: PolicyForm, picture_form: PictureForm
) -> HttpResponse:
    held = policies(actor.organisation_id)
    there = installed()
    context = {
        "steps": [(STEP_IN_WORDS[step], [held[step, kind] for kind in ScreenKind]) for step in ScreenStep],
        "titles": KIND_IN_WORDS,
        "installed": [(KIND_IN_WORDS[kind], there.get(kind)) for kind in ScreenKind],
        "pictures": [
            (one, ReasonForm(auto_id=f"id_{one.id}_%s")) for one in pictures_of(actor.organisation_id)
        ],
        "policy_form": policy_form,
        "picture_form": picture_form,
        "may_keep": actor.is_one_of(*MAY_KEEP_SCREENS),
    }
    status = 400 if policy_form.errors or picture_form.errors else 200
    return render(request, "generation/screens.html", context, status=status)

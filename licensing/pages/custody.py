from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.custody.access import record_copy, set_access
from licensing.custody.comparing import allow_comparison, is_released
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import (
    AssetDestroyed,
    AssetRefused,
    AssetTooLarge,
    NoSuchAsset,
    RetentionTooLong,
)
from licensing.custody.intake import take_in
from licensing.custody.keys import attestation_vkey
from licensing.custody.reading import asset_card, asset_cards, asset_events, attestation
from licensing.custody.uploads import seal_uploads_of, sealed_upload
from licensing.doors import MAY_KEEP_CUSTODY, MAY_READ_CUSTODY
from licensing.pages.custody_forms import AccessForm, AssetForm, ComparisonForm, CopyForm
from licensing.queries import consent_cards
from licensing.review_queries import members

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@member_page(*MAY_READ_CUSTODY)
def assets(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {"assets": asset_cards(actor), "may_keep": actor.is_one_of(*MAY_KEEP_CUSTODY)}
    return render(request, "licensing/custody.html", context)


# The token against forged requests lies in the body, which nobody reads before its file can be sealed on the way.
@csrf_exempt
@require_http_methods(_METHODS)
@member_page(*MAY_KEEP_CUSTODY)
def new_asset(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    seal_uploads_of(request)
    return _new_asset(request, actor)


@csrf_protect
def _new_asset(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = AssetForm(request.POST or None)
    form.offer(consent_cards(actor.organisation_id))
    if request.method == "POST" and form.is_valid():
        try:
            card = take_in(form.new_asset(), sealed_upload(request), actor=actor)
        except (AssetDestroyed, AssetRefused, AssetTooLarge, NoSuchAsset, RetentionTooLong) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The asset is sealed and in custody. Nobody may have it used yet.")
            return redirect("licensing:custody-asset", card.id)
    return render(request, "licensing/custody_new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@member_page(*MAY_READ_CUSTODY)
def asset(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    return _asset_page(request, actor, custody_asset_id)


@require_POST
@member_page(*MAY_KEEP_CUSTODY)
def access(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    form = AccessForm(request.POST, people=members(actor.organisation_id))
    if form.is_valid():
        person, allowed = form.cleaned_data["person"], form.cleaned_data["allowed"] == "yes"
        try:
            set_access(custody_asset_id, person_id=person, allowed=allowed, actor=actor)
        except (AssetDestroyed, AssetRefused) as refused:
            form.add_error("person", str(refused))
        else:
            messages.success(request, "The access list is changed.")
            return redirect("licensing:custody-asset", custody_asset_id)
    return _asset_page(request, actor, custody_asset_id, access_form=form, status=400)


@require_POST
@member_page(*MAY_KEEP_CUSTODY)
def copies(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _asset_page(request, actor, custody_asset_id, copy_form=form, status=400)
    record_copy(custody_asset_id, place=form.cleaned_data["place"], actor=actor)
    messages.success(request, "The copy is on record.")
    return redirect("licensing:custody-asset", custody_asset_id)


@require_POST
@member_page(*MAY_KEEP_CUSTODY)
def comparison(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    form = ComparisonForm(request.POST)
    if form.is_valid():
        try:
            allow_comparison(custody_asset_id, **form.said(), actor=actor)
        except AssetRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "On record. It counts once the log has it.")
            return redirect("licensing:custody-asset", custody_asset_id)
    return _asset_page(request, actor, custody_asset_id, comparison_form=form, status=400)


@require_POST
@member_page(*MAY_KEEP_CUSTODY)
def destroy(request: HttpRequest, actor: Actor, custody_asset_id: UUID) -> HttpResponse:
    destroy_asset(custody_asset_id, actor=actor)
    messages.success(request, "The key is deleted. Nobody reads this asset any more.")
    return redirect("licensing:custody-asset", custody_asset_id)


@require_safe
@member_page(*MAY_READ_CUSTODY)
def attestation_file(request: HttpRequest, actor: Actor, destroyed_asset_id: UUID) -> HttpResponse:
    response = HttpResponse(
        attestation(destroyed_asset_id, actor=actor), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="attestation-{destroyed_asset_id}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asset_page(
    request: HttpRequest,
    actor: Actor,
    custody_asset_id: UUID,
    *,
    access_form: AccessForm | None = None,
    copy_form: CopyForm | None = None,
    comparison_form: ComparisonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_keep = actor.is_one_of(*MAY_KEEP_CUSTODY)
    # Whoever only reads what became of a likeness is told what the log tells: no names of those who keep it.
    people = members(actor.organisation_id) if may_keep else ()
    names = {str(one.id): one.name for one in people}
    card = asset_card(custody_asset_id, actor=actor)
    context = {
        "asset": card,
        "access": [names.get(str(one), str(one)) for one in card.access],
        "events": [
            (
                event,
                names.get(event.actor.removeprefix("user:"), event.actor),
                names.get(event.note, event.note),
            )
            for event in asset_events(custody_asset_id, actor=actor)
        ],
        "may_keep": may_keep,
        "access_form": access_form or AccessForm(people=people),
        "copy_form": copy_form or CopyForm(),
        "comparison_form": comparison_form or ComparisonForm(),
        "is_released": is_released(custody_asset_id, actor=actor),
        "attestation_key": attestation_vkey(settings.KEYS_FOLDER),
    }
    return render(request, "licensing/custody_asset.html", context, status=status)

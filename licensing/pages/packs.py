from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.doors import MAY_STAGE_PACKS
from licensing.house_rules.errors import (
    PackActiveAlready,
    PackNotReplayed,
    PackRefused,
    PackStagedByYou,
)
from licensing.operations.house_packs import activate_pack, house_packs, replay_pack, stage_pack
from licensing.pages.pack_forms import PackForm


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_STAGE_PACKS)
def packs(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = PackForm(request.POST or None)
    if form.is_valid():
        try:
            stage_pack(form.cleaned_data["note"], actor=actor)
        except PackRefused as refused:
            form.add_error("note", str(refused))
        else:
            messages.success(request, "The pack is handed in. Nothing is decided by it yet.")
            return redirect("licensing:packs")
    context = {"form": form, "packs": house_packs(actor.organisation_id), "me": actor.user_id}
    return render(request, "licensing/packs.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_STAGE_PACKS)
def replay(request: HttpRequest, actor: Actor, pack_id: UUID) -> HttpResponse:
    replay_pack(pack_id, actor=actor)
    messages.success(request, "The last month was decided again with this pack.")
    return redirect("licensing:packs")


@require_POST
@member_page(*MAY_STAGE_PACKS)
def activate(request: HttpRequest, actor: Actor, pack_id: UUID) -> HttpResponse:
    try:
        activate_pack(pack_id, actor=actor)
    except (PackStagedByYou, PackNotReplayed, PackActiveAlready) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The pack is in force.")
    return redirect("licensing:packs")

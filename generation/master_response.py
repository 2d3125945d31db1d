"""Handing a master to somebody of the house."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from accounts.values import Actor
from generation.mastering.queries import master_card, master_path
from generation.media_response import media_response
from generation.queries import take_card
from licensing.who_may_look import require_sight


def master_response(request: HttpRequest, actor: Actor, master_id: UUID) -> HttpResponseBase:
    """The file as a download, under a name that names no production and nobody.

    Raises:
        licensing.errors.SightNotAgreed: a performer in it has not agreed that they look.
        NoSuchMaster, MasterNotReady, LogNotReady: as `master_path`.
    """
    card = master_card(actor.organisation_id, master_id)
    require_sight(take_card(actor.organisation_id, card.take_id).decision_id, actor=actor)
    path = master_path(actor.organisation_id, master_id)
    response = media_response(request, path, content_type=card.media_type, etag=path.stem)
    response["Content-Disposition"] = f'attachment; filename="master-{card.id}{card.suffix}"'
    return response

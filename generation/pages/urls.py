from __future__ import annotations

from django.urls import path

from generation.pages import production, statements, takes, uses

app_name = "generation"

urlpatterns = [
    path("my/uses", uses.uses, name="my-uses"),
    path("productions/<uuid:production_id>", production.production, name="production"),
    path("shots/<uuid:shot_id>", takes.shot, name="shot"),
    path("shots/<uuid:shot_id>/takes/new", takes.new_take, name="new-take"),
    path("performers/<uuid:performer_id>/non-use", statements.non_use, name="non-use"),
    path("takes/<uuid:take_id>", takes.take, name="take"),
    path("takes/<uuid:take_id>/state", takes.take_state, name="take-state"),
    path("takes/<uuid:take_id>/cancel", takes.cancel, name="cancel"),
    path("takes/<uuid:take_id>/retry", takes.retry, name="retry"),
    path("takes/<uuid:take_id>/ask-again", takes.asked_again, name="ask-again"),
    path("takes/<uuid:take_id>/video", takes.video, name="video"),
    path("takes/<uuid:take_id>/evidence", takes.evidence, name="evidence"),
    path("takes/<uuid:take_id>/poster", takes.poster, name="poster"),
    path("takes/<uuid:take_id>/contact-sheet", takes.contact_sheet, name="contact-sheet"),
]

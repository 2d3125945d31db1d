from __future__ import annotations

from django.urls import path

from licensing.pages import decisions, performers, rulebook

app_name = "licensing"

urlpatterns = [
    path("performers", performers.performers, name="performers"),
    path("performers/<uuid:performer_id>", performers.performer, name="performer"),
    path("decisions/<uuid:decision_id>", decisions.decision, name="decision"),
    path("rulebook", rulebook.rulebook, name="rulebook"),
]

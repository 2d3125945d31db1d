from __future__ import annotations

from django.urls import path

from licensing.api import views

app_name = "licensing-api"

urlpatterns = [
    path("performers", views.Performers.as_view()),
    path("performers/<uuid:performer_id>", views.Performer.as_view()),
    path("performers/<uuid:performer_id>/aliases", views.Aliases.as_view()),
    path("productions/<uuid:production_id>/engagements", views.Engagements.as_view()),
    path("consents", views.Consents.as_view()),
    path("consents/<uuid:consent_id>", views.Consent.as_view()),
    path("consents/<uuid:consent_id>/withdrawal", views.Withdrawal.as_view()),
    path("decisions", views.Decisions.as_view()),
    path("decisions/<uuid:decision_id>", views.Decision.as_view()),
    path("rules", views.Rules.as_view()),
    path("rules/confirmation", views.PackConfirmation.as_view()),
    path("rules/<str:rule_id>/confirmation", views.RuleConfirmation.as_view()),
    path("strikes", views.Strikes.as_view()),
]

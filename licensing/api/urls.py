from __future__ import annotations

from django.urls import path

from licensing.api import document_views, views

app_name = "licensing-api"

urlpatterns = [
    path("performers", views.Performers.as_view()),
    path("performers/<uuid:performer_id>", views.Performer.as_view()),
    path("performers/<uuid:performer_id>/aliases", views.Aliases.as_view()),
    path("productions/<uuid:production_id>/engagements", views.Engagements.as_view()),
    path("consents", views.Consents.as_view()),
    path("consents/<uuid:consent_id>", views.Consent.as_view()),
    path("consents/<uuid:consent_id>/withdrawal", views.Withdrawal.as_view()),
    path("consents/<uuid:consent_id>/receipt", document_views.Receipt.as_view()),
    path("consents/<uuid:consent_id>/odrl", document_views.Policy.as_view()),
    path("consents/<uuid:consent_id>/training-mining", document_views.TrainingMining.as_view()),
    path("odrl/profile", document_views.Profile.as_view()),
    path("odrl/terms", document_views.PolicyTerms.as_view()),
    path("riders", document_views.Riders.as_view()),
    path("riders/<uuid:rider_id>", document_views.Rider.as_view()),
    path("riders/<uuid:rider_id>/file", document_views.RiderFile.as_view()),
    path("riders/<uuid:rider_id>/studio-signature", document_views.StudioSignature.as_view()),
    path("riders/<uuid:rider_id>/performer-signature", document_views.PerformerSignature.as_view()),
    path("riders/<uuid:rider_id>/consent", document_views.RiderConsent.as_view()),
    path("performers/<uuid:performer_id>/signing-authorities", document_views.Authorities.as_view()),
    path("signing-authorities/<uuid:authority_id>/revocation", document_views.AuthorityRevocation.as_view()),
    path("consent-documents", document_views.Documents.as_view()),
    path("consent-documents/<uuid:document_id>", document_views.Document.as_view()),
    path("consent-documents/<uuid:document_id>/file", document_views.DocumentFile.as_view()),
    path("consent-documents/<uuid:document_id>/transcriptions", document_views.Transcriptions.as_view()),
    path("transcriptions/<uuid:transcription_id>/check", document_views.TranscriptionCheck.as_view()),
    path("transcriptions/<uuid:transcription_id>/consent", document_views.TranscriptionConsent.as_view()),
    path("decisions", views.Decisions.as_view()),
    path("decisions/<uuid:decision_id>", views.Decision.as_view()),
    path("rules", views.Rules.as_view()),
    path("rules/confirmation", views.PackConfirmation.as_view()),
    path("rules/<str:rule_id>/confirmation", views.RuleConfirmation.as_view()),
    path("strikes", views.Strikes.as_view()),
]

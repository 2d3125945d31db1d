from __future__ import annotations

from django.urls import path

from licensing.api import agreement_views, offer_views

urlpatterns = [
    path("offers", offer_views.Offers.as_view()),
    path("offers/<uuid:offer_id>", offer_views.Offer.as_view()),
    path("offers/<uuid:offer_id>/sending", offer_views.Sending.as_view()),
    path("offers/<uuid:offer_id>/rounds", offer_views.Rounds.as_view()),
    path("offers/<uuid:offer_id>/their-terms", offer_views.TheirTerms.as_view()),
    path("offers/<uuid:offer_id>/answers", offer_views.Answers.as_view()),
    path("offers/<uuid:offer_id>/refusal", offer_views.Refusal.as_view()),
    path("offers/<uuid:offer_id>/taking-back", offer_views.TakingBack.as_view()),
    path("offers/<uuid:offer_id>/performer-signature", offer_views.OfferSignature.as_view()),
    path("offers/<uuid:offer_id>/studio-signature", offer_views.Countersignature.as_view()),
    path("offers/<uuid:offer_id>/agreement", offer_views.Agreement.as_view()),
    path("consents/<uuid:consent_id>/notice", offer_views.Notice.as_view()),
    path("consent-states", agreement_views.ConsentStates.as_view()),
    path("sight-grants", agreement_views.Grants.as_view()),
    path("sight-grants/<uuid:grant_id>/end", agreement_views.GrantEnd.as_view()),
    path("granted/consents", agreement_views.GrantedConsents.as_view()),
    path("performer-imports", agreement_views.PerformerImports.as_view()),
    path("my/consents", offer_views.MyConsents.as_view()),
]

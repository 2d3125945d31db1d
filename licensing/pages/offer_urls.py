from __future__ import annotations

from django.urls import path

from licensing.pages import offers

urlpatterns = [
    path("offers", offers.offers, name="offers"),
    path("offers/new", offers.new_offer, name="new-offer"),
    path("offers/<uuid:offer_id>", offers.offer, name="offer"),
    path("offers/<uuid:offer_id>/terms", offers.other_terms, name="other-terms"),
    path("offers/<uuid:offer_id>/send", offers.studio_act, {"act": "send"}, name="send-offer"),
    path(
        "offers/<uuid:offer_id>/take-their-terms",
        offers.studio_act,
        {"act": "take-their-terms"},
        name="take-their-terms",
    ),
    path("offers/<uuid:offer_id>/take-back", offers.studio_act, {"act": "take-back"}, name="take-back-offer"),
    path("offers/<uuid:offer_id>/answer", offers.answer, name="answer-offer"),
    path("offers/<uuid:offer_id>/refuse", offers.refuse, name="refuse-offer"),
    path("offers/<uuid:offer_id>/sign", offers.sign, {"side": "performer"}, name="sign-offer"),
    path("offers/<uuid:offer_id>/countersign", offers.sign, {"side": "studio"}, name="countersign-offer"),
    path("my", offers.my, name="my"),
    path("my/consents/<uuid:consent_id>/notice", offers.notice, name="give-notice"),
    path("consent-states", offers.states, name="consent-states"),
    path("sight-grants", offers.grants, name="grants"),
    path("sight-grants/<uuid:grant_id>/end", offers.end_grant, name="end-grant"),
    path("granted", offers.granted, name="granted"),
]

from __future__ import annotations

from django.urls import path

from generation.api import (
    authorship_views,
    correction_views,
    delivery_views,
    handout_views,
    model_views,
    statement_views,
    use_views,
    views,
    what_if_views,
)

urlpatterns = [
    path("productions/<uuid:production_id>/changes", correction_views.ProductionChanges.as_view()),
    path("my/uses", use_views.MyUses.as_view()),
    path("shots/<uuid:shot_id>/takes", views.Takes.as_view()),
    path("takes/<uuid:take_id>", views.Take.as_view()),
    path("takes/<uuid:take_id>/verdict", authorship_views.TakeVerdict.as_view()),
    path("takes/<uuid:take_id>/cancel", views.Cancellation.as_view()),
    path("takes/<uuid:take_id>/retry", views.Retry.as_view()),
    path("takes/<uuid:take_id>/ask-again", views.AskedAgain.as_view()),
    path("takes/<uuid:take_id>/events", views.Events.as_view()),
    path("takes/<uuid:take_id>/video", views.Video.as_view()),
    path("takes/<uuid:take_id>/poster", views.Poster.as_view()),
    path("takes/<uuid:take_id>/evidence", views.Evidence.as_view()),
    path("takes/<uuid:take_id>/contact-sheet", views.ContactSheet.as_view()),
    path("takes/<uuid:take_id>/deliveries", delivery_views.TakeDeliveries.as_view()),
    path("recipients", delivery_views.Recipients.as_view()),
    path("recipients/<uuid:recipient_id>/contact", delivery_views.RecipientContact.as_view()),
    path("deliveries", delivery_views.Deliveries.as_view()),
    path("deliveries/<uuid:delivery_id>", delivery_views.Delivery.as_view()),
    path("deliveries/<uuid:delivery_id>/links", delivery_views.DeliveryLinks.as_view()),
    path("deliveries/<uuid:delivery_id>/recall", delivery_views.Recall.as_view()),
    path("deliveries/<uuid:delivery_id>/recall/notices", delivery_views.RecallNotices.as_view()),
    path("deliveries/<uuid:delivery_id>/recall/acknowledgement", delivery_views.Acknowledgement.as_view()),
    path("deliveries/<uuid:delivery_id>/recall/retention", delivery_views.Retention.as_view()),
    path("delivery-links/<uuid:link_id>/revocation", delivery_views.LinkRevocation.as_view()),
    path("handouts/<str:token>", handout_views.Handout.as_view()),
    path("handouts/<str:token>/file", handout_views.HandoutFile.as_view()),
    path("handouts/<str:token>/acknowledgement", handout_views.HandoutAcknowledgement.as_view()),
    path("productions/<uuid:production_id>/contributions", authorship_views.Contributions.as_view()),
    path(
        "productions/<uuid:production_id>/human-provenance", authorship_views.ProductionProvenance.as_view()
    ),
    path("contributions/<uuid:contribution_id>/take-back", authorship_views.TakenBack.as_view()),
    path("sequences/<uuid:sequence_id>/cut", authorship_views.SequenceCut.as_view()),
    path("statements/non-use", statement_views.NonUse.as_view()),
    path("what-if", what_if_views.WhatIfs.as_view()),
    path("what-if/takes", what_if_views.WhatIfTakes.as_view()),
    path("what-if/deliveries", what_if_views.WhatIfDeliveries.as_view()),
    path("models", model_views.Models.as_view()),
    path("models/<uuid:model_id>", model_views.Model.as_view()),
    path("models/<uuid:model_id>/statements", model_views.ModelStatements.as_view()),
]

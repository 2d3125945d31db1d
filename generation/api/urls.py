from __future__ import annotations

from django.urls import path

from generation.api import statement_views, use_views, views

urlpatterns = [
    path("my/uses", use_views.MyUses.as_view()),
    path("shots/<uuid:shot_id>/takes", views.Takes.as_view()),
    path("takes/<uuid:take_id>", views.Take.as_view()),
    path("takes/<uuid:take_id>/cancel", views.Cancellation.as_view()),
    path("takes/<uuid:take_id>/retry", views.Retry.as_view()),
    path("takes/<uuid:take_id>/ask-again", views.AskedAgain.as_view()),
    path("takes/<uuid:take_id>/events", views.Events.as_view()),
    path("takes/<uuid:take_id>/video", views.Video.as_view()),
    path("takes/<uuid:take_id>/poster", views.Poster.as_view()),
    path("takes/<uuid:take_id>/evidence", views.Evidence.as_view()),
    path("takes/<uuid:take_id>/contact-sheet", views.ContactSheet.as_view()),
    path("statements/non-use", statement_views.NonUse.as_view()),
    path("models", views.Models.as_view()),
]

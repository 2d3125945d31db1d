from __future__ import annotations

from django.urls import path

from productions.api import views

urlpatterns = [
    path("productions", views.Productions.as_view()),
    path("productions/<uuid:production_id>", views.Production.as_view()),
    path("productions/<uuid:production_id>/sequences", views.Sequences.as_view()),
    path("productions/<uuid:production_id>/characters", views.Characters.as_view()),
    path("sequences/<uuid:sequence_id>/shots", views.Shots.as_view()),
    path("shots/<uuid:shot_id>", views.Shot.as_view()),
]

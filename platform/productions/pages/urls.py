from __future__ import annotations

from django.urls import path

from productions.pages import productions

app_name = "productions"

# A production's own page shows its takes and is therefore generation's.
urlpatterns = [
    path("productions", productions.productions, name="list"),
    path("productions/new", productions.new_production, name="new"),
    path("productions/<uuid:production_id>/sequences/new", productions.new_sequence, name="new-sequence"),
    path(
        "productions/<uuid:production_id>/sequences/<uuid:sequence_id>/shots/new",
        productions.new_shot,
        name="new-shot",
    ),
    path("productions/<uuid:production_id>/characters/new", productions.new_character, name="new-character"),
]

from __future__ import annotations

from django.urls import path

from audit.api import views

urlpatterns = [
    path("log", views.Log.as_view()),
    path("log/entries", views.Entries.as_view()),
    path("log/entries.csv", views.EntriesCsv.as_view()),
    path("log/entries.jsonl", views.EntriesJsonLines.as_view()),
    path("log/health", views.LogHealth.as_view()),
    path("log/entries/<uuid:uid>", views.Entry.as_view()),
]

from __future__ import annotations

from django.urls import path

from audit.pages import files, health, log

app_name = "audit"

urlpatterns = [
    path("log/", log.log, name="log"),
    path("log/entries/<uuid:uid>", log.entry, name="entry"),
    path("log/entries.csv", files.entries_csv, name="entries-csv"),
    path("log/entries.jsonl", files.entries_json_lines, name="entries-json-lines"),
    path("log/health", health.health, name="health"),
]

from __future__ import annotations

from django.urls import path

from audit.pages import log

app_name = "audit"

urlpatterns = [
    path("log/", log.log, name="log"),
    path("log/entries/<uuid:uid>", log.entry, name="entry"),
]

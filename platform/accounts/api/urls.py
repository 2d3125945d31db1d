from __future__ import annotations

from django.urls import path

from accounts.api import (
    schema,  # noqa: F401 - for the registration
    views,
)

urlpatterns = [
    path("organisations", views.Organisations.as_view()),
    path("tokens", views.Tokens.as_view()),
    path("tokens/<slug:token_key>", views.Token.as_view()),
]

from __future__ import annotations

from django.urls import path

from accounts.pages import organisations, sign_in, tokens

app_name = "accounts"

urlpatterns = [
    path("", sign_in.start, name="start"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("organisations", organisations.switch, name="switch"),
    path("tokens", tokens.tokens, name="tokens"),
    path("tokens/<slug:token_key>/revoke", tokens.revoke, name="revoke-token"),
]

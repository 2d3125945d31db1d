from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.operations.tokens import IssuedToken, issue_token, revoke_token
from accounts.pages.access import member_page
from accounts.pages.forms import TokenForm
from accounts.queries import tokens_of
from accounts.values import Actor
from core.clock import now


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A person's own tokens. A new one's secret is in the answer to the form and nowhere else."""
    form = TokenForm(request.POST or None)
    issued: IssuedToken | None = None
    if request.method == "POST" and form.is_valid():
        issued = issue_token(actor=actor, label=form.cleaned_data["label"], at=now())
        form = TokenForm()
    return render(
        request,
        "accounts/tokens.html",
        {
            "form": form,
            "issued": issued,
            "tokens": tokens_of(actor),
        },
        status=400 if form.errors else 200,
    )


@require_POST
@member_page()
def revoke(request: HttpRequest, actor: Actor, token_key: str) -> HttpResponse:
    revoke_token(token_key, actor=actor, at=now())
    messages.success(request, f"The token {token_key}… no longer works.")
    return redirect("accounts:tokens")

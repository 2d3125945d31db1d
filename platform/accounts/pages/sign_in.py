from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.acting import origin
from accounts.errors import SignInRefused, TooManyAttempts
from accounts.operations.sign_in import check_credentials
from accounts.pages.forms import SignInForm
from core.clock import now


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The bare address: work for those who are signed in, the door for the others."""
    return redirect(settings.LOGIN_REDIRECT_URL if request.user.is_authenticated else settings.LOGIN_URL)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onwards = _onwards(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(onwards)
        return render(request, "accounts/sign_in.html", {"form": SignInForm(), "next": onwards})
    form = SignInForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            user = check_credentials(**form.cleaned_data, origin=origin(request), at=now())
        except (SignInRefused, TooManyAttempts) as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, TooManyAttempts) else 401
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(onwards)
    return render(request, "accounts/sign_in.html", {"form": form, "next": onwards}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _onwards(request: HttpRequest) -> str:
    """Where to go after signing in: an address of our own that was asked for, or the start page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else resolve_url(settings.LOGIN_REDIRECT_URL)

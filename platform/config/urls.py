from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import health, problem_pages

handler403 = "config.problems.forbidden"
handler404 = "config.problems.not_found"
handler500 = "config.problems.server_error"

# Swagger's own script lays its page out with inline styles; its scripts obey the policy like ours.
api_docs = csp_update({"style-src": "'unsafe-inline'"})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns = [
    # Pages name the picture themselves; administration and browsers alone with an API answer look here.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}web/favicon.svg"), name="favicon"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("problems/<slug:slug>", problem_pages.problem, name="problem"),
    path("admin/", admin.site.urls),
    path("v1/schema", SpectacularAPIView.as_view(), name="schema"),
    path("v1/docs", api_docs, name="api-docs"),
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("audit.api.urls")),
    path("v1/", include("productions.api.urls")),
    path("v1/", include("licensing.api.urls")),
    path("v1/", include("provenance.api.urls")),
    path("v1/", include("generation.api.urls")),
    path("", include("audit.api.tile_urls")),
    path("", include("accounts.pages.urls")),
    path("", include("audit.pages.urls")),
    path("", include("productions.pages.urls")),
    path("", include("licensing.pages.urls")),
    path("", include("provenance.pages.urls")),
    path("", include("generation.pages.urls")),
]

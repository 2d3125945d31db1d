from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.acting import actor
from core.tenancy import tenant


class OrganisationAdminSite(AdminSite):
    """Django's stock admin, bound by row-level security like every page.

    Each view runs inside the acting organisation's transaction; nobody, a superuser neither, sees another
    organisation's rows here.
    """

    site_header = "Countersign administration"
    site_title = "Countersign"

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's
    ) -> HttpResponse:
        """The one door of the product: a second sign-in form would be one without its limits."""
        if request.user.is_authenticated:
            raise PermissionDenied("Administration is for staff accounts.")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def admin_view(  # type: ignore[override]  # the stubs' own type variable is private
        self,
        view: Callable[..., HttpResponseBase],
        cacheable: bool = False,  # noqa: FBT001, FBT002 - Django's
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - Django's
            acting = actor(request)
            if not acting:
                return view(request, *args, **kwargs)
            with tenant(acting.organisation_id, user_id=acting.user_id):
                response = view(request, *args, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()  # its querysets are lazy and must be read in here
                return response

        return super().admin_view(inside, cacheable)


class RecordAdmin(ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    """For append-only records: look, never touch."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

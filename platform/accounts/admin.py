from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_site import RecordAdmin
from accounts.models.api_token import ApiToken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.sign_in_failure import SignInFailure
from accounts.models.user import User
from core.tenancy import current_organisation_id

if admin.site.is_registered(Group):
    admin.site.unregister(Group)


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ["name", "kind", "slug"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["user", "role", "organisation", "created_at"]
    list_select_related = ["user", "organisation"]
    autocomplete_fields = ["user"]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["email", "full_name", "is_active"]
    search_fields = ["email", "full_name"]
    exclude = ["password", "groups", "user_permissions"]
    readonly_fields = ["last_login"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The members of the organisation acted for: the table itself belongs to no organisation."""
        members = Membership.objects.values("user_id")
        return super().get_queryset(request).filter(id__in=members)


@admin.register(ApiToken)
class ApiTokenAdmin(RecordAdmin):
    list_display = ["token_key", "user", "organisation", "created"]
    exclude = ["digest"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """Those of the organisation acted for: the table is read before any organisation is known."""
        return super().get_queryset(request).filter(organisation_id=current_organisation_id())


@admin.register(SignInFailure)
class SignInFailureAdmin(RecordAdmin):
    list_display = ["failed_at"]

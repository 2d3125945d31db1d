from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin_site import RecordAdmin
from accounts.models.api_token import ApiToken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.user import User

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


@admin.register(ApiToken)
class ApiTokenAdmin(RecordAdmin):
    list_display = ["token_key", "user", "organisation", "created"]
    exclude = ["digest"]

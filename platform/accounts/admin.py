from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.acting import actor
from accounts.admin_site import RecordAdmin
from accounts.models.api_token import ApiToken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.sign_in_failure import SignInFailure
from accounts.models.user import User
from accounts.operations.members import add_member, change_account, remove_member
from accounts.values import Actor, Role
from core.tenancy import current_organisation_id

if admin.site.is_registered(Group):
    admin.site.unregister(Group)


def _acting(request: HttpRequest) -> Actor:
    """Who administers, and for whom; the log says so.

    Raises:
        PermissionDenied: they belong to no organisation.
    """
    found = actor(request)
    # Not `is None`: it is a lazy object, which is false when there is nobody behind it.
    if not found:
        raise PermissionDenied("Members of an organisation administer it.")
    return found


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ["name", "kind", "slug"]


class NewMember(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """By e-mail address: a list to choose from would show the people of other organisations."""

    # Who gives the role; `MembershipAdmin` sets it.
    actor_label = ""
    email = forms.EmailField(max_length=254, help_text="Whoever has an account already keeps it.")
    full_name = forms.CharField(max_length=200)

    class Meta:
        model = Membership
        fields = ["role"]

    def save(self, commit: bool = True) -> Membership:  # noqa: ARG002, FBT001, FBT002 - Django's
        added = add_member(
            email=self.cleaned_data["email"],
            full_name=self.cleaned_data["full_name"],
            role=Role(self.cleaned_data["role"]),
            organisation_id=current_organisation_id(),
            actor_label=self.actor_label,
        )
        self.instance = added
        return added

    def save_m2m(self) -> None:
        """Nothing: a membership has no lists."""


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    form = NewMember
    list_display = ["user", "role", "organisation", "created_at"]
    list_select_related = ["user", "organisation"]

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False  # a role is given or taken away

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:  # noqa: ANN401, FBT001 - Django's
        form.actor_label = _acting(request).label
        return super().save_form(request, form, change)

    def save_model(self, request: HttpRequest, obj: object, form: object, change: object) -> None:
        """Nothing: the form's one call has saved it."""

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        acting = _acting(request)
        remove_member(obj.id, organisation_id=acting.organisation_id, actor_label=acting.label)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for row in queryset:
            self.delete_model(request, row)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["email", "full_name", "is_active"]
    search_fields = ["email", "full_name"]
    exclude = ["password", "groups", "user_permissions"]
    # A member may belong to other organisations too; what names them there is not for this one to change.
    readonly_fields = ["email", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people come in as members

    def save_model(self, request: HttpRequest, obj: User, form: object, change: object) -> None:  # noqa: ARG002 - Django's
        acting = _acting(request)
        change_account(obj, organisation_id=acting.organisation_id, actor_label=acting.label)

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

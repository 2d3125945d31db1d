"""Who may ask, for Django REST framework's views. What may be done is decided by operations and the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.acting import actor
from accounts.errors import RoleMissing
from accounts.values import Role

if TYPE_CHECKING:
    # REST framework's views read the default permissions while they are imported themselves.
    from rest_framework.views import APIView


class IsMember(BasePermission):
    """A signed-in member of the acting organisation, in any role."""

    message = "Sign in as a member of an organisation."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and actor(request))


def has_role(*roles: Role) -> type[IsMember]:
    """A permission class for members in one of `roles`; a member in none gets `RoleMissing`, not a bare 403."""

    class HasRole(IsMember):
        def has_permission(self, request: Request, view: APIView) -> bool:
            acting = actor(request)
            if not super().has_permission(request, view) or acting is None:
                return False
            if not acting.is_one_of(*roles):
                raise RoleMissing(frozenset(roles))
            return True

    return HasRole

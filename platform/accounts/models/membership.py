from __future__ import annotations

from uuid import UUID

from django.db import models

from accounts.models.organisation import Organisation
from accounts.models.tenancy import TenantModel
from accounts.models.user import User
from accounts.values import Role
from core.ids import new_id


class Membership(TenantModel):
    """One role of one person in one organisation; several rows give several roles.

    Its policy also opens a person's own rows in other organisations, so that sign-in can offer them.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "role"], name="accounts_membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="accounts_membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.user_id})"

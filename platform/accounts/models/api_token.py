from __future__ import annotations

from django.db import models
from knox.models import AbstractAuthToken

from accounts.models.organisation import Organisation


class ApiToken(AbstractAuthToken):  # type: ignore[misc]  # knox ships no types
    """A hashed, revocable token that acts for one person in one organisation.

    Looked up by digest before any organisation is known, so it is no tenant table; it names nobody.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.token_key}…"

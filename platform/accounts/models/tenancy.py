"""The base of every table that belongs to an organisation."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models

from accounts.models.organisation import Organisation
from core.tenancy import current_organisation_id

Row = TypeVar("Row", bound="TenantModel")


class TenantManager(models.Manager[Row]):
    """Fails closed: outside `core.tenancy.tenant` it raises instead of returning nothing or everything.

    Row-level security stands below and would return no rows; a loud error in development beats a page that is
    silently empty in production.
    """

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(organisation_id=current_organisation_id())

    def create(self, **fields: Any) -> Row:  # noqa: ANN401 - the signature of Django's own method
        if "organisation" not in fields:
            fields.setdefault("organisation_id", current_organisation_id())
        return super().create(**fields)


class TenantModel(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)

    objects: ClassVar[models.Manager[Any]] = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the signature of Django's own method
        if "organisation_id" not in self.__dict__ or self.__dict__["organisation_id"] is None:
            # An instance fresh from a form has not been told yet; the column is NOT NULL.
            self.organisation_id = current_organisation_id()
        super().save(*args, **kwargs)

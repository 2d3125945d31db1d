"""Whose log a request reads. Accounts stand above this app: they leave their actor on the request."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied


class Acting(Protocol):
    """What of an actor this app needs to know."""

    @property
    def organisation_id(self) -> UUID: ...


def reader_organisation(request: object) -> UUID:
    """The organisation that the person of `request` acts for.

    Raises:
        PermissionDenied: they act for none.
    """
    acting: Acting | None = getattr(getattr(request, "_request", request), "actor", None)
    # Not `is None`: on pages it is a lazy object, which is false when there is nobody behind it.
    if not acting:
        raise PermissionDenied("The log is read by members of its organisation.")
    return acting.organisation_id

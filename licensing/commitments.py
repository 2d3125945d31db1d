"""Commitments under the salt of a decision, to what was done on it and only its parties may open."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from core.canonical import Canonical, canonical_bytes
from core.digests import commitment_hex
from core.tenancy import tenant
from licensing.errors import NoSuchDecision
from licensing.models.decision import Decision


def commitment_under(organisation_id: UUID, decision_id: UUID, content: Mapping[str, Canonical]) -> str:
    """HMAC-SHA-256 of `content`, hexadecimal: whoever is shown the salt can tell that this was meant.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        salt = Decision.objects.filter(id=decision_id).values_list("salt", flat=True).first()
    if salt is None:
        raise NoSuchDecision("There is no such decision here.")
    return commitment_hex(canonical_bytes(dict(content)), salt=bytes(salt))

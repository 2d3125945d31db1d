"""Where the state of a credential of ours is listed: given out when it is signed, and read back from it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from core import clock
from core.tenancy import tenant
from provenance import manifest
from provenance.actions import Json
from provenance.models import StatusEntry, StatusList
from provenance.readings import Reading
from provenance.status_list import CAPACITY
from provenance.values import StatusReference

# In a list that is half full, one draw in two finds its index taken; this many in a row and the list is full enough.
_DRAWS = 8


def new_reference(organisation_id: UUID, manifest_id: str) -> StatusReference:
    """An index for a credential that is about to be signed, drawn at random and given to no other."""
    current = StatusList.objects.order_by("-number").first() or _opened(after=None)
    for _ in range(2):
        for _ in range(_DRAWS):
            index = secrets.randbelow(CAPACITY)
            if _taken(organisation_id, current, index, manifest_id):
                return StatusReference(current.uri, index)
        current = _opened(after=current)
    raise RuntimeError(f"No list takes {manifest_id}.")


def with_reference(intended: manifest.Definition, reference: StatusReference) -> manifest.Definition:
    """`intended`, saying where its state is listed, in the words of the Token Status List."""
    content: dict[str, Json] = {"status": {"status_list": {"idx": reference.index, "uri": reference.uri}}}
    stated = manifest.Assertion(manifest.STATUS_LABEL, content)
    return replace(intended, assertions=(*intended.assertions, stated))


def reference_in(reading: Reading) -> StatusReference | None:
    """Where a credential says its state is listed; None where it does not say so in the form we write."""
    status = (reading.assertion(manifest.STATUS_LABEL) or {}).get("status")
    listed = status.get("status_list") if isinstance(status, dict) else None
    if not isinstance(listed, dict):
        return None
    index, uri = listed.get("idx"), listed.get("uri")
    if not isinstance(index, int) or isinstance(index, bool) or not isinstance(uri, str):
        return None
    return StatusReference(uri, index)


def _taken(organisation_id: UUID, current: StatusList, index: int, manifest_id: str) -> bool:
    try:
        with tenant(organisation_id), transaction.atomic():
            StatusEntry.objects.create(
                status_list=current, index=index, manifest_id=manifest_id, given_at=clock.now()
            )
    except IntegrityError:
        return False
    return True


def _opened(*, after: StatusList | None) -> StatusList:
    list_id, number = uuid4(), after.number + 1 if after else 1
    base: str | None = settings.PUBLIC_URL
    try:
        with transaction.atomic():
            opened: StatusList = StatusList.objects.create(
                id=list_id,
                number=number,
                uri=f"{base}/v1/status-lists/{list_id}" if base else f"urn:uuid:{list_id}",
                opened_at=clock.now(),
            )
    except IntegrityError:
        # Somebody else has just opened it.
        return StatusList.objects.get(number=number)
    return opened

"""Editions of the lists of what stands today: made by whoever works the states out, and handed to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from core import clock
from core.digests import sha256_hex
from provenance.errors import StatusListMissing
from provenance.models import StatusList
from provenance.status_keys import status_key
from provenance.status_list import LIFE, packed, signed_list
from provenance.values import PublicState


@dataclass(frozen=True, slots=True)
class ListedCredential:
    """Whose credential stands at an index."""

    organisation_id: UUID
    index: int
    manifest_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The newest signed edition of a list.

    Attributes:
        uri: its name, as credentials refer to it.
        token: a compact JWS.
    """

    list_id: UUID
    uri: str
    token: str
    issued_at: datetime
    expires_at: datetime


def ttl() -> timedelta:
    """How long a copy of an edition may be used before a newer one is fetched."""
    return timedelta(seconds=settings.STATUS_LIST_TTL_SECONDS)


def list_ids() -> list[UUID]:
    """Every list, the oldest first."""
    return list(StatusList.objects.values_list("id", flat=True))


def listed_credentials(list_id: UUID) -> list[ListedCredential]:
    """Which credentials stand in a list, of every organisation: for whoever works their states out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, index, manifest_id FROM provenance_status_entries_v1(%s)", [list_id]
        )
        return [ListedCredential(*row) for row in cursor.fetchall()]


def publish(list_id: UUID, states: Mapping[int, PublicState], *, at: datetime) -> bool:
    """Sign a new edition where the newest says something else or is older than its time; gives whether it did.

    Args:
        list_id: the list.
        states: by index; every other index reads as not delivered.
        at: the moment that `states` are of.

    Raises:
        SignerUnfit: no key for lists can be used.
    """
    row: StatusList = StatusList.objects.get(id=list_id)
    content_sha256 = sha256_hex(packed(states))
    # Renewed at half its time, so that whoever fetches when they are told to finds a newer one.
    is_fresh = row.issued_at is not None and at - row.issued_at < ttl() / 2
    if is_fresh and row.content_sha256 == content_sha256:
        return False
    key = status_key(at=at)
    token = signed_list(states, uri=row.uri, at=at, ttl=ttl(), public_key=key.public_key, sign=key.sign)
    # Of two that publish at once the later moment stays.
    newest = StatusList.objects.filter(id=list_id, issued_at=row.issued_at)
    return bool(newest.update(token=token, content_sha256=content_sha256, issued_at=at))


def editions() -> list[Edition]:
    """The newest edition of every list that has one which still says something."""
    at = clock.now()
    return [
        _edition(row)
        for row in StatusList.objects.exclude(token="")
        if row.issued_at is not None and at < row.issued_at + LIFE
    ]


def edition(list_id: UUID) -> Edition:
    """The newest edition of a list.

    Raises:
        StatusListMissing: there is no such list, or nothing was published of it for longer than an edition lives.
    """
    found = next((one for one in editions() if one.list_id == list_id), None)
    if found is None:
        raise StatusListMissing("There is no such list, or no edition of it that still says something.")
    return found


def _edition(row: StatusList) -> Edition:
    if row.issued_at is None:
        raise RuntimeError("An edition has a time.")
    return Edition(
        list_id=row.id, uri=row.uri, token=row.token, issued_at=row.issued_at, expires_at=row.issued_at + LIFE
    )

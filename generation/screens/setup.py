"""What files of an organisation are looked at with: the screens installed, and the register of its counsel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.tenancy import tenant
from generation.models import ProtectedPicture
from generation.screens import built_in_marks
from generation.screens.built_in_marks import Protected
from generation.screens.running import Installed
from generation.screens.sampling import PER_SECOND
from generation.screens.values import ScreenKind


def installed() -> dict[ScreenKind, Installed]:
    """The screens that the settings name."""
    return {
        ScreenKind(one.kind): Installed(ScreenKind(one.kind), one.named, one.folder, one.weights_sha256)
        for one in settings.ENVIRONMENT.screens
    }


def register_of(organisation_id: UUID) -> tuple[Protected, ...]:
    """The pictures that the organisation's films are searched for, the oldest first."""
    with tenant(organisation_id):
        rows = ProtectedPicture.objects.filter(end__isnull=True).order_by("added_at", "id")
        return tuple(Protected(str(row.id), bytes(row.png)) for row in rows)


def setup_digest(
    screens: Mapping[ScreenKind, Installed],
    register: Sequence[Protected],
    compared: Sequence[str],
    expected: Sequence[str],
) -> str:
    """A name for everything that an answer depends on beside the file: equal ones find the same.

    Args:
        screens: as installed.
        register: as searched for.
        compared: the assets whose faces are compared with.
        expected: the performers whose faces may be there.
    """
    said: dict[str, Canonical] = {
        "screens": {kind.value: [one.named, one.weights_sha256] for kind, one in screens.items()},
        "built_in": built_in_marks.VERSION,
        "per_second": PER_SECOND,
        "register": [one.id for one in register],
        "compared": sorted(compared),
        "expected": sorted(expected),
    }
    return sha256_hex(canonical_bytes(said))

"""By the clock: destroy what may not be kept longer, and remove files that nobody can open.

Safe to run anywhere and any number of times. Organisations are found by their folders: a held asset has a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from core import clock
from core.tenancy import tenant
from licensing.custody import files
from licensing.custody.destruction import destroy_due, remove_file
from licensing.custody.holding import standing_consent
from licensing.custody.words import AssetState, DestructionReason
from licensing.models.custody import CustodyAsset
from licensing.names import ConsentStatus

# Longer than anybody needs to hand an asset in.
ORPHAN_AFTER_S = 6 * 3600


@dataclass(frozen=True, slots=True)
class Swept:
    """How many assets were destroyed and files removed."""

    destroyed: int
    orphans: int
    left_files: int


def sweep(*, orphan_after_s: float = ORPHAN_AFTER_S) -> Swept:
    """Destroy assets past their last day and those whose hold outlived their consent; remove orphans."""
    lying: dict[UUID, list[UUID]] = {}
    for organisation_id, asset_id, _ in files.sealed_files():
        lying.setdefault(organisation_id, []).append(asset_id)
    destroyed = sum(_destroy_due(organisation_id) for organisation_id in lying)
    orphans = left = 0
    for organisation_id, asset_ids in lying.items():
        states = _states(organisation_id, asset_ids)
        for asset_id in asset_ids:
            state = states.get(asset_id)
            if state == AssetState.DESTROYED:
                left += remove_file(organisation_id, asset_id)
            elif state is None and files.age_s(files.path_of(organisation_id, asset_id)) > orphan_after_s:
                orphans += files.remove(organisation_id, asset_id)
    for draft in files.drafts():
        if files.age_s(draft) > orphan_after_s:
            draft.unlink(missing_ok=True)
            orphans += 1
    return Swept(destroyed, orphans, left)


def _destroy_due(organisation_id: UUID) -> int:
    today = clock.now().date()
    with tenant(organisation_id):
        held = CustodyAsset.objects.filter(state=AssetState.HELD)
        ended = held.filter(~Q(consent__status__in=[ConsentStatus.ACTIVE, ConsentStatus.SUPERSEDED]))
        superseded = held.filter(consent__status=ConsentStatus.SUPERSEDED).select_related("consent")
        late = held.filter(retention_until__lt=today)
        by_consent = list(ended.values_list("id", flat=True))
        # The record that took the place of its own has ended too.
        by_consent += [one.id for one in superseded if standing_consent(one.consent) is None]
        by_time = [one for one in late.values_list("id", flat=True) if one not in set(by_consent)]
        entries = destroy_due(organisation_id, by_consent, DestructionReason.CONSENT_WITHDRAWN)
        entries += destroy_due(organisation_id, by_time, DestructionReason.RETENTION_ENDED)
    return len(entries)


def _states(organisation_id: UUID, asset_ids: list[UUID]) -> dict[UUID, str]:
    with tenant(organisation_id):
        return dict(CustodyAsset.objects.filter(id__in=asset_ids).values_list("id", "state"))

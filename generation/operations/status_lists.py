"""The signed lists of what stands today: worked out from the records, of every organisation, and published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from core import clock
from generation.deliveries.public_standing import standings_of_takes
from provenance.queries import takes_of_manifests
from provenance.status_publishing import ListedCredential, list_ids, listed_credentials, publish
from provenance.values import PublicState


def publish_status_lists() -> int:
    """Publish every list that says something new or whose newest edition is old; gives how many.

    Raises:
        SignerUnfit: no key for lists can be used.
    """
    published = 0
    for list_id in list_ids():
        # The moment is drawn before anything is read: a withdrawal meanwhile is in the next edition.
        at = clock.now()
        published += publish(list_id, _states(listed_credentials(list_id)), at=at)
    return published


def _states(credentials: Iterable[ListedCredential]) -> dict[int, PublicState]:
    """By index. What was never signed, and what no take bears, is left out and reads as not delivered."""
    by_organisation: dict[UUID, dict[str, int]] = defaultdict(dict)
    for one in credentials:
        by_organisation[one.organisation_id][one.manifest_id] = one.index
    states: dict[int, PublicState] = {}
    for organisation_id, indexes in by_organisation.items():
        takes = takes_of_manifests(organisation_id, indexes)
        standings = standings_of_takes(organisation_id, set(takes.values()))
        states |= {
            indexes[manifest_id]: standings[take_id].state
            for manifest_id, take_id in takes.items()
            if take_id in standings
        }
    return states

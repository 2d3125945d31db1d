from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

# Imported where they are used: this file is read before Django is set up.
if TYPE_CHECKING:
    from uuid import UUID

    from accounts.values import Actor


@dataclass(frozen=True, slots=True)
class Film:
    """A film with its producer and its counsel."""

    producer: Actor
    counsel: Actor
    id: UUID
    title: str

    @property
    def organisation_id(self) -> UUID:
        return self.producer.organisation_id


@pytest.fixture
def film(committed_db: None) -> Film:
    from accounts.models.organisation import Organisation
    from accounts.values import Role
    from core.tenancy import tenant
    from tests.factories.accounts import a_member
    from tests.factories.productions import a_production

    producer = a_member(Role.PRODUCER)
    with tenant(producer.organisation_id):
        organisation = Organisation.objects.get(id=producer.organisation_id)
    counsel = a_member(Role.LEGAL, organisation=organisation)
    production = a_production(producer)
    return Film(producer, counsel, production.id, production.title)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Imported where they are used: this file is read before Django is set up.
if TYPE_CHECKING:
    from accounts.values import Actor
    from licensing.performer_cards import PerformerCard
    from productions.queries import ProductionCard


@pytest.fixture
def legal(committed_db: None) -> Actor:
    from accounts.values import Role
    from tests.factories.accounts import a_member

    return a_member(Role.LEGAL)


@pytest.fixture
def production(legal: Actor) -> ProductionCard:
    from tests.factories.productions import a_production

    return a_production(legal, governing_law="US-WA")


@pytest.fixture
def ana(legal: Actor) -> PerformerCard:
    from tests.factories.licensing import a_performer

    return a_performer(legal)


@pytest.fixture
def performer(legal: Actor, ana: PerformerCard) -> Actor:
    """Ana's own sign-in, bound to her record by legal."""
    from accounts.values import Role
    from tests.factories.documents import a_colleague, an_authority

    actor = a_colleague(legal, Role.PERFORMER)
    an_authority(legal, ana, actor)
    return actor

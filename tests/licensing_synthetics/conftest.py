from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Imported where they are used: this file is read before Django is set up.
if TYPE_CHECKING:
    from accounts.values import Actor
    from productions.queries import ProductionCard


@pytest.fixture
def legal(committed_db: None) -> Actor:
    from accounts.values import Role
    from tests.factories.accounts import a_member
    from tests.factories.licensing import counsel_confirms

    actor = a_member(Role.LEGAL, Role.PRODUCER)
    counsel_confirms(actor)
    return actor


@pytest.fixture
def production(legal: Actor) -> ProductionCard:
    from datetime import date

    from tests.factories.productions import a_production

    return a_production(legal, principal_photography_start=date(2026, 8, 3))

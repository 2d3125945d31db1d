from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Imported where they are used: this file is read before Django is set up.
if TYPE_CHECKING:
    from accounts.values import Actor
    from licensing.performer_cards import PerformerCard
    from productions.queries import ProductionCard


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[Path]:
    from django.test import override_settings

    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        yield tmp_path


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
    from tests.factories.productions import a_production

    return a_production(legal)


@pytest.fixture
def ana(legal: Actor, production: ProductionCard) -> PerformerCard:
    from licensing.operations.performers import NewIdentifier
    from tests.factories.licensing import a_performer, an_engagement

    performer = a_performer(legal, identifiers=(NewIdentifier("studio_ref", "NF 0001"),))
    an_engagement(legal, production, performer)
    return performer

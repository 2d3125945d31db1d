"""Two real takes with everything that vouches for them, made once for all tests that only look at bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.evidence.bundles import Evidence
    from tests.factories.takes import Studio


@pytest.fixture(scope="session")
def carded_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder with a card."""
    from generation.engines.folder import write_lock
    from tests.factories.generation import tiny_wan_folder

    folder = tiny_wan_folder(tmp_path_factory.mktemp("models") / "tiny")
    (folder / "MODEL_CARD.md").write_text("# Tiny\n\nTrained on drawn shapes.\n", encoding="utf-8")
    write_lock(folder)
    return folder


@pytest.fixture
def studio(committed_db: None, carded_model: Path) -> Studio:
    from tests.factories.takes import a_studio

    return a_studio(carded_model)


_made: list[Evidence] = []


@pytest.fixture
def evidence(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Made with the first test that asks, on a database that it alone needs."""
    from tests.factories.evidence import two_takes

    if not _made:
        _made.append(two_takes(request.getfixturevalue("studio"), tmp_path_factory.mktemp("authority")))
    return _made[0]

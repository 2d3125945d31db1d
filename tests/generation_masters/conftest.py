from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from generation.queries import TakeCard
    from tests.factories.takes import Studio


@pytest.fixture(scope="session")
def pristine_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder that no test changes."""
    from tests.factories.generation import tiny_wan_folder

    return tiny_wan_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    from tests.factories.takes import a_studio

    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


@pytest.fixture
def kept_take(studio: Studio) -> TakeCard:
    """Signed, with a performer's replica, and its frames kept for mastering."""
    from tests.factories.deliveries import a_signed_take

    return a_signed_take(studio, studio.consenting, keep_for_mastering=True)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generation.engines.diffusers_engine import DiffusersEngine, load
from tests.factories.picture_families import tiny_wan_vace_folder

# Imported where they are used: this file is read before Django is set up.
if TYPE_CHECKING:
    from licensing.custody.cards import AssetCard
    from productions.queries import CharacterCard
    from tests.factories.takes import Studio


@pytest.fixture(scope="session")
def vace_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan_vace_folder(tmp_path_factory.mktemp("shown") / "model")


@pytest.fixture
def studio(committed_db: None, vace_model: Path, tmp_path: Path) -> Iterator[Studio]:
    from django.test import override_settings

    from tests.factories.takes import a_studio

    with override_settings(MEDIA_FOLDER=tmp_path / "media"):
        yield a_studio(vace_model)


@pytest.fixture
def picture(studio: Studio) -> AssetCard:
    from tests.factories.reference_pictures import a_kept_picture

    return a_kept_picture(studio)


@pytest.fixture
def pilot(studio: Studio) -> CharacterCard:
    from tests.factories.productions import a_character

    return a_character(studio.producer, studio.production)


@pytest.fixture(scope="session")
def engine(vace_model: Path) -> DiffusersEngine:
    return load(vace_model, threads=2)

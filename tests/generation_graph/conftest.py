from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.factories.authorship import Film


@pytest.fixture(scope="session")
def pristine_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder that no test changes."""
    from tests.factories.generation import tiny_wan_folder

    return tiny_wan_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def folder(committed_db: None, tmp_path: Path) -> Iterator[Path]:
    from django.test import override_settings

    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        yield tmp_path


@pytest.fixture
def film(folder: Path) -> Film:
    from tests.factories.authorship import a_film

    return a_film(folder)

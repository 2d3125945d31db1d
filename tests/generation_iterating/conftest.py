from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generation.engines.diffusers_engine import DiffusersEngine, load
from tests.factories.generation import tiny_wan_folder

if TYPE_CHECKING:
    from tests.factories.takes import Studio


@pytest.fixture(scope="session")
def pristine_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder that no test changes."""
    return tiny_wan_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def model(pristine_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model folder that the test may change."""
    return Path(shutil.copytree(pristine_model, tmp_path / "model"))


@pytest.fixture(scope="session")
def engine(pristine_model: Path) -> DiffusersEngine:
    """The tiny model, loaded."""
    return load(pristine_model, threads=2)


@pytest.fixture
def studio(committed_db: None, pristine_model: Path) -> Studio:
    from tests.factories.takes import a_studio

    return a_studio(pristine_model)

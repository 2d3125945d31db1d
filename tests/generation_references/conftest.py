from __future__ import annotations

from pathlib import Path

import pytest

from generation.engines.diffusers_engine import DiffusersEngine, load
from tests.factories.picture_families import tiny_wan_vace_folder


@pytest.fixture(scope="session")
def vace_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan_vace_folder(tmp_path_factory.mktemp("shown") / "model")


@pytest.fixture(scope="session")
def engine(vace_model: Path) -> DiffusersEngine:
    return load(vace_model, threads=2)

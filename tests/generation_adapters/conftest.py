from __future__ import annotations

from pathlib import Path

import pytest

from generation.engines.diffusers_engine import DiffusersEngine, load
from tests.factories.generation import tiny_wan_folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan_folder(tmp_path_factory.mktemp("adapted") / "model")


@pytest.fixture(scope="session")
def engine(tiny_model: Path) -> DiffusersEngine:
    return load(tiny_model, threads=2)

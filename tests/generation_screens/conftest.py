"""A tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.generation import tiny_wan_folder


@pytest.fixture(scope="session")
def pristine_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder that no test changes."""
    return tiny_wan_folder(tmp_path_factory.mktemp("models") / "tiny")

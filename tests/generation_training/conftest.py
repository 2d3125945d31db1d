from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

if TYPE_CHECKING:
    from tests.factories.trainings import Likeness


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights, on which nobody waits for anything to be learned."""
    from tests.factories.generation import tiny_wan_folder

    return tiny_wan_folder(tmp_path_factory.mktemp("trained") / "model")


@pytest.fixture
def likeness(committed_db: None, tiny_model: Path, tmp_path: Path) -> Iterator[Likeness]:
    from tests.factories.trainings import a_likeness

    with override_settings(MEDIA_FOLDER=tmp_path / "media"):
        yield a_likeness(stills=2, model=tiny_model)

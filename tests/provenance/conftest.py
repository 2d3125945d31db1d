"""A signed file shared by tests that do not change it, and a keys folder of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories.provenance import SignedVideo, sign_video
from tests.factories.tokens import TokenBox, make_token_box


@pytest.fixture(scope="session")
def signed_video(tmp_path_factory: pytest.TempPathFactory) -> SignedVideo:
    folder = tmp_path_factory.mktemp("signed")
    return sign_video(folder, keys_folder=folder / "keys")


@pytest.fixture
def keys_folder(tmp_path: Path, settings: Settings) -> Path:
    """The product's keys folder, empty."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def media_folder(tmp_path: Path, settings: Settings) -> Path:
    """The product's media folder, empty."""
    settings.MEDIA_FOLDER = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture(scope="session")
def token_box(tmp_path_factory: pytest.TempPathFactory) -> TokenBox:
    """A SoftHSM with two tokens; see `tests.factories.tokens.needs_softhsm`."""
    return make_token_box(tmp_path_factory.mktemp("softhsm"))

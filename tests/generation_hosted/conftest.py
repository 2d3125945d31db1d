"""A service that runs a model, films that it could send, and the operator's key for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from generation.hosted import engine
from tests.factories.films import a_film, encoded
from tests.factories.foreign_signers import ForeignSigner, a_foreign_signer, sign_as
from tests.factories.hosted import KEY, VideoService, video_service

MADE_BY_A_MODEL = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@pytest.fixture(scope="session")
def bare_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of a film without a credential."""
    return encoded(a_film(3, frames=24), tmp_path_factory.mktemp("films") / "bare.mp4")


@pytest.fixture(scope="session")
def vendor() -> ForeignSigner:
    return a_foreign_signer("es256", "Quillpath Motion Works")


@pytest.fixture(scope="session")
def signed_film(bare_film: Path, vendor: ForeignSigner) -> Path:
    """The same film as its maker signed it."""
    stated = {
        "claim_version": 2,
        "claim_generator_info": [{"name": "Reel", "version": "2"}],
        "title": "reel.mp4",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": MADE_BY_A_MODEL}]},
            }
        ],
    }
    signed = bare_film.with_name("signed.mp4")
    return sign_as(vendor, bare_film, signed, media_type="video/mp4", definition=stated)


@pytest.fixture
def hosting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., VideoService]]:
    """Starts a service whose key the operator has put in place; jobs are looked at without much waiting."""
    monkeypatch.setattr(engine, "_FIRST_LOOK_S", 0.05)
    monkeypatch.setattr(engine, "_FIRST_PAUSE_S", 0.05)
    keys = tmp_path / "hosted-keys"
    keys.mkdir()
    environment = replace(django_settings.ENVIRONMENT, hosted_keys=keys)
    monkeypatch.setattr(django_settings, "ENVIRONMENT", environment)
    with ExitStack() as running:

        def start(film: Path, **behaviour: Any) -> VideoService:  # noqa: ANN401 - any field
            service = running.enter_context(video_service(film, **behaviour))
            key = keys / f"127.0.0.1_{service.port}"
            key.write_text(f"{KEY}\n")
            key.chmod(0o600)
            return service

        yield start

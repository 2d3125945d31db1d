"""Credentials kept elsewhere: not fetched unless the installation says so, and never from a network of ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import c2pa
import pytest
from pytest_django import Settings

from core import clock
from provenance import keys, manifest, verifying
from provenance.errors import ReferenceRefused
from provenance.fetching import fetch
from provenance.sdk.contexts import opened_context
from provenance.values import CredentialState
from tests.factories.provenance import make_jpeg, make_video, take_statement

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")

ELSEWHERE = "https://manifests.example/film.c2pa"


@pytest.fixture
def kept_elsewhere(keys_folder: Path, tmp_path: Path) -> Callable[[str], tuple[Path, bytes]]:
    """A film that names an address, and the credential that belongs there."""

    def make(url: str) -> tuple[Path, bytes]:
        at = clock.now()
        keys.ensure_development_authority(keys_folder, at=at)
        signer = keys.load_signer(keys_folder, at=at)
        stated = manifest.definition(
            take_statement(),
            manifest_id="urn:c2pa:9b0d3f6e-3c5a-4f1e-8a77-0c1d2e3f4a5b",
            unbound_sha256="b" * 64,
        )
        # Boxes outside the binding are stated for films that carry their credential.
        bare = replace(
            stated, assertions=tuple(one for one in stated.assertions if one.label != manifest.TAKE_LABEL)
        )
        definition = bare.to_json()
        film = tmp_path / "film.mp4"
        with (
            opened_context(keys.load_trust_list(keys_folder, at=at).anchors) as context,
            c2pa.Builder(definition, context=context) as builder,
            c2pa.Signer.from_callback(signer.sign, c2pa.C2paSigningAlg.ES256, signer.chain_pem) as native,
            make_video(tmp_path / "source.mp4").open("rb") as reading,
            film.open("w+b") as writing,
        ):
            builder.set_intent(
                c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
            )
            builder.add_resource(manifest.THUMBNAIL_IDENTIFIER, io.BytesIO(make_jpeg()))
            builder.set_no_embed()
            builder.set_remote_url(url)
            store = builder.sign(native, manifest.MEDIA_TYPE, reading, writing)
        return film, store

    return make


@pytest.fixture
def fetching(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, fetch_remote_manifests=True)


def test_nothing_is_fetched_unless_the_installation_says_so(
    kept_elsewhere: Callable[[str], tuple[Path, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    film, _ = kept_elsewhere(ELSEWHERE)
    asked: list[str] = []
    monkeypatch.setattr(verifying, "fetch", lambda url, *_arguments, **_named: asked.append(url))

    answer = verifying.verify_file(film)

    assert answer.state in (CredentialState.ABSENT, CredentialState.RECOVERED)
    assert "kept elsewhere, which is not fetched" in answer.reasons[0]
    assert asked == []


@pytest.mark.usefixtures("fetching")
def test_what_is_fetched_is_judged_like_a_credential_beside_the_film(
    kept_elsewhere: Callable[[str], tuple[Path, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    film, store = kept_elsewhere(ELSEWHERE)
    monkeypatch.setattr(
        verifying, "fetch", lambda _url, destination, **_named: destination.write_bytes(store)
    )

    good = verifying.verify_file(film)
    content = bytearray(film.read_bytes())
    content[content.index(b"mdat") + 40] ^= 1
    film.write_bytes(content)
    bad = verifying.verify_file(film)

    assert good.state is CredentialState.TRUSTED
    assert any(ELSEWHERE in reason for reason in good.reasons)
    assert bad.state is CredentialState.ALTERED


@pytest.mark.usefixtures("fetching")
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/film.c2pa",
        "https://127.0.0.1/film.c2pa",
        "https://169.254.169.254/latest/meta-data",
    ],
)
def test_an_address_of_our_own_networks_is_never_gone_to(
    kept_elsewhere: Callable[[str], tuple[Path, bytes]], url: str
) -> None:
    film, _ = kept_elsewhere(url)

    answer = verifying.verify_file(film)

    assert answer.state in (CredentialState.ABSENT, CredentialState.RECOVERED)
    with pytest.raises(ReferenceRefused):
        fetch(url, film.with_suffix(".c2pa"), most_bytes=99)

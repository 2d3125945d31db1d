"""Large films that are given up: the file that was inspected becomes the signed one, or there is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

import pytest

from core.media_store import MediaStore
from core.tenancy import tenant
from provenance import c2pa_gateway, laying_out, sealing
from provenance.decoding import streams_sha256
from provenance.errors import SigningFailed
from provenance.models import SignedAsset, SigningIntent
from provenance.operations import sign_take_file
from provenance.values import CredentialState, SignedFile
from provenance.verifying import verify_file
from tests.factories import tampering
from tests.factories.accounts import an_organisation
from tests.factories.provenance import make_jpeg, make_video, take_statement

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_video(tmp_path / "source.mp4")


def _sign(studio: UUID, source: Path) -> SignedFile:
    return sign_take_file(
        organisation_id=studio,
        source=source,
        statement=take_statement(),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
        give_up_source=True,
    )


def test_a_large_source_that_is_given_up_becomes_the_signed_file(
    studio: UUID, source: Path, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> bytes:
        raise AssertionError("written anew")

    monkeypatch.setattr(laying_out, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(c2pa_gateway, "sign_into", refuse)
    streams = streams_sha256(source)
    with MediaStore(media_folder).temporary(".mp4") as given_up:
        shutil.copyfile(source, given_up)
        signed = _sign(studio, given_up)
        assert not given_up.exists()

    (kept,) = (path for path in media_folder.rglob("*") if path.is_file())
    assert [box.kind for box in tampering.boxes(kept.read_bytes())][:3] == [b"ftyp", b"uuid", b"moov"]
    assert streams_sha256(kept) == streams
    assert verify_file(kept).state is signed.state is CredentialState.TRUSTED


def test_a_signature_in_place_that_fails_leaves_no_file(
    studio: UUID, source: Path, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(*_arguments: object, **_named: object) -> object:
        raise SigningFailed("The signed file reads back with doubts.")

    monkeypatch.setattr(laying_out, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(sealing, "read_back", doubtful)
    with MediaStore(media_folder).temporary(".mp4") as given_up:
        shutil.copyfile(source, given_up)
        with pytest.raises(SigningFailed, match="doubts"):
            _sign(studio, given_up)

    assert [path for path in media_folder.rglob("*") if path.is_file()] == []
    with tenant(studio):
        assert (SigningIntent.objects.count(), SignedAsset.objects.count()) == (1, 0)

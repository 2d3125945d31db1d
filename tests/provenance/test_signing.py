"""Signing a take's file: intent first, read back, kept once, and nothing left behind when it fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from core import clock
from core.digests import sha256_hex, sha256_hex_of_file
from core.errors import DiskFull
from core.ids import new_id
from core.media_store import MediaStore
from core.tenancy import tenant
from provenance import c2pa_gateway, keys, queries
from provenance.certificates import EMAIL_PROTECTION
from provenance.errors import AssetMissing, SigningFailed, SourceUnusable
from provenance.models import SignedAsset, SigningIntent
from provenance.operations import sign_take_file
from provenance.providers.addresses import KeyPurpose
from provenance.trust_list import Removal
from provenance.values import CredentialState, SignedFile
from provenance.verifying import verify_file
from tests.factories import tampering
from tests.factories.accounts import an_organisation
from tests.factories.ceremonies import an_installed_signer
from tests.factories.issuing import an_authority
from tests.factories.provenance import FRAMES, make_jpeg, make_video, take_statement

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


class Stopped(Exception):
    """What a caller's guard raises in these tests."""


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_video(tmp_path / "source.mp4")


def _sign(studio: UUID, source: Path, **changes: Any) -> SignedFile:  # noqa: ANN401 - any argument
    arguments: dict[str, Any] = {
        "statement": take_statement(),
        "thumbnail_jpeg": make_jpeg(),
        "actor": "worker:render-1",
        "publish_guard": lambda: None,
        "after_signed": lambda _: None,
    }
    return sign_take_file(organisation_id=studio, source=source, **(arguments | changes))


def _files(media_folder: Path) -> list[Path]:
    return [path for path in media_folder.rglob("*") if path.is_file()]


def _logged() -> list[str]:
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "SELECT type, recorded_at FROM audit_entry UNION ALL SELECT type, recorded_at FROM audit_outbox"
            " ORDER BY recorded_at"
        )
        return [row[0] for row in cursor.fetchall()]


def _counts(studio: UUID) -> tuple[int, int]:
    with tenant(studio):
        return SigningIntent.objects.count(), SignedAsset.objects.count()


class TestSigned:
    def test_a_signed_file_is_kept_under_its_digest_and_is_trusted(
        self, studio: UUID, source: Path, media_folder: Path
    ) -> None:
        signed = _sign(studio, source)

        (kept,) = _files(media_folder)
        answer = verify_file(kept)
        assert kept == queries.path_of(signed.key)
        assert sha256_hex_of_file(kept) == signed.sha256_hex
        assert kept.stat().st_size == signed.size_bytes
        assert answer.state is signed.state is CredentialState.TRUSTED
        assert answer.manifest_id == signed.manifest_id
        assert answer.reasons == (
            "The file is as it was signed, and its signer is on our list.",
            "That it would be signed was recorded in the log first, at place 0 of 1.",
        )

    def test_a_video_with_its_index_first_keeps_it_first(self, studio: UUID, tmp_path: Path) -> None:
        signed = _sign(studio, make_video(tmp_path / "source.mp4", index_first=True))

        content = queries.path_of(signed.key).read_bytes()
        kinds = [found.kind for found in tampering.boxes(content)]
        assert kinds.index(b"moov") < kinds.index(b"mdat")
        assert verify_file(queries.path_of(signed.key)).state is CredentialState.TRUSTED

    def test_intent_and_signature_stand_in_log_and_tables_in_that_order(
        self, studio: UUID, source: Path
    ) -> None:
        signed = _sign(studio, source)

        with tenant(studio):
            intent, asset = SigningIntent.objects.get(), SignedAsset.objects.get()
        assert _logged() == ["provenance.signing.intended", "provenance.asset.signed"]
        assert intent.asset_id == asset.id == signed.asset_id
        assert intent.source_sha256 == sha256_hex_of_file(source)
        assert intent.manifest_sha256 == asset.statement_sha256
        assert asset.manifest_store_sha256 == sha256_hex(bytes(asset.manifest_store))
        assert intent.signer_certificate_sha256 == signed.signer_certificate_sha256

    def test_an_installed_signer_signs_and_the_organisations_identity_is_asserted(
        self, studio: UUID, source: Path
    ) -> None:
        now = clock.now()
        installed = an_installed_signer("pem:claim.pem", an_authority(at=now), at=now)
        an_installed_signer(
            "pem:identity.pem",
            an_authority(at=now),
            at=now,
            purpose=KeyPurpose.IDENTITY,
            organisation_id=studio,
            purposes=(EMAIL_PROTECTION,),
        )

        signed = _sign(studio, source)

        answer = verify_file(queries.path_of(signed.key))
        assert signed.signer_certificate_sha256 == installed.signer.certificate_sha256
        assert answer.state is CredentialState.TRUSTED
        assert "Example Film Studio stands behind it by a key of its own." in answer.reasons

    def test_the_source_is_left_as_it_was(self, studio: UUID, source: Path) -> None:
        before = source.read_bytes()

        _sign(studio, source)

        assert source.read_bytes() == before

    def test_guard_and_follower_run_inside_the_transaction_that_writes_the_record(
        self, studio: UUID, source: Path
    ) -> None:
        seen: list[tuple[str, bool, int]] = []

        _sign(
            studio,
            source,
            publish_guard=lambda: seen.append(
                ("guard", connection.in_atomic_block, SignedAsset.objects.count())
            ),
            after_signed=lambda _: seen.append(
                ("after", connection.in_atomic_block, SignedAsset.objects.count())
            ),
        )

        assert seen == [("guard", True, 0), ("after", True, 1)]

    def test_a_take_is_signed_once(self, studio: UUID, source: Path, media_folder: Path) -> None:
        first = _sign(studio, source)
        followed: list[SignedFile] = []

        second = _sign(studio, source, after_signed=followed.append)

        assert second == first
        assert followed == []
        assert len(_files(media_folder)) == 1
        assert _counts(studio) == (1, 1)

    def test_of_two_workers_the_second_gives_the_first_ones_file(
        self, studio: UUID, source: Path, media_folder: Path
    ) -> None:
        first: list[SignedFile] = []
        genuine = c2pa_gateway.sign

        def overtaken(**arguments: Any) -> bytes:  # noqa: ANN401 - as the gateway's own
            # While this worker is busy signing, another one finishes the same take.
            if not first:
                first.append(SignedFile(new_id(), "", "", "", 0, CredentialState.TRUSTED, ""))
                first[0] = _sign(studio, source)
            return genuine(**arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(c2pa_gateway, "sign", overtaken)
            second = _sign(studio, source)

        assert second == first[0]
        assert len(_files(media_folder)) == 1
        assert _counts(studio) == (2, 1)


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"frames": FRAMES + 1}, "the statement says"),
            ({"width": 32}, "the statement says"),
        ],
    )
    def test_a_video_other_than_stated_is_not_signed(
        self, studio: UUID, source: Path, changes: dict[str, int], reason: str
    ) -> None:
        with pytest.raises(SourceUnusable, match=reason):
            _sign(studio, source, statement=take_statement(**changes))

        assert _counts(studio) == (0, 0)

    def test_a_video_cut_short_is_not_signed(self, studio: UUID, source: Path) -> None:
        content = source.read_bytes()
        source.write_bytes(content[: len(content) // 2])

        with pytest.raises(SourceUnusable, match="does not decode"):
            _sign(studio, source)

        assert _counts(studio) == (0, 0)

    def test_a_video_whose_last_frames_are_gone_is_not_signed(self, studio: UUID, source: Path) -> None:
        content = source.read_bytes()
        index = tampering.box(content, b"mdat")
        hollow = content[: index.end - 4000] + bytes(4000) + content[index.end :]
        source.write_bytes(hollow)

        with pytest.raises(SourceUnusable):
            _sign(studio, source)

    def test_a_video_with_a_credential_is_not_signed_anew(self, studio: UUID, source: Path) -> None:
        signed = _sign(studio, source)

        with pytest.raises(SourceUnusable, match="already carries"):
            _sign(studio, queries.path_of(signed.key), statement=take_statement(take_id=new_id()))

    def test_a_video_in_another_container_is_not_signed(self, studio: UUID, tmp_path: Path) -> None:
        source = make_video(tmp_path / "source.mkv", container="matroska")

        with pytest.raises(SourceUnusable, match="structure"):
            _sign(studio, source)

    def test_a_thumbnail_that_is_no_jpeg_is_refused(self, studio: UUID, source: Path) -> None:
        with pytest.raises(SourceUnusable, match="JPEG"):
            _sign(studio, source, thumbnail_jpeg=b"<svg/>")


class TestNothingIsLeft:
    def test_when_the_guard_stops_it(self, studio: UUID, source: Path, media_folder: Path) -> None:
        def guard() -> None:
            raise Stopped

        with pytest.raises(Stopped):
            _sign(studio, source, publish_guard=guard)

        assert _files(media_folder) == []
        assert _counts(studio) == (1, 0)
        assert _logged() == ["provenance.signing.intended"]

    def test_when_the_follower_fails(self, studio: UUID, source: Path, media_folder: Path) -> None:
        def follower(_: SignedFile) -> None:
            raise Stopped

        with pytest.raises(Stopped):
            _sign(studio, source, after_signed=follower)

        assert _files(media_folder) == []
        assert _counts(studio) == (1, 0)
        assert _logged() == ["provenance.signing.intended"]

    def test_when_the_database_refuses_the_record(
        self, studio: UUID, source: Path, media_folder: Path
    ) -> None:
        def follower(_: SignedFile) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

        with pytest.raises(DatabaseError, match="division"):
            _sign(studio, source, after_signed=follower)

        assert _files(media_folder) == []
        assert _counts(studio) == (1, 0)

    def test_when_the_signed_file_does_not_read_back(
        self, studio: UUID, source: Path, media_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        genuine = c2pa_gateway.sign

        def bitten(*, destination: Path, **arguments: Any) -> bytes:  # noqa: ANN401 - as the gateway's own
            store = genuine(destination=destination, **arguments)
            destination.write_bytes(tampering.flipped_in_box(destination.read_bytes(), b"moov"))
            return store

        monkeypatch.setattr(c2pa_gateway, "sign", bitten)

        with pytest.raises(SigningFailed):
            _sign(studio, source)

        assert _files(media_folder) == []
        assert _counts(studio) == (1, 0)

    def test_when_the_disk_is_full(
        self, studio: UUID, source: Path, media_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        genuine = MediaStore.temporary

        @contextmanager
        def on_a_full_disk(store: MediaStore, suffix: str) -> Iterator[Path]:
            with genuine(store, suffix) as path:
                path.symlink_to("/dev/full")
                yield path

        monkeypatch.setattr(MediaStore, "temporary", on_a_full_disk)

        with pytest.raises(DiskFull):
            _sign(studio, source)

        assert _files(media_folder) == []
        assert _counts(studio) == (1, 0)


class TestRecords:
    def test_they_only_grow(self, studio: UUID, source: Path) -> None:
        _sign(studio, source)
        for statement in (
            "UPDATE provenance_signedasset SET file_sha256 = repeat('0', 64)",
            "DELETE FROM provenance_signedasset",
            "UPDATE provenance_signingintent SET intended_at = now()",
            "DELETE FROM provenance_signingintent",
            "TRUNCATE provenance_signedasset",
        ):
            with pytest.raises(DatabaseError), tenant(studio), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_another_organisation_sees_none_of_them(self, studio: UUID, source: Path) -> None:
        signed = _sign(studio, source)
        other = an_organisation().id

        assert _counts(other) == (0, 0)
        with pytest.raises(AssetMissing):
            queries.credential(other, signed.asset_id)

    def test_anybody_may_compare_a_digest_and_learns_nothing_else(self, studio: UUID, source: Path) -> None:
        signed = _sign(studio, source)

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM provenance_asset_of_manifest_v1(%s)", [signed.manifest_id])
            (row,) = cursor.fetchall()
            names = [column.name for column in cursor.description]

        assert names == ["file_sha256", "signed_at", "taken_at"]
        assert row[0] == signed.sha256_hex

    def test_a_longer_copy_is_altered_for_everybody(self, studio: UUID, source: Path, tmp_path: Path) -> None:
        signed = _sign(studio, source)
        copy = tmp_path / "copy.mp4"
        shutil.copy(queries.path_of(signed.key), copy)
        copy.write_bytes(tampering.with_appended_box(copy.read_bytes(), b"free", b"hidden"))

        answer = verify_file(copy)

        assert answer.state is CredentialState.ALTERED
        assert answer.validation_state == "Trusted"

    def test_a_retired_root_turns_its_files_into_those_of_a_retired_signer(
        self, studio: UUID, source: Path, keys_folder: Path
    ) -> None:
        signed = _sign(studio, source)
        digest = keys.load_trust_list(keys_folder).anchors[0].sha256_hex
        keys.change_trust_list(
            keys_folder,
            lambda entries: entries.without_anchor(digest, removal=Removal.SUPERSEDED, at=clock.now()),
        )

        assert verify_file(queries.path_of(signed.key)).state is CredentialState.RETIRED_SIGNER
        card = queries.credential(studio, signed.asset_id)
        assert card.state is CredentialState.RETIRED_SIGNER

    def test_the_card_tells_what_the_file_states(self, studio: UUID, source: Path) -> None:
        statement = take_statement()
        signed = _sign(studio, source)

        card = queries.credential_of_take(studio, statement.take_id)
        answer = verify_file(queries.path_of(signed.key), organisation_id=studio)

        assert card is not None
        assert answer.claims is not None
        assert card.authorization == answer.authorization
        assert (card.title, card.model_name, card.model_version) == (
            answer.claims.title,
            answer.claims.model_name,
            answer.claims.model_version,
        )
        assert card.taken_at == statement.created_at
        assert card.consent_count == 2
        assert queries.credential_of_take(studio, new_id()) is None

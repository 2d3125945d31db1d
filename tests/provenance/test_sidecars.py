"""Credentials beside files: Matroska, WebM, MXF, frames of EXR; made by command and API, and verified."""

from __future__ import annotations

import io
import shutil
from base64 import b64decode
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from provenance.beside import digest_list
from provenance.beside.digest_list import BadDigestList, Listed
from provenance.models import Sidecar, SigningIntent
from provenance.values import CredentialState, SignedFile
from provenance.verifying import verify_file, verify_path
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.provenance import make_video
from tests.factories.requests import a_browser, an_api_client
from tests.factories.signed_takes import sign_take
from tests.tampered_rows import tampered

ALTERED, TRUSTED = CredentialState.ALTERED, CredentialState.TRUSTED


@pytest.fixture
def producer(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER, is_staff=True)


@pytest.fixture
def signed(producer: Actor, keys_folder: Path, media_folder: Path, tmp_path: Path) -> SignedFile:
    return sign_take(producer.organisation_id, tmp_path)


def _sidecar(path: Path, producer: Actor, signed: SignedFile) -> str:
    told = io.StringIO()
    call_command(
        "sidecar",
        str(path),
        organisation=producer.organisation_id,
        asset=signed.asset_id,
        stdout=told,
    )
    return told.getvalue()


def _frames(folder: Path) -> Path:
    """Frames as a renderer leaves them; what is in them is nobody's business here."""
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"shot.{number:04}.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes([number]) * 4000)
    return folder


def _problems_of_sidecars() -> list[str]:
    found = inspect_logs(at=clock.now(), reconcilers=registered()).problems
    return [one.what for one in found if "provenance.sidecar.signed" in one.what]


class TestFiles:
    @pytest.mark.parametrize(
        ("container", "suffix"), [("matroska", "mkv"), ("matroska", "webm"), ("mxf", "mxf")]
    )
    def test_a_file_with_its_credential_beside_is_trusted_and_it_is_said_where_it_lies(
        self, producer: Actor, signed: SignedFile, tmp_path: Path, container: str, suffix: str
    ) -> None:
        film = make_video(tmp_path / f"film.{suffix}", container=container)

        told = _sidecar(film, producer, signed)

        answer = verify_path(film)
        assert "beside, not inside" in told
        assert answer.state is TRUSTED
        assert answer.validation_state == "Trusted"
        assert any(f"lies beside the file, in film.{suffix}.c2pa" in reason for reason in answer.reasons)
        assert any("recorded in the log first" in reason for reason in answer.reasons)
        assert answer.authorization is not None
        assert answer.claims is not None
        assert answer.claims.ai_generated

    def test_it_is_found_in_place_of_the_ending_too(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        film = make_video(tmp_path / "film.mkv", container="matroska")
        _sidecar(film, producer, signed)
        (tmp_path / "film.mkv.c2pa").rename(tmp_path / "film.c2pa")

        assert verify_path(film).state is TRUSTED

    def test_what_was_lost_is_found_by_the_digest_of_the_file_and_by_nothing_less(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        film = make_video(tmp_path / "film.mkv", container="matroska", seed=9)
        _sidecar(film, producer, signed)
        lost = (tmp_path / "film.mkv.c2pa").read_bytes()
        (tmp_path / "film.mkv.c2pa").unlink()

        found = verify_file(film)
        _sidecar(film, producer, signed)
        again = (tmp_path / "film.mkv.c2pa").read_bytes()
        other = tmp_path / "other.mkv"
        other.write_bytes(film.read_bytes() + b"\0")

        assert found.state is TRUSTED, found.reasons
        assert any("found by the digest of the file" in reason for reason in found.reasons)
        # Asked for again, it is the one that was lost.
        assert again == lost
        assert verify_file(other).state is CredentialState.ABSENT
        browser = a_browser(producer)
        digest = sha256_hex_of_file(film)
        (told,) = browser.get(f"/v1/sidecars?sha256={digest.upper()}").json()
        assert (told["name"], told["bound_sha256"], told["files"]) == ("film.mkv", digest, None)
        handed = browser.get(f"/v1/sidecars/{told['id']}/credential")
        assert (handed.content, handed["Content-Type"]) == (again, "application/c2pa")
        assert 'filename="film.mkv.c2pa"' in handed["Content-Disposition"]
        page = browser.get(f"/sidecars?sha256={digest}").text
        assert f"/sidecars/{told['id']}" in page
        assert told["manifest_id"] in browser.get(f"/sidecars/{told['id']}").text
        assert browser.get(f"/sidecars/{told['id']}/credential").content == again
        assert "64 hexadecimal digits" in browser.get("/sidecars?sha256=film").text
        assert browser.get("/v1/sidecars?sha256=film").status_code == 400
        integrate_all()
        assert _problems_of_sidecars() == []
        with tampered("provenance_sidecar", "UPDATE provenance_sidecar SET bound_sha256 = repeat('0', 64)"):
            assert len(_problems_of_sidecars()) == 1
        with tampered("provenance_sidecar", "DELETE FROM provenance_sidecar"):
            assert len(_problems_of_sidecars()) == 1
        with pytest.raises(DatabaseError, match="permission denied"), tenant(producer.organisation_id):
            Sidecar.objects.update(name="other.mkv")

    def test_a_changed_film_a_changed_credential_and_one_of_another_film_are_altered(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        film = make_video(tmp_path / "film.mkv", container="matroska")
        _sidecar(film, producer, signed)
        store, content = tmp_path / "film.mkv.c2pa", film.read_bytes()

        for place in (0, len(content) // 2, len(content) - 1):
            film.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert verify_path(film).state is ALTERED
        film.write_bytes(content + b"\0")
        assert verify_path(film).state is ALTERED
        film.write_bytes(content)
        genuine = store.read_bytes()
        store.write_bytes(genuine.replace(b"rule_pack", b"rule_puck", 1))
        assert verify_path(film).state is ALTERED
        store.write_bytes(b"no credential")
        assert verify_path(film).state is ALTERED
        store.write_bytes(genuine)
        assert verify_path(film).state is TRUSTED
        other = make_video(tmp_path / "other.mkv", container="matroska", seed=2)
        shutil.copy(store, tmp_path / "other.mkv.c2pa")
        assert verify_path(other).state is ALTERED

    def test_nothing_is_written_over_and_the_intent_is_on_record(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        film = make_video(tmp_path / "film.mkv", container="matroska")
        store = tmp_path / "film.mkv.c2pa"
        store.write_bytes(b"mine")

        with pytest.raises(CommandError):
            _sidecar(film, producer, signed)

        assert store.read_bytes() == b"mine"
        assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
        with tenant(producer.organisation_id):
            assert SigningIntent.objects.count() == 2

    def test_another_organisations_file_is_not_there(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        film = make_video(tmp_path / "film.mkv", container="matroska")

        with pytest.raises(CommandError, match="no such signed file"):
            _sidecar(film, a_member(Role.PRODUCER), signed)

        assert not (tmp_path / "film.mkv.c2pa").exists()


class TestFolders:
    def test_a_sequence_is_trusted_as_a_whole(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        frames = _frames(tmp_path / "shot")

        _sidecar(frames, producer, signed)

        answer = verify_path(frames)
        assert answer.state is TRUSTED
        assert (
            "Every file of the folder is as the signed list says, and no other lies there." in answer.reasons
        )
        assert (tmp_path / "shot.sha256").read_text().splitlines()[0].endswith("  shot.0001.exr")

    def test_a_frame_changed_gone_or_more_is_named(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        frames = _frames(tmp_path / "shot")
        _sidecar(frames, producer, signed)
        third = frames / "shot.0003.exr"
        content = third.read_bytes()

        third.write_bytes(content[:-1])
        changed = verify_path(frames)
        third.unlink()
        gone = verify_path(frames)
        third.write_bytes(content)
        (frames / "shot.0006.exr").write_bytes(b"more")
        more = verify_path(frames)

        assert {changed.state, gone.state, more.state} == {ALTERED}
        assert "shot.0003.exr is not what was signed" in changed.reasons[0]
        assert "shot.0003.exr is missing" in gone.reasons[0]
        assert "shot.0006.exr is not on the list" in more.reasons[0]
        assert changed.authorization is None

    def test_a_list_that_was_changed_with_its_frame_is_altered(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        frames = _frames(tmp_path / "shot")
        _sidecar(frames, producer, signed)
        (frames / "shot.0003.exr").write_bytes(b"forged")
        listed = digest_list.digests_of(frames)
        (tmp_path / "shot.sha256").write_text(digest_list.to_text(listed))

        assert verify_path(frames).state is ALTERED

    def test_a_folder_with_nothing_beside_it_is_still_no_file(
        self, keys_folder: Path, tmp_path: Path
    ) -> None:
        assert verify_path(_frames(tmp_path / "shot")).state is CredentialState.UNREADABLE

    def test_a_link_among_the_frames_is_refused(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        frames = _frames(tmp_path / "shot")
        (frames / "shot.0006.exr").symlink_to("/etc/hostname")

        with pytest.raises(CommandError, match="a link"):
            _sidecar(frames, producer, signed)


class TestApi:
    DIGESTS = "a" * 64 + "  shot.0001.exr\n" + "b" * 64 + "  shot.0002.exr\n"

    def test_a_list_is_signed_and_verified_without_its_files(
        self, producer: Actor, signed: SignedFile
    ) -> None:
        response = an_api_client(producer).post(
            f"/v1/assets/{signed.asset_id}/sidecars",
            {"name": "shot.sha256", "digests": self.DIGESTS},
            format="json",
        )

        assert response.status_code == 201
        store = b64decode(response.json()["credential"])
        asked = APIClient().post(
            "/v1/verifications",
            {
                "file": SimpleUploadedFile("shot.sha256", self.DIGESTS.encode()),
                "credential": SimpleUploadedFile("shot.sha256.c2pa", store),
            },
            format="multipart",
        )
        assert asked.json()["state"] == "trusted"
        assert asked.json()["manifest_id"] == response.json()["manifest_id"]

    def test_the_page_takes_a_credential_from_beside_too(
        self, producer: Actor, signed: SignedFile, tmp_path: Path
    ) -> None:
        film = make_video(tmp_path / "film.mkv", container="matroska")
        _sidecar(film, producer, signed)
        sent = {
            "file": SimpleUploadedFile("film.mkv", film.read_bytes()),
            "credential": SimpleUploadedFile("film.mkv.c2pa", (tmp_path / "film.mkv.c2pa").read_bytes()),
        }

        page = Client().post("/verify", sent).content.decode()

        assert 'name="credential"' in page
        assert "The file is as it was signed" in page
        assert "lies beside the file" in page

    def test_what_is_no_list_is_refused(self, producer: Actor, signed: SignedFile) -> None:
        response = an_api_client(producer).post(
            f"/v1/assets/{signed.asset_id}/sidecars",
            {"name": "shot.sha256", "digests": "a" * 64 + "  ../secret\n"},
            format="json",
        )

        assert response.status_code == 422
        assert response.json()["type"].endswith("/problems/digest-list-malformed")

    def test_only_producers_of_the_organisation_sign(self, producer: Actor, signed: SignedFile) -> None:
        address = f"/v1/assets/{signed.asset_id}/sidecars"
        asked = {"name": "shot.sha256", "digests": self.DIGESTS}

        assert APIClient().post(address, asked, format="json").status_code == 401
        assert an_api_client(a_member(Role.PRODUCER)).post(address, asked, format="json").status_code == 404
        address = f"/v1/assets/{new_id()}/sidecars"
        assert an_api_client(producer).post(address, asked, format="json").status_code == 404


class TestLists:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n",
            "a" * 64 + "  name",
            "a" * 63 + "  name\n",
            "A" * 64 + "  name\n",
            "a" * 64 + " name\n",
            "a" * 64 + "  /etc/passwd\n",
            "a" * 64 + "  a/../../b\n",
            "a" * 64 + "  a\\b\n",
            ("a" * 64 + "  name\n") * 2,
        ],
    )
    def test_what_is_no_list_is_refused(self, text: str) -> None:
        with pytest.raises(BadDigestList):
            digest_list.from_text(text)

    @given(
        st.lists(
            st.text(
                st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="/\\"), min_size=1
            ),
            min_size=1,
            unique=True,
        )
    )
    def test_a_list_comes_back_from_its_text(self, names: list[str]) -> None:
        listed = tuple(Listed(name, "c" * 64) for name in names if name not in {".", ".."})
        if listed:
            assert digest_list.from_text(digest_list.to_text(listed)) == listed

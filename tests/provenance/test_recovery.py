"""The state `recovered`: no credential inside, and the film looks like one of ours."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client

from core.tenancy import tenant
from provenance import queries, recovery
from provenance.fingerprints import matching
from provenance.fingerprints.values import DHASH_ALGORITHM
from provenance.models import AssetFingerprint, SignedAsset
from provenance.operations import sign_take_file
from provenance.values import CredentialState, SignedFile
from provenance.verifying import verify_file
from tests.database import administrator
from tests.factories import films, tampering
from tests.factories.accounts import an_organisation
from tests.factories.films import a_film, encoded
from tests.factories.provenance import make_jpeg, take_statement

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")
FILM_SEED = 7


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def signed(studio: UUID, keys_folder: Path, media_folder: Path, tmp_path: Path) -> SignedFile:
    return _signed(studio, encoded(a_film(FILM_SEED), tmp_path / "source.mp4"))


def _signed(studio: UUID, source: Path) -> SignedFile:
    return sign_take_file(
        organisation_id=studio,
        statement=take_statement(width=films.WIDTH, height=films.HEIGHT, frames=films.FRAMES),
        source=source,
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
    )


def _stripped(signed: SignedFile, folder: Path) -> Path:
    path = folder / "stripped.mp4"
    path.write_bytes(tampering.remuxed(queries.path_of(signed.key).read_bytes()))
    return path


def _forget_index() -> None:
    """As if there had been no index when the files were signed."""
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM provenance_assetfingerprint")


def test_a_file_whose_credential_was_cut_out_is_recovered(signed: SignedFile, tmp_path: Path) -> None:
    answer = verify_file(_stripped(signed, tmp_path))

    assert answer.state is CredentialState.RECOVERED
    assert answer.recovered == signed.manifest_id
    assert answer.match is not None
    assert answer.match.similarity >= 95
    # A likeness is no authority: nothing that the credential states is passed on.
    assert (answer.manifest_id, answer.authorization, answer.claims, answer.today) == (None, None, None, None)
    assert "not that it is unchanged" in answer.reasons[0]


def test_a_transcoded_and_scaled_copy_is_recovered(signed: SignedFile, tmp_path: Path) -> None:
    frames = films.scaled(films.decoded(queries.path_of(signed.key)), 0.5)

    answer = verify_file(encoded(frames, tmp_path / "copy.mp4", crf=28))

    assert (answer.state, answer.recovered) == (CredentialState.RECOVERED, signed.manifest_id)


def test_another_film_stays_absent(signed: SignedFile, tmp_path: Path) -> None:
    answer = verify_file(encoded(a_film(99), tmp_path / "other.mp4"))

    assert (answer.state, answer.recovered, answer.match) == (CredentialState.ABSENT, None, None)


def test_the_nearer_of_two_takes_is_named(signed: SignedFile, studio: UUID, tmp_path: Path) -> None:
    brighter = encoded(films.brightened(a_film(FILM_SEED)), tmp_path / "brighter.mp4")
    second = sign_take_file(
        organisation_id=studio,
        statement=take_statement(
            width=films.WIDTH,
            height=films.HEIGHT,
            frames=films.FRAMES,
            take_id=UUID("0193591f-52c0-7000-8000-0000000000ab"),
        ),
        source=brighter,
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
    )

    assert verify_file(_stripped(second, tmp_path)).recovered == second.manifest_id
    assert verify_file(_stripped(signed, tmp_path)).recovered == signed.manifest_id
    for one in (signed, second):
        keys = _keys(one)
        assert _like(keys, near=1, far=0) == [one.manifest_id]
        assert (
            set(_like(keys, near=1, far=9))
            == set(_like(keys, near=9, far=0))
            == {
                signed.manifest_id,
                second.manifest_id,
            }
        )
    # One key alone is shared by accident, mostly: it is looked at last, and only so often.
    assert _like(_keys(signed)[-1:], near=9, far=0) == []


def _keys(signed: SignedFile) -> list[int]:
    fingerprint = recovery.own_fingerprint(queries.path_of(signed.key))
    assert fingerprint is not None
    return matching.keys_to_ask(fingerprint)


def _like(keys: list[int], *, near: int, far: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT manifest_id FROM provenance_fingerprints_like_v2(%s, %s, %s, %s)",
            [keys, DHASH_ALGORITHM, near, far],
        )
        return [urn for (urn,) in cursor.fetchall()]


def test_a_credential_inside_is_never_overruled_by_a_likeness(signed: SignedFile) -> None:
    content = queries.path_of(signed.key)

    assert verify_file(content).state is CredentialState.TRUSTED

    content.write_bytes(tampering.flipped_in_box(content.read_bytes(), b"mdat"))

    altered = verify_file(content)
    assert (altered.state, altered.recovered) == (CredentialState.ALTERED, None)


def test_the_credential_declares_the_iscc(signed: SignedFile, studio: UUID) -> None:
    with tenant(studio):
        asset = SignedAsset.objects.get(id=signed.asset_id)
    row = recovery.fingerprint_of_asset(studio, signed.asset_id)

    declared = [one["data"] for one in asset.statement["assertions"] if one["label"] == "c2pa.soft-binding"]
    assert [one["alg"] for one in declared] == ["io.iscc.v0"]
    assert declared[0]["blocks"][0]["value"] == row.iscc
    assert row.iscc.startswith("ISCC:")


def test_a_film_of_another_organisation_is_named_by_its_manifest_alone(
    signed: SignedFile, tmp_path: Path
) -> None:
    asked = recovery.own_fingerprint(_stripped(signed, tmp_path))
    assert asked is not None

    with tenant(an_organisation().id):
        assert AssetFingerprint.objects.count() == 0
        (found,) = recovery.films_like(asked)

    assert found.manifest_id == signed.manifest_id


def test_the_index_only_grows(signed: SignedFile, studio: UUID) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|only grows"), tenant(studio):
        AssetFingerprint.objects.update(iscc="ISCC:A")


def test_files_signed_before_there_was_an_index_are_entered_once(
    signed: SignedFile, studio: UUID, tmp_path: Path
) -> None:
    _forget_index()
    stripped = _stripped(signed, tmp_path)
    assert verify_file(stripped).state is CredentialState.ABSENT
    said = StringIO()

    call_command("fingerprints", "build", stdout=said)
    call_command("fingerprints", "build", stdout=said)

    assert said.getvalue().splitlines() == [
        "1 files entered into the fingerprint index.",
        "0 files entered into the fingerprint index.",
    ]
    assert verify_file(stripped).recovered == signed.manifest_id


def test_a_file_that_is_gone_is_named_and_stops_nothing(signed: SignedFile) -> None:
    _forget_index()
    queries.path_of(signed.key).unlink()
    said = StringIO()

    call_command("fingerprints", "build", stdout=said)

    assert signed.key in said.getvalue()


def test_the_api_and_the_page_say_recovered(client: Client, signed: SignedFile, tmp_path: Path) -> None:
    content = _stripped(signed, tmp_path).read_bytes()

    answer = client.post(
        "/v1/verifications", {"file": SimpleUploadedFile("a.mp4", content, "video/mp4")}
    ).json()
    page = client.post(
        "/verify", {"file": SimpleUploadedFile("a.mp4", content, "video/mp4")}
    ).content.decode()

    assert (answer["state"], answer["recovered"], answer["authorization"]) == (
        "recovered",
        signed.manifest_id,
        None,
    )
    assert answer["match"]["similarity"] >= 95
    assert "it looks like a film of ours" in page
    assert signed.manifest_id in page
    assert "of 100" in page


def test_the_command_says_recovered_with_status_2(signed: SignedFile, tmp_path: Path) -> None:
    said = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(_stripped(signed, tmp_path)), "--json", stdout=said)

    answer = json.loads(said.getvalue())
    assert ended.value.code == 2
    assert list(answer) == [
        "state",
        "validation_state",
        "reasons",
        "manifest_id",
        "recovered",
        "authorization",
    ]
    assert (answer["state"], answer["recovered"]) == ("recovered", signed.manifest_id)

"""What a take was made from: stated, taken in with its own history, and refused where it was changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from provenance import c2pa_gateway, keys, queries
from provenance.errors import IngredientAltered, IngredientUnusable
from provenance.models import SigningIntent
from provenance.operations import sign_take_file
from provenance.readings import Reading
from provenance.sdk.contents import Relationship
from provenance.source_types import TRAINED_ALGORITHMIC_MEDIA
from provenance.stated import stated_in
from provenance.statement import InputReader, StatedIngredient
from provenance.trust_list import Anchor
from provenance.values import CredentialState, SignedFile
from provenance.verifying import verify_file
from tests.factories.accounts import an_organisation
from tests.factories.provenance import make_jpeg, make_video, take_statement
from tests.factories.signed_takes import sign_take
from tests.provenance.rubric_answers import (
    CONFORMANCE,
    INTEGRITY,
    SIGNALS,
    crjson_of,
    rubric_answers,
)

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def parent(studio: UUID, tmp_path: Path, keys_folder: Path, media_folder: Path) -> SignedFile:
    return sign_take(studio, tmp_path)


def _anchors(keys_folder: Path) -> tuple[Anchor, ...]:
    return keys.load_trust_list(keys_folder, at=clock.now()).anchors


def _reading(file: SignedFile, keys_folder: Path) -> Reading:
    return c2pa_gateway.read(queries.path_of(file.key), anchors=_anchors(keys_folder))


def _ingredient(path: Path, relationship: Relationship, **changes: Any) -> StatedIngredient:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "label": "earlier-take",
        "title": "Shot A12, take 2",
        "relationship": relationship,
        "media_type": "video/mp4",
        "file_sha256": sha256_hex_of_file(path),
        "digital_source_type": TRAINED_ALGORITHMIC_MEDIA,
    }
    return StatedIngredient(**(fields | changes))


def _made_from(studio: UUID, tmp_path: Path, ingredient: StatedIngredient, file: Path | None) -> SignedFile:
    return sign_take_file(
        organisation_id=studio,
        statement=take_statement(take_id=new_id(), ingredients=(ingredient,)),
        source=make_video(tmp_path / f"{new_id()}.mp4", seed=7),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
        ingredient_files={} if file is None else {ingredient.label: file},
    )


def test_a_remix_is_created_from_an_input_that_keeps_its_own_credential(
    studio: UUID, tmp_path: Path, parent: SignedFile, keys_folder: Path
) -> None:
    path = queries.path_of(parent.key)

    signed = _made_from(studio, tmp_path, _ingredient(path, Relationship.INPUT_TO), path)

    reading = _reading(signed, keys_folder)
    stated = stated_in(reading)
    assert verify_file(queries.path_of(signed.key)).state is CredentialState.TRUSTED
    assert [(one.action, one.ingredients) for one in stated.actions] == [
        ("c2pa.created", ("Shot A12, take 2",))
    ]
    (taken_in,) = stated.ingredients
    assert (taken_in.relationship, taken_in.manifest_id) == ("inputTo", parent.manifest_id)
    assert taken_in.failures == ()
    assert set(json.loads(reading.store_json)["manifests"]) == {parent.manifest_id, signed.manifest_id}


def test_an_extension_opens_its_parent_and_edits_it(
    studio: UUID, tmp_path: Path, parent: SignedFile, keys_folder: Path
) -> None:
    path = queries.path_of(parent.key)

    signed = _made_from(studio, tmp_path, _ingredient(path, Relationship.PARENT_OF), path)

    answer = verify_file(queries.path_of(signed.key))
    stated = stated_in(_reading(signed, keys_folder))
    assert answer.state is CredentialState.TRUSTED
    assert answer.claims is not None
    assert answer.claims.ai_generated
    assert [(one.action, one.digital_source_type) for one in stated.actions] == [
        ("c2pa.opened", None),
        ("c2pa.edited", "trainedAlgorithmicMedia"),
    ]
    assert [one.relationship for one in stated.ingredients] == ["parentOf"]
    assert stated.actions[0].ingredients == ("Shot A12, take 2",)


@pytest.mark.parametrize("relationship", [Relationship.INPUT_TO, Relationship.PARENT_OF])
def test_every_rubric_holds_and_no_provenance_is_unknown(
    studio: UUID, tmp_path: Path, parent: SignedFile, keys_folder: Path, relationship: Relationship
) -> None:
    path = queries.path_of(parent.key)

    signed = _made_from(studio, tmp_path, _ingredient(path, relationship), path)

    crjson = crjson_of(queries.path_of(signed.key), _anchors(keys_folder))
    for rubric in (CONFORMANCE, INTEGRITY):
        assert [name for name, holds in rubric_answers(rubric, crjson).items() if not holds] == []
    signals = [name for name, there in rubric_answers(SIGNALS, crjson["manifests"][0]).items() if there]
    assert "inception:signal_mediaUnknownProvenance" not in signals
    expected = "inception:signal_fullyGenAIMedia"
    if relationship is Relationship.PARENT_OF:
        expected = "transformation:signal_perceptibleGenAI"
    assert signals == [expected]


def test_the_intent_in_the_log_names_the_file_that_went_in(
    studio: UUID, tmp_path: Path, parent: SignedFile, keys_folder: Path
) -> None:
    path = queries.path_of(parent.key)
    ingredient = _ingredient(path, Relationship.INPUT_TO, read_by=InputReader.PEOPLE)

    signed = _made_from(studio, tmp_path, ingredient, path)

    take = _reading(signed, keys_folder).assertion("org.countersign.take")
    assert take is not None
    assert take["ingredients"] == [
        {"label": "earlier-take", "file_sha256": parent.sha256_hex, "read_by": "people"}
    ]


class TestRefused:
    def test_one_that_was_changed_after_it_was_signed(
        self, studio: UUID, tmp_path: Path, parent: SignedFile
    ) -> None:
        content = bytearray(queries.path_of(parent.key).read_bytes())
        content[-20] ^= 1
        altered = tmp_path / "altered.mp4"
        altered.write_bytes(bytes(content))

        with pytest.raises(IngredientAltered) as refused:
            _made_from(studio, tmp_path, _ingredient(altered, Relationship.INPUT_TO), altered)

        assert refused.value.findings == ("assertion.bmffHash.mismatch",)
        with tenant(studio):
            assert SigningIntent.objects.count() == 1

    def test_one_whose_credential_was_cut_in_two(
        self, studio: UUID, tmp_path: Path, parent: SignedFile
    ) -> None:
        cut = tmp_path / "cut.mp4"
        cut.write_bytes(queries.path_of(parent.key).read_bytes()[:9000])

        with pytest.raises(IngredientAltered, match="changed after it was signed"):
            _made_from(studio, tmp_path, _ingredient(cut, Relationship.INPUT_TO), cut)

    def test_one_without_a_credential(self, studio: UUID, tmp_path: Path, parent: SignedFile) -> None:
        bare = make_video(tmp_path / "bare.mp4", seed=3)

        with pytest.raises(IngredientUnusable, match="no credential"):
            _made_from(studio, tmp_path, _ingredient(bare, Relationship.INPUT_TO), bare)

    def test_one_that_is_not_the_file_that_was_stated(
        self, studio: UUID, tmp_path: Path, parent: SignedFile
    ) -> None:
        path = queries.path_of(parent.key)
        other = _ingredient(path, Relationship.INPUT_TO, file_sha256="0" * 64)

        with pytest.raises(IngredientUnusable, match="not the one that was stated"):
            _made_from(studio, tmp_path, other, path)

    def test_one_that_is_not_there(self, studio: UUID, tmp_path: Path, parent: SignedFile) -> None:
        ingredient = _ingredient(queries.path_of(parent.key), Relationship.INPUT_TO)

        with pytest.raises(IngredientUnusable, match="not there"):
            _made_from(studio, tmp_path, ingredient, None)

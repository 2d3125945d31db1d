"""Media that a production works from: kept with whoever's credential it bore, signed by us where it bore none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import c2pa
import pytest
from django.db import DatabaseError, connections, transaction

from accounts.values import Actor, Role
from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from productions.errors import NoSuchProduction
from productions.queries import ProductionCard
from provenance import c2pa_gateway, keys, queries
from provenance.errors import IngredientAltered, IngredientUnusable, ReferenceMissing
from provenance.operations import sign_take_file
from provenance.references.media_kinds import SUFFIXES, media_kind
from provenance.references.models import ReferenceMedia
from provenance.references.operations import ReferenceOrder, receive_reference
from provenance.references.queries import (
    ReferenceCard,
    reference_card,
    reference_cards,
    references_of,
)
from provenance.sdk.contents import Relationship
from provenance.source_types import STATED_OF_MEDIA
from provenance.stated import stated_in
from provenance.statement import InputReader, StatedIngredient
from provenance.trust_list import Anchor
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.factories.accounts import a_member
from tests.factories.foreign_signers import (
    a_foreign_signer,
    a_photograph,
    an_edited_film,
    an_old_drawing,
    make_picture,
    sign_as,
)
from tests.factories.productions import a_production
from tests.factories.provenance import make_jpeg, make_video, take_statement
from tests.provenance.rubric_answers import (
    CONFORMANCE,
    INTEGRITY,
    SIGNALS,
    crjson_of,
    rubric_answers,
)

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@dataclass(frozen=True, slots=True)
class House:
    producer: Actor
    production: ProductionCard

    def receive(self, path: Path, **changes: Any) -> ReferenceCard:  # noqa: ANN401 - any field of an order
        fields: dict[str, Any] = {"title": "Storyboard, scene 12", "digital_source_type": "digitalCreation"}
        order = ReferenceOrder(production_id=self.production.id, path=path, **(fields | changes))
        return receive_reference(order, actor=self.producer)


@pytest.fixture
def house(committed_db: None) -> House:
    producer = a_member(Role.PRODUCER)
    return House(producer, a_production(producer))


def _anchors(keys_folder: Path) -> tuple[Anchor, ...]:
    return keys.load_trust_list(keys_folder, at=clock.now()).anchors


def _logged() -> list[str]:
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "SELECT type FROM (SELECT type, recorded_at FROM audit_entry"
            " UNION ALL SELECT type, recorded_at FROM audit_outbox) AS told ORDER BY recorded_at"
        )
        return [row[0] for row in cursor.fetchall() if row[0].startswith("provenance.")]


def _by_a_camera(folder: Path) -> tuple[Path, str]:
    signer = a_foreign_signer("es256", "Example Camera Works")
    source = make_picture(folder / "photo.jpg")
    return sign_as(
        signer, source, folder / "signed.jpg", media_type="image/jpeg", definition=a_photograph()
    ), "image/jpeg"


def _by_a_drawing_program(folder: Path) -> tuple[Path, str]:
    signer = a_foreign_signer("ps256", "Example Draw")
    source = make_picture(folder / "drawing.png", kind="PNG", colour=(200, 20, 20))
    return sign_as(
        signer, source, folder / "signed.png", media_type="image/png", definition=an_old_drawing()
    ), "image/png"


def _by_an_editing_suite(folder: Path) -> tuple[Path, str]:
    camera = a_foreign_signer("es256", "Example Camera Works")
    plate = sign_as(
        camera,
        make_video(folder / "plate.mp4", seed=5),
        folder / "plate-signed.mp4",
        media_type="video/mp4",
        definition=a_photograph(title="A001C003.mp4"),
    )
    suite = a_foreign_signer("ed25519", "Example Edit")
    return sign_as(
        suite,
        plate,
        folder / "edited.mp4",
        media_type="video/mp4",
        definition=an_edited_film(),
        intent=c2pa.C2paBuilderIntent.EDIT,
    ), "video/mp4"


FOREIGN = {
    "es256 camera": _by_a_camera,
    "ps256 drawing": _by_a_drawing_program,
    "ed25519 edit": _by_an_editing_suite,
}


def _take_from(house: House, reference: ReferenceCard, folder: Path) -> Path:
    """A signed take that names `reference` among what people looked at."""
    ingredient = StatedIngredient(
        label="reference-1",
        title=reference.title,
        relationship=Relationship.INPUT_TO,
        media_type=reference.media_type,
        file_sha256=reference.file_sha256,
        read_by=InputReader.PEOPLE,
    )
    signed = sign_take_file(
        organisation_id=house.producer.organisation_id,
        statement=take_statement(take_id=new_id(), ingredients=(ingredient,)),
        source=make_video(folder / f"{new_id()}.mp4", seed=7),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
        ingredient_files={"reference-1": reference.path},
    )
    return queries.path_of(signed.key)


class TestByOthers:
    @pytest.mark.parametrize("signer", FOREIGN)
    def test_the_file_is_kept_as_it_came_and_verified(
        self, house: House, tmp_path: Path, signer: str
    ) -> None:
        path, media_type = FOREIGN[signer](tmp_path)

        card = house.receive(path)

        assert card.state is CredentialState.UNKNOWN_SIGNER
        assert not card.signed_here
        assert card.media_type == media_type
        assert card.file_sha256 == card.source_sha256 == sha256_hex_of_file(path)
        assert sha256_hex_of_file(card.path) == card.file_sha256
        assert card.digital_source_type == ""
        assert card.signed_by.startswith("Example")
        assert verify_file(card.path).state is CredentialState.UNKNOWN_SIGNER
        assert references_of(house.producer.organisation_id, house.production.id) == (card,)

    @pytest.mark.parametrize("signer", FOREIGN)
    def test_a_take_made_from_it_is_trusted_and_keeps_their_manifest(
        self, house: House, tmp_path: Path, keys_folder: Path, signer: str
    ) -> None:
        card = house.receive(FOREIGN[signer](tmp_path)[0])

        video = _take_from(house, card, tmp_path)

        answer = verify_file(video)
        reading = c2pa_gateway.read(video, anchors=_anchors(keys_folder))
        (taken_in,) = stated_in(reading).ingredients
        assert answer.state is CredentialState.TRUSTED
        assert any("whose own signer is not on our list" in reason for reason in answer.reasons)
        assert taken_in.manifest_id == card.manifest_id
        assert taken_in.manifest_id in json.loads(reading.store_json)["manifests"]
        assert taken_in.signed_by == card.signed_by.partition(",")[0]
        crjson = crjson_of(video, _anchors(keys_folder))
        for rubric in (CONFORMANCE, INTEGRITY):
            assert [name for name, holds in rubric_answers(rubric, crjson).items() if not holds] == []
        signals = rubric_answers(SIGNALS, crjson["manifests"][0])
        assert not signals["inception:signal_mediaUnknownProvenance"]

    def test_what_their_credential_says_of_its_making_is_told(self, house: House, tmp_path: Path) -> None:
        card = house.receive(_by_a_camera(tmp_path)[0])

        assert card.stated_source_type.endswith("/digitalCapture")


class TestWithoutACredential:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "MP4", "WEBP", "GIF", "TIFF"])
    def test_it_is_signed_by_us_with_what_is_stated_and_shows_the_same(
        self, house: House, tmp_path: Path, keys_folder: Path, kind: str
    ) -> None:
        source = tmp_path / "bare"
        bare = make_video(source, seed=4) if kind == "MP4" else make_picture(source, kind=kind)

        card = house.receive(bare)

        reading = c2pa_gateway.read(card.path, anchors=_anchors(keys_folder))
        stated = stated_in(reading)
        assert card.signed_here
        assert card.state is CredentialState.TRUSTED
        assert card.source_sha256 == sha256_hex_of_file(bare) != card.file_sha256
        assert verify_file(card.path).state is CredentialState.TRUSTED
        assert [(one.action, one.digital_source_type) for one in stated.actions] == [
            ("c2pa.created", "digitalCreation")
        ]
        assert stated.all_actions_included
        crjson = crjson_of(card.path, _anchors(keys_folder), media_type=card.media_type)
        for rubric in (CONFORMANCE, INTEGRITY):
            assert [name for name, holds in rubric_answers(rubric, crjson).items() if not holds] == []

    def test_a_take_made_from_it_has_no_media_of_unknown_provenance(
        self, house: House, tmp_path: Path, keys_folder: Path
    ) -> None:
        card = house.receive(make_picture(tmp_path / "bare.jpg"))

        video = _take_from(house, card, tmp_path)

        signals = rubric_answers(SIGNALS, crjson_of(video, _anchors(keys_folder))["manifests"][0])
        assert [name for name, there in signals.items() if there] == ["inception:signal_fullyGenAIMedia"]
        assert verify_file(video).state is CredentialState.TRUSTED

    def test_its_signature_is_announced_in_the_log_and_proved_in_the_file(
        self, house: House, tmp_path: Path
    ) -> None:
        card = house.receive(make_picture(tmp_path / "bare.jpg"))

        assert _logged() == ["provenance.reference.intended", "provenance.reference.received"]
        assert verify_file(card.path).log_place is not None

    def test_nothing_that_can_be_stated_says_that_a_camera_saw_it(self) -> None:
        assert not [term for term in STATED_OF_MEDIA if "Capture" in term and term != "screenCapture"]

    def test_the_same_file_is_kept_once(self, house: House, tmp_path: Path, media_folder: Path) -> None:
        bare = make_picture(tmp_path / "bare.jpg")

        assert house.receive(bare) == house.receive(bare, title="Another name")
        assert len([path for path in media_folder.rglob("*") if path.is_file()]) == 1


class TestRefused:
    @pytest.mark.parametrize("signer", FOREIGN)
    def test_what_was_changed_after_it_was_signed(
        self, house: House, tmp_path: Path, media_folder: Path, signer: str
    ) -> None:
        path, _ = FOREIGN[signer](tmp_path)
        content = bytearray(path.read_bytes())
        content[-20] ^= 1
        path.write_bytes(bytes(content))

        with pytest.raises(IngredientAltered):
            house.receive(path)

        assert _logged() == ["provenance.reference.refused"]
        assert [one for one in media_folder.rglob("*") if one.is_file()] == []

    def test_what_is_no_media_or_cannot_hold_a_credential(self, house: House, tmp_path: Path) -> None:
        text = tmp_path / "notes.txt"
        text.write_text("not a picture", encoding="utf-8")
        cut = tmp_path / "cut.jpg"
        cut.write_bytes(b"\xff\xd8\xff\xe0" + b"\x00" * 40)

        for path in (text, cut):
            with pytest.raises(IngredientUnusable):
                house.receive(path)
        assert _logged() == []

    def test_a_type_that_says_that_a_camera_saw_it(self, house: House, tmp_path: Path) -> None:
        with pytest.raises(IngredientUnusable, match="how it came about"):
            house.receive(make_picture(tmp_path / "bare.jpg"), digital_source_type="digitalCapture")

    def test_a_title_of_two_lines(self, house: House, tmp_path: Path) -> None:
        with pytest.raises(IngredientUnusable, match="title"):
            house.receive(make_picture(tmp_path / "bare.jpg"), title="one\ntwo")

    def test_another_studios_production(self, house: House, tmp_path: Path) -> None:
        stranger = a_member(Role.PRODUCER)
        order = ReferenceOrder(house.production.id, make_picture(tmp_path / "bare.jpg"), "Storyboard")

        with pytest.raises(NoSuchProduction):
            receive_reference(order, actor=stranger)

    def test_another_studio_finds_none_of_it(self, house: House, tmp_path: Path) -> None:
        card = house.receive(make_picture(tmp_path / "bare.jpg"))

        with pytest.raises(ReferenceMissing):
            reference_card(a_member(Role.PRODUCER).organisation_id, card.id)
        with pytest.raises(ReferenceMissing):
            reference_cards(house.producer.organisation_id, [card.id], production_id=new_id())

    def test_the_record_is_never_changed(self, house: House, tmp_path: Path) -> None:
        house.receive(make_picture(tmp_path / "bare.jpg"))

        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            tenant(house.producer.organisation_id),
        ):
            ReferenceMedia.objects.update(title="Something else")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0" + b"\x00" * 12, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 8, "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00MIDIxxxx", None),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x00\x00", "video/mp4"),
        (b"\x00\x00\x00\x20ftypqt  \x00\x00\x00\x00", "video/quicktime"),
        (b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_kind_is_known_by_how_a_file_begins(head: bytes, kind: str | None) -> None:
    assert media_kind(head) == kind
    assert kind is None or kind in SUFFIXES

"""Updates of credentials, put into a copy of the film of which the SDK sees neither picture nor sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import c2pa
import pytest

from core import clock
from provenance import c2pa_gateway, decoding, keys, manifest
from provenance.readings import Reading
from provenance.sdk import updates
from provenance.sdk.contents import Contents, IngredientFile, Intent, Relationship
from provenance.updating.definition import DeliveryNote, UpdatedFile, update_definition
from tests.factories import tampering
from tests.factories.provenance import MANIFEST_ID, SignedVideo, make_jpeg, make_video, take_statement

TITLE = "Shot A12, take 3"


class Desk:
    """Signs a film, and updates what it signed."""

    def __init__(self, signed_video: SignedVideo, folder: Path) -> None:
        self.signer = keys.load_signer(signed_video.keys_folder, at=clock.now())
        self.anchors = signed_video.trust_list.anchors
        self.folder = folder

    def signed(self) -> Path:
        stated = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256="b" * 64)
        return self._sign(
            make_video(self.folder / "source.mp4"), Contents(stated.to_json(), make_jpeg()), "signed.mp4"
        )

    def updated(self, source: Path, name: str = "updated.mp4") -> Path:
        note = DeliveryNote("ab" * 32, "de" * 32, clock.now())
        stated = update_definition(
            UpdatedFile(TITLE, manifest.MEDIA_TYPE),
            (note,),
            manifest_id=manifest.manifest_id_for(uuid4()),
            at=clock.now(),
        )
        parent = IngredientFile("parent", source, manifest.MEDIA_TYPE, TITLE, Relationship.PARENT_OF)
        return self._sign(
            source, Contents(stated.to_json(), intent=Intent.UPDATE, ingredients=(parent,)), name
        )

    def _sign(self, source: Path, contents: Contents, name: str) -> Path:
        destination = self.folder / name
        self.store = c2pa_gateway.sign(
            source=source,
            destination=destination,
            contents=contents,
            signer=self.signer,
            anchors=self.anchors,
        )
        return destination

    def reading(self, path: Path, store: bytes | None = None) -> Reading:
        return c2pa_gateway.read(path, anchors=self.anchors, store=store)


@pytest.fixture
def desk(signed_video: SignedVideo, tmp_path: Path) -> Desk:
    return Desk(signed_video, tmp_path)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """All that the SDK is given to write anew."""
    c2pa_gateway._probe_once()
    given: list[bytes] = []
    genuine = c2pa.Builder.sign

    def watched(self: c2pa.Builder, *arguments: Any) -> bytes:  # noqa: ANN401 - as the genuine one
        streams: list[BinaryIO] = [one for one in arguments if hasattr(one, "read")]
        given.append(streams[0].read())
        streams[0].seek(0)
        written: bytes = genuine(self, *arguments)
        return written

    monkeypatch.setattr(c2pa.Builder, "sign", watched)
    return given


def _kinds(path: Path) -> list[bytes]:
    return [box.kind for box in tampering.boxes(path.read_bytes())]


def test_the_sdk_sees_no_picture_and_nothing_but_the_boxes_of_the_credential_changes(
    desk: Desk, seen: list[bytes]
) -> None:
    signed = desk.signed()

    updated = desk.updated(signed)

    assert [b"mdat" in content for content in seen] == [False]
    before, after = signed.read_bytes(), updated.read_bytes()
    first = list(tampering.boxes(before))[1]
    purpose = slice(first.start + 28, first.start + 28 + len(b"manifest\0"))
    assert _kinds(updated) == [*_kinds(signed), b"uuid"]
    assert (before[purpose], after[purpose]) == (b"manifest\0", b"original\0")
    assert after[: len(before)] == before[: purpose.start] + b"original\0" + before[purpose.stop :]
    assert desk.reading(updated).validation_state == "Trusted"
    assert decoding.streams_sha256(updated) == decoding.streams_sha256(signed)
    assert desk.reading(signed).manifest_id == MANIFEST_ID


def test_a_second_update_keeps_the_first_and_takes_its_place(desk: Desk, seen: list[bytes]) -> None:
    once = desk.updated(desk.signed())

    twice = desk.updated(once, "twice.mp4")

    assert not any(b"mdat" in content for content in seen)
    assert _kinds(twice) == _kinds(once)
    stores = [json.loads(desk.reading(path).store_json)["manifests"] for path in (once, twice)]
    assert set(stores[0]) < set(stores[1])
    assert [len(store) for store in stores] == [2, 3]
    assert desk.reading(twice).validation_state == "Trusted"


def test_the_store_that_is_given_is_the_whole_one(desk: Desk) -> None:
    updated = desk.updated(desk.signed())

    assert desk.reading(updated, desk.store).validation_state == "Trusted"


def test_a_changed_picture_is_seen_in_the_updated_film(desk: Desk) -> None:
    updated = desk.updated(desk.signed())
    content = bytearray(updated.read_bytes())
    picture = next(box for box in tampering.boxes(bytes(content)) if box.kind == b"mdat")
    content[(picture.start + picture.end) // 2] ^= 1
    updated.write_bytes(content)

    assert desk.reading(updated).validation_state == "Invalid"


def test_a_library_that_makes_updates_in_another_way_writes_the_file_itself(
    desk: Desk, seen: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = desk.signed()
    monkeypatch.setattr(updates, "_UPDATE", b"later\0")

    updated = desk.updated(signed)

    assert [b"mdat" in content for content in seen] == [False, True]
    assert desk.reading(updated).validation_state == "Trusted"


def test_a_film_whose_credential_stands_after_the_picture_is_updated_by_the_sdk(
    desk: Desk, seen: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = desk.signed()
    monkeypatch.setattr(updates, "_FIRST", b"elsewhere\0")

    updated = desk.updated(signed)

    assert [b"mdat" in content for content in seen] == [True]
    assert desk.reading(updated).validation_state == "Trusted"

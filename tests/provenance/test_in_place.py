"""Credentials put into a film without the SDK writing a byte of it: new files, reserves, and what falls back."""

from __future__ import annotations

import io
import json
import logging
import os
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import av
import c2pa
import numpy as np
import pytest
from c2pa import c2pa as native
from PIL import Image

from core import clock
from provenance import boxes, c2pa_gateway, decoding, keys, layout, manifest
from provenance.errors import SigningFailed
from provenance.sdk import embedding
from provenance.sdk.contents import Contents, IngredientFile, Intent, Relationship
from provenance.sdk.contexts import opened_context
from provenance.source_types import TRAINED_ALGORITHMIC_MEDIA
from provenance.trust_list import Anchor
from provenance.values import ClaimSigner
from tests.factories import tampering
from tests.factories.provenance import MANIFEST_ID, SignedVideo, make_jpeg, make_video, take_statement

RESERVE = 64 * 2**10


def _definition(media_type: str = manifest.MEDIA_TYPE) -> dict[str, Any]:
    stated = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256="b" * 64)
    return dict(stated.to_json()) | {"format": media_type}


class Desk:
    """Signs files and reads them back."""

    def __init__(self, signed_video: SignedVideo, folder: Path) -> None:
        self.signer: ClaimSigner = keys.load_signer(signed_video.keys_folder, at=clock.now())
        self.anchors: tuple[Anchor, ...] = signed_video.trust_list.anchors
        self.destination = folder / "destination"

    def sign(
        self,
        source: Path,
        *,
        media_type: str = manifest.MEDIA_TYPE,
        contents: Contents | None = None,
        give_up_source: bool = False,
    ) -> bytes:
        return c2pa_gateway.sign(
            source=source,
            destination=self.destination,
            contents=contents or Contents(_definition(media_type), make_jpeg()),
            signer=self.signer,
            anchors=self.anchors,
            give_up_source=give_up_source,
        )

    @property
    def state(self) -> str:
        return c2pa_gateway.read(self.destination, anchors=self.anchors).validation_state


@pytest.fixture
def desk(signed_video: SignedVideo, tmp_path: Path) -> Desk:
    return Desk(signed_video, tmp_path)


@pytest.fixture
def no_whole_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK may not write a file itself."""
    c2pa_gateway._probe_once()

    def refuse(*_arguments: object) -> bytes:
        raise AssertionError("signed whole")

    monkeypatch.setattr(c2pa.Builder, "sign", refuse)


def _with_reserve(path: Path, size: int = RESERVE) -> Path:
    """The video at `path`, with room for a credential made by moving what follows."""
    with path.open("rb") as stream:
        pieces = layout.laid_out(stream, size).pieces
        content = path.read_bytes()
    out = b"".join(
        piece if isinstance(piece, bytes) else content[piece.start : piece.stop] for piece in pieces
    )
    start = next(tampering.boxes(content)).end
    path.write_bytes(out[:start] + layout.reserve_box(size) + out[start + size :])
    return path


@pytest.mark.parametrize("index_first", [True, False])
@pytest.mark.usefixtures("no_whole_files")
def test_the_box_stands_before_index_and_picture_and_every_packet_is_where_it_was_said_to_be(
    desk: Desk, tmp_path: Path, *, index_first: bool
) -> None:
    source = make_video(tmp_path / "source.mp4", index_first=index_first)

    store = desk.sign(source)

    content = desk.destination.read_bytes()
    kinds = [box.kind for box in tampering.boxes(content)]
    assert kinds[:3] == [b"ftyp", b"uuid", b"moov"]
    assert store in content
    assert desk.state == "Trusted"
    assert decoding.video_facts(desk.destination) == decoding.video_facts(source)
    assert boxes.unbound_sha256(desk.destination) == boxes.unbound_sha256(source)


@pytest.mark.usefixtures("no_whole_files")
def test_the_store_that_is_given_is_the_one_in_the_file(desk: Desk, tmp_path: Path) -> None:
    store = desk.sign(make_video(tmp_path / "source.mp4"))

    with (
        opened_context(desk.anchors) as context,
        desk.destination.open("rb") as stream,
        c2pa.Reader(manifest.MEDIA_TYPE, stream, manifest_data=store, context=context) as reader,
    ):
        assert reader.get_validation_state() == "Trusted"


@pytest.mark.usefixtures("no_whole_files")
def test_a_reserve_is_filled_and_nothing_else_of_the_file_is_written(desk: Desk, tmp_path: Path) -> None:
    source = _with_reserve(make_video(tmp_path / "source.mp4"))
    before, inode, facts = source.read_bytes(), source.stat().st_ino, decoding.video_facts(source)
    unbound = boxes.unbound_sha256(source)

    desk.sign(source, give_up_source=True)

    after = desk.destination.read_bytes()
    place = list(tampering.boxes(before))[1]
    assert not source.exists()
    assert desk.destination.stat().st_ino == inode
    assert place.end - place.start == RESERVE
    assert (after[: place.start], after[place.end :]) == (before[: place.start], before[place.end :])
    assert desk.state == "Trusted"
    assert decoding.video_facts(desk.destination) == facts
    assert boxes.unbound_sha256(desk.destination) == unbound


@pytest.mark.usefixtures("no_whole_files")
def test_a_film_that_goes_on_from_another_is_signed_in_place_with_all_of_its_history(
    desk: Desk, tmp_path: Path
) -> None:
    desk.sign(make_video(tmp_path / "first.mp4"))
    parent = desk.destination.rename(tmp_path / "parent.mp4")
    source = _with_reserve(make_video(tmp_path / "source.mp4", seed=2))
    inode = source.stat().st_ino
    definition = _definition() | {"label": manifest.manifest_id_for(uuid4())}
    for assertion in definition["assertions"]:
        if assertion["label"] == manifest.ACTIONS_LABEL:
            assertion["data"] = {
                "actions": [
                    {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}},
                    {"action": "c2pa.edited", "digitalSourceType": TRAINED_ALGORITHMIC_MEDIA},
                ],
                "allActionsIncluded": True,
            }
    ingredient = IngredientFile("parent", parent, manifest.MEDIA_TYPE, "First", Relationship.PARENT_OF)

    desk.sign(
        source,
        contents=Contents(definition, make_jpeg(), intent=Intent.EDIT, ingredients=(ingredient,)),
        give_up_source=True,
    )

    reading = c2pa_gateway.read(desk.destination, anchors=desk.anchors)
    assert desk.destination.stat().st_ino == inode
    assert reading.validation_state == "Trusted"
    assert set(json.loads(reading.store_json)["manifests"]) == {MANIFEST_ID, definition["label"]}
    actions = reading.assertion(manifest.ACTIONS_LABEL)
    assert actions is not None
    assert [one["action"] for one in actions["actions"]] == ["c2pa.opened", "c2pa.edited"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("no_whole_files")
def test_a_source_that_is_not_given_up_keeps_its_reserve(desk: Desk, tmp_path: Path) -> None:
    source = _with_reserve(make_video(tmp_path / "source.mp4"))
    before = source.read_bytes()

    desk.sign(source)

    assert source.read_bytes() == before
    assert desk.destination.stat().st_size == len(before)
    assert desk.state == "Trusted"


@pytest.mark.usefixtures("no_whole_files")
def test_a_reserve_that_is_too_small_is_left_and_the_file_written_anew(desk: Desk, tmp_path: Path) -> None:
    source = _with_reserve(make_video(tmp_path / "source.mp4"), size=1000)

    desk.sign(source, give_up_source=True)

    assert source.exists()
    assert desk.state == "Trusted"
    assert decoding.video_facts(desk.destination) == decoding.video_facts(source)


def test_a_signature_that_fails_gives_the_reserve_back(desk: Desk, tmp_path: Path) -> None:
    source = _with_reserve(make_video(tmp_path / "source.mp4"))
    before = source.read_bytes()

    def broken(_payload: bytes) -> bytes:
        raise RuntimeError("the token was pulled out")

    desk.signer = replace(desk.signer, sign=broken)
    with pytest.raises(SigningFailed, match="pulled out"):
        desk.sign(source, give_up_source=True)

    assert source.read_bytes() == before
    assert not desk.destination.exists()


def test_tables_of_64_bits_are_moved_too(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4")
    content = source.read_bytes()
    at = content.index(b"stco") - 4
    size, _, _, count = struct.unpack_from(">I4sII", content, at)
    places = struct.unpack_from(f">{count}I", content, at + 16)
    table = struct.pack(f">I4sII{count}Q", 16 + 8 * count, b"co64", 0, count, *places)
    grown = bytearray(content[:at] + table + content[at + size :])
    # Every box around the table grows by as much; the index is last, so no place changes.
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        head = grown.index(kind) - 4
        struct.pack_into(">I", grown, head, struct.unpack_from(">I", grown, head)[0] + len(table) - size)
    source.write_bytes(grown)
    facts = decoding.video_facts(source)

    _with_reserve(source)

    assert b"co64" in source.read_bytes()
    assert decoding.video_facts(source) == facts


def test_a_fragmented_film_is_signed_whole(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = _video(tmp_path / "fragmented.mp4", movflags="frag_keyframe+empty_moov+default_base_moof")

    with caplog.at_level(logging.INFO, logger="provenance.c2pa_gateway"):
        desk.sign(source)

    assert "signed whole" in caplog.text
    assert desk.state == "Trusted"
    assert decoding.streams_sha256(desk.destination) == decoding.streams_sha256(source)


def test_a_library_without_the_functions_signs_whole_and_says_so(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Bare:
        """The library, without what is not wrapped by the package."""

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a foreign function
            if name == "c2pa_builder_placeholder":
                raise AttributeError(name=name)
            return getattr(genuine, name)

    genuine = native._lib
    embedding._function.cache_clear()
    monkeypatch.setattr(native, "_lib", Bare())
    monkeypatch.setattr(c2pa_gateway, "_probed_in_process", None)
    try:
        desk.sign(make_video(tmp_path / "source.mp4"))
        told = c2pa_gateway.embedding_unfit()
    finally:
        monkeypatch.undo()
        embedding._function.cache_clear()
        c2pa_gateway._probed_in_process = None

    assert told is not None
    assert "c2pa_builder_placeholder" in told
    assert "ordinary, slower way" in caplog.text
    assert desk.state == "Trusted"
    assert c2pa_gateway.embedding_unfit() is None


def _video(path: Path, codec: str = "libx264", pixels: str = "yuv420p", **options: str) -> Path:
    with av.open(str(path), "w", options=options) as output:
        stream = output.add_stream(codec, rate=Fraction(24))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        noise = np.random.default_rng(3)
        for _ in range(8):
            picture = noise.integers(0, 256, (48, 64, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path


def _sound(path: Path) -> Path:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=48000)
        noise = np.random.default_rng(3).integers(-99, 99, (1, 4800), dtype=np.int16)
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.rate = 48000
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def _picture(path: Path) -> Path:
    picture = io.BytesIO()
    Image.new("RGB", (32, 24), (30, 60, 90)).save(picture, path.suffix[1:].upper())
    path.write_bytes(picture.getvalue())
    return path


FORMATS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "mp4": ("video/mp4", _video),
    "mov": ("video/quicktime", lambda path: _video(path, codec="prores_ks", pixels="yuv422p10le")),
    "m4v": ("video/x-m4v", lambda path: make_video(path, container="mp4")),
    "wav": ("audio/wav", _sound),
    "png": ("image/png", _picture),
    "jpeg": ("image/jpeg", _picture),
    "tiff": ("image/tiff", _picture),
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_is_signed_inside_and_reads_back(desk: Desk, tmp_path: Path, suffix: str) -> None:
    media_type, make = FORMATS[suffix]
    source = make(tmp_path / f"source.{suffix}")

    desk.sign(source, media_type=media_type)

    assert desk.state == "Trusted"
    if media_type.startswith("image/"):
        # The packet of a picture is its whole file.
        with Image.open(source) as before, Image.open(desk.destination) as after:
            assert before.tobytes() == after.tobytes()
    else:
        assert decoding.streams_sha256(desk.destination) == decoding.streams_sha256(source)
    content = bytearray(desk.destination.read_bytes())
    middle = source.stat().st_size // 2
    content[content.index(source.read_bytes()[middle:][:20])] ^= 1
    desk.destination.write_bytes(content)
    assert desk.state == "Invalid"


def test_a_disk_that_cannot_copy_within_itself_is_copied_by_hand(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(*_arguments: object, **_options: object) -> int:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "copy_file_range", elsewhere)

    desk.sign(make_video(tmp_path / "source.mp4"))

    assert desk.state == "Trusted"


@pytest.mark.slow
def test_two_hundred_films_signed_at_once_are_all_trusted_and_each_its_own(
    signed_video: SignedVideo, tmp_path: Path
) -> None:
    sources = [make_video(tmp_path / f"source-{seed}.mp4", seed=seed) for seed in range(4)]

    def work(number: int) -> tuple[str, bool]:
        folder = tmp_path / str(number)
        folder.mkdir()
        desk = Desk(signed_video, folder)
        source = sources[number % len(sources)]
        desk.sign(source)
        return desk.state, decoding.streams_sha256(desk.destination) == decoding.streams_sha256(source)

    with ThreadPoolExecutor(max_workers=16) as pool:
        answers = list(pool.map(work, range(200)))

    assert answers == [("Trusted", True)] * 200

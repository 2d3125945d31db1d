"""The digest of what a hard binding leaves out, on whole, broken and hostile files."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.boxes import NotBoxes, unbound_sha256
from tests.factories import tampering
from tests.factories.provenance import SignedVideo, make_video


def _box(kind: bytes, payload: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(payload), kind) + payload


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.mp4"


def test_only_boxes_outside_the_binding_count(path: Path) -> None:
    path.write_bytes(_box(b"ftyp", b"isom") + _box(b"mdat", b"film") + _box(b"free", b"xx"))

    digest = unbound_sha256(path)

    assert digest == hashlib.sha256(_box(b"ftyp", b"isom") + _box(b"free", b"xx")).hexdigest()


def test_signing_leaves_them_as_they_were(signed_video: SignedVideo) -> None:
    assert unbound_sha256(signed_video.path) == unbound_sha256(signed_video.source)


def test_a_last_box_without_a_size_reaches_to_the_end(path: Path) -> None:
    path.write_bytes(_box(b"ftyp") + struct.pack(">I4s", 0, b"free") + b"to the end")

    digest = unbound_sha256(path)

    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        b"abc",
        struct.pack(">I4s", 7, b"free"),
        struct.pack(">I4s", 1, b"free"),
        struct.pack(">I4s", 100, b"free"),
        struct.pack(">I4sQ", 1, b"free", 2**64 - 1),
        _box(b"free") * 10_001,
    ],
)
def test_what_is_not_whole_boxes_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(NotBoxes):
        unbound_sha256(path)


@given(cut=st.integers(1, 7))
def test_a_torn_end_is_refused(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "file.mp4"
    content = make_video(path, frames=1).read_bytes()
    path.write_bytes(content[:-cut])

    with pytest.raises(NotBoxes):
        unbound_sha256(path)


def test_an_appended_box_changes_the_digest(signed_video: SignedVideo, path: Path) -> None:
    path.write_bytes(tampering.with_appended_box(signed_video.content, b"free"))

    assert unbound_sha256(path) != unbound_sha256(signed_video.path)

"""Tables of chunks that no longer reach, and places that nothing may have."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from provenance import decoding, layout
from provenance.chunk_tables import Move, _widened, moved_to
from tests.factories import tampering
from tests.factories.provenance import make_video


def _index_of(source: Path) -> bytes:
    content = source.read_bytes()
    box = next(box for box in tampering.boxes(content) if box.kind == b"moov")
    return content[box.start : box.end]


def test_one_of_32_bits_becomes_one_of_64(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4")
    moov = _index_of(source)
    (last,) = struct.unpack_from(">I", moov, moov.index(b"stco") + 12)

    made = moved_to(moov, lambda size: (Move(0, 2**32, 2**32 + size),))

    at = made.index(b"co64")
    assert b"stco" not in made
    assert struct.unpack_from(">IQ", made, at + 8) == (1, last + 2**32 + len(made))
    assert len(made) == struct.unpack_from(">I", made)[0] == len(moov) + 4


def test_what_a_wider_one_names_still_plays(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4")
    facts, moov = decoding.video_facts(source), _index_of(source)

    # It stands last, so that no chunk moves when it grows.
    source.write_bytes(source.read_bytes()[: -len(moov)] + _widened(moov, 0, len(moov)))

    assert b"co64" in source.read_bytes()
    assert decoding.video_facts(source) == facts


def test_a_chunk_that_stands_where_nothing_may_is_not_moved(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4")
    content = bytearray(source.read_bytes())
    struct.pack_into(">I", content, content.index(b"stco") + 12, 4)
    source.write_bytes(content)

    with source.open("rb") as stream, pytest.raises(layout.NoPlace, match="before ftyp ends"):
        layout.laid_out(stream, 1000)

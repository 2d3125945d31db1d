from __future__ import annotations

import io
import tracemalloc
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from licensing.custody.errors import SealBroken
from licensing.custody.vault import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    new_key,
    seal,
    sealed_size,
    unseal,
)

KEY, ASSET = new_key(), new_id()
CHUNK = 64
SEALED_CHUNK = CHUNK + TAG_BYTES


def _sealed(plain: bytes, *, asset_id: UUID = ASSET, key: bytes = KEY) -> bytes:
    sink = io.BytesIO()
    seal([plain], sink, key=key, asset_id=asset_id, chunk_bytes=CHUNK)
    return sink.getvalue()


def _opened(sealed: bytes, *, asset_id: UUID = ASSET, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(sealed), key=key, asset_id=asset_id))


def _chunk(sealed: bytes, number: int) -> slice:
    begin = HEADER_BYTES + number * SEALED_CHUNK
    return slice(begin, min(begin + SEALED_CHUNK, len(sealed)))


@given(st.binary(max_size=CHUNK * 5), st.lists(st.integers(0, CHUNK * 5), max_size=6))
def test_what_is_sealed_in_any_portions_opens_as_it_was(plain: bytes, cuts: list[int]) -> None:
    marks = [0, *sorted(cuts), len(plain)]
    sink = io.BytesIO()

    seal(
        [plain[begin:end] for begin, end in pairwise(marks)],
        sink,
        key=KEY,
        asset_id=ASSET,
        chunk_bytes=CHUNK,
    )

    covered = plain[marks[0] : marks[-1]]
    assert _opened(sink.getvalue()) == covered
    assert len(sink.getvalue()) == sealed_size(len(covered), chunk_bytes=CHUNK)


@given(st.binary(min_size=1, max_size=CHUNK * 3), st.data())
def test_no_bit_of_a_sealed_file_can_be_turned(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(_sealed(plain))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(SealBroken):
        _opened(bytes(sealed))


@given(st.integers(0, HEADER_BYTES + 4 * SEALED_CHUNK - 1))
def test_no_sealed_file_can_be_cut_short(length: int) -> None:
    with pytest.raises(SealBroken):
        _opened(_sealed(bytes(CHUNK * 4))[:length])


def test_nothing_can_be_put_behind_a_sealed_file() -> None:
    sealed = _sealed(bytes(CHUNK * 2))

    for more in (b"\x00", sealed[_chunk(sealed, 1)], sealed):
        with pytest.raises(SealBroken):
            _opened(sealed + more)


def test_chunks_cannot_change_places() -> None:
    sealed = _sealed(bytes(range(CHUNK)) * 3)
    first, second = sealed[_chunk(sealed, 0)], sealed[_chunk(sealed, 1)]

    swapped = sealed[:HEADER_BYTES] + second + first + sealed[_chunk(sealed, 2)]

    assert len(swapped) == len(sealed)
    with pytest.raises(SealBroken):
        _opened(swapped)


def test_a_chunk_cannot_come_from_another_file_of_the_same_asset() -> None:
    one, other = _sealed(bytes(CHUNK * 3)), _sealed(bytes(CHUNK * 3))

    mixed = one[: _chunk(one, 1).start] + other[_chunk(other, 1)] + one[_chunk(one, 2)]

    with pytest.raises(SealBroken):
        _opened(mixed)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        _opened(_sealed(b"plain"), key=new_key())


def test_a_file_does_not_open_under_another_assets_name() -> None:
    with pytest.raises(SealBroken, match="another asset"):
        _opened(_sealed(b"plain"), asset_id=new_id())


def test_two_seals_of_the_same_have_nothing_in_common() -> None:
    one, other = _sealed(bytes(CHUNK)), _sealed(bytes(CHUNK))

    assert one[_chunk(one, 0)] != other[_chunk(other, 0)]


def test_a_large_asset_needs_a_few_chunks_of_memory() -> None:
    class Sink(io.RawIOBase):
        length = 0

        def write(self, content: object) -> int:
            assert isinstance(content, bytes)
            Sink.length += len(content)
            return len(content)

    part = bytes(CHUNK_BYTES // 2)
    tracemalloc.start()
    try:
        seal((part for _ in range(256)), Sink(), key=KEY, asset_id=ASSET)  # type: ignore[arg-type]  # writes as one
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert Sink.length == sealed_size(256 * len(part))
    assert peak < 8 * CHUNK_BYTES

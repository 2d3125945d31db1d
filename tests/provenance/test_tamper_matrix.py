"""A signed film changed everywhere, cut anywhere, signed again, and made to blow up its reader."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core import clock
from core.digests import sha256_hex
from provenance import c2pa_gateway, keys, manifest, verification
from provenance.examining import examine, examine_bounded
from provenance.sdk.contents import Contents
from provenance.trust_list import Removal
from provenance.values import CredentialState, Verification
from provenance.verification import OwnRecord, RepositoryAnswer
from tests.factories import tampering
from tests.factories.provenance import NOON, SignedVideo, make_jpeg, make_video, sign_video, take_statement

ALTERED, ABSENT, UNREADABLE = CredentialState.ALTERED, CredentialState.ABSENT, CredentialState.UNREADABLE


def _verify(path: Path, signed: SignedVideo, *, own: bool = False, bounded: bool = False) -> Verification:
    read = examine_bounded if bounded else examine
    return verification.judge(
        read(path, anchors=signed.trust_list.anchors),
        trust_list=signed.trust_list,
        record=OwnRecord(file_sha256=sha256_hex(signed.content), signed_at=NOON) if own else None,
        repository=RepositoryAnswer.ASKED,
        at=clock.now(),
    )


@pytest.mark.parametrize("kind", [b"ftyp", b"uuid", b"free", b"mdat", b"moov"])
def test_a_bit_flipped_anywhere_is_found(signed_video: SignedVideo, tmp_path: Path, kind: bytes) -> None:
    found = tampering.box(signed_video.content, kind)
    rest = range(found.start, found.end)
    places = random.Random(7).sample(rest, min(60, len(rest)))  # noqa: S311 - a sample, no secret
    path = tmp_path / "changed.mp4"
    states = set()
    for place in (*rest[:24], *rest[-8:], *places):
        path.write_bytes(tampering.flipped(signed_video.content, place))
        states.add(_verify(path, signed_video, own=True).state)

    assert states == {ALTERED}


@pytest.mark.parametrize(
    ("kind", "beside"),
    [
        (kind, beside)
        for kind in (b"uuid", b"free", b"mdat", b"moov")
        for beside in (-1, 0, 1, 100)
        if kind != b"mdat" or beside < 0  # the last box
    ],
)
def test_a_film_cut_short_is_altered_as_soon_as_a_credential_was_in_it(
    signed_video: SignedVideo, tmp_path: Path, kind: bytes, beside: int
) -> None:
    """Cut at the end of a box, and beside it."""
    content = signed_video.content
    length = tampering.box(content, kind).end + beside
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[:length])

    assert _verify(path, signed_video).state is ALTERED
    assert _verify(path, signed_video, own=True).state is ALTERED


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_film_cut_at_each_tenth_is_altered(signed_video: SignedVideo, tmp_path: Path, tenths: int) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(signed_video.content[: len(signed_video.content) * tenths // 10])

    assert _verify(path, signed_video).state is ALTERED


def test_a_film_cut_before_its_credential_cannot_be_read(signed_video: SignedVideo, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(signed_video.content[: tampering.box(signed_video.content, b"uuid").start + 12])

    assert _verify(path, signed_video).state is UNREADABLE


def _signed_again(source: Path, destination: Path, keys_folder: Path) -> SignedVideo:
    at = clock.now()
    keys.ensure_development_authority(keys_folder, at=at)
    listed = keys.load_trust_list(keys_folder, at=at)
    stated = manifest.definition(
        take_statement(),
        manifest_id="urn:c2pa:0c9d3f6e-3c5a-4f1e-8a77-0c1d2e3f4a5b",
        unbound_sha256="b" * 64,
    )
    c2pa_gateway.sign(
        source=source,
        destination=destination,
        contents=Contents(dict(stated.to_json()), make_jpeg()),
        signer=keys.load_signer(keys_folder, at=at),
        anchors=listed.standing_anchors(at=at),
    )
    return SignedVideo(destination, source, stated.manifest_id, listed, keys_folder)


def test_a_film_stripped_and_signed_by_a_stranger_is_a_strangers(
    signed_video: SignedVideo, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.mp4"
    bare.write_bytes(tampering.remuxed(signed_video.content))
    at = clock.now()
    stranger = sign_video(tmp_path, keys_folder=tmp_path / "stranger")
    assert at <= clock.now()

    answer = _verify(stranger.path, signed_video)

    assert answer.state is CredentialState.UNKNOWN_SIGNER
    assert answer.authorization is None


def test_a_film_signed_over_by_a_stranger_is_a_strangers_and_not_ours(
    signed_video: SignedVideo, tmp_path: Path
) -> None:
    """The SDK drops the credential that was there; nothing of ours may come out of what it signs."""
    over = _signed_again(signed_video.path, tmp_path / "over.mp4", tmp_path / "stranger")

    answer = _verify(over.path, signed_video)

    # Its statement of the boxes outside the binding is not that of this film.
    assert answer.state is ALTERED
    assert answer.authorization is None
    assert answer.manifest_id == over.manifest_id


def test_a_film_encoded_anew_has_no_credential(signed_video: SignedVideo, tmp_path: Path) -> None:
    path = tmp_path / "encoded.mp4"
    make_video(path, seed=5)

    assert _verify(path, signed_video).state is ABSENT


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(payload), kind) + payload


def _nested(kind: bytes, depth: int) -> bytes:
    """Boxes in boxes; each header holds what is left."""
    total = 8 * depth
    return b"".join(struct.pack(">I4s", total - 8 * level, kind) for level in range(depth))


def _store(payload: bytes) -> bytes:
    """The box of a credential around `payload`."""
    return _box(b"uuid", tampering.STORE_UUID + bytes(4) + b"manifest\0" + bytes(8) + payload)


def _superbox(payload: bytes) -> bytes:
    described = bytes.fromhex("63327061001100108000 00AA00389B71".replace(" ", "")) + b"\x03c2pa\0"
    return _box(b"jumb", _box(b"jumd", described) + payload)


_BRAND = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")

BOMBS: dict[str, tuple[Callable[[], bytes], CredentialState]] = {
    "two million empty boxes": (lambda: _BRAND + struct.pack(">I4s", 8, b"free") * 2_000_000, UNREADABLE),
    "a hundred thousand boxes in one another": (
        lambda: _BRAND + _nested(b"moov", 100_000),
        UNREADABLE,
    ),
    "a store of a hundred thousand boxes in one another": (
        lambda: _BRAND + _store(_superbox(_nested(b"jumb", 100_000))),
        ALTERED,
    ),
    "a store that says it has four gigabytes": (
        lambda: _BRAND + _store(struct.pack(">I4s", 2**32 - 1, b"jumb") + b"c2pa"),
        ALTERED,
    ),
    "a store of a million empty boxes": (
        lambda: _BRAND + _store(_superbox(_box(b"jumb", b"") * 1_000_000)),
        ALTERED,
    ),
    "a store of the same description a hundred thousand times": (
        lambda: _BRAND + _store(_superbox(b"") * 100_000),
        ALTERED,
    ),
    "a compressed store": (
        # 200 MB of nothing in 166 bytes of Brotli would be this; the box is named and its bytes mean nothing.
        lambda: _BRAND + _store(_superbox(_box(b"brob", b"jumb" + os.urandom(4096)))),
        ALTERED,
    ),
    "a table of four billion chunks": (
        lambda: (
            _BRAND
            + _box(
                b"moov",
                _box(
                    b"trak",
                    _box(b"mdia", _box(b"minf", _box(b"stbl", _box(b"stco", bytes(4) + b"\xff" * 4)))),
                ),
            )
        ),
        UNREADABLE,
    ),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_takes_neither_the_memory_nor_the_time_it_asks_for(
    signed_video: SignedVideo, tmp_path: Path, case: str
) -> None:
    make, expected = BOMBS[case]
    path = tmp_path / "bomb.mp4"
    path.write_bytes(make())

    assert _verify(path, signed_video, bounded=True).state is expected


@pytest.mark.slow
def test_four_gigabytes_of_nothing_are_read_in_bounds(signed_video: SignedVideo, tmp_path: Path) -> None:
    path = tmp_path / "sparse.mp4"
    with path.open("wb") as stream:
        stream.truncate(4 * 2**30)
    try:
        state = _verify(path, signed_video, bounded=True).state
    finally:
        path.unlink()

    assert state is UNREADABLE


@pytest.mark.slow
def test_four_gigabytes_of_nothing_after_a_signed_film_alter_it(
    signed_video: SignedVideo, tmp_path: Path
) -> None:
    path = tmp_path / "sparse.mp4"
    size = 4 * 2**30
    path.write_bytes(signed_video.content + struct.pack(">I4sQ", 1, b"free", size))
    with path.open("r+b") as stream:
        stream.truncate(len(signed_video.content) + size)
    try:
        state = _verify(path, signed_video, bounded=True).state
    finally:
        path.unlink()

    assert state is ALTERED


@pytest.mark.parametrize("suffix", [".jpg", ".wav", ".txt", ""])
def test_a_signed_film_under_another_name_is_what_it_is(
    signed_video: SignedVideo, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"named{suffix}"
    path.write_bytes(signed_video.content)

    assert _verify(path, signed_video, own=True, bounded=True).state is CredentialState.TRUSTED


def test_a_signer_retired_later_is_retired_and_nothing_is_altered(
    signed_video: SignedVideo,
) -> None:
    listed = signed_video.trust_list
    digest = listed.anchors[0].sha256_hex
    later = listed.without_anchor(digest, removal=Removal.SUPERSEDED, at=clock.now())

    answer = _verify(signed_video.path, replace(signed_video, trust_list=later))

    assert answer.state is CredentialState.RETIRED_SIGNER


@pytest.mark.parametrize("place", [2**20 - 8, 2**20, 2**20 + 5])
def test_a_mark_across_two_blocks_is_seen(signed_video: SignedVideo, tmp_path: Path, place: int) -> None:
    """A credential in a film too broken for the SDK, its mark where one block of the search ends."""
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\xff" * place + tampering.STORE_UUID + b"\xff" * 99)

    assert _verify(path, signed_video).state is ALTERED

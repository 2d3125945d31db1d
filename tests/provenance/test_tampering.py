"""Every tampering and every bad input, with its one right state (real files, real reader)."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core import clock
from core.digests import sha256_hex
from provenance import verification
from provenance.examining import examine, examine_bounded
from provenance.values import CredentialState, Verification
from provenance.verification import OwnRecord, RepositoryAnswer
from tests.factories import tampering
from tests.factories.provenance import (
    NOON,
    SignedVideo,
    make_jpeg,
    make_video,
    sign_video,
    sign_with_ingredient,
)

ALTERED, ABSENT, UNREADABLE = CredentialState.ALTERED, CredentialState.ABSENT, CredentialState.UNREADABLE


def _verify(
    path: Path, signed: SignedVideo, *, record: OwnRecord | None = None, bounded: bool = False
) -> Verification:
    """The answer about a file; in this process, which is faster, unless the bounds are what is tested."""
    read = examine_bounded if bounded else examine
    return verification.judge(
        read(path, anchors=signed.trust_list.anchors),
        trust_list=signed.trust_list,
        record=record,
        repository=RepositoryAnswer.ASKED,
        at=clock.now(),
    )


def _own(signed: SignedVideo) -> OwnRecord:
    return OwnRecord(file_sha256=sha256_hex(signed.content), signed_at=NOON)


def test_the_file_as_it_was_signed_is_trusted(signed_video: SignedVideo) -> None:
    answer = _verify(signed_video.path, signed_video, record=_own(signed_video), bounded=True)

    assert answer.state is CredentialState.TRUSTED
    assert answer.validation_state == "Trusted"
    assert answer.manifest_id == signed_video.manifest_id
    assert answer.authorization is not None
    assert answer.authorization.decision_commitment_hex == "d" * 64
    assert answer.claims is not None
    assert answer.claims.ai_generated
    assert answer.claims.training_allowed is False
    assert answer.claims.model_name == "countersign/builtin-small"


TAMPERINGS: dict[str, tuple[Callable[[bytes], bytes], CredentialState]] = {
    "cut in half": (lambda content: content[: len(content) // 2], ALTERED),
    "ten bytes short": (lambda content: content[:-10], ALTERED),
    "cut inside the credential": (lambda content: content[:1000], ALTERED),
    "a bit of the picture": (lambda content: tampering.flipped_in_box(content, b"mdat"), ALTERED),
    "a bit of the index": (lambda content: tampering.flipped_in_box(content, b"moov"), ALTERED),
    "a bit of a statement": (lambda content: tampering.flipped_after(content, b"rule_pack"), ALTERED),
    "a bit of the claim": (lambda content: tampering.flipped_after(content, b"dc:title"), ALTERED),
    "a bit of the signature": (
        lambda content: tampering.flipped_after(content, b"c2pa.signature\0"),
        ALTERED,
    ),
    "an mdat box more": (lambda content: tampering.with_appended_box(content, b"mdat", b"x" * 9), ALTERED),
    "a uuid box more": (lambda content: tampering.with_appended_box(content, b"uuid", b"x" * 32), ALTERED),
    "junk at the end": (lambda content: content + b"junk" * 5, ALTERED),
    "two credentials": (tampering.with_two_stores, ALTERED),
    "a box of four exabytes": (lambda content: tampering.with_box_sized(content, b"mdat", 2**62), ALTERED),
    "a box past all bounds": (lambda content: tampering.with_box_sized(content, b"uuid", 2**64 - 1), ALTERED),
    "the credential cut out": (tampering.without_credential, UNREADABLE),
    "a new container": (tampering.remuxed, ABSENT),
    "thirty-two bytes left": (lambda content: content[:32], UNREADABLE),
}


@pytest.mark.parametrize("case", TAMPERINGS)
def test_a_tampered_file_has_its_one_state(signed_video: SignedVideo, tmp_path: Path, case: str) -> None:
    tamper, expected = TAMPERINGS[case]
    path = tmp_path / "tampered.mp4"
    path.write_bytes(tamper(signed_video.content))

    answer = _verify(path, signed_video)

    assert answer.state is expected
    assert all(answer.reasons)
    assert answer.authorization is None
    assert answer.claims is None


def test_a_credential_of_another_film_is_altered(signed_video: SignedVideo, tmp_path: Path) -> None:
    other = sign_video(tmp_path, keys_folder=signed_video.keys_folder, seed=2)
    path = tmp_path / "swapped.mp4"
    path.write_bytes(tampering.with_store_of(signed_video.content, other.content))

    answer = _verify(path, signed_video)

    assert answer.state is ALTERED
    assert "bmffHash.mismatch" in answer.reasons[0]


UNBOUND_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "an empty box appended": lambda content: tampering.with_appended_box(content, b"free"),
    "a box of hidden bytes appended": lambda content: tampering.with_appended_box(
        content, b"skip", b"hidden"
    ),
    "another brand": lambda content: tampering.flipped_in_box(content, b"ftyp"),
}


@pytest.mark.parametrize("case", UNBOUND_CHANGES)
def test_what_the_hard_binding_leaves_out_is_held_by_our_own_statement(
    signed_video: SignedVideo, tmp_path: Path, case: str
) -> None:
    path = tmp_path / "changed.mp4"
    path.write_bytes(UNBOUND_CHANGES[case](signed_video.content))

    answer = _verify(path, signed_video)

    assert answer.validation_state == "Trusted"
    assert answer.state is ALTERED


def test_filling_that_no_signature_covers_is_held_by_our_record(
    signed_video: SignedVideo, tmp_path: Path
) -> None:
    path = tmp_path / "changed.mp4"
    place = tampering.box(signed_video.content, b"uuid").end - 100
    path.write_bytes(tampering.flipped(signed_video.content, place))

    alone, compared = _verify(path, signed_video), _verify(path, signed_video, record=_own(signed_video))

    assert alone.state is CredentialState.TRUSTED
    assert compared.state is ALTERED
    assert "not the file we signed" in compared.reasons[0]


def test_no_bit_of_the_credential_can_be_changed_unnoticed_by_our_record(
    signed_video: SignedVideo, tmp_path: Path
) -> None:
    found = tampering.box(signed_video.content, b"uuid")
    places = random.Random(5).sample(range(found.start, found.end), 150)  # noqa: S311 - a sample, no secret
    path = tmp_path / "changed.mp4"
    states = set()
    for place in (*places, *range(found.start, found.start + 90)):
        path.write_bytes(tampering.flipped(signed_video.content, place))
        states.add(_verify(path, signed_video, record=_own(signed_video)).state)

    assert states == {ALTERED}


BAD_INPUTS: dict[str, tuple[Callable[[Path], object], CredentialState]] = {
    "empty": (lambda path: path.write_bytes(b""), UNREADABLE),
    "random": (lambda path: path.write_bytes(os.urandom(4096)), UNREADABLE),
    "text": (lambda path: path.write_text("A film, said the producer.\n" * 99), UNREADABLE),
    "a playlist of our own files": (
        lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n"),
        UNREADABLE,
    ),
    "a folder": (lambda path: path.mkdir(), UNREADABLE),
    "missing": (lambda path: path.exists(), UNREADABLE),
    "a pipe": (os.mkfifo, UNREADABLE),
    "a dangling link": (lambda path: path.symlink_to("nowhere"), UNREADABLE),
    "a picture named mp4": (lambda path: path.write_bytes(make_jpeg()), ABSENT),
    "a video": (make_video, ABSENT),
    "a video in a container without credentials": (
        lambda path: make_video(path, container="matroska"),
        ABSENT,
    ),
    "half a video": (
        lambda path: path.write_bytes((content := make_video(path).read_bytes())[: len(content) // 2]),
        UNREADABLE,
    ),
}


@pytest.mark.parametrize("case", BAD_INPUTS)
def test_a_bad_input_has_its_one_state(signed_video: SignedVideo, tmp_path: Path, case: str) -> None:
    make, expected = BAD_INPUTS[case]
    path = tmp_path / "input.mp4"
    make(path)

    answer = _verify(path, signed_video, bounded=True)

    assert answer.state is expected
    assert answer.validation_state is None
    assert all(answer.reasons)


def test_a_reader_that_needs_too_much_memory_is_stopped(
    signed_video: SignedVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit is taken by the child from its own module, so the child is started with a smaller one.
    program = "from provenance import examining as e; e.MEMORY_LIMIT_BYTES = 2**26; e.main()"
    run = subprocess.run
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **options: run([command[0], "-c", program], **options),
    )

    answer = _verify(signed_video.path, signed_video, bounded=True)

    assert answer.state is UNREADABLE
    assert "more memory or time" in answer.reasons[0]


def test_a_reader_that_never_ends_is_stopped(
    signed_video: SignedVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **options: run(
            [command[0], "-c", "while True: pass"], **(options | {"timeout": 0.5})
        ),
    )

    answer = _verify(signed_video.path, signed_video, bounded=True)

    assert answer.state is UNREADABLE
    assert "longer than" in answer.reasons[0]


def test_a_film_made_from_a_broken_picture_is_not_trusted(signed_video: SignedVideo, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(tampering.flipped_in_box(signed_video.content, b"mdat"))
    outer = sign_with_ingredient(signed_video, broken, tmp_path / "outer.mp4")

    answer = _verify(outer, signed_video)

    assert answer.validation_state == "Trusted"
    assert answer.state is ALTERED
    assert "What it was made from does not hold" in answer.reasons[0]


def test_a_film_made_from_a_sound_picture_is_trusted(signed_video: SignedVideo, tmp_path: Path) -> None:
    outer = sign_with_ingredient(signed_video, signed_video.path, tmp_path / "outer.mp4")

    answer = _verify(outer, signed_video)

    assert answer.state is CredentialState.TRUSTED

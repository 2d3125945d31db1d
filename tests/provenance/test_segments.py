"""Films in segments (DASH, CMAF) that others signed: whole, cut short, changed, mixed up."""

from __future__ import annotations

import random
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from provenance import boxes, keys
from provenance.examining import examine_bounded
from provenance.readings import Examination, Outcome
from provenance.values import CredentialState
from provenance.verification import RepositoryAnswer, judge
from provenance.verifying import verify_file
from tests.factories import tampering
from tests.factories.provenance import SignedVideo, sign_video
from tests.factories.segments import Segmented, segmented_film

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory, signed_video: SignedVideo) -> Segmented:
    return segmented_film(tmp_path_factory.mktemp("segments"), signed_video.keys_folder)


@pytest.fixture(autouse=True)
def trusted(keys_folder: Path, signed_video: SignedVideo) -> None:
    """Their signer is on our list."""
    listed = keys.trust_list_path(keys_folder)
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_bytes(keys.trust_list_path(signed_video.keys_folder).read_bytes())


def test_all_segments_as_signed_are_trusted(film: Segmented) -> None:
    found = verify_file(film.beginning, segments=film.segments)

    assert found.state is CredentialState.TRUSTED, found.reasons
    assert "All 3 segments are here, each as it was signed." in found.reasons
    assert found.claims is not None


def test_the_order_in_which_they_are_handed_in_does_not_matter(film: Segmented) -> None:
    found = verify_file(film.beginning, segments=film.segments[::-1])

    assert found.state is CredentialState.TRUSTED, found.reasons


@pytest.mark.parametrize("kept", [1, 2])
def test_a_film_that_was_longer_is_said_to_have_been(film: Segmented, kept: int) -> None:
    # The same one twice is one.
    found = verify_file(film.beginning, segments=(*film.segments[:kept], film.segments[0]))

    assert found.state is CredentialState.TRUSTED, found.reasons
    assert (
        f"Only {kept} of the 3 segments that were signed are here. Each of them is as it was signed, and the film "
        "was longer."
    ) in found.reasons


def test_the_beginning_alone_is_no_altered_file(film: Segmented) -> None:
    found = verify_file(film.beginning)

    assert found.state is CredentialState.UNREADABLE
    assert "hand them in with it" in found.reasons[0]


def test_a_bit_flipped_anywhere_in_a_segment_is_found(film: Segmented, tmp_path: Path) -> None:
    content = film.segments[1].read_bytes()
    changed = tmp_path / "changed.m4s"
    states = set()
    for place in random.Random(7).sample(range(len(content)), 12):  # noqa: S311 - a sample, no secret
        changed.write_bytes(tampering.flipped(content, place))
        found = verify_file(film.beginning, segments=(film.segments[0], changed, film.segments[2]))
        states.add((found.state, found.reasons[0].partition(" is not")[0]))

    assert states == {(CredentialState.ALTERED, "Segment 2 of the 3 that were handed in")}


@pytest.mark.parametrize("how", ["cut", "empty", "foreign", "unbound", "garbage", "two in one"])
def test_what_is_no_segment_of_the_film_is_never_trusted(film: Segmented, tmp_path: Path, how: str) -> None:
    whole = film.segments[0].read_bytes()
    other = tmp_path / "other.m4s"
    (tmp_path / "more").mkdir()
    other.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "empty": b"",
            # Of no film that was signed, and of this one before it was.
            "foreign": film.unsigned[2].read_bytes() + film.unsigned[2].read_bytes(),
            "unbound": film.unsigned[0].read_bytes(),
            "garbage": random.Random(1).randbytes(5000),  # noqa: S311 - no secret
            "two in one": whole + film.segments[1].read_bytes(),
        }[how]
    )

    found = verify_file(film.beginning, segments=(other, *film.segments[1:]))

    assert found.state in (CredentialState.ALTERED, CredentialState.UNREADABLE), found.reasons
    assert (found.claims, found.authorization) == (None, None)


def test_a_changed_beginning_is_found(film: Segmented, tmp_path: Path) -> None:
    changed = tmp_path / "init.mp4"
    changed.write_bytes(tampering.flipped_in_box(film.beginning.read_bytes(), b"moov"))

    found = verify_file(changed, segments=film.segments)

    assert found.state is CredentialState.ALTERED, found.reasons


def test_segments_behind_a_whole_film_are_not_covered_by_its_credential(
    film: Segmented, signed_video: SignedVideo
) -> None:
    found = verify_file(signed_video.path, segments=film.segments)

    assert found.state is CredentialState.ALTERED, found.reasons


def test_a_stranger_who_signed_is_a_stranger(film: Segmented, tmp_path: Path) -> None:
    theirs = sign_video(tmp_path, keys_folder=tmp_path / "theirs")

    examination = examine_bounded(film.beginning, anchors=theirs.trust_list.anchors, segments=film.segments)

    assert _judged(examination, theirs) is CredentialState.UNKNOWN_SIGNER


def _judged(examination: Examination, signed: SignedVideo) -> CredentialState:
    assert examination.outcome is Outcome.READ
    return judge(
        examination,
        trust_list=signed.trust_list,
        record=None,
        repository=RepositoryAnswer.ASKED,
        at=signed.trust_list.anchors[0].valid_from,
    ).state


def test_a_bomb_of_boxes_is_kept_from_the_sdk(film: Segmented, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.m4s"
    bomb.write_bytes(b"\0\0\0\x08free" * 20_000)
    assert boxes.has_too_many(bomb)

    found = verify_file(film.beginning, segments=(bomb,))

    assert found.state is CredentialState.ALTERED


class TestDoors:
    def test_the_command(self, film: Segmented) -> None:
        said = StringIO()

        with pytest.raises(SystemExit) as ended:
            call_command("verify", film.beginning, "--segments", *film.segments, stdout=said)

        assert ended.value.code == 0
        assert "All 3 segments are here" in said.getvalue()

    @pytest.mark.parametrize("address", ["/v1/verify", "/verify"])
    def test_the_page_and_the_api(self, client: Client, film: Segmented, address: str) -> None:
        sent = {
            "file": _sent(film.beginning),
            "segment": [_sent(segment) for segment in film.segments[:2]],
        }

        answer = client.post(address, sent)

        assert answer.status_code == 200
        said = answer.content.decode()
        assert "Only 2 of the 3 segments that were signed are here." in said
        if address == "/verify":
            assert "A part of what was signed, and unchanged" in said
            assert "Not one frame was changed" not in said
            sent = {"file": _sent(film.beginning), "segment": [_sent(one) for one in film.segments]}
            whole = client.post(address, sent).content.decode()
            assert "All 3 segments are here" in whole
            assert "Not one frame was changed" in whole

    def test_more_segments_than_are_taken_at_once_are_refused(self, client: Client, film: Segmented) -> None:
        small = [SimpleUploadedFile(f"{number}.m4s", b"x") for number in range(120)]

        answer = client.post("/v1/verify", {"file": _sent(film.beginning), "segment": small})

        assert answer.status_code in (400, 413), answer.content


def _sent(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes(), "video/mp4")

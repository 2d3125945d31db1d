"""How a video is known again: codes, words, keys and what they are measured against."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from provenance.fingerprints import matching
from provenance.fingerprints.frame_signature import frame_signatures
from provenance.fingerprints.making import fingerprint_of
from provenance.fingerprints.values import Candidate, Fingerprint, Match
from tests.factories import films
from tests.factories.films import a_film, encoded

GOLDEN = json.loads((Path(__file__).parent / "golden" / "frame_signatures.json").read_text(encoding="ascii"))
URN = "urn:c2pa:9b0d3f6e-3c5a-4f1e-8a77-0c1d2e3f4a5b"


def drawn(seed: int, height: int, width: int) -> npt.NDArray[np.uint8]:
    """The picture that FFmpeg 5.1's filter `signature` was shown for the golden file."""
    rows, columns = np.mgrid[:height, :width]
    picture = np.zeros((height, width))
    rng = np.random.default_rng(seed)
    for _ in range(12):
        across, down, phase, depth = (
            rng.uniform(-9, 9),
            rng.uniform(-9, 9),
            rng.uniform(0, 7),
            rng.uniform(5, 25),
        )
        picture += depth * np.sin(across * columns / width * 2 + down * rows / height * 2 + phase)
    return np.clip(128 + picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("known", GOLDEN, ids=lambda known: f"{known['width']}x{known['height']}")
def test_frame_signatures_are_those_of_ffmpeg(known: dict[str, object]) -> None:
    picture = drawn(int(str(known["seed"])), int(str(known["height"])), int(str(known["width"])))

    (signature,) = frame_signatures(picture[None])

    assert "".join(map(str, signature)) == known["signature"]


@pytest.fixture(scope="module")
def film() -> list[films.Frame]:
    return a_film(7)


@pytest.fixture(scope="module")
def stored(film: list[films.Frame], tmp_path_factory: pytest.TempPathFactory) -> Fingerprint:
    return _fingerprint(film, tmp_path_factory.mktemp("film"))


def _fingerprint(
    frames: list[films.Frame], folder: Path, *, fps: int = films.FPS, crf: int = 23
) -> Fingerprint:
    made = fingerprint_of(encoded(frames, folder / "film.mp4", fps=fps, crf=crf), limit_s=60)
    assert made is not None
    return made


def _found(asked: Fingerprint, stored: Fingerprint) -> Match | None:
    """As the index finds it: by a shared key first, by measuring then."""
    if not set(matching.keys_to_ask(asked)) & set(matching.keys_to_store(stored)):
        return None
    found = matching.matches(asked, [Candidate(URN, stored.iscc_digest, stored.words)], most=1)
    return found[0] if found else None


CHANGES: dict[str, tuple[Callable[[list[films.Frame]], list[films.Frame]], int, int]] = {
    "crf 35": (lambda frames: frames, 24, 35),
    "half the size at crf 28": (lambda frames: films.scaled(frames, 0.5), 24, 28),
    "5 % cropped": (lambda frames: films.cropped(frames, 0.05), 24, 23),
    "letterboxed": (films.letterboxed, 24, 23),
    "first third cut off": (lambda frames: frames[16:], 24, 23),
    "15 frames a second": (lambda frames: films.paced(frames, fps=15), 15, 23),
    "mirrored": (films.mirrored, 24, 23),
    "brighter": (films.brightened, 24, 23),
    "with a logo": (films.with_logo, 24, 23),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_film_is_found(
    change: str, film: list[films.Frame], stored: Fingerprint, tmp_path: Path
) -> None:
    alter, fps, crf = CHANGES[change]

    found = _found(_fingerprint(alter(film), tmp_path, fps=fps, crf=crf), stored)

    assert found is not None
    assert found.similarity >= 76
    assert found.mirrored is (change == "mirrored")


def test_a_stretch_within_a_longer_film_is_found_where_it_is(
    film: list[films.Frame], stored: Fingerprint, tmp_path: Path
) -> None:
    longer = a_film(8) + film + a_film(9)

    found = _found(_fingerprint(longer, tmp_path), stored)

    assert found is not None
    assert found.start_s is not None
    assert 1.8 <= found.start_s <= 2.8


@pytest.mark.parametrize("seed", range(20, 32))
def test_another_film_is_not_found(seed: int, stored: Fingerprint, tmp_path: Path) -> None:
    assert _found(_fingerprint(a_film(seed), tmp_path), stored) is None


def test_a_film_that_shows_nothing_has_no_fingerprint(tmp_path: Path) -> None:
    black = [np.zeros((180, 320, 3), np.uint8)] * 48

    assert fingerprint_of(encoded(black, tmp_path / "black.mp4"), limit_s=60) is None


def test_a_file_that_breaks_off_is_known_by_its_beginning(
    film: list[films.Frame], stored: Fingerprint, tmp_path: Path
) -> None:
    whole = encoded(film, tmp_path / "whole.mkv.mp4")
    noise = np.random.default_rng(1).bytes(2000)
    content = bytearray(whole.read_bytes())
    middle = content.index(b"mdat") + (len(content) - content.index(b"mdat")) * 3 // 4
    content[middle : middle + len(noise)] = noise
    (tmp_path / "broken.mp4").write_bytes(bytes(content))

    asked = fingerprint_of(tmp_path / "broken.mp4", limit_s=60)

    assert asked is not None
    assert _found(asked, stored) is not None


def test_what_holds_no_moving_picture_has_no_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no film", encoding="utf-8")

    assert fingerprint_of(tmp_path / "notes.txt", limit_s=10) is None


def test_a_fingerprint_travels_between_processes(stored: Fingerprint) -> None:
    assert Fingerprint.from_json(json.loads(json.dumps(stored.to_json()))) == stored


def test_whoever_waits_for_it_is_called_meanwhile_and_may_end_it(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    film, called = encoded(a_film(3), tmp_path / "film.mp4"), list[int]()

    def enough() -> None:
        called.append(1)
        if len(called) == 2:
            raise Enough

    with pytest.raises(Enough):
        fingerprint_of(film, limit_s=60, meanwhile=enough)

"""What the process that looks gives, and what becomes of one that does not answer."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from config.environment import BadEnvironment, read_environment
from core.digests import sha256_hex_of_file
from generation.engines.given import ReferencePicture
from generation.screens import running
from generation.screens.built_in_marks import Protected
from generation.screens.errors import PictureNotProtectable, ScreenUnusable
from generation.screens.running import Installed, prepared_picture, run_screen
from generation.screens.values import Screened, ScreenKind, ScreenOutcome, WhyNot
from generation.screens.weights import checked_digest, write_lock
from generation.training_spec import TrainingPicture
from tests.factories.hostile_media import CONCAT, PLAYLIST, a_bomb, a_film_cut_short, a_list_of_others
from tests.factories.reference_pictures import a_picture, picture_file
from tests.factories.screened_films import a_film
from tests.factories.screens import a_logo, png_of, with_logo

STAND_INS = "tests.generation_screens.stand_ins"
MARKS = Installed(ScreenKind.MARKS, "builtin")


def _grounds(count: int) -> list[np.ndarray]:
    """Frames of a field under a sky, with something that moves."""
    rows = np.linspace(0, 1, 288)[:, None, None]
    ground = (np.array([150, 190, 230]) * (1 - rows) + np.array([90, 130, 60]) * rows).repeat(512, axis=1)
    frames = []
    for index in range(count):
        picture = Image.fromarray(ground.astype(np.uint8))
        ImageDraw.Draw(picture).ellipse((20 + 9 * index, 150, 100 + 9 * index, 230), fill=(200, 40, 50))
        frames.append(np.asarray(picture))
    return frames


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def plain(folder: Path) -> Path:
    return a_film(folder / "plain.mp4", _grounds(16), fps=8)


class TestMarks:
    def test_a_protected_picture_is_found_where_it_is_and_in_no_film_without_it(
        self, folder: Path, plain: Path
    ) -> None:
        logo, other = a_logo(), a_logo("OBELISK")
        frames = [
            with_logo(frame, logo, width=130, left=330, top=40) if index > 7 else frame
            for index, frame in enumerate(_grounds(16))
        ]
        film = a_film(folder / "marked.mp4", frames, fps=8)
        register = [Protected("ours", prepared_picture(png_of(logo)))]

        said = run_screen(film, MARKS, register=register)
        without = run_screen(plain, MARKS, register=register)
        another = run_screen(
            film, MARKS, register=[Protected("another", prepared_picture(png_of(other.rotate(180))))]
        )

        (found,) = said.found
        assert (said.outcome, found.what) == (ScreenOutcome.FLAGGED, "ours")
        assert found.score > 0.85
        assert found.at_s >= 1
        assert found.box == pytest.approx((330 / 512, 40 / 288, 130 / 512, 78 / 288), abs=0.03)
        assert (without.outcome, without.frames, without.found) == (ScreenOutcome.CLEAR, 6, ())
        assert without.peak is not None
        assert without.peak < 0.7
        assert another.outcome is ScreenOutcome.CLEAR

    def test_a_picture_that_any_film_holds_is_not_protected(self) -> None:
        disc = Image.new("RGB", (200, 200), "white")
        ImageDraw.Draw(disc).ellipse((20, 20, 180, 180), fill="black")
        target = io.BytesIO()
        disc.save(target, "PNG")

        with pytest.raises(PictureNotProtectable, match="too plain"):
            prepared_picture(target.getvalue())
        for content in (b"<svg/>", b"\x89PNG\r\n\x1a\n", b"GIF89a"):
            with pytest.raises(PictureNotProtectable, match="no picture"):
                prepared_picture(content)


def _looked(film: Path, name: str, **named: str) -> Screened:
    return run_screen(film, Installed(ScreenKind.CONTENT, f"{STAND_INS}.{name}", **named))


def test_whatever_breaks_is_not_evaluated_and_never_clear(
    plain: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = folder / "broken.mp4"
    broken.write_bytes(plain.read_bytes()[: plain.stat().st_size // 2])
    beats: list[int] = []

    why = {name: _looked(plain, name).why for name in ("Ends", "Raises", "Overflows", "Hoards", "Gone")}
    unreadable = run_screen(broken, Installed(ScreenKind.PERSONS, f"{STAND_INS}.Nobody"))
    monkeypatch.setattr(running, "limit_s_of", lambda _size: 1)
    slow = run_screen(
        plain,
        Installed(ScreenKind.CONTENT, f"{STAND_INS}.Sleeps"),
        looking_s=0,
        meanwhile=lambda: beats.append(1),
    )

    assert why == {
        "Ends": WhyNot.SCREEN_FAILED,
        "Raises": WhyNot.SCREEN_FAILED,
        "Overflows": WhyNot.SCREEN_FAILED,
        "Hoards": WhyNot.SCREEN_FAILED,
        "Gone": WhyNot.SCREEN_UNUSABLE,
    }
    assert (slow.why, bool(beats)) == (WhyNot.TOOK_TOO_LONG, True)
    assert unreadable.why is WhyNot.SCREEN_FAILED


def _in_memory(content: bytes, content_type: str = "image/png") -> ReferencePicture:
    return ReferencePicture("Reference 1", content_type, bytearray(content))


class TestInMemory:
    def test_a_picture_is_looked_at_as_a_model_is_shown_it(self, tmp_path: Path) -> None:
        register = [Protected("ours", prepared_picture(png_of(a_logo())))]
        drawn = Image.fromarray(with_logo(_grounds(1)[0], a_logo(), width=130, left=330, top=40))
        lying = Image.Exif()
        lying[0x0112] = 6
        (tmp_path / "it.png").write_bytes(picture_file(drawn))

        from_file = run_screen(tmp_path / "it.png", MARKS, register=register)
        for picture in (
            _in_memory(picture_file(drawn)),
            _in_memory(picture_file(drawn, "TIFF"), "image/tiff"),
            _in_memory(picture_file(drawn.rotate(90, expand=True), exif=lying)),
        ):
            said = run_screen(picture, MARKS, register=register)
            assert (said.outcome, said.frames, said.detail) == (ScreenOutcome.FLAGGED, 1, "")
            assert said.found[0].box == pytest.approx(from_file.found[0].box, abs=0.01)
        assert run_screen(_in_memory(picture_file()), MARKS, register=register).outcome is ScreenOutcome.CLEAR

    @pytest.mark.parametrize(
        ("content", "content_type", "why"),
        [
            (picture_file()[:200], "image/png", "cannot be read as what it was handed in as"),
            (picture_file(kind="JPEG"), "image/png", "cannot be read as what it was handed in as"),
            (picture_file(Image.new("1", (8193, 8192))), "image/png", "more than 67108864 pixels"),
            (picture_file(a_picture(width=31, height=64)), "image/png", "a side has at least 32"),
        ],
    )
    def test_one_that_no_model_is_shown_is_not_evaluated(
        self, content: bytes, content_type: str, why: str
    ) -> None:
        screen = Installed(ScreenKind.PERSONS, f"{STAND_INS}.Nobody")

        said = run_screen(_in_memory(content, content_type), screen)

        assert (said.outcome, said.why) == (ScreenOutcome.NOT_EVALUATED, WhyNot.SCREEN_FAILED)
        assert why in said.detail


class TestClipsInMemory:
    def test_a_clip_is_looked_at_as_the_same_file_is(self, tmp_path: Path) -> None:
        register = [Protected("ours", prepared_picture(png_of(a_logo())))]
        frames = [
            with_logo(frame, a_logo(), width=130, left=330, top=40) if index > 7 else frame
            for index, frame in enumerate(_grounds(16))
        ]

        for name, content_type in (("it.mp4", "video/mp4"), ("it.mkv", "video/matroska")):
            film = a_film(tmp_path / name, frames, fps=8)
            clip = TrainingPicture(content_type, bytearray(film.read_bytes()))
            said = run_screen(clip, MARKS, register=register)
            assert said == run_screen(film, MARKS, register=register)
            assert (said.outcome, said.frames) == (ScreenOutcome.FLAGGED, 6)
            assert said.found[0].at_s >= 1

    def test_one_larger_than_a_pipe_arrives_however_late_it_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        noise = np.random.default_rng(1).integers(0, 256, (8, 288, 512, 3), dtype=np.uint8)
        content = a_film(tmp_path / "noise.mp4", list(noise), fps=8).read_bytes()
        assert len(content) > 2**18
        monkeypatch.setattr(running, "_BEAT_S", 0.01)
        beats: list[int] = []

        said = run_screen(
            TrainingPicture("video/mp4", bytearray(content)),
            Installed(ScreenKind.PERSONS, f"{STAND_INS}.Nobody"),
            meanwhile=lambda: beats.append(1),
            looking_s=-20,
        )

        assert (said.outcome, said.why) == (ScreenOutcome.CLEAR, None)
        assert len(beats) > 2

    def test_one_that_is_not_what_it_says_or_breaks_off_is_not_evaluated(self, tmp_path: Path) -> None:
        screen = Installed(ScreenKind.PERSONS, f"{STAND_INS}.Nobody")
        matroska = a_film(tmp_path / "it.mkv", _grounds(4), fps=8)
        hostile = {
            "a list": (a_list_of_others(tmp_path, PLAYLIST), "video/mp4"),
            "a list as matroska": (a_list_of_others(tmp_path, CONCAT), "video/matroska"),
            "cut short": (a_film_cut_short(tmp_path), "video/mp4"),
            "a bomb": (a_bomb(tmp_path), "video/mp4"),
            "misnamed": (matroska, "video/mp4"),
            "no clip": (matroska, "audio/wav"),
        }

        said = {
            name: run_screen(TrainingPicture(kind, bytearray(path.read_bytes())), screen)
            for name, (path, kind) in hostile.items()
        }

        assert {name: (one.outcome, one.why) for name, one in said.items()} == dict.fromkeys(
            hostile, (ScreenOutcome.NOT_EVALUATED, WhyNot.SCREEN_FAILED)
        )
        assert run_screen(matroska, screen).outcome is ScreenOutcome.CLEAR


def test_weights_are_those_whose_digest_is_named(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text("0.9")
    digest = write_lock(tmp_path)

    said = _looked(plain, "Reading", folder=str(tmp_path), weights_sha256=digest)
    (tmp_path / "weights.json").write_text("0.1")
    altered = _looked(plain, "Reading", folder=str(tmp_path), weights_sha256=digest)
    relocked = _looked(plain, "Reading", folder=str(tmp_path), weights_sha256=write_lock(tmp_path)[::-1])
    (tmp_path / "more.pkl").write_bytes(b"")

    assert (said.outcome, [one.what for one in said.found]) == (ScreenOutcome.FLAGGED, ["nudity"])
    assert said.identity is not None
    assert (said.identity.name, said.identity.weights_sha256) == ("stand-in", digest)
    assert (altered.why, "weights.json" in altered.detail) == (WhyNot.SCREEN_UNUSABLE, True)
    assert (relocked.why, "digest" in relocked.detail) == (WhyNot.SCREEN_UNUSABLE, True)
    with pytest.raises(ScreenUnusable, match=r"more\.pkl"):
        checked_digest(tmp_path)
    assert sha256_hex_of_file(tmp_path / "weights.json")


def test_settings_name_screens_with_folder_and_digest_or_are_refused() -> None:
    named = read_environment(
        {"COUNTERSIGN_SCREEN_FACES": f"house.faces.Faces /srv/faces {'ab' * 32}"}
    ).screens

    assert [(one.kind, one.named) for one in read_environment({}).screens] == [("marks", "builtin")]
    assert [(one.kind, one.folder) for one in named] == [("faces", "/srv/faces"), ("marks", "")]
    assert read_environment({"COUNTERSIGN_SCREEN_MARKS": "off"}).screens == ()
    for kind, value in (
        ("FACES", "builtin"),
        ("FACES", "house.faces.Faces /srv/faces"),
        ("CONTENT", "house.nsfw.Net /srv/nsfw 12ab"),
        ("MARKS", "rm -rf"),
    ):
        with pytest.raises(BadEnvironment, match=f"COUNTERSIGN_SCREEN_{kind}"):
            read_environment({f"COUNTERSIGN_SCREEN_{kind}": value})


def test_opencvs_faces_say_what_is_missing(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "screen.json").write_text("{}")
    screen = Installed(
        ScreenKind.FACES, "generation.screens.opencv_faces.Faces", str(tmp_path), write_lock(tmp_path)
    )

    said = run_screen(plain, screen)
    nowhere = run_screen(plain, Installed(ScreenKind.FACES, screen.named, str(tmp_path / "no"), "ab" * 32))

    # It is installed beside the product, or not at all.
    missing = "opencv-python-headless" if find_spec("cv2") is None else "does not hold a detector"
    assert (said.why, missing in said.detail) == (WhyNot.SCREEN_UNUSABLE, True)
    assert (nowhere.why, "lock" in nowhere.detail) == (WhyNot.SCREEN_UNUSABLE, True)

from __future__ import annotations

import io
import json
import shutil
import subprocess
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from core.errors import DiskFull
from generation.encoding import Delivery, Encoded, VideoWriter, WrongFrames
from generation.spec import delivered_size

COLOURS = [(225, 60, 50), (30, 140, 220), (60, 180, 75), (250, 250, 250), (5, 5, 5), (128, 128, 128)]


def _delivery(**changes: Any) -> Delivery:  # noqa: ANN401 - any field
    facts = {"width": 192, "height": 128, "num_frames": 9, "fps": Fraction(8)}
    return Delivery(**{**facts, **changes})


def _frame(colour: tuple[int, int, int] = COLOURS[0]) -> npt.NDArray[np.uint8]:
    return np.full((64, 96, 3), colour, dtype=np.uint8)


def _encode(path: Path, frames: list[npt.NDArray[np.uint8]], delivery: Delivery) -> Encoded:
    with VideoWriter(path, delivery) as writer:
        for frame in frames:
            writer.write(frame)
        return writer.finish()


def _decoded(path: Path) -> list[npt.NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [
            np.asarray(
                frame.reformat(
                    format="rgb24",
                    src_colorspace=Colorspace.ITU709,
                    dst_colorspace=Colorspace.ITU709,
                    src_color_range=ColorRange.MPEG,
                    dst_color_range=ColorRange.JPEG,
                ).to_ndarray(),
                dtype=np.uint8,
            )
            for frame in container.decode(video=0)
        ]


class TestColour:
    @pytest.mark.parametrize("colour", COLOURS)
    def test_survives_the_round_trip_through_bt709(
        self, tmp_path: Path, colour: tuple[int, int, int]
    ) -> None:
        path = tmp_path / "clip.mp4"

        _encode(path, [_frame(colour)] * 9, _delivery())

        shown = _decoded(path)[4].astype(int)
        assert np.abs(shown - np.array(colour)).max() <= 2

    def test_is_stored_with_the_bt709_matrix_and_not_the_bt601_one(self, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"

        _encode(path, [_frame((225, 60, 50))] * 9, _delivery())

        with av.open(str(path)) as container:
            luma, cb, cr = (
                int(plane[10, 10])
                for plane in _planes(
                    np.asarray(next(container.decode(video=0)).to_ndarray(format="yuv420p"), np.uint8),
                    192,
                    128,
                )
            )
        assert abs(luma - 97) <= 1
        assert abs(cb - 107) <= 1
        assert abs(cr - 201) <= 1

    def test_is_tagged_in_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"

        _encode(path, [_frame()] * 9, _delivery())

        with av.open(str(path)) as container:
            context = container.streams.video[0].codec_context
            tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        assert tags == (1, 1, 1, 1)
        assert b"colrnclx" in path.read_bytes()

    @pytest.mark.skipif(
        shutil.which("ffprobe") is None, reason="a second opinion, where ffprobe is installed"
    )
    def test_is_read_the_same_way_by_ffprobe(self, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"

        _encode(path, [_frame()] * 9, _delivery(fps=Fraction(24000, 1001)))

        answer = subprocess.run(
            ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)],
            check=True,
            capture_output=True,
        )
        stream = json.loads(answer.stdout)["streams"][0]
        assert [stream[f"color_{name}"] for name in ("space", "transfer", "primaries", "range")] == [
            "bt709",
            "bt709",
            "bt709",
            "tv",
        ]
        assert (stream["pix_fmt"], stream["codec_name"], stream["nb_frames"]) == ("yuv420p", "h264", "9")
        assert stream["avg_frame_rate"] == "24000/1001"
        assert stream["duration_ts"] * Fraction(stream["time_base"]) == 9 / Fraction(24000, 1001)


class TestFile:
    def test_holds_every_frame_in_order(self, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        frames = [_frame((level, level, level)) for level in range(20, 200, 20)]

        encoded = _encode(path, frames, _delivery(num_frames=len(frames)))

        levels = [int(frame[60, 60, 0]) for frame in _decoded(path)]
        assert encoded.frames == len(frames) == len(levels)
        assert np.abs(np.array(levels) - np.arange(20, 200, 20)).max() <= 2

    def test_records_both_the_generated_and_the_delivered_size(self, tmp_path: Path) -> None:
        encoded = _encode(tmp_path / "clip.mp4", [_frame()] * 9, _delivery())

        assert (encoded.generated_width, encoded.generated_height) == (96, 64)
        assert (encoded.width, encoded.height) == (192, 128)
        assert _decoded(encoded.path)[0].shape == (128, 192, 3)

    def test_comes_with_a_poster_and_a_contact_sheet(self, tmp_path: Path) -> None:
        frames = [_frame((level, level, level)) for level in range(20, 200, 20)]

        encoded = _encode(tmp_path / "clip.mp4", frames, _delivery())

        poster = Image.open(io.BytesIO(encoded.poster_jpeg))
        sheet = Image.open(io.BytesIO(encoded.contact_sheet_jpeg))
        assert poster.size == (192, 128)
        assert poster.getpixel((5, 5)) == (100, 100, 100)
        assert sheet.width == 5 * 256

    def test_of_a_single_frame_is_complete(self, tmp_path: Path) -> None:
        encoded = _encode(tmp_path / "clip.mp4", [_frame()], _delivery(num_frames=1))

        assert len(_decoded(encoded.path)) == 1
        assert Image.open(io.BytesIO(encoded.contact_sheet_jpeg)).width == 256


class TestRefusals:
    def test_reports_a_full_disk_as_such(self) -> None:
        # Linux gives a device that is always full.
        with pytest.raises(DiskFull):
            _encode(Path("/dev/full"), [_frame()] * 9, _delivery())

    @pytest.mark.parametrize("count", [0, 8, 10])
    def test_refuses_another_number_of_frames_than_announced(self, tmp_path: Path, count: int) -> None:
        with pytest.raises(WrongFrames):
            _encode(tmp_path / "clip.mp4", [_frame()] * count, _delivery())

    def test_refuses_frames_that_change_their_size(self, tmp_path: Path) -> None:
        with pytest.raises(WrongFrames):
            _encode(tmp_path / "clip.mp4", [_frame(), np.zeros((64, 64, 3), np.uint8)], _delivery())

    def test_refuses_to_stretch(self, tmp_path: Path) -> None:
        with pytest.raises(WrongFrames):
            _encode(tmp_path / "clip.mp4", [_frame()] * 9, _delivery(height=256))

    def test_leaves_no_thread_behind_when_its_caller_fails(self, tmp_path: Path) -> None:
        def fail_while_writing() -> None:
            with VideoWriter(tmp_path / "clip.mp4", _delivery()) as writer:
                writer.write(_frame())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_while_writing()

        assert "encoder" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    ("generated", "delivered"),
    [((96, 64), (768, 512)), ((64, 96), (512, 768)), ((832, 480), (832, 480)), ((224, 128), (896, 512))],
)
def test_small_pictures_are_delivered_in_a_whole_multiple(
    generated: tuple[int, int], delivered: tuple[int, int]
) -> None:
    assert delivered_size(*generated) == delivered


def _planes(
    yuv: npt.NDArray[np.uint8], width: int, height: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    flat = yuv.reshape(-1)
    luma, chroma = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma :].reshape(half),
    )

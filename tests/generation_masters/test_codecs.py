"""Colour, rate and shades of every coded master, told by decoding it back: nothing here asks the encoder."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from generation.mastering.encoding import FramesMissing, encode_master
from generation.mastering.picture import (
    YUV420P,
    YUV420P10,
    YUV422P10,
    YUV444P10,
    FloatPicture,
    PixelFormat,
    coded_frame,
)
from generation.mastering.reading_back import codec_facts
from generation.mastering.values import FORMATS, MasterFormat, MasterSpec

WIDTH, HEIGHT, FRAMES = 1280, 128, 12
NTSC_FILM = Fraction(24000, 1001)
FILMS = [one for one in MasterFormat if FORMATS[one].is_film]
TEN_BITS = [one for one in FILMS if FORMATS[one].bits == 10]

# R'G'B' of patches, and their code values in ten bits by BT.709's equations, worked out by hand: BT.601 would give
# others by up to dozens of codes.
PATCHES = {
    (1.0, 1.0, 1.0): (940, 512, 512),
    (0.0, 0.0, 0.0): (64, 512, 512),
    (1.0, 0.0, 0.0): (250, 409, 960),
    (0.0, 1.0, 0.0): (691, 167, 105),
    (0.0, 0.0, 1.0): (127, 960, 471),
    (0.5, 0.5, 0.5): (502, 512, 512),
}


def _ramp() -> FloatPicture:
    across = np.linspace(0, 1, WIDTH, dtype=np.float32)
    return np.repeat(np.repeat(across[None, :, None], HEIGHT, axis=0), 3, axis=2)


def _patches() -> FloatPicture:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for place, colour in enumerate(PATCHES):
        picture[:, place * 200 : (place + 1) * 200] = colour
    return picture


def _made(
    folder: Path, master_format: MasterFormat, picture: FloatPicture, fps: Fraction = NTSC_FILM
) -> Path:
    path = folder / f"master{FORMATS[master_format].suffix}"
    spec = MasterSpec(format=master_format, width=WIDTH, height=HEIGHT, frames=FRAMES, fps=fps)
    encode_master((picture for _ in range(FRAMES)), path, spec, on_frame=lambda _: None)
    return path


def _in_ten_bits(path: Path) -> list[npt.NDArray[np.float64]]:
    """The planes of the middle frame, as code values of ten bits."""
    with av.open(str(path)) as container:
        frame = list(container.decode(video=0))[FRAMES // 2]
    bits = 12 if "12" in frame.format.name else 10 if "10" in frame.format.name else 8
    planes = []
    for plane in frame.planes:
        codes = np.frombuffer(bytes(plane), np.uint8 if bits == 8 else np.uint16).astype(np.float64)
        planes.append(codes.reshape(plane.height, -1)[:, : plane.width] / 2.0 ** (bits - 10))
    return planes


@pytest.mark.parametrize("master_format", FILMS)
def test_the_file_says_what_it_is_in_stream_and_container(
    master_format: MasterFormat, tmp_path: Path
) -> None:
    path = _made(tmp_path, master_format, _patches())

    facts = codec_facts(path)
    assert (facts["primaries"], facts["transfer"], facts["matrix"], facts["range"]) == (
        "BT.709",
        "BT.709",
        "BT.709",
        "limited",
    )
    assert (facts["fps"], facts["frames"], facts["duration_s"]) == (
        "24000/1001",
        FRAMES,
        str(FRAMES / NTSC_FILM),
    )
    content = path.read_bytes()
    box = content[content.index(b"colr") + 4 :]
    assert box[:4] == (b"nclc" if path.suffix == ".mov" else b"nclx")
    assert struct.unpack(">HHH", box[4:10]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("master_format", "codec", "tag", "profile"),
    [
        (MasterFormat.H264, "h264", "avc1", "High"),
        (MasterFormat.HEVC_10, "hevc", "hvc1", "Main 10"),
        (MasterFormat.PRORES_422_HQ, "prores", "apch", "HQ"),
        (MasterFormat.PRORES_4444, "prores", "ap4h", "4444"),
        (MasterFormat.DNXHR_HQX, "dnxhd", "AVdh", "DNXHR HQX"),
        (MasterFormat.AV1_10, "av1", "av01", "Main"),
    ],
)
def test_the_codec_and_its_tag_are_those_of_the_format(
    master_format: MasterFormat, codec: str, tag: str, profile: str, tmp_path: Path
) -> None:
    facts = codec_facts(_made(tmp_path, master_format, _ramp()))

    assert (facts["codec"], facts["codec_tag"], facts["profile"]) == (codec, tag, profile)


@pytest.mark.parametrize("pixels", [YUV420P, YUV420P10, YUV422P10, YUV444P10], ids=lambda one: one.name)
def test_colours_go_through_the_matrix_of_bt709(pixels: PixelFormat) -> None:
    frame = coded_frame(_patches(), pixels)

    for place, expected in enumerate(PATCHES.values()):
        for number, plane in enumerate(frame.planes):
            rows = np.frombuffer(bytes(plane), np.uint8 if pixels.bits == 8 else np.uint16)
            middle = rows.reshape(plane.height, -1)[plane.height // 2]
            step = WIDTH // plane.width
            value = middle[(place * 200 + 100) // step]
            assert abs(value * 2.0 ** (10 - pixels.bits) - expected[number]) <= 2.0 ** (9 - pixels.bits) + 0.5


@pytest.mark.parametrize("master_format", FILMS)
def test_the_colours_come_back(master_format: MasterFormat, tmp_path: Path) -> None:
    planes = _in_ten_bits(_made(tmp_path, master_format, _patches()))

    for place, expected in enumerate(PATCHES.values()):
        for plane, value in zip(planes, expected, strict=True):
            step = WIDTH // plane.shape[1]
            assert abs(plane[plane.shape[0] // 2, (place * 200 + 100) // step] - value) <= 6, master_format


@pytest.mark.parametrize("master_format", TEN_BITS)
def test_a_smooth_ramp_keeps_more_shades_than_eight_bits_have(
    master_format: MasterFormat, tmp_path: Path
) -> None:
    luma = _in_ten_bits(_made(tmp_path, master_format, _ramp()))[0][HEIGHT // 2]

    assert len(np.unique(luma)) > 700
    # Eight bits would climb in steps of four.
    assert np.abs(np.diff(luma)).max() <= 3
    exact = 64 + 876 * np.linspace(0, 1, WIDTH)
    assert np.abs(luma - exact).max() <= 3


def test_eight_bits_are_what_eight_bits_are(tmp_path: Path) -> None:
    luma = _in_ten_bits(_made(tmp_path, MasterFormat.H264, _ramp()))[0][HEIGHT // 2]

    assert len(np.unique(luma)) <= 220


def test_a_source_that_ends_early_makes_no_master(tmp_path: Path) -> None:
    spec = MasterSpec(format=MasterFormat.H264, width=WIDTH, height=HEIGHT, frames=FRAMES, fps=Fraction(24))

    with pytest.raises(FramesMissing):
        encode_master((_ramp() for _ in range(3)), tmp_path / "m.mp4", spec, on_frame=lambda _: None)


def test_an_error_of_the_watcher_ends_the_work(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(done: int) -> None:
        if done == 2:
            raise Enough

    def endless() -> Iterator[FloatPicture]:
        while True:
            yield _ramp()

    spec = MasterSpec(format=MasterFormat.H264, width=WIDTH, height=HEIGHT, frames=99, fps=Fraction(24))
    with pytest.raises(Enough):
        encode_master(endless(), tmp_path / "m.mp4", spec, on_frame=stop)

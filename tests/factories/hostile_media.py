"""Files that pretend to be a source of a master, or a take that another is made from."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.factories.provenance import FPS, FRAMES, HEIGHT, WIDTH, make_video

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile '{other}'\n"
_BOMB_SIDE = 9216


def a_list_of_others(folder: Path, text: str) -> Path:
    """A text named as a film, with the address of a real film in it."""
    other = make_video(folder / "other.mp4")
    path = folder / "listed.mp4"
    path.write_text(text.format(other=other))
    return path


def a_film_cut_short(folder: Path) -> Path:
    whole = make_video(folder / "whole.mp4", index_first=True).read_bytes()
    path = folder / "cut.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    return path


def a_bomb(folder: Path) -> Path:
    """An MP4 of small pictures by its own account, with one of 85 million pixels inside."""
    small, huge = _raw(WIDTH, HEIGHT, FRAMES - 1), _raw(_BOMB_SIDE, _BOMB_SIDE, 1)
    path = folder / "bomb.mp4"
    with (
        av.open(io.BytesIO(small + huge), "r", format="h264") as stream,
        av.open(str(path), "w", format="mp4") as film,
    ):
        out = film.add_stream_from_template(stream.streams.video[0])
        packets = stream.demux(stream.streams.video[0])
        for place, packet in enumerate(one for one in packets if one.size):
            packet.stream, packet.time_base = out, Fraction(1, 12288)
            packet.pts = packet.dts = place * 512
            film.mux(packet)
    return path


def _raw(width: int, height: int, frames: int) -> bytes:
    """Grey pictures as a bare H.264 stream, which weighs next to nothing."""
    target = io.BytesIO()
    with av.open(target, "w", format="h264") as output:
        stream = output.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "level=6.2"}
        grey = av.VideoFrame.from_ndarray(np.full((height * 3 // 2, width), 128, np.uint8), format="yuv420p")
        for _ in range(frames):
            output.mux(stream.encode(grey))
        output.mux(stream.encode())
    return target.getvalue()

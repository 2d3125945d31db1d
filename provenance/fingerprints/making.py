"""A video's fingerprints, from its frames. Decoding is bounded by time and by length, whatever the file says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import av.filter
import iscc_lib
import numpy as np
import numpy.typing as npt

from provenance import decoding
from provenance.fingerprints.frame_signature import LEAST_SIDE, frame_signatures
from provenance.fingerprints.values import ISCC_BYTES, MOST_WORDS, SAMPLES_PER_S, Fingerprint
from provenance.fingerprints.words import words_of
from provenance.watermarks.carrier import WAVES, spectrum_of

# A word has 8 places a side; twenty pixels each are more than it needs.
_LONGER_SIDE = 160
# Formats whose first plane is 8-bit luma as coded; any other is converted.
_PLAIN_LUMA = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})


def fingerprint_of(
    path: Path, *, limit_s: float, meanwhile: Callable[[], None] | None = None
) -> Fingerprint | None:
    """The fingerprints of the first video stream of the file at `path`.

    None where it holds no moving picture that can be told from others. Decoding stops after `limit_s` seconds or
    ten minutes of video; what came until then counts. `meanwhile` is called with every picture that is taken; what it
    raises ends it.
    """
    signatures: list[npt.NDArray[np.int32]] = []
    pictures: list[npt.NDArray[np.uint8]] = []
    spectrum = np.zeros((WAVES, WAVES))
    try:
        for frame in _samples(path, until=time.monotonic() + limit_s):
            if meanwhile is not None:
                meanwhile()
            if min(frame.width, frame.height) < LEAST_SIDE:
                return None
            luma = _luma(frame)
            signatures.append(frame_signatures(luma[None])[0])
            spectrum += spectrum_of(luma)
            pictures.append(_small(frame))
            if len(pictures) == MOST_WORDS:
                break
    except (av.FFmpegError, OSError, ValueError):
        # A file that breaks off is known by what comes before.
        pass
    if not pictures:
        return None
    made = _fingerprint(signatures, _of_one_size(pictures))
    return made and replace(made, spectrum=(spectrum / len(pictures)).astype("<f4").tobytes())


def fingerprint_of_pictures(luma: npt.NDArray[np.uint8]) -> Fingerprint | None:
    """As `fingerprint_of`, of pictures a fifth of a second apart, uint8 (n, height, width)."""
    return _fingerprint(list(frame_signatures(luma)), luma)


def _fingerprint(
    signatures: list[npt.NDArray[np.int32]], pictures: npt.NDArray[np.uint8]
) -> Fingerprint | None:
    words = words_of(pictures)
    if not words.any():
        # The code of one plain film is that of every plain film.
        return None
    iscc = iscc_lib.gen_video_code_v0([one.tolist() for one in signatures], ISCC_BYTES * 8)["iscc"]
    return Fingerprint(
        iscc=iscc,
        iscc_digest=iscc_lib.iscc_decode(iscc)[4],
        words=words.astype(">u8").tobytes(),
        mirrored_words=words_of(np.ascontiguousarray(pictures[:, :, ::-1])).astype(">u8").tobytes(),
    )


def _samples(path: Path, *, until: float) -> Iterator[av.VideoFrame]:
    """Frames at even times, as FFmpeg's filter `fps` chooses them."""
    with decoding.opened(path) as container:
        if not container.streams.video:
            return
        stream = container.streams.video[0]
        # Threads would cost the bounded reader memory.
        stream.codec_context.thread_count = 1
        graph = _graph(stream)
        for frame in container.decode(stream):
            graph.push(frame)
            yield from _pulled(graph)
            if time.monotonic() > until:
                return
        graph.push(None)
        yield from _pulled(graph)


def _graph(stream: av.VideoStream) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(template=stream, time_base=stream.time_base)
    paced = graph.add("fps", str(SAMPLES_PER_S))
    sink = graph.add("buffersink")
    source.link_to(paced)
    paced.link_to(sink)
    graph.configure()
    return graph


def _pulled(graph: av.filter.Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.VideoFrame):
            yield frame


def _luma(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """Luma as coded, uint8 (height, width)."""
    plain = frame if frame.format.name in _PLAIN_LUMA else frame.reformat(format="yuv420p")
    plane = plain.planes[0]
    lines: npt.NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(
        plane.height, plane.line_size
    )
    return lines[:, : plane.width]


def _small(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    luma = _luma(frame)
    scale = max(1, -(-max(luma.shape) // _LONGER_SIDE))
    height, width = luma.shape[0] // scale, luma.shape[1] // scale
    if scale == 1 or min(height, width) < LEAST_SIDE:
        return luma.copy()
    blocks = luma[: height * scale, : width * scale].reshape(height, scale, width, scale)
    small: npt.NDArray[np.uint8] = blocks.mean(axis=(1, 3)).round().astype(np.uint8)
    return small


def _of_one_size(pictures: list[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """All of the first one's size: a stream may change its size on the way, and then its first part is taken."""
    first = pictures[0].shape
    kept = next((at for at, one in enumerate(pictures) if one.shape != first), len(pictures))
    return np.stack(pictures[:kept])

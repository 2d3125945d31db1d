"""Films that nobody made: drawn scenes with the grain, camera moves and cuts of one, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

Frame = npt.NDArray[np.uint8]
WIDTH, HEIGHT, FRAMES, FPS = 320, 180, 48, 24


def a_film(
    seed: int, *, width: int = WIDTH, height: int = HEIGHT, frames: int = FRAMES, pace: float = 1
) -> list[Frame]:
    """RGB frames of a film that `seed` alone decides: one or two shots of texture, light, blobs that move, grain.

    Each frame is `pace` frames of a film at the usual rate later than the one before.
    """
    rng = np.random.default_rng(seed)
    number = int(rng.integers(1, 3))
    lengths = [len(part) for part in np.array_split(np.arange(frames), number)]
    return [frame for length in lengths for frame in _shot(rng, width, height, length, pace)]


def _shot(rng: np.random.Generator, width: int, height: int, frames: int, pace: float) -> list[Frame]:
    tall, wide = height * 3 // 2, width * 3 // 2
    base = _noise(rng, tall, wide, rng.uniform(1.0, 2.0))
    channels = [
        128
        + rng.uniform(25, 55) * base
        + rng.uniform(10, 30) * _noise(rng, tall, wide, 2.2)
        + rng.uniform(-30, 30)
        for _ in range(3)
    ]
    stage = (
        np.stack(channels, axis=-1)
        + np.linspace(rng.uniform(-40, 40), rng.uniform(-40, 40), tall)[:, None, None]
    )
    speed, start = rng.uniform(-2, 2, 2) * width / 320, rng.uniform(0.1, 0.4, 2) * (height, width)
    blobs = [_blob(rng, width, height) for _ in range(rng.integers(1, 5))]
    grain, light = rng.uniform(0, 4), rng.uniform(-0.15, 0.15)
    shown = []
    for at in range(frames):
        top, left = np.clip(start + speed[::-1] * at * pace, 0, (tall - height, wide - width)).astype(int)
        picture = stage[top : top + height, left : left + width]
        for blob in blobs:
            picture = blob(picture, at * pace)
        picture = picture * (1 + light * at / frames) + grain * rng.normal(size=(height, width, 1))
        shown.append(np.clip(picture, 0, 255).astype(np.uint8))
    return shown


def _blob(
    rng: np.random.Generator, width: int, height: int
) -> Callable[[npt.NDArray[np.float64], float], npt.NDArray[np.float64]]:
    """Something that moves through the picture."""
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    right, down = rng.uniform(-3, 3) * width / 320, rng.uniform(-3, 3) * height / 180
    radius, stretch = rng.uniform(0.06, 0.25) * height, rng.uniform(0.5, 2)
    colour = rng.uniform(0, 255, 3) + 18 * _noise(rng, height, width, 1.6)[..., None]
    rows, columns = np.mgrid[:height, :width]

    def draw(picture: npt.NDArray[np.float64], at: float) -> npt.NDArray[np.float64]:
        away = np.hypot((columns - x - right * at) / stretch, rows - y - down * at) - radius
        cover = 1 / (1 + np.exp(np.clip(away / 1.5, -30, 30)))[..., None]
        covered: npt.NDArray[np.float64] = picture * (1 - cover) + colour * cover
        return covered

    return draw


def _noise(rng: np.random.Generator, height: int, width: int, slope: float) -> npt.NDArray[np.float64]:
    """Texture whose power falls with frequency as that of photographs does; mean 0, deviation 1."""
    power = np.fft.fftfreq(height)[:, None] ** 2 + np.fft.rfftfreq(width)[None] ** 2
    power[0, 0] = 1
    waves = rng.normal(size=power.shape) + 1j * rng.normal(size=power.shape)
    texture = np.fft.irfft2(waves / power ** (slope / 2), s=(height, width))
    even: npt.NDArray[np.float64] = (texture - texture.mean()) / texture.std()
    return even


def encoded(
    frames: Sequence[Frame], path: Path, *, fps: int = FPS, crf: int = 17, preset: str = "veryfast"
) -> Path:
    """The frames as H.264 in MP4 at `path`."""
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": preset}
        stream.codec_context.thread_count = 1
        for frame in frames:
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24"))
            )
        container.mux(stream.encode(None))
    return path


def decoded(path: Path) -> list[Frame]:
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
            for frame in container.decode(video=0)
        ]


def scaled(frames: Sequence[Frame], share: float) -> list[Frame]:
    height, width = frames[0].shape[:2]
    size = (_even(width * share), _even(height * share))
    return [np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS)) for frame in frames]


def cropped(frames: Sequence[Frame], share: float) -> list[Frame]:
    """Without `share` of the width and of the height, half of it from each side."""
    height, width = frames[0].shape[:2]
    top, left = round(height * share / 2), round(width * share / 2)
    tall, wide = _even(height - 2 * top), _even(width - 2 * left)
    return [frame[top : top + tall, left : left + wide] for frame in frames]


def letterboxed(frames: Sequence[Frame], share: float = 0.125) -> list[Frame]:
    bar = _even(frames[0].shape[0] * share)
    return [np.pad(frame, ((bar, bar), (0, 0), (0, 0))) for frame in frames]


def mirrored(frames: Sequence[Frame]) -> list[Frame]:
    return [frame[:, ::-1] for frame in frames]


def paced(frames: Sequence[Frame], *, fps: int, was: int = FPS) -> list[Frame]:
    """The same seconds in another number of frames."""
    return [frames[min(len(frames) - 1, round(at * was / fps))] for at in range(len(frames) * fps // was)]


def brightened(frames: Sequence[Frame]) -> list[Frame]:
    return [np.clip(frame * 1.15 + 12, 0, 255).astype(np.uint8) for frame in frames]


def with_logo(frames: Sequence[Frame]) -> list[Frame]:
    height, width = frames[0].shape[:2]
    marked = [frame.copy() for frame in frames]
    for frame in marked:
        frame[height // 16 : height // 6, width * 4 // 5 : width * 19 // 20] = 240
    return marked


def _even(length: float) -> int:
    return int(length) // 2 * 2

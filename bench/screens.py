"""How often the built-in screen for marks is wrong, and what it costs.

Films are drawn as the built-in model's training films are, enlarged to 768 by 512 pixels and coded with H.264 at crf
28. Marks are drawn too: lettered logos on white and on transparent grounds, and posters of overlapping discs. A film
without a mark is searched for every one of them; into another one the mark is pasted, 64 to 420 pixels wide.

    python bench/screens.py [--films N]

| figure | goal |
|---|---|
| films without a mark that are flagged | none |
| pasted pictures on a ground of their own that are found | at least 80 of 100 |
| milliseconds a picture and frame, median and 90th percentile | told, not held |
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from generation.screens.built_in_marks import THRESHOLD  # noqa: E402 - after the path is set
from generation.screens.marks_matching import Searched, Wanted, wanted_of  # noqa: E402
from generation.screens.protocols import Frame  # noqa: E402
from generation.screens.sampling import samples_of  # noqa: E402
from generation.training.painting import paint  # noqa: E402
from generation.training.scenes import COMBINATIONS, sample_scene  # noqa: E402
from tests.factories.screened_films import a_film  # noqa: E402

SEED = 20261130
SIZE = (768, 512)
_WORDS = ("NORTHWIND", "OBELISK", "KESTREL", "MIRAGE", "HALVORSEN", "TERN")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--films", type=int, default=60)
    films = asked.parse_args().films
    source = np.random.default_rng(SEED)
    marks = {
        "on_a_ground": [_logo(source, index, transparent=False) for index in range(6)],
        "transparent": [_logo(source, index, transparent=True) for index in range(6)],
        "posters": [_poster(source) for _ in range(4)],
    }
    with tempfile.TemporaryDirectory() as folder:
        figures = _without(source, marks, films, Path(folder)) | _with(source, marks, films, Path(folder))
    figures["load"] = f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}"
    print(__doc__)
    print(json.dumps({"bench": "screens", "figures": {"seed": SEED, "threshold": THRESHOLD, **figures}}))


def _without(
    source: np.random.Generator, marks: dict[str, list[Image.Image]], films: int, folder: Path
) -> dict[str, object]:
    wanted = [_wanted(one) for kind in marks.values() for one in kind]
    peaks, costs = [], []
    for index in range(films):
        frames = _coded(_drawn(source), folder / f"{index}.mp4")
        searched = Searched(frames)
        for one in wanted:
            began = time.perf_counter()
            peaks.append(max(match.score for match in searched.matches(one)))
            costs.append((time.perf_counter() - began) / len(frames))
    return {
        "searches_without": len(peaks),
        "flagged_without": sum(peak >= THRESHOLD for peak in peaks),
        "highest_without": round(max(peaks), 3),
        "ms_a_picture_and_frame": round(1000 * statistics.median(costs), 1),
        "ms_a_picture_and_frame_p90": round(1000 * statistics.quantiles(costs, n=10)[-1], 1),
    }


def _with(
    source: np.random.Generator, marks: dict[str, list[Image.Image]], films: int, folder: Path
) -> dict[str, object]:
    found: dict[str, object] = {}
    for kind, pictures in marks.items():
        scores = []
        for index in range(films):
            picture = pictures[index % len(pictures)]
            frame = _pasted(source, _drawn(source)[0], picture)
            (coded,) = _coded([frame], folder / f"{kind}{index}.mp4")
            scores.append(Searched([coded]).matches(_wanted(picture))[0].score)
        found[f"found_of_100_{kind}"] = round(100 * sum(one >= THRESHOLD for one in scores) / len(scores))
        found[f"median_score_{kind}"] = round(statistics.median(scores), 3)
    return found


def _wanted(picture: Image.Image) -> Wanted:
    return wanted_of(np.asarray(picture, np.uint8))


def _drawn(source: np.random.Generator) -> list[Frame]:
    """The first, the middle and the last frame of a drawn film."""
    concepts = COMBINATIONS[int(source.integers(len(COMBINATIONS)))]
    frames = paint(sample_scene(concepts, rng=source)).frames
    chosen = (frames[0], frames[len(frames) // 2], frames[-1])
    return [np.asarray(Image.fromarray(one).resize(SIZE, Image.Resampling.BICUBIC)) for one in chosen]


def _coded(frames: list[Frame], path: Path) -> list[Frame]:
    return [one.frame for one in samples_of(a_film(path, frames, fps=1))]


def _pasted(source: np.random.Generator, frame: Frame, picture: Image.Image) -> Frame:
    side = int(source.integers(64, 420))
    factor = side / max(picture.size)
    small = picture.resize(
        (round(picture.width * factor), round(picture.height * factor)), Image.Resampling.LANCZOS
    )
    drawn = Image.fromarray(frame)
    place = (
        int(source.integers(0, SIZE[0] - small.width)),
        int(source.integers(0, SIZE[1] - small.height)),
    )
    drawn.paste(small, place, small)
    return np.asarray(drawn, np.uint8)


def _colour(source: np.random.Generator, highest: int) -> tuple[int, int, int, int]:
    red, green, blue = (int(one) for one in source.integers(0, highest, 3))
    return red, green, blue, 255


def _logo(source: np.random.Generator, index: int, *, transparent: bool) -> Image.Image:
    ground = (0, 0, 0, 0) if transparent else (255, 255, 255, 255)
    picture = Image.new("RGBA", (400, 240), ground)
    pen, colour = ImageDraw.Draw(picture), _colour(source, 140)
    if index % 3 == 0:
        pen.ellipse((20, 40, 140, 160), outline=colour, width=14)
        pen.polygon([(80, 20), (120, 180), (40, 180)], fill=colour)
        pen.text((150, 75), _WORDS[index], font=ImageFont.load_default(44), fill=colour)
    elif index % 3 == 1:
        pen.rectangle((10, 60, 390, 180), outline=colour, width=10)
        pen.text((40, 88), _WORDS[index], font=ImageFont.load_default(60), fill=colour)
    else:
        for stripe in range(5):
            left = 20 + stripe * 30
            pen.rectangle((left, 40 + stripe * 12, left + 16, 200 - stripe * 12), fill=colour)
        pen.text((185, 85), _WORDS[index], font=ImageFont.load_default(46), fill=colour)
    return picture


def _poster(source: np.random.Generator) -> Image.Image:
    picture = Image.new("RGBA", (240, 340), _colour(source, 255))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        left, top = (int(one) for one in source.integers(0, 200, 2))
        width, height = (int(one) for one in source.integers(20, 160, 2))
        pen.ellipse((left, top, left + width, top + height), fill=_colour(source, 255))
    return picture


if __name__ == "__main__":
    main()

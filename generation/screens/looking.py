"""The process that looks: one screen over one file, with limits. It knows no database, no settings and no key.

It reads one JSON object on its standard input and writes one on its standard output. What is looked at from custody,
and the faces that are compared with, come in that object and go with the process; what measures a face never leaves
it.
"""

from __future__ import annotations

import base64
import importlib
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from PIL import Image

from generation.engines.given import CLIP_TYPES, PICTURE_TYPES, ReferencePicture
from generation.engines.picture_reading import MOST_PIXELS_TRAINED_ON, read_picture
from generation.errors import ReferencePictureUnusable
from generation.screens import built_in_marks
from generation.screens.errors import ScreenUnusable
from generation.screens.marks_matching import wanted_of
from generation.screens.protocols import (
    ContentScreen,
    FaceScreen,
    Frame,
    MarksScreen,
    PersonScreen,
    PixelBox,
    Screen,
)
from generation.screens.sampling import LONGEST_SIDE, Sample, samples_of
from generation.screens.values import ScreenIdentity, ScreenKind
from generation.screens.weights import checked_digest
from provenance.examining import limit_this_process

_AT_ONCE = 24
_MOST_FOUND = 40

Hit = tuple[str, float, tuple[float, float, float, float] | None]


@dataclass(slots=True)
class _Tally:
    """What was seen so far: the highest score of each thing, and the highest of all."""

    frames: int = 0
    peak: float | None = None
    peak_at_s: float | None = None
    best: dict[str, tuple[float, float, tuple[float, float, float, float] | None]] = field(
        default_factory=dict
    )

    def add(self, sample: Sample, hits: Iterable[Hit]) -> None:
        self.frames += 1
        self.peak = self.peak or 0.0
        for what, score, box in hits:
            if self.peak_at_s is None or score > self.peak:
                self.peak, self.peak_at_s = score, sample.at_s
            if what not in self.best or score > self.best[what][0]:
                self.best[what] = (score, sample.at_s, box)


def look(asked: dict[str, Any]) -> dict[str, Any]:
    """Look with one screen at the file at `asked["path"]`, or at the one in `asked["content"]`.

    Raises:
        ScreenUnusable: the screen cannot be had.
        av.FFmpegError, OSError, ValueError: the file does not open or decode.
        ReferencePictureUnusable: the picture is none that a model is shown.
        Exception: whatever a plug-in raises.
    """
    kind = ScreenKind(asked["kind"])
    tally = _Tally()
    if asked["named"] == built_in_marks.BUILT_IN:
        identity, threshold = built_in_marks.identity(), built_in_marks.THRESHOLD
        register = [built_in_marks.Protected.from_json(one) for one in asked["register"]]
        _look_for_marks(_samples(asked), register, tally)
    else:
        screen, identity = _made(asked["named"], asked["folder"], asked["weights_sha256"])
        threshold = float(screen.threshold)
        hits_in = _LOOKS[kind](screen, asked)
        for sample in _samples(asked):
            tally.add(sample, hits_in(sample.frame))
    found = [
        {"what": what, "score": score, "at_s": at_s, "box": box}
        for what, (score, at_s, box) in sorted(tally.best.items(), key=lambda one: -one[1][0])
        if score >= threshold
    ]
    return {
        "identity": asdict(identity),
        "threshold": threshold,
        "frames": tally.frames,
        "peak": tally.peak,
        "peak_at_s": tally.peak_at_s,
        "found": found[:_MOST_FOUND],
    }


def _samples(asked: dict[str, Any]) -> Iterator[Sample]:
    if "content" not in asked:
        yield from samples_of(Path(asked["path"]))
        return
    kind, content = asked["content_type"], base64.b64decode(asked.pop("content"))
    if kind in PICTURE_TYPES:
        yield _still(kind, content)
    else:
        yield from samples_of(io.BytesIO(content), container=CLIP_TYPES[kind])


def _still(content_type: str, content: bytes) -> Sample:
    """A picture that is on no disk, read as the model is shown it and made as small as the frames of a film."""
    picture = ReferencePicture("", content_type, bytearray(content))
    try:
        image = read_picture(picture, most_pixels=MOST_PIXELS_TRAINED_ON)
    finally:
        picture.wipe()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return Sample(np.asarray(image, np.uint8), 0.0)


def _made(named: str, folder: str, weights_sha256: str) -> tuple[Screen, ScreenIdentity]:
    """The plug-in, with its weights checked right before it loads them."""
    if folder:
        digest = checked_digest(Path(folder))
        if digest != weights_sha256:
            raise ScreenUnusable("The weights are not those whose digest the settings name.")
    module, _, name = named.rpartition(".")
    try:
        factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ScreenUnusable(f"{named} cannot be imported: {error}.") from error
    screen = cast("Screen", factory(Path(folder)))
    return screen, replace(screen.identity(), weights_sha256=weights_sha256)


def _look_for_marks(
    samples: Iterator[Sample], register: Sequence[built_in_marks.Protected], tally: _Tally
) -> None:
    for _, alike in groupby(samples, key=lambda one: one.frame.shape):
        while batch := list(islice(alike, _AT_ONCE)):
            best = built_in_marks.best_of([one.frame for one in batch], register)
            for place, sample in enumerate(batch):
                tally.add(
                    sample, [(what, in_each[place].score, in_each[place].box) for what, in_each in best]
                )


def _faces(screen: Screen, asked: dict[str, Any]) -> Callable[[Frame], Iterable[Hit]]:
    faces = cast("FaceScreen", screen)
    known = []
    for one in asked["references"]:
        frame = _picture(base64.b64decode(one["picture"]))
        # Whoever is in the film by consent may be seen there; everybody else may not.
        if one["id"] in asked["expected"]:
            continue
        seen = sorted(faces.detect(frame), key=lambda face: -face.box[2] * face.box[3])
        if seen:
            known.append((one["id"], faces.embed(frame, seen[0])))
    if not known and any(one["id"] not in asked["expected"] for one in asked["references"]):
        raise ScreenUnusable("No face is found in any picture that there is consent to compare with.")

    def hits_in(frame: Frame) -> Iterator[Hit]:
        for face in faces.detect(frame):
            vector = faces.embed(frame, face)
            for what, reference in known:
                yield what, float(faces.likeness(vector, reference)), _shares(face.box, frame)

    return hits_in


def _persons(screen: Screen, _asked: dict[str, Any]) -> Callable[[Frame], Iterable[Hit]]:
    persons = cast("PersonScreen", screen)
    return lambda frame: (
        ("person", float(one.score), _shares(one.box, frame)) for one in persons.detect(frame)
    )


def _content(screen: Screen, _asked: dict[str, Any]) -> Callable[[Frame], Iterable[Hit]]:
    content = cast("ContentScreen", screen)
    return lambda frame: ((what, float(score), None) for what, score in content.scores(frame).items())


def _marks(screen: Screen, _asked: dict[str, Any]) -> Callable[[Frame], Iterable[Hit]]:
    marks = cast("MarksScreen", screen)
    return lambda frame: (
        (what, float(one.score), _shares(one.box, frame)) for what, one in marks.detect(frame)
    )


_LOOKS = {
    ScreenKind.FACES: _faces,
    ScreenKind.PERSONS: _persons,
    ScreenKind.CONTENT: _content,
    ScreenKind.MARKS: _marks,
}


def _picture(content: bytes) -> Frame:
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


def _shares(box: PixelBox, frame: Frame) -> tuple[float, float, float, float]:
    height, width = frame.shape[:2]
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def prepare(content: bytes) -> dict[str, Any]:
    """A stranger's picture made small and plain for the register: PNG, RGBA, and how plain it is.

    Raises:
        OSError, ValueError: it is no picture.
    """
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
        picture.draft("RGB", (built_in_marks.LONGEST_SIDE, built_in_marks.LONGEST_SIDE))
        small = picture.convert("RGBA")
    small.thumbnail((built_in_marks.LONGEST_SIDE, built_in_marks.LONGEST_SIDE))
    target = io.BytesIO()
    small.save(target, "PNG")
    wanted = wanted_of(np.asarray(small, np.uint8))
    score = built_in_marks.found_in_plain_drawings(wanted)
    return {
        "png": base64.b64encode(target.getvalue()).decode("ascii"),
        "plain_score": score,
        "width": small.width,
        "height": small.height,
    }


def main() -> None:
    asked = json.load(sys.stdin)
    limit_this_process(asked["cpu_limit_s"])
    # What a library prints must not be taken for the answer.
    answer_to, sys.stdout = sys.stdout, sys.stderr
    try:
        answer = prepare(base64.b64decode(asked["prepare"])) if "prepare" in asked else look(asked)
    except ScreenUnusable as error:
        answer = {"unusable": str(error)}
    except ReferencePictureUnusable as error:
        answer = {"unreadable": f"No model is shown this picture: {error.why}."}
    except (av.FFmpegError, OSError, ValueError, Image.DecompressionBombError) as error:
        answer = {"unreadable": str(error)}
    json.dump(answer, answer_to)


if __name__ == "__main__":
    main()

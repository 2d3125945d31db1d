"""Faces by OpenCV's own classes, from an operator's ONNX files. OpenCV is no requirement of ours: install it beside.

    pip install opencv-python-headless      (Apache-2.0)

The folder holds the two networks and a `screen.json` that says which is which and what its operator knows of them:

    {"detector": "yunet.onnx", "recogniser": "sface.onnx", "cosine": 0.363, "licence": "MIT and Apache-2.0"}

`cosine` is the likeness from which on two faces are taken for one person's, as whoever published the recogniser
states it, or as measured on one's own register: the more faces are compared with, the higher it has to be.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from generation.screens.errors import ScreenUnusable
from generation.screens.protocols import Frame, Seen, Vector
from generation.screens.values import ScreenIdentity

_SURE = 0.8
_LANDMARKS = slice(4, 14)
_SCORE = 14


class Faces:
    """A `FaceScreen`. `likeness` is the cosine of two faces, moved from -1..1 to 0..1."""

    def __init__(self, folder: Path) -> None:
        """Load both networks.

        Raises:
            ScreenUnusable: OpenCV is not installed, is too old, or the folder does not hold what it says.
        """
        try:
            self._cv: Any = importlib.import_module("cv2")
        except ImportError as error:
            raise ScreenUnusable(
                "OpenCV is not installed here: pip install opencv-python-headless on every worker's machine."
            ) from error
        try:
            said = json.loads((folder / "screen.json").read_text(encoding="utf-8"))
            self._licence = str(said["licence"])
            self._cosine = float(said["cosine"])
            detector, recogniser = (str(folder / Path(said[one]).name) for one in ("detector", "recogniser"))
            self._detector = self._cv.FaceDetectorYN.create(detector, "", (320, 320), _SURE)
            self._recogniser = self._cv.FaceRecognizerSF.create(recogniser, "")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, self._cv.error) as error:
            raise ScreenUnusable(f"The folder does not hold a detector and a recogniser: {error}.") from error

    @property
    def threshold(self) -> float:
        return (1 + self._cosine) / 2

    def identity(self) -> ScreenIdentity:
        return ScreenIdentity(
            name="OpenCV FaceDetectorYN and FaceRecognizerSF",
            version=str(self._cv.__version__),
            weights_sha256="",
            licence=self._licence,
        )

    def detect(self, frame: Frame) -> Sequence[Seen]:
        height, width = frame.shape[:2]
        self._detector.setInputSize((width, height))
        _, faces = self._detector.detect(self._bgr(frame))
        return [
            Seen(
                box=(float(one[0]), float(one[1]), float(one[2]), float(one[3])),
                score=float(one[_SCORE]),
                landmarks=tuple(float(side) for side in one[_LANDMARKS]),
            )
            for one in (() if faces is None else faces)
        ]

    def embed(self, frame: Frame, face: Seen) -> Vector:
        row = np.array([*face.box, *face.landmarks, face.score], np.float32)
        aligned = self._recogniser.alignCrop(self._bgr(frame), row)
        return np.asarray(self._recogniser.feature(aligned), np.float32).ravel()

    def likeness(self, one: Vector, other: Vector) -> float:
        length = float(np.linalg.norm(one) * np.linalg.norm(other))
        cosine = float(one @ other) / length if length else -1.0
        return min(1.0, max(0.0, (1 + cosine) / 2))

    def _bgr(self, frame: Frame) -> Frame:
        return np.ascontiguousarray(frame[..., ::-1])

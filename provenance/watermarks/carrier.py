"""The built-in watermark: 64 bits in the waves of the picture, readable without the original. Pure numpy.

Each bit has waves of its own (two-dimensional cosines of middling length, chosen and signed by a key) and is read as
the side of zero on which their mean strength lies. Marking looks at each picture first and adds only what is missing
to the wanted side, never more than leaves the picture 40 dB from the original; so the film's own waves help or are
overcome, but do not add noise (an informed spread-spectrum watermark; Cox et al., 1997, and Malvar and Florencio,
2003, for the two ideas). Waves are counted in half periods a side, so another size of the picture changes nothing;
every picture of a film bears the same mark, so any stretch of it will do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

MARK_BITS = 64
MARK_BYTES = MARK_BITS // 8
# Half periods a side: longer waves are the picture's own, shorter ones do not outlive half the size at crf 28.
WAVES = 56
_SHORTEST, _LEAST_SUM, _MOST_SUM = 4, 30, 70
# Levels of luma, as the mean strength of a bit's waves: wanted, and at most added to get there.
_WANTED = 0.08
_MOST_ADDED = 0.25
# 40.4 dB, in levels squared: rounding to whole levels comes on top, and 40 must be left.
_MOST_ERROR = 255**2 / 10**4.04
# A picture with fewer pixels a side cannot hold the waves.
LEAST_SIDE = 64
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True)
class Carrier:
    """Whose waves carry which bit. `key` is secret: who has it can read, forge and remove marks."""

    key: bytes

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """By bit the sign of each of its waves over their number, (64, 56 * 56)."""
        places = [
            (down, across)
            for down in range(_SHORTEST, WAVES)
            for across in range(_SHORTEST, WAVES)
            if _LEAST_SUM <= down + across <= _MOST_SUM
        ]
        drawn = np.frombuffer(
            hashlib.shake_256(b"countersign mark 1" + self.key).digest(8 * len(places)), ">u8"
        )
        each = len(places) // MARK_BITS
        weights = np.zeros((MARK_BITS, WAVES, WAVES))
        for nth, place in enumerate(np.argsort(drawn, kind="stable")[: each * MARK_BITS]):
            weights[nth // each][places[place]] = (1 if drawn[place] & 1 else -1) / each
        return weights.reshape(MARK_BITS, -1)

    def strengths(self, spectrum: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How strongly each bit says 1 (above zero) or 0, in levels of luma, float64 (64,)."""
        found: npt.NDArray[np.float64] = self.weights @ spectrum.ravel()
        return found

    def marked(self, frame: npt.NDArray[np.uint8], mark: bytes) -> npt.NDArray[np.uint8]:
        """`frame`, uint8 (height, width, 3) RGB, with the 8 bytes of `mark` in it; itself where it is too small."""
        height, width = frame.shape[:2]
        if min(height, width) < LEAST_SIDE:
            return frame
        signs = signs_of(mark)
        missing = _WANTED - self.strengths(spectrum_of(frame @ _LUMA)) * signs
        # Of a bit's mean each wave takes its own part.
        added = (np.clip(missing, 0, _MOST_ADDED) * signs) @ np.sign(self.weights)
        error = float((added**2).sum()) / 4
        if error > _MOST_ERROR:
            added *= (_MOST_ERROR / error) ** 0.5
        change = waves(height).T @ added.astype(np.float32).reshape(WAVES, WAVES) @ waves(width)
        return np.clip(np.rint(frame + change[..., None]), 0, 255).astype(np.uint8)


def spectrum_of(luma: npt.NDArray[np.float32] | npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Amplitudes of the longer waves of a picture, in its levels, float64 (56, 56); luma is (height, width)."""
    height, width = luma.shape
    strengths = waves(height) @ luma.astype(np.float32, copy=False) @ waves(width).T
    found: npt.NDArray[np.float64] = strengths.astype(np.float64) * (4 / (height * width))
    return found


def mirrored(spectrum: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The spectrum of the same picture mirrored left to right."""
    return spectrum * np.where(np.arange(WAVES) % 2, -1.0, 1.0)


def signs_of(mark: bytes) -> npt.NDArray[np.float64]:
    return np.unpackbits(np.frombuffer(mark, np.uint8)).astype(np.float64) * 2 - 1


@lru_cache(maxsize=16)
def waves(length: int) -> npt.NDArray[np.float32]:
    """Cosines of 0 to 55 half periods over `length` pixels, (56, length)."""
    cosines = np.cos(np.arange(WAVES)[:, None] * (np.arange(length) + 0.5)[None] / length * np.pi)
    return cosines.astype(np.float32)

"""Which stored mark a film bears. Pure numpy.

A film that bears none reads as 64 bits of chance: against any one mark its agreement is a throw with mean 0 and
deviation 1, and what is asked for comes up less than once in a hundred million throws.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import numpy.typing as npt

from provenance.watermarks.carrier import MARK_BITS, signs_of

# Of 8 when all bits are equally sure and right.
LEAST_AGREEMENT = 5.8
_BANDS = 7
_BAND_BITS = 10
# Wrong bits are among the least sure ones, so a band is also asked for with these turned.
_TURNED = 3


def keys_of(mark: bytes) -> list[int]:
    """Keys under which a mark is found."""
    bits = np.unpackbits(np.frombuffer(mark, np.uint8))
    return [_key(band, bits[band::_BANDS]) for band in range(_BANDS)]


def keys_to_ask(strengths: npt.NDArray[np.float64]) -> list[int]:
    """Keys of the marks that a film may bear."""
    keys = []
    for band in range(_BANDS):
        read = strengths[band::_BANDS]
        unsure = np.argsort(np.abs(read))[:_TURNED]
        for turned in product((0, 1), repeat=_TURNED):
            bits = (read > 0).astype(np.uint8)
            bits[unsure] ^= np.array(turned, np.uint8)
            keys.append(_key(band, bits))
    return keys


def _key(band: int, bits: npt.NDArray[np.uint8]) -> int:
    return (band << _BAND_BITS) + int(bits.astype(np.int64) @ (1 << np.arange(len(bits))))


def wrong_bits(strengths: npt.NDArray[np.float64], mark: bytes) -> int:
    return int((strengths * signs_of(mark) <= 0).sum())


def is_borne(strengths: npt.NDArray[np.float64], mark: bytes) -> bool:
    """Whether a film that reads so bears `mark`."""
    return agreement(strengths, mark) >= LEAST_AGREEMENT


def agreement(strengths: npt.NDArray[np.float64], mark: bytes) -> float:
    """How far what was read speaks for `mark`: 0 for nothing, 8 at most."""
    length = float(np.sqrt((strengths**2).sum()))
    return float(strengths @ signs_of(mark)) / length if length else 0.0


def most_likely(strengths: npt.NDArray[np.float64], marks: Iterable[bytes]) -> bytes | None:
    """The mark among `marks` that the film bears, if any."""
    borne = [mark for mark in marks if is_borne(strengths, mark)]
    return max(borne, key=lambda mark: agreement(strengths, mark), default=None)


def similarity_of(strengths: npt.NDArray[np.float64], mark: bytes) -> int:
    """0 to 100: half of the bits right, as chance has it, is nothing."""
    return max(0, round(100 * (1 - 2 * wrong_bits(strengths, mark) / MARK_BITS)))

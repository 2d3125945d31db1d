"""The watermark of a master that is for one recipient, put into pictures of any depth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generation.mastering.picture import FloatPicture
from provenance.watermarks.provider import Marker

_MOST = np.float32(255)


def marked(pictures: Iterator[FloatPicture], mark: Marker) -> Iterator[FloatPicture]:
    """`pictures` with the mark in each, at least 40 dB like the ones given; levels between two of 8 bits stay."""
    for picture in pictures:
        yield marked_picture(picture, mark)


def marked_picture(picture: FloatPicture, mark: Marker) -> FloatPicture:
    """One picture with what the mark adds to it as rounded to 8 bits; itself where it is too small to bear one."""
    rounded = np.rint(picture * _MOST).astype(np.uint8)
    added = mark.put(rounded).astype(np.int16) - rounded
    found: FloatPicture = np.clip(picture + added.astype(np.float32) / _MOST, 0, 1)
    return found

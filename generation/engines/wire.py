"""What a worker and the process at its device say to each other.

Plain JSON and bytes: whatever a model makes of the process that runs it, nothing it says is code to the worker, which
holds the key.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from generation.engines.given import Beginning, Given, KnownFrames, LaidOver, ReferencePicture
from generation.spec import RenderSpec
from generation.training_spec import TrainingPicture, TrainingSpec

Array: TypeAlias = npt.NDArray[Any]
Head: TypeAlias = Mapping[str, Any]

_DTYPES = ("uint8", "float32")


class Garbled(Exception):
    """The other side said something that nobody says."""


def end_of(link: socket.socket) -> Connection:
    """One end of a pair of connected sockets, for messages."""
    return Connection(link.detach())


def tell(end: Connection, head: Head, *arrays: Array) -> None:
    """Say `head`, then each array.

    Raises:
        OSError: the other side is gone.
    """
    shapes = [{"dtype": str(array.dtype), "shape": array.shape} for array in arrays]
    end.send_bytes(json.dumps({**head, "arrays": shapes}).encode())
    for array in arrays:
        end.send_bytes(np.ascontiguousarray(array).data.cast("B"))


def hear(end: Connection) -> tuple[dict[str, Any], list[Array]]:
    """The next message and its arrays, which are read-only.

    Raises:
        EOFError, OSError: the other side is gone.
        Garbled: see there.
    """
    try:
        head: dict[str, Any] = json.loads(end.recv_bytes())
        shapes = head.pop("arrays")
        return head, [_array(end, one["dtype"], one["shape"]) for one in shapes]
    except (ValueError, KeyError, TypeError) as error:
        raise Garbled(str(error)) from error


def _array(end: Connection, dtype: str, shape: Sequence[int]) -> Array:
    if dtype not in _DTYPES:
        raise Garbled(f"arrays of {dtype} are not sent")
    return np.frombuffer(end.recv_bytes(), dtype=dtype).reshape(shape)


def spec_to_json(spec: RenderSpec) -> dict[str, Any]:
    return {**asdict(spec), "fps": str(spec.fps)}


def spec_from_json(said: Mapping[str, Any]) -> RenderSpec:
    return RenderSpec(**{**said, "fps": Fraction(said["fps"])})


def given_to_json(given: Given) -> tuple[dict[str, Any], list[Array]]:
    """What is given beside the words: what is said of each part, and the parts."""
    said: dict[str, Any] = {
        "known": [{"at_frame": one.at_frame, "first_is_free": one.first_is_free} for one in given.known],
        "strength": None if given.beginning is None else given.beginning.strength,
        "adapters": [{"name": one.name, "scale": one.scale} for one in given.adapters],
        "references": [{"name": one.name, "content_type": one.content_type} for one in given.references],
    }
    arrays: list[Array] = [one.pictures for one in given.known]
    if given.beginning is not None:
        arrays.append(given.beginning.pictures)
    arrays += [np.frombuffer(one.content, dtype=np.uint8) for one in given.adapters]
    arrays += [np.frombuffer(one.content, dtype=np.uint8) for one in given.references]
    return said, arrays


def given_from_json(said: Mapping[str, Any], arrays: Sequence[Array]) -> Given:
    parts = iter(arrays)
    return Given(
        known=tuple(KnownFrames(pictures=next(parts), **one) for one in said["known"]),
        beginning=None
        if said["strength"] is None
        else Beginning(pictures=next(parts), strength=said["strength"]),
        adapters=tuple(LaidOver(**one, content=bytearray(next(parts).data)) for one in said["adapters"]),
        references=tuple(
            ReferencePicture(**one, content=bytearray(next(parts).data)) for one in said["references"]
        ),
    )


def training_spec_to_json(spec: TrainingSpec) -> dict[str, Any]:
    return asdict(spec)


def training_spec_from_json(said: Mapping[str, Any]) -> TrainingSpec:
    return TrainingSpec(**said)


def pictures_to_json(pictures: Sequence[TrainingPicture]) -> tuple[list[str], list[Array]]:
    """What is said of sources for a training, and their contents."""
    contents: list[Array] = [np.frombuffer(one.content, dtype=np.uint8) for one in pictures]
    return [one.content_type for one in pictures], contents


def pictures_from_json(said: Sequence[str], arrays: Sequence[Array]) -> list[TrainingPicture]:
    return [TrainingPicture(kind, bytearray(one.data)) for kind, one in zip(said, arrays, strict=True)]

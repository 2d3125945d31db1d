"""Which watermark this installation puts into films, and how it is read again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils.module_loading import import_string

from core.key_files import write_new
from provenance.watermarks.carrier import Carrier, mirrored

Frame = npt.NDArray[np.uint8]
Spectrum = npt.NDArray[np.float64]

BUILT_IN_ALGORITHM = "org.countersign.mark.1"
_KEY_FILE = "watermark.key"
_KEY_BYTES = 32


class WatermarkProvider(Protocol):
    """A way to put 8 bytes into films invisibly. Named in COUNTERSIGN_WATERMARK, made by calling what is named."""

    alg: str
    """As credentials declare it: on C2PA's list, or a reverse-domain name."""

    def marked(self, frame: Frame, mark: bytes) -> Frame:
        """The frame, uint8 (height, width, 3) RGB, with `mark` in it, at least 40 dB like the one given."""
        ...

    def strengths(self, spectrum: Spectrum) -> tuple[npt.NDArray[np.float64], ...]:
        """Readings of a film, each float64 (64,): by bit above zero for 1, below for 0, further the surer.

        Args:
            spectrum: mean amplitudes of the film's longer waves, see `carrier.spectrum_of`.
        """
        ...


class BuiltIn:
    """Our own, with a key of this installation's."""

    alg = BUILT_IN_ALGORITHM

    def __init__(self, key: bytes) -> None:
        self._carrier = Carrier(key)

    def marked(self, frame: Frame, mark: bytes) -> Frame:
        return self._carrier.marked(frame, mark)

    def strengths(self, spectrum: Spectrum) -> tuple[npt.NDArray[np.float64], ...]:
        """As the film is, and as it is in a mirror."""
        return self._carrier.strengths(spectrum), self._carrier.strengths(mirrored(spectrum))


def new_mark() -> bytes:
    """The bytes for one film. They mean nothing but themselves."""
    return secrets.token_bytes(8)


def marking_provider() -> WatermarkProvider | None:
    """The provider for new films; None where none is to be marked."""
    named = settings.ENVIRONMENT.watermark
    if named == "off":
        return None
    if named == "builtin":
        return _built_in(settings.KEYS_FOLDER, make=True)
    return cast("WatermarkProvider", import_string(named)())


def reading_providers() -> tuple[WatermarkProvider, ...]:
    """Providers whose marks may be in films of ours: also the built-in one that was turned off since."""
    named = settings.ENVIRONMENT.watermark
    others = () if named in {"off", "builtin"} else (cast("WatermarkProvider", import_string(named)()),)
    built_in = _built_in(settings.KEYS_FOLDER, make=False)
    return (*others, built_in) if built_in else others


@dataclass(frozen=True, slots=True)
class Marker:
    """A mark for one film, and what puts it into its frames."""

    alg: str
    mark: bytes
    put: Callable[[Frame], Frame]


def films_are_marked() -> bool:
    """Whether new films get a watermark here."""
    return bool(settings.ENVIRONMENT.watermark != "off")


def marker() -> Marker | None:
    """For one new film; None where films are not marked."""
    provider = marking_provider()
    if provider is None:
        return None
    mark = new_mark()
    return Marker(provider.alg, mark, lambda frame: provider.marked(frame, mark))


def _built_in(keys_folder: Path, *, make: bool) -> WatermarkProvider | None:
    path = keys_folder / _KEY_FILE
    if not path.exists():
        if not make:
            return None
        keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Another worker may make it at this moment; whichever was first stays.
        with suppress(FileExistsError):
            write_new(path, secrets.token_hex(_KEY_BYTES))
    return _with_key(path.read_text(encoding="ascii").strip())


@lru_cache(maxsize=4)
def _with_key(key_hex: str) -> BuiltIn:
    return BuiltIn(bytes.fromhex(key_hex))

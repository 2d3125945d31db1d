"""Starts the process that looks, and takes whatever becomes of it for what it is: an answer, or none."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from generation.engines.given import InMemory
from generation.screens.built_in_marks import BUILT_IN, THRESHOLD, Protected
from generation.screens.errors import PictureNotProtectable
from generation.screens.values import (
    Found,
    Screened,
    ScreenIdentity,
    ScreenKind,
    ScreenOutcome,
    WhyNot,
    not_evaluated,
)
from provenance.examining import limit_s_of, reader_environment

# On top of what reading the file may take. A screen is not worth keeping a worker from its next take for longer.
_LOOKING_S = 120
_PREPARING_S = 30
_BEAT_S = 1.0
_OUT_OF_MEMORY = ("MemoryError", "can't start new thread")


@dataclass(frozen=True, slots=True)
class Installed:
    """A screen as the settings name it. `folder` and `weights_sha256` are empty for one without learned weights."""

    kind: ScreenKind
    named: str
    folder: str = ""
    weights_sha256: str = ""

    @property
    def is_built_in(self) -> bool:
        return self.named == BUILT_IN


@dataclass(frozen=True, slots=True)
class ReferenceFace:
    """A picture of a performer's face, decrypted for this one job. `id` is the performer's."""

    id: str
    picture: bytes


def run_screen(
    looked_at: Path | InMemory,
    screen: Installed,
    *,
    register: Sequence[Protected] = (),
    references: Sequence[ReferenceFace] = (),
    expected: Sequence[str] = (),
    meanwhile: Callable[[], None] = lambda: None,
    looking_s: int = _LOOKING_S,
) -> Screened:
    """Look at a file in a process of its own. Whatever goes wrong is an answer: *not evaluated*.

    What is in memory goes to that process through its standard input, and to no disk.
    """
    size_bytes, where = _given(looked_at)
    asked = {
        **where,
        **asdict(screen),
        "register": [one.as_json() for one in register],
        "expected": list(expected),
        "references": [
            {"id": one.id, "picture": base64.b64encode(one.picture).decode("ascii")} for one in references
        ],
    }
    limit_s = looking_s + limit_s_of(size_bytes)
    try:
        said = _answered(asked, limit_s, meanwhile)
    except subprocess.TimeoutExpired:
        return not_evaluated(screen.kind, WhyNot.TOOK_TOO_LONG, detail=f"More than {limit_s} seconds.")
    broke = said.get("broke_off") or said.get("unreadable")
    if broke:
        return not_evaluated(screen.kind, WhyNot.SCREEN_FAILED, detail=str(broke))
    if "unusable" in said:
        return not_evaluated(screen.kind, WhyNot.SCREEN_UNUSABLE, detail=said["unusable"])
    try:
        return _screened_of(screen.kind, said)
    except (KeyError, TypeError, ValueError) as error:
        return not_evaluated(
            screen.kind, WhyNot.SCREEN_FAILED, detail=f"It gave no possible answer: {error}."
        )


def _given(looked_at: Path | InMemory) -> tuple[int, dict[str, str]]:
    """How many bytes a file has, and how the process that looks at it is told of it."""
    if isinstance(looked_at, Path):
        return looked_at.stat().st_size, {"path": str(looked_at.resolve())}
    told = {
        "content_type": looked_at.content_type,
        "content": base64.b64encode(looked_at.content).decode("ascii"),
    }
    return len(looked_at.content), told


def _screened_of(kind: ScreenKind, said: dict[str, Any]) -> Screened:
    """What a process said, as it may be kept.

    Raises:
        KeyError, TypeError, ValueError: no screen may say that.
    """
    identity = ScreenIdentity(**said["identity"])
    if not said["frames"]:
        return not_evaluated(kind, WhyNot.NO_PICTURES, identity=identity)
    scores = (said["threshold"], said["peak"], *(one["score"] for one in said["found"]))
    if not all(0 <= score <= 1 for score in scores):
        raise ValueError("a score is not from 0 to 1")
    found = tuple(
        Found(
            what=str(one["what"])[:80],
            score=one["score"],
            at_s=one["at_s"],
            box=None if one["box"] is None else tuple(one["box"]),
        )
        for one in said["found"]
    )
    return Screened(
        kind=kind,
        outcome=ScreenOutcome.FLAGGED if found else ScreenOutcome.CLEAR,
        identity=identity,
        threshold=said["threshold"],
        peak=said["peak"],
        peak_at_s=said["peak_at_s"],
        frames=said["frames"],
        found=found,
    )


def prepared_picture(content: bytes) -> bytes:
    """A handed-in picture as the register keeps it: PNG, RGBA, at most 512 pixels on the longer side.

    Raises:
        PictureNotProtectable: it is no picture, or so plain that it would be found in any film.
    """
    asked = {"prepare": base64.b64encode(content).decode("ascii")}
    try:
        said = _answered(asked, _PREPARING_S)
    except subprocess.TimeoutExpired:
        said = {"unreadable": "it takes too long"}
    if "png" not in said:
        raise PictureNotProtectable("This is no picture that can be read: hand in a PNG, JPEG or WebP.")
    if said["plain_score"] >= THRESHOLD:
        raise PictureNotProtectable(
            "This picture is too plain: it would be found in any drawing of a disc, a bar or a horizon. Hand in one "
            "with its lettering, or with more around it."
        )
    return base64.b64decode(said["png"])


def _answered(
    asked: dict[str, Any], limit_s: int, meanwhile: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    project = Path(__file__).resolve().parents[2]
    looking = subprocess.Popen(
        [sys.executable, "-m", "generation.screens.looking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        cwd=project,
        env=reader_environment(project) | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    began = time.monotonic()
    said = json.dumps(asked | {"cpu_limit_s": limit_s})
    with looking:
        try:
            _told(looking, said)
            out, complaints = _ended(looking, began + limit_s, meanwhile)
        except BaseException:
            looking.kill()
            raise
    if looking.returncode == 0:
        try:
            answer: dict[str, Any] = json.loads(out)
        except ValueError:
            return {"broke_off": "It gave no answer that can be read."}
        return answer
    if any(sign in complaints for sign in _OUT_OF_MEMORY) or looking.returncode < 0:
        return {"broke_off": "It needs more memory or time than it may take."}
    last = complaints.strip().splitlines()[-1:]
    return {"broke_off": (last[0] if last else "It ended without an answer.")[:300]}


def _told(looking: subprocess.Popen[str], said: str) -> None:
    """Write `said` while the process is waited for: `communicate` drops what its first timeout left unwritten."""
    stdin, looking.stdin = looking.stdin, None
    if stdin is not None:
        threading.Thread(target=_written, args=(stdin, said), daemon=True).start()


def _written(stdin: IO[str], said: str) -> None:
    # A process that ends before it read everything says why by itself.
    with suppress(OSError), stdin:
        stdin.write(said)


def _ended(looking: subprocess.Popen[str], until: float, meanwhile: Callable[[], None]) -> tuple[str, str]:
    while True:
        try:
            return looking.communicate(timeout=_BEAT_S)
        except subprocess.TimeoutExpired:
            meanwhile()
            if time.monotonic() > until:
                raise

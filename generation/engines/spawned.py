"""The device as a worker sees it: a process that holds the model, and that the worker may kill.

The worker imports no torch. What ends the process (a lost device, no memory in the machine, a fault in a kernel, a
deadline) ends one attempt at one take; the next order starts another process.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from generation.engines.base import AnyFrame, Loaded, OnProgress, Progress, Stage
from generation.engines.folder import size_limits
from generation.engines.given import WORDS_ALONE, Given
from generation.engines.refusals import refusal_from_json
from generation.engines.wire import (
    Array,
    Garbled,
    end_of,
    given_to_json,
    hear,
    pictures_to_json,
    spec_to_json,
    tell,
    training_spec_to_json,
)
from generation.errors import DeviceLost, RenderTooSlow
from generation.spec import RenderSpec
from generation.training_spec import TrainedAdapter, TrainingPicture, TrainingSpec

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
_LISTEN_S = 0.25
# What the process may know of its surroundings. No setting of ours is among it: neither database, broker nor key.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
_PASSED_ON_BEGINNINGS = ("CUDA_", "NVIDIA_", "OMP_", "MKL_", "TORCH", "PYTORCH_", "TRITON_", "HF_", "LC_")

Meanwhile = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a render may take.

    Attributes:
        render_s: after this long it is told to end, which it does at its next step.
        grace_s: how long whoever was told to end may take for that, and how long loading may say nothing beyond
            `render_s`; then the process is killed.
        silence_s: how long it may say nothing while it works; None: as long as a render may take, and the grace.
    """

    render_s: float
    grace_s: float
    silence_s: float | None = None

    @property
    def longest_silence_s(self) -> float:
        return self.render_s + self.grace_s if self.silence_s is None else self.silence_s


class Device:
    """The process at one device, started with the first order; one order at a time."""

    def __init__(self) -> None:
        self._jobs = itertools.count()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Connection | None = None
        # It owes an answer that nobody waits for any more.
        self._owes = False

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def load(self, folder: Path, *, threads: int | None, patience: Patience, meanwhile: Meanwhile) -> Loaded:
        """Have the model in `folder` at the device; it is looked at every time and loaded unless it is there.

        `meanwhile` is called several times a second; what it raises ends the waiting, and the loading goes on.

        Raises:
            WeightsAltered, UnsafeModelFile, LockMissing, UnknownPipeline, MissingCapability: see there.
            DeviceLost: the process ended.
            RenderTooSlow: loading took longer than a whole render may.
        """
        with self._lock:
            self._ready(patience)
            self._tell({"do": "load", "folder": str(folder), "threads": threads})
            self._owes = True
            said, _ = self._answer(patience.render_s + patience.grace_s, meanwhile)
            self._owes = False
        if said["say"] != "loaded":
            raise self._failure(said)
        return Loaded(
            engine=self.engine(said["fingerprint"], patience=patience, meanwhile=meanwhile),
            lock_sha256=said["lock_sha256"],
            frame_step=size_limits(folder).frame_step,
            device=said["device"],
            vram_mb=said["vram_mb"],
            savings=tuple(said["savings"]),
        )

    def engine(
        self, fingerprint: Mapping[str, str | int], *, patience: Patience, meanwhile: Meanwhile
    ) -> SpawnedEngine:
        """What was loaded last, for work of another patience."""
        return SpawnedEngine(self, fingerprint, patience=patience, meanwhile=meanwhile)

    def render(
        self, order: Mapping[str, Any], pictures: Sequence[Array], *, patience: Patience, meanwhile: Meanwhile
    ) -> Iterator[tuple[dict[str, Any], list[Array]]]:
        """What the process says of a render, or of what else the order says to `do`, until it is done.

        Whatever ends the iteration early stops the render, and the process is there for the next one: in its next
        step, or as another process when it takes longer than the grace for that.
        """
        with self._lock:
            self._ready(patience)
            job, began = next(self._jobs), time.monotonic()
            self._tell({"do": "render", **order, "job": job}, *pictures)
            ended = False
            try:
                while not ended:
                    said, arrays = self._answer(patience.longest_silence_s, meanwhile)
                    ended = said["say"] not in {"progress", "frame"}
                    if ended and said["say"] != "done":
                        raise self._failure(said)
                    yield said, arrays
                    if time.monotonic() - began > patience.render_s and not ended:
                        raise RenderTooSlow(
                            f"It took longer than {patience.render_s:g} s, which this installation allows."
                        )
            finally:
                if not ended and self.pid is not None:
                    self._stop(job, patience.grace_s)

    def kill(self) -> None:
        """End the process now."""
        process, self._process = self._process, None
        if self._end is not None:
            self._end.close()
            self._end = None
        self._owes = False
        if process is not None:
            process.kill()
            process.wait()

    def _ready(self, patience: Patience) -> None:
        if self._owes:
            self._owes = False
            self._answer(patience.render_s + patience.grace_s, lambda: None)
        if self.pid is None:
            self.kill()
            self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "generation.engines.child", str(theirs.fileno())],
                env=_surroundings(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._end = end_of(ours)
        self._owes = False

    def _stop(self, job: int, grace_s: float) -> None:
        """Have the render end at its next step, and hear what it still says."""
        deadline = time.monotonic() + grace_s
        try:
            self._tell({"do": "stop", "job": job})
            while True:
                said, _ = self._answer(max(deadline - time.monotonic(), 0), lambda: None)
                if said["say"] not in {"progress", "frame"}:
                    if said["say"] == "lost":
                        self.kill()
                    return
        except (DeviceLost, RenderTooSlow):
            logger.warning("What rendered was told to end and did not; its process was killed.")
            self.kill()

    def _tell(self, head: Mapping[str, Any], *arrays: Array) -> None:
        if self._end is None:
            raise DeviceLost("There is no process at the device.")
        try:
            tell(self._end, head, *arrays)
        except OSError as gone:
            raise self._lost() from gone

    def _answer(self, within_s: float, meanwhile: Meanwhile) -> tuple[dict[str, Any], list[Array]]:
        """The next thing it says.

        Raises:
            DeviceLost: it ended, or said what nobody says.
            RenderTooSlow: it said nothing for `within_s`, and was killed.
            Whatever `meanwhile` raises.
        """
        deadline = time.monotonic() + within_s
        if self._end is None:
            raise DeviceLost("There is no process at the device.")
        while True:
            meanwhile()
            try:
                if self._end.poll(_LISTEN_S):
                    return hear(self._end)
            except (EOFError, OSError, Garbled) as gone:
                raise self._lost() from gone
            if time.monotonic() > deadline:
                self.kill()
                raise RenderTooSlow(f"The device said nothing for {within_s:.0f} s; its process was killed.")

    def _lost(self) -> DeviceLost:
        process = self._process
        code = None
        if process is not None:
            try:
                code = process.wait(5)
            except subprocess.TimeoutExpired:
                logger.warning("The process at the device says nothing any more and still runs.")
        self.kill()
        how = f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"
        return DeviceLost(f"The process at the device ended ({how}). The worker's log says more.")

    def _failure(self, said: Mapping[str, Any]) -> Exception:
        match said["say"]:
            case "refused":
                return refusal_from_json(said)
            case "lost":
                logger.error("The device is lost:\n%s", said["what"])
                self.kill()
                return DeviceLost("The device failed, and its process was ended. The worker's log says how.")
            case "stopped":
                return RuntimeError("A render was stopped that nobody stopped.")
            case _:
                return RuntimeError(f"The engine broke:\n{said.get('what', said)}")


class SpawnedEngine:
    """A `VideoEngine` in another process."""

    def __init__(
        self,
        device: Device,
        fingerprint: Mapping[str, str | int],
        *,
        patience: Patience,
        meanwhile: Meanwhile,
    ) -> None:
        self._device = device
        self._fingerprint = fingerprint
        self._patience = patience
        self._meanwhile = meanwhile

    def render(
        self,
        spec: RenderSpec,
        *,
        on_progress: OnProgress,
        given: Given = WORDS_ALONE,
        unrounded: bool = False,
        savings: Sequence[str] = (),
    ) -> Generator[AnyFrame, None, None]:
        """See `VideoEngine.render`.

        Raises:
            DeviceLost, RenderTooSlow: see `Device.render`.
        """
        said_of_given, pictures = given_to_json(given)
        order = {
            "spec": spec_to_json(spec),
            "given": said_of_given,
            "unrounded": unrounded,
            "savings": [str(one) for one in savings],
        }
        for said, arrays in self._device.render(
            order, pictures, patience=self._patience, meanwhile=self._meanwhile
        ):
            if said["say"] == "frame":
                yield arrays[0]
            elif said["say"] == "progress":
                preview = arrays[0].tobytes() if arrays else None
                on_progress(Progress(Stage(said["stage"]), said["step"], said["steps"], preview))
            else:
                self._fingerprint = said["fingerprint"]

    def train(
        self,
        spec: TrainingSpec,
        pictures: Sequence[TrainingPicture],
        *,
        on_step: Callable[[int, float], None],
    ) -> TrainedAdapter:
        """See `DiffusersEngine.train`.

        Raises:
            DeviceLost, RenderTooSlow: see `Device.render`.
        """
        kinds, contents = pictures_to_json(pictures)
        order = {"do": "train", "spec": training_spec_to_json(spec), "pictures": kinds}
        last: tuple[dict[str, Any], list[Array]] | None = None
        for said, arrays in self._device.render(
            order, contents, patience=self._patience, meanwhile=self._meanwhile
        ):
            if said["say"] == "progress":
                on_step(said["step"], said["loss"])
            else:
                last = said, arrays
        if last is None:
            raise DeviceLost("The process at the device said nothing of what it trained.")
        said, arrays = last
        self._fingerprint = said["fingerprint"]
        return TrainedAdapter(bytearray(arrays[0].data), said["loss_before"], said["loss_after"])

    def fingerprint(self) -> Mapping[str, str | int]:
        return self._fingerprint


def _surroundings() -> dict[str, str]:
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_BEGINNINGS)
    }
    return {
        # Without it a card that was filled in pieces runs out of memory that it has.
        "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
        # Threads that spin while they wait take the cores from the database and the encoder. It is read when torch is
        # imported, whoever imports it first.
        "OMP_WAIT_POLICY": "PASSIVE",
        **passed,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        "PYTHONUNBUFFERED": "1",
    }


DEVICE = Device()
"""A worker has one device."""

atexit.register(DEVICE.kill)

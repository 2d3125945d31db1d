"""The process at the device: it holds the model warm, renders what it is told to, and may be killed at any time.

    python -m generation.engines.child DESCRIPTOR

It is given no settings, no database and no key, and sends frames: encoding and signing are the worker's. Whatever
speaks to the device lives in here, so that a lost device costs this process and nothing else.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import StudioError
from generation.engines.base import Progress
from generation.engines.refusals import refusal_to_json
from generation.engines.wire import (
    Array,
    given_from_json,
    hear,
    pictures_from_json,
    spec_from_json,
    tell,
    training_spec_from_json,
)

# What torch calls its errors of a device, by the words that its versions have in common. The last is of an exchange
# with a process that is gone: it may be raised before anybody noticed that the process is.
_DEVICE_WORDS = (
    "CUDA error",
    "CUDA driver error",
    "cuDNN error",
    "CUBLAS_STATUS",
    "NCCL error",
    "HIP error",
    "gloo/transport",
)


class _Told(Exception):
    """The worker wants no more of this render."""


class Child:
    """One model at one device, told by the worker at the other end."""

    def __init__(self, end: Connection) -> None:
        self._end = end
        self._orders: queue.Queue[tuple[dict[str, Any], list[Array]]] = queue.Queue()
        self._stopped = -1

    def run(self) -> None:
        """Do as told until the worker is gone or the device is."""
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        while True:
            order, arrays = self._orders.get()
            try:
                if order["do"] == "load":
                    self._load(Path(order["folder"]), order["threads"])
                elif order["do"] == "train":
                    self._train(order, arrays)
                else:
                    self._render(order, arrays)
            except _Told:
                tell(self._end, {"say": "stopped"})
            except StudioError as refusal:
                tell(self._end, {"say": "refused", **refusal_to_json(refusal)})
            except Exception as error:  # noqa: BLE001 - told to the worker, which says what becomes of the take
                lost = is_of_the_device(error)
                tell(
                    self._end,
                    {"say": "lost" if lost else "defect", "what": "".join(traceback.format_exception(error))},
                )
                if lost:
                    # After any of them the context is dead: whatever comes next would fail too.
                    return
            if _is_left_alone():
                return

    def _listen(self) -> None:
        """Hear orders while another one is being carried out; when the worker is gone, so is this process."""
        try:
            while True:
                order, arrays = hear(self._end)
                if order["do"] == "stop":
                    self._stopped = max(self._stopped, order["job"])
                else:
                    self._orders.put((order, arrays))
        except (EOFError, OSError):
            os._exit(0)

    def _load(self, folder: Path, threads: int | None) -> None:
        from generation.engines import warm

        loaded = warm.engine(folder, threads=threads)
        tell(
            self._end,
            {
                "say": "loaded",
                "lock_sha256": loaded.lock_sha256,
                "device": loaded.device,
                "vram_mb": loaded.vram_mb,
                "savings": [str(one) for one in loaded.engine.savings],
                "fingerprint": dict(loaded.engine.fingerprint()),
            },
        )

    def _render(self, order: dict[str, Any], arrays: Sequence[Array]) -> None:
        from generation.engines import warm
        from generation.engines.memory import Saving, moves_weights

        loaded = warm.kept()
        # What a job brings beside the weights, such as adapters, comes with it and goes with it: see `laid_over`.
        job, savings = order["job"], tuple(Saving(one) for one in order["savings"])

        def go_on() -> None:
            if self._stopped >= job:
                raise _Told

        def on_progress(latest: Progress) -> None:
            preview = latest.preview_jpeg
            pictures = () if preview is None else (np.frombuffer(preview, dtype=np.uint8),)
            told = {"say": "progress", "stage": str(latest.stage), "step": latest.step, "steps": latest.steps}
            tell(self._end, told, *pictures)
            go_on()

        try:
            for frame in loaded.engine.render(
                spec_from_json(order["spec"]),
                on_progress=on_progress,
                given=given_from_json(order["given"], arrays),
                unrounded=order["unrounded"],
                savings=savings,
            ):
                go_on()
                tell(self._end, {"say": "frame"}, frame)
            # What was rendered from is what was checked, also where it was read while rendering.
            loaded.checked.recheck()
        finally:
            if moves_weights(savings):
                warm.let_go()
        tell(self._end, {"say": "done", "fingerprint": dict(loaded.engine.fingerprint())})

    def _train(self, order: dict[str, Any], arrays: Sequence[Array]) -> None:
        from generation.engines import warm

        loaded = warm.kept()
        job = order["job"]

        def on_step(step: int, loss: float) -> None:
            tell(self._end, {"say": "progress", "step": step, "loss": loss})
            if self._stopped >= job:
                raise _Told

        adapter = loaded.engine.train(
            training_spec_from_json(order["spec"]),
            pictures_from_json(order["pictures"], arrays),
            on_step=on_step,
        )
        # What was learned on is what was checked, also where it was read meanwhile.
        loaded.checked.recheck()
        tell(
            self._end,
            {
                "say": "done",
                "loss_before": adapter.loss_before,
                "loss_after": adapter.loss_after,
                "fingerprint": dict(loaded.engine.fingerprint()),
            },
            np.frombuffer(adapter.content, dtype=np.uint8),
        )
        adapter.wipe()


def _is_left_alone() -> bool:
    """Whether the processes that denoise with this one were lost: the next order starts all of them anew."""
    from generation.engines import warm

    return warm.is_broken()


def is_of_the_device(error: Exception) -> bool:
    """Whether `error` says that the device, or one that denoises with it, is lost rather than the engine wrong."""
    import torch

    return isinstance(error, torch.AcceleratorError | torch.distributed.DistBackendError) or (
        isinstance(error, RuntimeError) and any(word in str(error) for word in _DEVICE_WORDS)
    )


def main(descriptor: int) -> None:
    # The worker is asked to stop, and says here what is to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        Child(Connection(descriptor)).run()
    except OSError:
        # The worker is gone in the middle of a word.
        os._exit(0)
    # A device that is lost may keep the interpreter from ending.
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""The processes that denoise a clip beside the one at the first device, started and watched by it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Never

from generation.engines.given import Given
from generation.engines.wire import end_of, given_to_json, spec_to_json, tell
from generation.spec import RenderSpec

LOST = 3
"""The exit code of the leader when one of the others is gone: the worker takes it for a lost device, which it is."""
_ENDING_S = 10


class Followers:
    """`count - 1` processes with the model in `folder`, of the process at the device, which ends with any of them."""

    def __init__(self, folder: Path, count: int, *, threads: int | None) -> None:
        self.store = Path(tempfile.mkdtemp(prefix="ring-")) / "store"
        self._closing = False
        self._ends: list[Connection] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        for rank in range(1, count):
            ours, theirs = socket.socketpair()
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-m", "generation.engines.follower", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
            self._processes.append(process)
            self._ends.append(end_of(ours))
            tell(
                self._ends[-1],
                {
                    "folder": str(folder),
                    "rank": rank,
                    "count": count,
                    "store": str(self.store),
                    "threads": threads,
                },
            )
            threading.Thread(target=self._watch, args=(process,), name="watcher", daemon=True).start()

    def tell(self, spec: RenderSpec, given: Given) -> None:
        """Have all denoise this clip. Where one of them is gone, this process ends as it does when one goes later."""
        said, arrays = given_to_json(given)
        for end in self._ends:
            try:
                tell(end, {"spec": spec_to_json(spec), "given": said}, *arrays)
            except OSError:
                _end_as_lost()

    def close(self) -> None:
        """End them."""
        self._closing = True
        for end in self._ends:
            end.close()
        for process in self._processes:
            try:
                process.wait(_ENDING_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.store.parent, ignore_errors=True)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Whoever is left waits for the one that is gone, in the middle of a kernel, for as long as it takes."""
        process.wait()
        if not self._closing:
            _end_as_lost()


def _end_as_lost() -> Never:
    sys.stderr.write("A process that denoises beside this one is gone.\n")
    os._exit(LOST)

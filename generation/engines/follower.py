"""A process that denoises a clip beside the one at the first device, and never decodes.

    python -m generation.engines.follower DESCRIPTOR

It ends with the one it follows.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from core.errors import StudioError
from generation.engines.wire import Array, given_from_json, hear, spec_from_json

_Order = tuple[dict[str, Any], list[Array]]


def main(descriptor: int) -> None:
    # The worker is asked to stop, and says to the one at the first device what is to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end = Connection(descriptor)
    hello, _ = hear(end)
    orders: queue.Queue[_Order] = queue.Queue()
    threading.Thread(target=_listen, args=(end, orders), name="listener", daemon=True).start()
    try:
        _work(hello, orders)
    except StudioError:
        # The one at the first device is refused the same, says so, and ends this process.
        threading.Event().wait()
    except BaseException:  # noqa: BLE001 - said, and the process ends; so does the one it follows
        traceback.print_exc()
    # A device that is lost may keep the interpreter from ending.
    os._exit(1)


def _work(hello: dict[str, Any], orders: queue.Queue[_Order]) -> None:
    from generation.engines.diffusers_engine import load
    from generation.engines.ring import Member, Stopped

    member = Member(hello["rank"], hello["count"], Path(hello["store"]))
    engine = load(Path(hello["folder"]), threads=hello["threads"], member=member)
    while True:
        order, arrays = orders.get()
        try:
            engine.denoised(
                spec_from_json(order["spec"]),
                given_from_json(order["given"], arrays),
                on_progress=member.follow,
            )
        except Stopped:
            continue


def _listen(end: Connection, orders: queue.Queue[_Order]) -> None:
    try:
        while True:
            orders.put(hear(end))
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))

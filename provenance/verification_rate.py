"""How often one address may hand in files: counted in this process's memory for a minute, and nowhere else."""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections import OrderedDict, deque

from provenance.errors import TooManyVerifications

_WINDOW_S = 60.0
# So that a storm of addresses cannot fill the memory; the oldest are forgotten first.
_MOST_ADDRESSES = 10_000

# Addresses are personal data: what is held is a digest under a key that ends with the process.
_key = secrets.token_bytes(32)
_seen: OrderedDict[bytes, deque[float]] = OrderedDict()
_one_at_a_time = threading.Lock()


def count(address: str, *, per_minute: int, at: float | None = None) -> None:
    """Count one file of `address`.

    Args:
        address: of the network, as the server sees it.
        per_minute: how many are taken in any 60 seconds; 0 for no limit.
        at: seconds of a monotonic clock; now by default.

    Raises:
        TooManyVerifications: it would be one too many. It is not counted.
    """
    if per_minute == 0:
        return
    moment = time.monotonic() if at is None else at
    who = hashlib.blake2b(address.encode(), key=_key, digest_size=16).digest()
    with _one_at_a_time:
        times = _seen.setdefault(who, deque())
        _seen.move_to_end(who)
        while times and times[0] <= moment - _WINDOW_S:
            times.popleft()
        if len(times) >= per_minute:
            wait = max(1, math.ceil(times[0] + _WINDOW_S - moment))
            raise TooManyVerifications(per_minute=per_minute, retry_after_s=wait)
        times.append(moment)
        while len(_seen) > _MOST_ADDRESSES:
            _seen.popitem(last=False)

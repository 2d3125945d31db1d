"""Identifiers that sort by the time they were made."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A version 7 UUID: 48 bits of Unix milliseconds, then randomness.

    Source: RFC 9562 section 5.7. Made here because PostgreSQL has `uuidv7()` only from 18 on and we promise 15.
    """
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)

"""Frames as timecode and back. Pure."""

from __future__ import annotations

import re

_PATTERN = re.compile(r"(\d{2,4}):([0-5]\d):([0-5]\d):(\d{2,3})")


def timecode(frame: int, *, fps: int) -> str:
    """HH:MM:SS:FF of a frame counted from 0; every frame is counted, none is dropped (SMPTE ST 12-1, non-drop)."""
    seconds, frames = divmod(frame, fps)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}"


def frame_of(text: str, *, fps: int) -> int:
    """The frame that a timecode names.

    Raises:
        ValueError: it is none, or its frames reach the rate.
    """
    found = _PATTERN.fullmatch(text.strip())
    if found is None or int(found[4]) >= fps:
        raise ValueError(f"{text!r} is no timecode at {fps} frames a second, such as 01:00:00:00.")
    hours, minutes, seconds, frames = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * fps + frames

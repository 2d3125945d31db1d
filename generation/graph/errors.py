from __future__ import annotations

from core.errors import StudioError


class NoSuchNode(StudioError):
    """There is no such thing here, or it does not concern whoever asks."""


class FrameUnreadable(StudioError):
    """The frame or timecode is none, or the thing has no frames."""

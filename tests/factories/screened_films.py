"""Films of given frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av

from generation.screens.protocols import Frame


def a_film(path: Path, frames: Sequence[Frame], *, fps: int) -> Path:
    """H.264 at crf 28, as much as a proof has."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "28"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path

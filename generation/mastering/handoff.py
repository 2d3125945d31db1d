"""A folder for work in 3D: the frames as PNG, and where the camera stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from core.canonical import Canonical
from generation.mastering.cameras import CameraSource, CameraTrack, declared_track
from generation.mastering.folders import write_sequence
from generation.mastering.picture import FloatPicture
from generation.mastering.scene_files import write_scene
from generation.mastering.solving import solved_track
from generation.mastering.values import HANDOFF_FILES, MasterSpec

_FRAMES = "frames"


def write_handoff(
    pictures: Iterable[FloatPicture],
    folder: Path,
    spec: MasterSpec,
    *,
    take: str,
    bits: int,
    on_frame: Callable[[int], None],
    meanwhile: Callable[[], None],
) -> dict[str, Canonical]:
    """Write frames, `cameras.json`, `cameras.glb` and `cameras.ply` into `folder`, and say what was read back.

    Args:
        pictures: as `write_sequence` takes them.
        folder: empty.
        spec: with what is said of the cameras.
        take: identifier of the take.
        bits: a channel, of a PNG.
        on_frame: as there.
        meanwhile: called now and then while the camera is solved; what it raises ends it.

    Raises:
        CamerasUnsolved: the pictures do not tell.
        FramesMissing, EncoderFailed, DiskFull: as `write_sequence`.
    """
    frames = folder / _FRAMES
    frames.mkdir()
    facts = write_sequence(pictures, frames, spec, bits=bits, note="", on_frame=on_frame)
    names = [path.name for path in sorted(frames.iterdir())]
    track = _track(frames, names, spec, meanwhile)
    write_scene(track, folder, fps=spec.fps, pictures=[f"{_FRAMES}/{name}" for name in names], take=take)
    if len(list(folder.iterdir())) != HANDOFF_FILES + 1:
        raise RuntimeError("A hand-off folder holds other files than are signed.")
    return facts | {
        "cameras": track.source.value,
        "cameras_known": len(track.known),
        "cameras_about": dict(track.about),
    }


def _track(folder: Path, names: list[str], spec: MasterSpec, meanwhile: Callable[[], None]) -> CameraTrack:
    if spec.cameras is None:
        raise RuntimeError("A hand-off says where its cameras come from.")
    if spec.cameras.source is CameraSource.SOLVED:
        return solved_track(folder, names, meanwhile=meanwhile)
    return declared_track(spec.cameras, width=spec.width, height=spec.height, frames=spec.frames)

"""The camera of a clip solved from its pictures by COLMAP, which is an extra and need not be installed.

It is native code that runs for minutes, so it runs in a process of its own: without our secrets, with limits, and
stopped at once when whoever waits for it has a reason to.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import numpy as np

from generation.mastering.cameras import CameraSource, CameraTrack, Pose
from provenance.examining import reader_environment

NOT_INSTALLED = (
    "Solving a camera from pictures needs the extra pycolmap, which is not installed here. Declare the camera's "
    "move, or have requirements-3d.txt installed."
)
_LIMIT_S, _LIMIT_S_PER_FRAME = 120, 10
_MEMORY_BYTES = 8 * 2**30
_THREADS = 2
_LEAST_FRAMES = 3
_LOOK_EVERY_S = 0.5
# From COLMAP's camera, which looks along +Z with Y down, to glTF's.
_FLIPPED = np.diag([1.0, -1.0, -1.0, 1.0])


class CamerasUnsolved(Exception):
    """The pictures do not tell where the camera stood."""


def can_solve() -> bool:
    """Whether the extra is installed here."""
    return importlib.util.find_spec("pycolmap") is not None


def solved_track(folder: Path, names: list[str], *, meanwhile: Callable[[], None]) -> CameraTrack:
    """The track that the pictures in `folder` give.

    Args:
        folder: of the pictures.
        names: by frame.
        meanwhile: called twice a second; what it raises ends the solver.

    Raises:
        CamerasUnsolved: too few of them could be placed, or it took too long.
    """
    limit_s = _LIMIT_S + _LIMIT_S_PER_FRAME * len(names)
    project = Path(__file__).resolve().parents[2]
    with TemporaryFile() as answer, TemporaryDirectory(dir=folder.parent) as work:
        said = {"folder": str(folder), "names": names, "work": work, "cpu_limit_s": limit_s * _THREADS}
        solver = subprocess.Popen(
            [sys.executable, "-m", "generation.mastering.solving"],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=project,
            env=reader_environment(project),
        )
        try:
            if solver.stdin is not None:
                solver.stdin.write(json.dumps(said).encode())
                solver.stdin.close()
            until = time.monotonic() + limit_s
            while solver.poll() is None:
                meanwhile()
                if time.monotonic() > until:
                    raise CamerasUnsolved(f"Solving the camera took longer than {limit_s} seconds.")
                time.sleep(_LOOK_EVERY_S)
        except BrokenPipeError:
            pass  # it ended before it was asked
        finally:
            solver.kill()
            solver.wait()
        answer.seek(0)
        content = answer.read()
    if solver.returncode != 0 or not content:
        raise CamerasUnsolved("The solver broke off: it needs more memory or time than it may take.")
    return _track(json.loads(content), frames=len(names))


def _track(found: dict[str, Any], *, frames: int) -> CameraTrack:
    placed = {int(place): np.array(rows) for place, rows in found["world_to_camera"].items()}
    if len(placed) < max(_LEAST_FRAMES, (frames + 1) // 2):
        raise CamerasUnsolved(
            f"Of {frames} frames {len(placed)} could be placed in space. The pictures show too little that stands "
            "still and is seen from different places. Declare the camera's move instead."
        )
    cameras = {place: _camera_to_world(rows) for place, rows in placed.items()}
    # The first known camera is the origin.
    home = np.linalg.inv(cameras[min(cameras)])
    points = np.array(found["points"], np.float64).reshape(-1, 3)
    return CameraTrack(
        source=CameraSource.SOLVED,
        width=found["width"],
        height=found["height"],
        focal=found["focal"],
        centre=(found["centre"][0], found["centre"][1]),
        poses=tuple(home @ cameras[place] if place in cameras else None for place in range(frames)),
        about={
            "solver": "COLMAP",
            "solver_version": found["version"],
            "frames_placed": len(cameras),
            "mean_reprojection_error_px": f"{found['error']:.3f}",
            "points": len(points),
        },
        points=points @ home[:3, :3].T + home[:3, 3],
        colours=np.array(found["colours"], np.uint8).reshape(-1, 3),
    )


def _camera_to_world(rows: Any) -> Pose:  # noqa: ANN401 - a matrix of three rows
    whole = np.vstack([rows, [0, 0, 0, 1]])
    pose: Pose = np.linalg.inv(whole) @ _FLIPPED
    return pose


def _solve(folder: Path, names: list[str], work: Path) -> dict[str, Any]:
    import pycolmap

    pycolmap.set_random_seed(0)
    database = work / "features.db"
    reader = pycolmap.ImageReaderOptions()
    reader.camera_model = "SIMPLE_PINHOLE"
    extraction = pycolmap.FeatureExtractionOptions()
    matching = pycolmap.FeatureMatchingOptions()
    mapping = pycolmap.IncrementalPipelineOptions()
    extraction.num_threads = matching.num_threads = mapping.num_threads = _THREADS
    pycolmap.extract_features(
        database,
        folder,
        image_names=names,
        camera_mode=pycolmap.CameraMode.SINGLE,
        reader_options=reader,
        extraction_options=extraction,
        device=pycolmap.Device.cpu,
    )
    pycolmap.match_sequential(database, matching_options=matching, device=pycolmap.Device.cpu)
    models = pycolmap.incremental_mapping(database, folder, work, options=mapping)
    if not models:
        return {"world_to_camera": {}}
    best = max(models.values(), key=lambda one: one.num_reg_images())
    camera = next(iter(best.cameras.values()))
    focal, *centre = (float(one) for one in camera.params)
    return {
        "version": pycolmap.__version__,
        "width": camera.width,
        "height": camera.height,
        "focal": focal,
        "centre": centre,
        "error": best.compute_mean_reprojection_error(),
        "world_to_camera": {
            names.index(image.name): image.cam_from_world().matrix().tolist()
            for image in best.images.values()
            if image.has_pose
        },
        "points": [one.xyz.tolist() for one in best.points3D.values()],
        "colours": [one.color.tolist() for one in best.points3D.values()],
    }


def main() -> None:
    said = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (said["cpu_limit_s"],) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES,) * 2)
    answer = os.fdopen(os.dup(1), "w")
    # What the library prints is not the answer.
    os.dup2(2, 1)
    json.dump(_solve(Path(said["folder"]), said["names"], Path(said["work"])), answer)
    answer.flush()


if __name__ == "__main__":
    main()

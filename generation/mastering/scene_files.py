"""A camera's way and the planes of its frames as files that 3D programs open: glTF (GLB), PLY, and plain JSON.

Each plane stands one unit in front of its camera and fills what it sees, with the frame beside the file as texture.
The subset of glTF written here is one camera, one animation and quads; nothing kept by others writes an animated
camera without a mesh library around it.

Source: Khronos glTF 2.0 (4.4 GLB, 5.1 accessors); G. Turk, The PLY Polygon File Format, 1994.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
import numpy.typing as npt

from core.canonical import Canonical
from core.media_store import disk_errors
from generation.mastering.cameras import CameraTrack, Pose

_FLOAT, _USHORT = 5126, 5123
_KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
_PATH_COLOUR, _PLANE_COLOUR = (220, 60, 40), (150, 150, 150)


@dataclass(slots=True)
class _Buffer:
    """What accessors point into."""

    content: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def added(self, values: npt.NDArray[np.generic], kind: int, *, bounds: bool = False) -> int:
        """The number of an accessor of `values`, (count,) or (count, width)."""
        self.content += b"\0" * (-len(self.content) % 4)
        raw = np.ascontiguousarray(values).tobytes()
        self.views.append({"buffer": 0, "byteOffset": len(self.content), "byteLength": len(raw)})
        self.content += raw
        rows = values.reshape(len(values), -1)
        accessor: dict[str, Any] = {
            "bufferView": len(self.views) - 1,
            "componentType": kind,
            "count": len(rows),
            "type": _KINDS[rows.shape[1]],
        }
        if bounds:
            accessor |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def write_scene(
    track: CameraTrack, folder: Path, *, fps: Fraction, pictures: Sequence[str], take: str
) -> None:
    """Write `cameras.json`, `cameras.glb` and `cameras.ply` into `folder`.

    Args:
        track: with at least one known pose.
        folder: where they go.
        fps: of the clip.
        pictures: by frame where its picture lies, below `folder`.
        take: identifier of the take.

    Raises:
        DiskFull: they could not be written.
    """
    with disk_errors():
        (folder / "cameras.json").write_text(
            json.dumps(camera_facts(track, fps=fps, pictures=pictures, take=take), indent=1) + "\n"
        )
        (folder / "cameras.glb").write_bytes(_glb(track, fps=fps, pictures=pictures))
        (folder / "cameras.ply").write_bytes(_ply(track))


def camera_facts(
    track: CameraTrack, *, fps: Fraction, pictures: Sequence[str], take: str
) -> dict[str, Canonical | float]:
    """What `cameras.json` holds. Frames count from 1; a pose that is not known is null."""
    facts: dict[str, Any] = {
        "format": "org.countersign.cameras",
        "version": 1,
        "take": take,
        "fps": str(fps),
        "axes": "right-handed, +Y up, cameras look along -Z; the first known camera is the origin",
        "units": "metres, as declared" if track.source == "declared" else "arbitrary: a solve has no scale",
        "source": track.source.value,
        "about": dict(track.about),
        "lens": {
            "model": "pinhole",
            "width": track.width,
            "height": track.height,
            "focal_px": track.focal,
            "centre_px": list(track.centre),
            "vertical_fov_degrees": math.degrees(track.vertical_fov_rad),
        },
        "cameras": [
            {
                "frame": place + 1,
                "picture": pictures[place],
                "camera_to_world": None if pose is None else pose.tolist(),
            }
            for place, pose in enumerate(track.poses)
        ],
    }
    return facts


def _corners(track: CameraTrack) -> npt.NDArray[np.float64]:
    """Of the plane in front of a camera, in its own axes: lower left, lower right, upper right, upper left."""
    left, top = -track.centre[0] / track.focal, track.centre[1] / track.focal
    right, bottom = left + track.width / track.focal, top - track.height / track.focal
    return np.array([[left, bottom, -1], [right, bottom, -1], [right, top, -1], [left, top, -1]], np.float64)


def _glb(track: CameraTrack, *, fps: Fraction, pictures: Sequence[str]) -> bytes:
    known = track.known
    buffer = _Buffer()
    positions = buffer.added(_corners(track).astype("<f4"), _FLOAT, bounds=True)
    # The upper left corner of a picture is the origin of its texture.
    texture = buffer.added(np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4"), _FLOAT)
    faces = buffer.added(np.array([0, 1, 2, 0, 2, 3], "<u2"), _USHORT)
    times = buffer.added(np.array([float(place / fps) for place, _ in known], "<f4"), _FLOAT, bounds=True)
    places = np.array([pose[:3, 3] for _, pose in known], "<f4")
    turns = _continuous(np.array([quaternion(pose) for _, pose in known])).astype("<f4")
    nodes: list[dict[str, Any]] = [
        {"name": "camera", "camera": 0, "translation": places[0].tolist(), "rotation": turns[0].tolist()}
    ]
    nodes += [
        {
            "name": f"frame {place + 1:06d}",
            "mesh": number,
            "translation": places[number].tolist(),
            "rotation": turns[number].tolist(),
        }
        for number, (place, _) in enumerate(known)
    ]
    count = range(len(known))
    scene = {
        "asset": {"version": "2.0", "generator": "Countersign"},
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0,
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "cameras": [
            {
                "type": "perspective",
                "perspective": {
                    "yfov": track.vertical_fov_rad,
                    "aspectRatio": track.width / track.height,
                    "znear": 0.01,
                },
            }
        ],
        "meshes": [
            {
                "primitives": [
                    {
                        "attributes": {"POSITION": positions, "TEXCOORD_0": texture},
                        "indices": faces,
                        "material": number,
                    }
                ]
            }
            for number in count
        ],
        "materials": [
            {
                "doubleSided": True,
                "extensions": {"KHR_materials_unlit": {}},
                "pbrMetallicRoughness": {"baseColorTexture": {"index": number}, "metallicFactor": 0},
            }
            for number in count
        ],
        "textures": [{"source": number} for number in count],
        "images": [{"uri": pictures[place]} for place, _ in known],
        "animations": [
            {
                "name": "camera move",
                "samplers": [
                    {"input": times, "output": buffer.added(places, _FLOAT), "interpolation": "LINEAR"},
                    {"input": times, "output": buffer.added(turns, _FLOAT), "interpolation": "LINEAR"},
                ],
                "channels": [
                    {"sampler": 0, "target": {"node": 0, "path": "translation"}},
                    {"sampler": 1, "target": {"node": 0, "path": "rotation"}},
                ],
            }
        ],
    }
    scene |= {
        "bufferViews": buffer.views,
        "accessors": buffer.accessors,
        "buffers": [{"byteLength": len(buffer.content)}],
    }
    return _packed(scene, bytes(buffer.content))


def _packed(scene: dict[str, Any], content: bytes) -> bytes:
    text = json.dumps(scene, separators=(",", ":")).encode()
    chunks = b"".join(
        pack("<II", len(padded), kind) + padded
        for padded, kind in (
            (text + b" " * (-len(text) % 4), 0x4E4F534A),
            (content + b"\0" * (-len(content) % 4), 0x004E4942),
        )
    )
    return b"glTF" + pack("<II", 2, 12 + len(chunks)) + chunks


def _ply(track: CameraTrack) -> bytes:
    corners = _corners(track)
    centres = [pose[:3, 3] for _, pose in track.known]
    planes = [corner for _, pose in track.known for corner in corners @ pose[:3, :3].T + pose[:3, 3]]
    vertices = np.vstack([*centres, *planes, track.points])
    colours = np.vstack(
        [
            np.tile(_PATH_COLOUR, (len(centres), 1)),
            np.tile(_PLANE_COLOUR, (len(planes), 1)),
            track.colours,
        ]
    )
    first = len(centres)
    header = (
        "ply\nformat ascii 1.0\ncomment Countersign: camera centres, planes of frames, points of a solve\n"
        f"element vertex {len(vertices)}\n"
        "property float x\nproperty float y\nproperty float z\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\n"
        f"element face {len(centres)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    points = "".join(
        f"{x:.7g} {y:.7g} {z:.7g} {red} {green} {blue}\n"
        for (x, y, z), (red, green, blue) in zip(vertices.tolist(), colours.tolist(), strict=True)
    )
    faces = "".join(
        f"4 {start} {start + 1} {start + 2} {start + 3}\n" for start in range(first, first + len(planes), 4)
    )
    return (header + points + faces).encode()


def quaternion(pose: Pose) -> tuple[float, float, float, float]:
    """The turn of `pose` as x, y, z, w of length one."""
    turn = pose[:3, :3]
    # Of four ways the one whose root is the largest: none of the others may be near zero there.
    trace = np.array([turn[0, 0], turn[1, 1], turn[2, 2], np.trace(turn)])
    largest = int(np.argmax(trace))
    if largest == 3:  # noqa: PLR2004 - the trace itself
        scalar = math.sqrt(1 + trace[3]) / 2
        vector = [turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]
        found = [one / (4 * scalar) for one in vector] + [scalar]
    else:
        first, second, third = largest, (largest + 1) % 3, (largest + 2) % 3
        root = math.sqrt(1 + turn[first, first] - turn[second, second] - turn[third, third]) / 2
        found = [0.0] * 4
        found[first] = root
        found[second] = (turn[second, first] + turn[first, second]) / (4 * root)
        found[third] = (turn[third, first] + turn[first, third]) / (4 * root)
        found[3] = (turn[third, second] - turn[second, third]) / (4 * root)
    length = math.sqrt(sum(one * one for one in found))
    x, y, z, w = (float(one / length) for one in found)
    return x, y, z, w


def _continuous(turns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each with the sign that is nearer to the one before: between them a program takes the short way."""
    turns = turns.copy()
    for place in range(1, len(turns)):
        if turns[place] @ turns[place - 1] < 0:
            turns[place] = -turns[place]
    return turns

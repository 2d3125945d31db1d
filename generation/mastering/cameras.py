"""Where the camera of a take stood: as somebody declared it, or as its pictures tell. Pure.

The world is glTF's: right-handed, +Y up, and a camera that looks along -Z of its own. The first camera stands in the
origin. A declared move is even from the first frame to the last one; its distances are metres because somebody said
so. What was solved from pictures alone has no scale.

Source: Khronos glTF 2.0, 3.4 (axes and units) and 5.13 (cameras).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.canonical import Canonical

# float64 (4, 4): takes points of the camera into the world.
Pose: TypeAlias = npt.NDArray[np.float64]
# float64 (count, 3), and uint8 (count, 3): RGB.
Points: TypeAlias = npt.NDArray[np.float64]
Colours: TypeAlias = npt.NDArray[np.uint8]

_MOST_DEGREES, _MOST_METRES = Decimal(360), Decimal(1000)
_LEAST_FOV, _MOST_FOV = Decimal(1), Decimal(170)


class CameraSource(StrEnum):
    DECLARED = "declared"
    SOLVED = "solved"


class CameraMove(StrEnum):
    """Which way a positive amount goes: right, up, clockwise as the camera sees, forward, right, up."""

    STILL = "still"
    PAN = "pan"
    TILT = "tilt"
    ROLL = "roll"
    DOLLY = "dolly"
    TRUCK = "truck"
    PEDESTAL = "pedestal"


TURNS = frozenset({CameraMove.PAN, CameraMove.TILT, CameraMove.ROLL})


class CamerasNotSaid(ValueError):
    """What is said of the cameras is missing, too much or out of bounds. `field` names where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraOrder:
    """Where the poses are to come from. `amount`: degrees of a turn, metres of a way; `horizontal_fov` in degrees."""

    source: CameraSource
    move: CameraMove | None = None
    amount: Decimal | None = None
    horizontal_fov: Decimal | None = None

    def __post_init__(self) -> None:
        if self.source is CameraSource.SOLVED:
            for name in ("move", "amount", "horizontal_fov"):
                if getattr(self, name) is not None:
                    raise CamerasNotSaid(name, "What is solved from the pictures is not declared as well.")
            return
        if self.move is None:
            raise CamerasNotSaid("move", "Say how the camera moved, or that it stood still.")
        if self.horizontal_fov is None or not _LEAST_FOV <= self.horizontal_fov <= _MOST_FOV:
            raise CamerasNotSaid(
                "horizontal_fov", f"The field of view is from {_LEAST_FOV} to {_MOST_FOV} degrees."
            )
        if self.move is CameraMove.STILL:
            if self.amount:
                raise CamerasNotSaid("amount", "A camera that stands still moves by nothing.")
            return
        most = _MOST_DEGREES if self.move in TURNS else _MOST_METRES
        if self.amount is None or not self.amount or abs(self.amount) > most:
            unit = "degrees" if self.move in TURNS else "metres"
            raise CamerasNotSaid("amount", f"Say by how many {unit}, up to {most} either way.")

    def to_json(self) -> dict[str, Canonical]:
        said: dict[str, Canonical] = {"source": self.source.value}
        if self.source is CameraSource.DECLARED:
            said |= {
                "move": str(self.move),
                # As text: a float has no single spelling.
                "amount": f"{self.amount or Decimal(0):.3f}",
                "horizontal_fov": f"{self.horizontal_fov:.3f}",
            }
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, object]) -> CameraOrder:
        """The order that `said` spells.

        Raises:
            CamerasNotSaid: see there.
        """
        try:
            return cls(
                source=CameraSource(str(said.get("source"))),
                move=CameraMove(str(said["move"])) if said.get("move") else None,
                amount=_number(said.get("amount")),
                horizontal_fov=_number(said.get("horizontal_fov")),
            )
        except CamerasNotSaid:
            raise
        except (ValueError, InvalidOperation) as error:
            raise CamerasNotSaid("cameras", f"This says nothing of cameras: {error}") from error

    @property
    def told(self) -> str:
        """In a sentence for people; it stands in the credential."""
        if self.source is CameraSource.SOLVED:
            return "Camera poses were solved from the pictures; they have no scale."
        moved = (
            "stood still"
            if self.move is CameraMove.STILL
            else f"made a {self.move} of {_plain(self.amount)} {'degrees' if self.move in TURNS else 'metres'}"
        )
        return (
            f"Whoever asked declared that the camera {moved}, seeing {_plain(self.horizontal_fov)} degrees across. "
            "Nobody measured it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTrack:
    """The camera of a clip. Lengths in pixels; `poses` one a frame, None where it is not known.

    `about` says how they were had, as JSON. `points` are what a solver saw in space.
    """

    source: CameraSource
    width: int
    height: int
    focal: float
    centre: tuple[float, float]
    poses: tuple[Pose | None, ...]
    about: Mapping[str, Canonical]
    points: Points = field(default_factory=lambda: np.zeros((0, 3)))
    colours: Colours = field(default_factory=lambda: np.zeros((0, 3), np.uint8))

    @property
    def known(self) -> tuple[tuple[int, Pose], ...]:
        """The frames whose camera is known, counted from 0, in order."""
        return tuple((place, pose) for place, pose in enumerate(self.poses) if pose is not None)

    @property
    def vertical_fov_rad(self) -> float:
        return 2 * math.atan(self.height / (2 * self.focal))


def declared_track(order: CameraOrder, *, width: int, height: int, frames: int) -> CameraTrack:
    """The track of a declared move."""
    if order.move is None or order.horizontal_fov is None:
        raise RuntimeError("A declared move says which and what the camera sees.")
    amount = float(order.amount or 0)
    return CameraTrack(
        source=CameraSource.DECLARED,
        width=width,
        height=height,
        focal=width / (2 * math.tan(math.radians(float(order.horizontal_fov)) / 2)),
        centre=(width / 2, height / 2),
        poses=tuple(_moved(order.move, amount * place / max(frames - 1, 1)) for place in range(frames)),
        about=order.to_json(),
    )


def _moved(move: CameraMove, amount: float) -> Pose:
    pose = np.eye(4)
    match move:
        case CameraMove.PAN:
            pose[:3, :3] = _turned(1, -amount)
        case CameraMove.TILT:
            pose[:3, :3] = _turned(0, amount)
        case CameraMove.ROLL:
            pose[:3, :3] = _turned(2, -amount)
        case CameraMove.DOLLY:
            pose[2, 3] = -amount
        case CameraMove.TRUCK:
            pose[0, 3] = amount
        case CameraMove.PEDESTAL:
            pose[1, 3] = amount
        case CameraMove.STILL:
            pass
    return pose


def _turned(axis: int, degrees: float) -> npt.NDArray[np.float64]:
    """Counter-clockwise as seen from the end of the axis."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    turn = np.eye(3)
    turn[first, first] = turn[second, second] = cos
    turn[second, first], turn[first, second] = sin, -sin
    return turn


def _plain(number: Decimal | None) -> str:
    """Without zeros at its end."""
    return f"{(number or Decimal(0)).normalize():f}"


def _number(said: object) -> Decimal | None:
    if said is None or said == "":
        return None
    number = Decimal(str(said))
    if not number.is_finite():
        raise InvalidOperation("not a finite number")
    return number

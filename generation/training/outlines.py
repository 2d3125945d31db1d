"""Outlines of the subjects as signed distances, radius one, y downwards; negative inside.

Every subject has a body (its whole silhouette) and details (its dark parts within the body).
Distances are exact near the outline of each part and of the right sign everywhere.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from generation.training.scenes import Subject

Floats = NDArray[np.float32]
Drawing = tuple[Floats, Floats]
FAR = 9.0


def outlines(subject: Subject, *, x: Floats, y: Floats) -> Drawing:
    """Give the distances to (body, details) at the points `x`, `y` in radii."""
    return _DRAWN[subject](x, y)


def disc(x: Floats, y: Floats, *, at: tuple[float, float], radius: float) -> Floats:
    """Distance to a filled circle."""
    return np.asarray(np.hypot(x - at[0], y - at[1]) - radius)


def box(
    x: Floats, y: Floats, *, at: tuple[float, float], half: tuple[float, float], round_by: float = 0.0
) -> Floats:
    """Distance to an upright box of half sizes `half`, its corners rounded by `round_by`."""
    aside = np.abs(x - at[0]) - (half[0] - round_by)
    below = np.abs(y - at[1]) - (half[1] - round_by)
    outside = np.hypot(np.maximum(aside, 0.0), np.maximum(below, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(aside, below), 0.0) - round_by)


def convex(x: Floats, y: Floats, *, corners: tuple[tuple[float, float], ...]) -> Floats:
    """Distance to a convex polygon, corners clockwise on the screen; outside its corners a lower bound."""
    sides = [
        ((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / math.hypot(x1 - x0, y1 - y0)
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True)
    ]
    return np.asarray(np.maximum.reduce(sides))


def union(*parts: Floats) -> Floats:
    """Join parts."""
    joined = parts[0]
    for part in parts[1:]:
        joined = np.minimum(joined, part)
    return joined


def _plain(body: Floats) -> Drawing:
    return body, np.full_like(body, FAR)


def _ball(x: Floats, y: Floats) -> Drawing:
    return _plain(disc(x, y, at=(0.0, 0.0), radius=0.95))


def _star(x: Floats, y: Floats) -> Drawing:
    sector, inner = math.tau / 5, 0.48
    angle = np.abs(np.mod(np.arctan2(x, -y) + sector / 2, sector) - sector / 2)
    reach = np.hypot(x, y)
    valley_x, valley_y = inner * math.cos(sector / 2), inner * math.sin(sector / 2)
    edge = math.hypot(1.0 - valley_x, valley_y)
    towards_tip = (reach * np.cos(angle) - 1.0) * valley_y
    towards_valley = reach * np.sin(angle) * (1.0 - valley_x)
    return _plain(np.asarray((towards_tip + towards_valley) / edge))


def _heart(x: Floats, y: Floats) -> Drawing:
    side = np.abs(x)
    lobes = disc(side, y, at=(0.46, -0.34), radius=0.54)
    # The wedge ends where its sides touch the lobes.
    wedge = convex(side, y, corners=((-1.0, -0.5), (0.0, -0.5), (0.9, -0.02), (0.0, 0.95), (-1.0, 0.95)))
    return _plain(union(lobes, wedge))


def _boat(x: Floats, y: Floats) -> Drawing:
    hull = convex(x, y, corners=((-1.0, 0.35), (1.0, 0.35), (0.62, 0.85), (-0.62, 0.85)))
    sail = convex(x, y, corners=((0.06, -0.95), (0.78, 0.16), (0.06, 0.16)))
    jib = convex(x, y, corners=((-0.12, -0.7), (-0.12, 0.16), (-0.6, 0.16)))
    mast = box(x, y, at=(-0.03, -0.3), half=(0.07, 0.7))
    return union(hull, sail, jib, mast), mast


def _balloon(x: Floats, y: Floats) -> Drawing:
    envelope = disc(x, y, at=(0.0, -0.3), radius=0.68)
    skirt = convex(x, y, corners=((-0.6, 0.0), (0.6, 0.0), (0.2, 0.52), (-0.2, 0.52)))
    basket = box(x, y, at=(0.0, 0.78), half=(0.24, 0.18))
    ropes = box(np.abs(x), y, at=(0.16, 0.55), half=(0.05, 0.12))
    gear = union(basket, ropes)
    return union(envelope, skirt, gear), gear


def _car(x: Floats, y: Floats) -> Drawing:
    body = box(x, y, at=(0.0, 0.16), half=(1.0, 0.27), round_by=0.12)
    cabin = convex(x, y, corners=((-0.36, -0.55), (0.32, -0.55), (0.62, 0.0), (-0.62, 0.0)))
    wheels = disc(np.abs(x), y, at=(0.55, 0.42), radius=0.25)
    panes = convex(np.abs(x + 0.01), y, corners=((0.06, -0.42), (0.27, -0.42), (0.44, -0.08), (0.06, -0.08)))
    return union(body, cabin, wheels), union(wheels, panes)


def _house(x: Floats, y: Floats) -> Drawing:
    walls = box(x, y, at=(0.0, 0.42), half=(0.68, 0.5))
    roof = convex(x, y, corners=((0.0, -0.92), (0.95, -0.04), (-0.95, -0.04)))
    door = box(x, y, at=(0.26, 0.62), half=(0.16, 0.3))
    window = box(x, y, at=(-0.28, 0.36), half=(0.17, 0.15))
    return union(walls, roof), union(roof, door, window)


def _tree(x: Floats, y: Floats) -> Drawing:
    crown = union(
        disc(x, y, at=(0.0, -0.5), radius=0.46),
        disc(np.abs(x), y, at=(0.4, -0.05), radius=0.42),
        disc(x, y, at=(0.0, -0.08), radius=0.4),
    )
    trunk = box(x, y, at=(0.0, 0.62), half=(0.13, 0.33))
    return union(crown, trunk), trunk


def _figure(x: Floats, y: Floats) -> Drawing:
    head = disc(x, y, at=(0.0, -0.56), radius=0.4)
    coat = convex(x, y, corners=((-0.2, -0.1), (0.2, -0.1), (0.42, 0.52), (-0.42, 0.52)))
    arms = box(np.abs(x), y, at=(0.38, 0.1), half=(0.22, 0.08))
    neck = box(x, y, at=(0.0, -0.12), half=(0.07, 0.1))
    legs = box(np.abs(x), y, at=(0.17, 0.72), half=(0.1, 0.24))
    return union(head, coat, arms, neck, legs), union(legs, neck)


_DRAWN: Mapping[Subject, Callable[[Floats, Floats], Drawing]] = {
    Subject.BALL: _ball,
    Subject.STAR: _star,
    Subject.HEART: _heart,
    Subject.BOAT: _boat,
    Subject.BALLOON: _balloon,
    Subject.CAR: _car,
    Subject.HOUSE: _house,
    Subject.TREE: _tree,
    Subject.FIGURE: _figure,
}

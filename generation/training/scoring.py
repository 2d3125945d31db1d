"""Reads a clip by measurement, with no learned judge: place, light, subject, colour and move.

The reading is validated on drawn clips first (it must be right there) and then applied to
generated ones. Everything it knows about looks comes from the painter's own tables.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from generation.training.layers import DARK, LIGHTS, PALETTE, SUNS, land_colour, sky_colours
from generation.training.painting import FLAKE_RGB, RAIN_RGB, paint
from generation.training.scenes import (
    Colour,
    Concepts,
    Move,
    Place,
    Scene,
    Subject,
    Time,
    sample_scene,
)

Frames = NDArray[np.uint8]
Masks = NDArray[np.bool_]
Labels = NDArray[np.int64]

EVERY = 4
EDGE_ROWS = 8
SKY_HEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
LAND_SHADES = (1.0, 0.85, 0.7)
FILL_LIGHTS = (0.88, 1.0, 1.12)
MIN_SUBJECT_PX = 150
MIN_SUN_PX = 120
MIN_TRAVEL_PX = 12.0
MIN_GROWTH, MIN_SUN_GROWTH = 1.8, 1.5
TEMPLATE_SIDE = 28
# A mast may be thinner than what is generated is sharp.
GAP_PX = 2
# An aspect ratio that differs by a factor of e costs as much as no overlap at all.
ASPECT_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is seen in a clip; None where no subject was found or nothing moves."""

    place: Place
    time: Time
    subject: Subject | None
    colour: Colour | None
    move: Move | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Share of clips, 0 to 1, whose reading agrees with the prompt, over `clips` clips."""

    clips: int
    background: float
    colour: float
    shape: float
    motion: float
    all_four: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """The subject in one frame: its whole mask (H, W) and its coloured part."""

    whole: Masks
    coloured: Masks


def read_clip(frames: Frames) -> Reading:
    """Measure one clip, uint8 (T, H, W, 3)."""
    chosen = frames[::EVERY].astype(np.float32)
    place, time = _backdrop(chosen)
    labels = np.stack([_labels(frame, place=place, time=time) for frame in chosen])
    colour = _colour(labels)
    if colour is None:
        return Reading(place=place, time=time, subject=None, colour=None, move=None)
    seen = [_subject_in(frame, colour=colour) for frame in labels]
    return Reading(
        place=place,
        time=time,
        subject=_shape([one for one in seen if one is not None]),
        colour=colour,
        move=_move(seen, suns=[_biggest(frame == SUN_LABEL) for frame in labels]),
    )


def score(readings: Sequence[Reading], *, wanted: Sequence[Concepts]) -> Scores:
    """Compare readings with what the prompts asked for; the background is place and time together."""
    pairs = list(zip(readings, wanted, strict=True))

    def share(*names: str) -> float:
        right = [all(getattr(seen, name) == getattr(asked, name) for name in names) for seen, asked in pairs]
        return sum(right) / len(right)

    return Scores(
        clips=len(pairs),
        background=share("place", "time"),
        colour=share("colour"),
        shape=share("subject"),
        motion=share("move"),
        all_four=share("place", "time", "subject", "colour", "move"),
    )


COLOURS = tuple(Colour)
DARK_LABEL, SUN_LABEL, OTHER_LABEL = len(COLOURS), len(COLOURS) + 1, len(COLOURS) + 2


def _backdrop(frames: NDArray[np.float32]) -> tuple[Place, Time]:
    """Name the place and the light from the top and the bottom edge, whichever frame shows them best."""
    tops = np.median(frames[:, :EDGE_ROWS], axis=(1, 2))
    bottoms = np.median(frames[:, -EDGE_ROWS:], axis=(1, 2))

    def distance(choice: tuple[Place, Time]) -> float:
        place, time = choice
        skies = np.stack([sky_colours(time, above=height) for height in SKY_HEIGHTS[2:]])
        lands = np.stack([land_colour(place, time) * shade for shade in LAND_SHADES])
        return _least(tops, skies) + _least(bottoms, lands)

    return min(((place, time) for place in Place for time in Time), key=distance)


def _least(seen: NDArray[np.float32], known: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(seen[:, None] - known[None], axis=-1).min())


def _labels(frame: NDArray[np.float32], *, place: Place, time: Time) -> Labels:
    """Name each pixel (H, W): a colour of the palette, dark, the sun's, or the backdrop's."""
    known, names = _known(place, time)
    # The square of the pixel itself is the same for all known colours.
    distances = np.square(known).sum(axis=-1) - 2.0 * (frame @ known.T)
    return np.asarray(names[distances.argmin(axis=-1)])


@cache
def _known(place: Place, time: Time) -> tuple[NDArray[np.float32], Labels]:
    colours: list[NDArray[np.floating]] = []
    names: list[int] = []
    for number, colour in enumerate(COLOURS):
        for light in FILL_LIGHTS:
            colours.append(np.clip(np.asarray(PALETTE[colour]) * light, 0.0, 255.0))
            names.append(number)
    keeps, _ = LIGHTS[time]
    backdrop = [
        *(sky_colours(time, above=height) for height in SKY_HEIGHTS),
        *(land_colour(place, time) * shade for shade in LAND_SHADES),
        np.asarray(RAIN_RGB) * min(keeps) ** 0.5,
    ]
    colours += [np.asarray(DARK), np.asarray(SUNS[time]), *backdrop]
    names += [DARK_LABEL, SUN_LABEL, *[OTHER_LABEL] * len(backdrop)]
    # As white as a shaded sail, and too small to be taken for a subject.
    colours.append(np.asarray(FLAKE_RGB) * 0.9)
    names.append(COLOURS.index(Colour.WHITE))
    return np.stack(colours).astype(np.float32), np.asarray(names)


def _colour(labels: Labels) -> Colour | None:
    """Name the colour with the biggest connected patch, added up over the frames."""
    enough = MIN_SUBJECT_PX * len(labels) / 2
    sizes = {
        colour: sum(int(_biggest(frame == number).sum()) for frame in labels)
        for number, colour in enumerate(COLOURS)
        if (labels == number).sum() >= enough
    }
    if not sizes:
        return None
    best = max(sizes, key=lambda colour: sizes[colour])
    return best if sizes[best] >= enough else None


def _subject_in(labels: Labels, *, colour: Colour) -> _Seen | None:
    coloured = labels == COLOURS.index(colour)
    shaded = coloured
    if colour is Colour.WHITE:
        # In shade it is nearer to the moon's colour; the moon itself has no pixel that is really white.
        shaded = coloured | (labels == SUN_LABEL)
    whole = _region_with_most(shaded | (labels == DARK_LABEL), of=coloured)
    return _Seen(whole=whole, coloured=shaded & whole) if whole.sum() >= MIN_SUBJECT_PX else None


def _region_with_most(mask: Masks, *, of: Masks) -> Masks:
    """Keep the region of a mask (H, W) that holds most of `of`; small gaps do not part a region."""
    names, sizes = _regions(_grown(mask, by=GAP_PX))
    if not len(sizes):
        return mask
    held = np.bincount(names[mask & of], minlength=len(sizes))
    return np.asarray(names == held.argmax()) & mask


def _grown(mask: Masks, *, by: int) -> Masks:
    """Add the pixels up to `by` rows or columns beside a mask (H, W)."""
    padded = np.pad(mask, by)
    height, width = mask.shape
    grown = np.zeros_like(mask)
    for row in range(2 * by + 1):
        for column in range(2 * by + 1):
            grown |= padded[row : row + height, column : column + width]
    return grown


def _biggest(mask: Masks) -> Masks:
    """Keep the biggest connected region of a mask (H, W)."""
    names, sizes = _regions(mask)
    return np.asarray(names == sizes.argmax()) & mask if len(sizes) else mask


def _regions(mask: Masks) -> tuple[Labels, Labels]:
    """Number the connected regions of a mask (H, W) and give the size of each number.

    Every set pixel starts with its own number and takes over the smallest around it.
    """
    height, width = mask.shape
    far = height * width
    names = np.where(mask, np.arange(far).reshape(height, width), far)
    while True:
        padded = np.pad(names, 1, constant_values=far)
        around = np.minimum.reduce(
            [padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1], names]
        )
        # Following the number to its own pixel's number makes long ways short.
        around = np.append(around.ravel(), far)[np.where(mask, around, far)]
        if (around == names).all():
            break
        names = around
    sizes = np.bincount(names[mask], minlength=0)
    return names, sizes


def _move(seen: list[_Seen | None], *, suns: list[Masks]) -> Move | None:
    """Name the move from the first and the last frame: of the subject, and of the sun behind it."""
    first, last = seen[0], seen[-1]
    if first is None or last is None:
        return None
    sun_moved, sun_grew = _sun_change(suns[0], suns[-1])
    if last.whole.sum() / first.whole.sum() >= MIN_GROWTH:
        return Move.ZOOM_IN if sun_grew >= MIN_SUN_GROWTH else Move.CLOSER
    down, right = np.subtract(_centre(last.whole), _centre(first.whole))
    camera = np.abs(sun_moved).max() >= MIN_TRAVEL_PX
    if camera:
        down, right = sun_moved
    if max(abs(down), abs(right)) < MIN_TRAVEL_PX:
        return None
    if abs(right) > abs(down):
        if camera:
            return Move.PAN_LEFT if right > 0 else Move.PAN_RIGHT
        return Move.RIGHT if right > 0 else Move.LEFT
    if camera:
        return Move.TILT_UP if down > 0 else Move.TILT_DOWN
    return Move.DOWN if down > 0 else Move.UP


def _sun_change(first: Masks, last: Masks) -> tuple[NDArray[np.floating], float]:
    """How far the sun's middle moved (down, right), and how many times bigger it is."""
    if min(first.sum(), last.sum()) < MIN_SUN_PX:
        return np.zeros(2), 1.0
    grew = float(last.sum() / first.sum())
    moved = np.subtract(_centre(last), _centre(first))
    return moved, grew


def _centre(mask: Masks) -> tuple[float, float]:
    """Give the mean (row, column) of the set pixels."""
    rows, columns = np.nonzero(mask)
    return float(rows.mean()), float(columns.mean())


def _shape(seen: list[_Seen]) -> Subject | None:
    """Name the subject that most frames show, each by the template it overlaps best."""
    votes = Counter(_best_template(one) for one in seen)
    return votes.most_common(1)[0][0] if votes else None


def _best_template(seen: _Seen) -> Subject:
    boxed, aspect = _boxed(seen)

    def distance(subject: Subject) -> float:
        template, own_aspect = _template(subject)
        overlap = np.minimum(boxed, template).sum(axis=(1, 2)) / np.maximum(
            np.maximum(boxed, template).sum(axis=(1, 2)), 1.0
        )
        return float(2.0 - overlap.sum()) + ASPECT_WEIGHT * abs(aspect - own_aspect)

    return min(Subject, key=distance)


def _boxed(seen: _Seen) -> tuple[NDArray[np.float32], float]:
    """Resample the subject's bounding box to (2, TEMPLATE_SIDE, TEMPLATE_SIDE); give its log aspect too."""
    rows, columns = np.nonzero(seen.whole)
    top, left = rows.min(), columns.min()
    height, width = rows.max() + 1 - top, columns.max() + 1 - left
    centres = (np.arange(TEMPLATE_SIDE) + 0.5) / TEMPLATE_SIDE
    at = np.ix_(top + (centres * height).astype(int), left + (centres * width).astype(int))
    both = np.stack([seen.whole[at], seen.coloured[at]]).astype(np.float32)
    return both, float(np.log(width / height))


@cache
def _template(subject: Subject) -> tuple[NDArray[np.float32], float]:
    """Measure the subject on a painting of it, as it is measured on clips."""
    concepts = Concepts(Place.SEA, Time.DAY, subject, Colour.ORANGE, Move.RIGHT)
    scene: Scene = replace(sample_scene(concepts, rng=np.random.default_rng(0)), sun=(-99.0, -99.0))
    frame = paint(scene).frames[0].astype(np.float32)
    seen = _subject_in(_labels(frame, place=Place.SEA, time=Time.DAY), colour=Colour.ORANGE)
    if seen is None:
        raise ValueError(f"the painter drew no {subject}")
    return _boxed(seen)

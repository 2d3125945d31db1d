"""Sizes and lengths to choose from, made from what a model can do. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from generation.engines.family import RenderDefaults
from generation.engines.sizes import SizeLimits
from generation.spec import delivered_size

ASPECT_RATIOS: tuple[tuple[str, Fraction], ...] = (
    ("2.39:1", Fraction(239, 100)),
    ("1.85:1", Fraction(185, 100)),
    ("16:9", Fraction(16, 9)),
    ("3:2", Fraction(3, 2)),
    ("4:3", Fraction(4, 3)),
    ("1:1", Fraction(1)),
    ("4:5", Fraction(4, 5)),
    ("9:16", Fraction(9, 16)),
)
_SECONDS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
# Farther from a ratio than this, a size is not of it.
_NEAR_ENOUGH = Fraction(6, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChoice:
    """A size the model makes, in pixels. `ratio` is the one asked for, and the size is as near as the model comes."""

    ratio: str
    width: int
    height: int
    delivered_width: int
    delivered_height: int
    is_usual: bool

    @property
    def said(self) -> str:
        shown = (
            ""
            if (self.width, self.height) == (self.delivered_width, self.delivered_height)
            else f", shown {self.delivered_width}x{self.delivered_height}"
        )
        usual = ", what the model was made for" if self.is_usual else ""
        return f"{self.ratio}: {self.width}x{self.height}{shown}{usual}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthChoice:
    """A length the model makes."""

    num_frames: int
    fps: int
    is_usual: bool

    @property
    def seconds(self) -> float:
        return self.num_frames / self.fps

    @property
    def said(self) -> str:
        usual = ", what the model was made for" if self.is_usual else ""
        return f"{self.seconds:.2f} s: {self.num_frames} frames at {self.fps} a second{usual}"


def size_choices(limits: SizeLimits, usual: RenderDefaults) -> tuple[SizeChoice, ...]:
    """A size of each ratio the model comes near to, of about the pixels it was made for; the usual one first.

    Each can be made at every length of `length_choices`.
    """
    return tuple(_choice(name, size, usual) for size, name in _sizes(limits, usual).items())


def length_choices(limits: SizeLimits, usual: RenderDefaults) -> tuple[LengthChoice, ...]:
    """Lengths near to whole seconds up to the most the model makes, and the usual one; the shortest first."""
    sizes = _sizes(limits, usual)
    wanted = {usual.num_frames, *(limits.lengths or _near_seconds(limits, usual.fps))}
    return tuple(
        LengthChoice(num_frames=count, fps=usual.fps, is_usual=count == usual.num_frames)
        for count in sorted(wanted)
        if count <= limits.most_frames and all(limits.shares(*size, count) for size in sizes)
    )


def _sizes(limits: SizeLimits, usual: RenderDefaults) -> dict[tuple[int, int], str]:
    """By size the name of its ratio; only such as several devices can share at the usual length."""
    found = {(usual.width, usual.height): _ratio(usual.width, usual.height)}
    if limits.sizes:
        found |= {size: _ratio(*size) for size in limits.sizes}
    else:
        area = usual.width * usual.height
        for name, ratio in ASPECT_RATIOS:
            if name in found.values():
                continue
            size = _nearest(ratio, area, limits, usual.num_frames)
            if size is not None and size not in found:
                found[size] = name
    return {size: name for size, name in found.items() if limits.shares(*size, usual.num_frames)}


def _near_seconds(limits: SizeLimits, fps: int) -> Iterable[int]:
    for seconds in _SECONDS:
        count = round(seconds * fps / limits.frame_step) * limits.frame_step + 1
        if limits.frame_step < count <= limits.most_frames:
            yield count


def _nearest(ratio: Fraction, area: int, limits: SizeLimits, num_frames: int) -> tuple[int, int] | None:
    """The size whose ratio is nearest among those of about `area` pixels; None where none is near."""
    ideal = float(area * ratio) ** 0.5
    step, row = limits.width_multiple, limits.height_multiple
    # Among several devices not every size can be shared: one a little smaller or larger may be.
    around = 1 if limits.devices == 1 else limits.devices
    widths = {
        max(step, min(limits.most_width // step * step, round(ideal / step + off) * step))
        for off in range(-around, around + 1)
    }
    sizes = []
    for width in sorted(widths):
        rows = max(1, round(width / ratio / row))
        size = (width, min(rows * row, limits.most_height // row * row))
        if limits.shares(*size, num_frames):
            sizes.append(size)
    best = min(
        sizes,
        key=lambda size: (abs(Fraction(*size) / ratio - 1), abs(size[0] * size[1] - area)),
        default=None,
    )
    return best if best and abs(Fraction(*best) / ratio - 1) <= _NEAR_ENOUGH else None


def _ratio(width: int, height: int) -> str:
    own = Fraction(width, height)
    name, ratio = min(ASPECT_RATIOS, key=lambda one: abs(one[1] / own - 1))
    return name if abs(ratio / own - 1) <= _NEAR_ENOUGH else f"{float(own):.2f}:1"


def _choice(ratio: str, size: tuple[int, int], usual: RenderDefaults) -> SizeChoice:
    width, height = size
    delivered_width, delivered_height = delivered_size(width, height)
    return SizeChoice(
        ratio=ratio,
        width=width,
        height=height,
        delivered_width=delivered_width,
        delivered_height=delivered_height,
        is_usual=size == (usual.width, usual.height),
    )

"""Sizes a model can make, and the refusal of others."""

from __future__ import annotations

from dataclasses import dataclass

from generation.errors import SizeNotPossible
from generation.spec import RenderSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """Sizes a model can make: pixels in multiples, frames as `frame_step` times k plus one.

    `sizes` (width, height) and `lengths` (frames), where there are any, are the only ones. `devices`: how many share
    the places of a clip, a multiple of a side and a step in time each.
    """

    width_multiple: int
    height_multiple: int
    frame_step: int
    most_width: int
    most_height: int
    most_frames: int
    sizes: tuple[tuple[int, int], ...] = ()
    lengths: tuple[int, ...] = ()
    devices: int = 1

    def check(self, spec: RenderSpec) -> None:
        """Refuse a spec outside the limits.

        Raises:
            SizeNotPossible: naming the first field that does not fit and the nearest values that do.
        """
        if self.sizes and (spec.width, spec.height) not in self.sizes:
            raise SizeNotPossible(
                field="width",
                given=spec.width,
                allowed=f"one of the sizes {', '.join(f'{width}x{height}' for width, height in self.sizes)}",
            )
        if self.lengths and spec.num_frames not in self.lengths:
            raise SizeNotPossible(
                field="num_frames",
                given=spec.num_frames,
                allowed=f"one of {', '.join(map(str, self.lengths))}",
            )
        self._side("width", spec.width, self.width_multiple, self.most_width)
        self._side("height", spec.height, self.height_multiple, self.most_height)
        if (
            spec.num_frames < 1
            or spec.num_frames > self.most_frames
            or (spec.num_frames - 1) % self.frame_step
        ):
            near = _nearest(spec.num_frames - 1, step=self.frame_step, least=0, most=self.most_frames - 1)
            raise SizeNotPossible(
                field="num_frames",
                given=spec.num_frames,
                allowed=f"{self.frame_step}k+1 up to {self.most_frames}, nearest {_either(near, plus=1)}",
            )
        places = self._places(spec.width, spec.height, spec.num_frames)
        if places % self.devices:
            raise SizeNotPossible(
                field="width",
                given=spec.width,
                allowed=f"a size and length whose places, here {places}, {self.devices} devices can share evenly",
            )
        if spec.delivered_width % spec.width or spec.delivered_height != spec.height * (
            spec.delivered_width // spec.width
        ):
            raise SizeNotPossible(
                field="delivered_width",
                given=spec.delivered_width,
                allowed=f"a whole multiple of {spec.width}x{spec.height}, the same in both directions",
            )

    def shares(self, width: int, height: int, num_frames: int) -> bool:
        """Whether the devices can share the places of such a clip evenly."""
        return self._places(width, height, num_frames) % self.devices == 0

    def _places(self, width: int, height: int, num_frames: int) -> int:
        steps = (num_frames + self.frame_step - 1) // self.frame_step
        return steps * (width // self.width_multiple) * (height // self.height_multiple)

    def _side(self, field: str, given: int, multiple: int, most: int) -> None:
        if given < multiple or given > most or given % multiple:
            near = _nearest(given, step=multiple, least=multiple, most=most)
            raise SizeNotPossible(
                field=field,
                given=given,
                allowed=f"multiples of {multiple} up to {most}, nearest {_either(near)}",
            )


def _nearest(given: int, *, step: int, least: int, most: int) -> tuple[int, ...]:
    below = min(max(given // step * step, least), most // step * step)
    above = min(max(-(-given // step) * step, least), most // step * step)
    return (below,) if below == above else (below, above)


def _either(values: tuple[int, ...], *, plus: int = 0) -> str:
    return " or ".join(str(value + plus) for value in values)

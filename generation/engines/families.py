"""The pipelines that may be loaded, with the classes each component may have and the sizes it can make.

This table is the allow-list: a class that is not named here is never imported on a model folder's word. It is read
without torch, so that a web process can refuse a size before anything is decided or queued.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generation.errors import SizeNotPossible
from generation.spec import RenderSpec

ClassName = tuple[str, str]
Configs = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """Sizes a model can make: pixels in multiples, frames as `frame_step` times k plus one."""

    width_multiple: int
    height_multiple: int
    frame_step: int
    most_width: int
    most_height: int
    most_frames: int

    def check(self, spec: RenderSpec) -> None:
        """Refuse a spec outside the limits.

        Raises:
            SizeNotPossible: naming the first field that does not fit and the nearest values that do.
        """
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
        if spec.delivered_width % spec.width or spec.delivered_height != spec.height * (
            spec.delivered_width // spec.width
        ):
            raise SizeNotPossible(
                field="delivered_width",
                given=spec.delivered_width,
                allowed=f"a whole multiple of {spec.width}x{spec.height}, the same in both directions",
            )

    def _side(self, field: str, given: int, multiple: int, most: int) -> None:
        if given < multiple or given > most or given % multiple:
            near = _nearest(given, step=multiple, least=multiple, most=most)
            raise SizeNotPossible(
                field=field,
                given=given,
                allowed=f"multiples of {multiple} up to {most}, nearest {_either(near)}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderDefaults:
    """What a model of a family renders when its folder has no `defaults.json`."""

    width: int
    height: int
    num_frames: int
    fps: int
    steps: int
    guidance_scale: float
    max_sequence_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One pipeline class of diffusers.

    `components` holds, for every component name, the (library, class) pairs that may stand there; a component that
    is absent from the folder or null there is fine when its name is in `optional`.
    """

    pipeline: str
    components: Mapping[str, frozenset[ClassName]]
    optional: frozenset[str]
    limits: Callable[[Configs], SizeLimits]
    defaults: RenderDefaults


# transformers 5 saves every fast tokenizer under the first of these names.
_FAST_TOKENIZERS = frozenset(
    {("transformers", "TokenizersBackend"), ("transformers", "PreTrainedTokenizerFast")},
)
_T5_TOKENIZERS = _FAST_TOKENIZERS | {("transformers", "T5Tokenizer"), ("transformers", "T5TokenizerFast")}
_FLOW_SCHEDULERS = frozenset(
    {
        ("diffusers", "FlowMatchEulerDiscreteScheduler"),
        ("diffusers", "UniPCMultistepScheduler"),
    }
)
# WanPipeline.check_inputs refuses other sizes whatever the autoencoder's own factor is.
_WAN_PIPELINE_MULTIPLE = 16
_WAN_MOST_POSITIONS = 1024
# A clip longer than this belongs to several shots; one request must not hold a worker for hours.
_MOST_FRAMES = 257
_MOST_SIDE = 4096


def _wan_limits(configs: Configs) -> SizeLimits:
    vae, transformer = configs["vae"], configs["transformer"]
    spatial = _positive(vae, "scale_factor_spatial", default=8)
    temporal = _positive(vae, "scale_factor_temporal", default=4)
    patch = transformer.get("patch_size", (1, 2, 2))
    if not isinstance(patch, (list, tuple)) or len(patch) != 3:  # noqa: PLR2004 - time, height, width
        raise ValueError("transformer/config.json: patch_size must have three numbers")
    positions = _positive(transformer, "rope_max_seq_len", default=_WAN_MOST_POSITIONS)
    height_multiple, width_multiple = (
        math.lcm(spatial * int(side), _WAN_PIPELINE_MULTIPLE) for side in (patch[1], patch[2])
    )
    return SizeLimits(
        width_multiple=width_multiple,
        height_multiple=height_multiple,
        frame_step=temporal,
        most_width=_capped(positions * spatial * int(patch[2]), multiple=width_multiple),
        most_height=_capped(positions * spatial * int(patch[1]), multiple=height_multiple),
        most_frames=min(_MOST_FRAMES, (positions - 1) * temporal + 1),
    )


FAMILIES: Mapping[str, Family] = {
    family.pipeline: family
    for family in (
        Family(
            pipeline="WanPipeline",
            components={
                "tokenizer": _T5_TOKENIZERS,
                "text_encoder": frozenset({("transformers", "UMT5EncoderModel")}),
                "transformer": frozenset({("diffusers", "WanTransformer3DModel")}),
                "transformer_2": frozenset({("diffusers", "WanTransformer3DModel")}),
                "vae": frozenset({("diffusers", "AutoencoderKLWan")}),
                "scheduler": _FLOW_SCHEDULERS,
            },
            optional=frozenset({"transformer_2"}),
            limits=_wan_limits,
            defaults=RenderDefaults(
                width=832,
                height=480,
                num_frames=81,
                fps=16,
                steps=50,
                guidance_scale=5.0,
                max_sequence_length=512,
            ),
        ),
    )
}


def component_configs(folder: Path) -> dict[str, dict[str, object]]:
    """`config.json` of every component folder that has one, by component name."""
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*/config.json"))
    }


def _positive(config: Mapping[str, object], key: str, *, default: int) -> int:
    value = config.get(key, default)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"config.json: {key} must be a whole number from 1, not {value!r}")
    return value


def _capped(value: int, *, multiple: int) -> int:
    return min(value, _MOST_SIDE) // multiple * multiple


def _nearest(given: int, *, step: int, least: int, most: int) -> tuple[int, ...]:
    below = min(max(given // step * step, least), most // step * step)
    above = min(max(-(-given // step) * step, least), most // step * step)
    return (below,) if below == above else (below, above)


def _either(values: tuple[int, ...], *, plus: int = 0) -> str:
    return " or ".join(str(value + plus) for value in values)

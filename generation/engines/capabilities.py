"""What the class of a model can do, read from its own source, and what was stated of the memory it needs.

Web processes tell it, and they never import torch: the signature is read as text from the installed diffusers, which
is what a worker will load.
"""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generation.engines.families import HOSTED
from generation.engines.family import Ability, Family
from generation.engines.folder import family_of, size_limits
from generation.engines.sizes import SizeLimits
from generation.engines.speed_settings import speed_settings
from generation.model_defaults import MemoryNeed, model_defaults

# Where diffusers keeps each class.
_SOURCES = {
    "WanPipeline": "wan/pipeline_wan.py",
    "WanImageToVideoPipeline": "wan/pipeline_wan_i2v.py",
    "WanVACEPipeline": "wan/pipeline_wan_vace.py",
    "LTXPipeline": "ltx/pipeline_ltx.py",
    "LTXImageToVideoPipeline": "ltx/pipeline_ltx_image2video.py",
    "LTXConditionPipeline": "ltx/pipeline_ltx_condition.py",
    "LTX2Pipeline": "ltx2/pipeline_ltx2.py",
    "LTX2ImageToVideoPipeline": "ltx2/pipeline_ltx2_image2video.py",
    "LTX2ConditionPipeline": "ltx2/pipeline_ltx2_condition.py",
    "CogVideoXPipeline": "cogvideo/pipeline_cogvideox.py",
    "CogVideoXImageToVideoPipeline": "cogvideo/pipeline_cogvideox_image2video.py",
    "CogVideoXVideoToVideoPipeline": "cogvideo/pipeline_cogvideox_video2video.py",
    "HunyuanVideo15Pipeline": "hunyuan_video1_5/pipeline_hunyuan_video1_5.py",
    "HunyuanVideo15ImageToVideoPipeline": "hunyuan_video1_5/pipeline_hunyuan_video1_5_image2video.py",
}
# Arguments that say how pictures come into a clip.
_TOLD = (
    *("image", "last_image", "video", "mask", "reference_images", "conditions"),
    *("strength", "denoise_strength", "latents"),
)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """`takes`: arguments of the class itself. `made_from`: what it can be given here, beside words.

    Attributes:
        told_by: how it tells of steps: `callback`, `progress_bar`, or `polling` of a service.
        needs: what it must be given beside words; empty where words alone will do.
        memory: what a device must hold for clips up to a size, as `defaults.json` says; empty is unknown.
        lossy: what its settings change in the picture for speed or memory.
        camera_moves: those that its folder declares.
        most_references: how many reference pictures it is given at most.
    """

    pipeline: str
    told_by: str
    takes: tuple[str, ...]
    made_from: tuple[str, ...]
    needs: tuple[str, ...]
    sizes: str
    frames: str
    memory: tuple[MemoryNeed, ...]
    lossy: tuple[str, ...]
    camera_moves: tuple[str, ...]
    most_references: int

    @property
    def memory_said(self) -> str:
        if not self.memory:
            return UNKNOWN
        return ", ".join(
            f"{one.vram_mb} MiB for up to {one.pixels} pixels over all frames" for one in self.memory
        )


def capabilities(folder: Path) -> Capabilities:
    """What the model in `folder` can do.

    Raises:
        UnknownPipeline, UnexpectedModelFile: its folder is not one we read.
    """
    family, limits, speed = family_of(folder), size_limits(folder), speed_settings(folder)
    defaults, takes = model_defaults(folder), parameters(family)
    told_by = "callback" if "callback_on_step_end" in takes else "progress_bar"
    return Capabilities(
        pipeline=family.pipeline,
        told_by="polling" if family is HOSTED else told_by,
        takes=tuple(one for one in _TOLD if one in takes),
        made_from=tuple(sorted(family.abilities - {Ability.PREVIEWS})),
        needs=tuple(sorted(family.needs)),
        sizes=_sizes(limits),
        frames=_frames(limits),
        memory=defaults.memory,
        lossy=speed.lossy,
        camera_moves=tuple(defaults.camera_moves),
        most_references=family.most_references,
    )


def parameters(family: Family) -> frozenset[str]:
    """What the call of a family's class takes; nothing for a hosted model."""
    source = _SOURCES.get(family.pipeline)
    return frozenset() if source is None else _parameters(family.pipeline, source)


@cache
def _parameters(name: str, source: str) -> frozenset[str]:
    # Finding a package by its own name does not import it.
    found = importlib.util.find_spec("diffusers")
    places = found.submodule_search_locations if found else None
    if not places:
        return frozenset()
    tree = ast.parse((Path(places[0]) / "pipelines" / source).read_text(encoding="utf-8"))
    for part in tree.body:
        if isinstance(part, ast.ClassDef) and part.name == name:
            for method in part.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__call__":
                    return frozenset(one.arg for one in (*method.args.args, *method.args.kwonlyargs))
    return frozenset()


def _sizes(limits: SizeLimits) -> str:
    if limits.sizes:
        return ", ".join(f"{width}x{height}" for width, height in limits.sizes)
    shared = (
        f", in sizes and lengths that {limits.devices} devices can share evenly" if limits.devices > 1 else ""
    )
    return (
        f"multiples of {limits.width_multiple}x{limits.height_multiple} up to "
        f"{limits.most_width}x{limits.most_height}{shared}"
    )


def _frames(limits: SizeLimits) -> str:
    if limits.lengths:
        return ", ".join(map(str, limits.lengths))
    return f"{limits.frame_step}k+1 up to {limits.most_frames}"

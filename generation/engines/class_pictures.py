"""Pictures as the arguments of the classes that take them, and the steps that such a clip then takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from generation.engines.given import Beginning, Given, KnownFrames
from generation.engines.given_checks import is_held_last
from generation.errors import MissingCapability
from generation.spec import RenderSpec

# diffusers says no types.
Untyped: TypeAlias = Any
_GREY, _MADE, _KEPT = (128, 128, 128), 255, 0


@dataclass(frozen=True, slots=True)
class Asked:
    """`arguments` of the call; `steps` that are walked, fewer than the spec's where a clip begins from one.

    `before`: latent frames that come before those of the clip, which the class cuts off only where it decodes itself.
    """

    steps: int
    arguments: Mapping[str, Untyped] = field(default_factory=dict)
    before: int = 0


def asked_with(
    pipeline: Untyped, spec: RenderSpec, given: Given, references: Sequence[Image.Image] = ()
) -> Asked:
    """How the class of `pipeline` is given the pictures of `given`, which its family allows.

    `references` are the reference pictures of `given`, read; see `reference_pictures.shown`.

    Raises:
        MissingCapability: a picture stands where the class has no place for one.
    """
    name = type(pipeline).__name__
    match name:
        case "WanVACEPipeline":
            shown = {"reference_images": [*references]} if references else {}
            return Asked(spec.steps, {**_filled_in(spec, given.known), **shown}, before=len(references))
        case "LTXConditionPipeline":
            return _conditioned(pipeline, spec, given)
        case "LTX2ConditionPipeline":
            return Asked(spec.steps, _conditioned_by_step(spec, given.known))
        case "CogVideoXVideoToVideoPipeline" if given.beginning is not None:
            steps, strength = _part_of_the_way(spec.steps, given.beginning)
            clip = [Image.fromarray(one) for one in given.beginning.pictures]
            return Asked(steps, {"video": clip, "strength": strength})
        case _:
            return Asked(spec.steps, _framed(name, spec, given.known))


def _framed(name: str, spec: RenderSpec, known: Sequence[KnownFrames]) -> dict[str, Image.Image]:
    """One picture on the first frame, and one on the last."""
    found: dict[str, Image.Image] = {}
    for one in known:
        if one.at_frame == 0 and not one.first_is_free and len(one.pictures) == 1:
            found["image"] = Image.fromarray(one.pictures[0])
        elif is_held_last(one, spec):
            found["last_image"] = Image.fromarray(one.pictures[-1])
        else:
            raise MissingCapability(f"{name} has a place for pictures on the first and last frame alone.")
    return found


def _filled_in(spec: RenderSpec, known: Sequence[KnownFrames]) -> dict[str, list[Image.Image]]:
    """The clip with its known frames, grey elsewhere, and beside it what is to be made, white."""
    if not known:
        return {}
    size = (spec.width, spec.height)
    clip = [Image.new("RGB", size, _GREY)] * spec.num_frames
    mask = [Image.new("L", size, _MADE)] * spec.num_frames
    for one in known:
        for place, picture in enumerate(one.pictures):
            if place == 0 and one.first_is_free:
                continue
            clip[one.at_frame + place] = Image.fromarray(picture)
            mask[one.at_frame + place] = Image.new("L", size, _KEPT)
    return {"video": clip, "mask": mask}


def _conditioned(pipeline: Untyped, spec: RenderSpec, given: Given) -> Asked:
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    if given.beginning is not None:
        steps, strength = _part_of_the_way(spec.steps, given.beginning)
        latents = _ltx_latents(pipeline, given.beginning.pictures)
        return Asked(steps, {"latents": latents, "denoise_strength": strength})
    conditions = []
    for one in given.known:
        if len(one.pictures) == 1 or is_held_last(one, spec):
            at = one.at_frame + len(one.pictures) - 1
            conditions.append(LTXVideoCondition(image=Image.fromarray(one.pictures[-1]), frame_index=at))
        else:
            clip = [Image.fromarray(picture) for picture in one.pictures]
            conditions.append(LTXVideoCondition(video=clip, frame_index=one.at_frame))
    return Asked(spec.steps, {"conditions": conditions} if conditions else {})


def _conditioned_by_step(spec: RenderSpec, known: Sequence[KnownFrames]) -> dict[str, Untyped]:
    """Pictures on the first frame and the last, for a class that counts steps in time: -1 is the last one."""
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    framed = _framed("LTX2ConditionPipeline", spec, known)
    steps = {"image": 0, "last_image": -1}
    conditions = [LTX2VideoCondition(frames=one, index=steps[name]) for name, one in framed.items()]
    return {"conditions": conditions} if conditions else {}


def _ltx_latents(pipeline: Untyped, pictures: npt.NDArray[np.uint8]) -> torch.Tensor:
    """Latents, float32 (1, channels, time, height, width), as its transformer knows them."""
    vae = pipeline.vae
    clip = torch.from_numpy(pictures).to(vae.device, vae.dtype).permute(3, 0, 1, 2)[None] / 127.5 - 1.0
    with torch.inference_mode():
        latents = vae.encode(clip).latent_dist.mode().float()
        normalised: torch.Tensor = pipeline._normalize_latents(  # noqa: SLF001 - the pipeline's to know
            latents, vae.latents_mean, vae.latents_std
        )
    return normalised.clone()


def _part_of_the_way(steps: int, beginning: Beginning) -> tuple[int, float]:
    """Steps that are walked, one at least, and the strength of which a class walks exactly those.

    The classes cut the product of steps and strength off to a whole number, where a hair of rounding costs a step.
    """
    walked = max(1, min(steps, round(steps * beginning.strength)))
    return walked, min(1.0, (walked + 0.5) / steps)

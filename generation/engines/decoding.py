"""Latents to frames, by the decoder of the pipeline's family."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from generation.engines.base import AnyFrame
from generation.engines.memory import tiled
from generation.errors import MissingCapability
from generation.spec import RenderSpec


def decoded(
    pipeline: Any,  # noqa: ANN401 - diffusers is untyped
    latents: torch.Tensor,
    spec: RenderSpec,
    generator: torch.Generator,
    on_chunk: Callable[[int, int], None],
    *,
    unrounded: bool,
) -> Iterator[AnyFrame]:
    """The frames of `latents`, by the decoder of the pipeline's family."""
    # Imported late: they load diffusers, which must first be told to stay offline.
    from generation.engines import clip_decoding
    from generation.engines.wan_decoding import wan_frames

    match type(pipeline).__name__:
        case "WanPipeline" | "WanImageToVideoPipeline" | "WanVACEPipeline":
            return wan_frames(pipeline.vae, latents, on_chunk=on_chunk, unrounded=unrounded)
        case "CogVideoXPipeline" | "CogVideoXImageToVideoPipeline" | "CogVideoXVideoToVideoPipeline":
            return clip_decoding.cogvideox_frames(
                pipeline, latents, spec, on_chunk=on_chunk, unrounded=unrounded
            )
        case "LTXPipeline" | "LTXImageToVideoPipeline" | "LTXConditionPipeline":
            return clip_decoding.ltx_frames(
                pipeline, latents, spec, generator=generator, on_chunk=on_chunk, unrounded=unrounded
            )
        case "HunyuanVideo15Pipeline" | "HunyuanVideo15ImageToVideoPipeline":
            return clip_decoding.hunyuan15_frames(pipeline, latents, on_chunk=on_chunk, unrounded=unrounded)
        case "LTX2Pipeline" | "LTX2ImageToVideoPipeline" | "LTX2ConditionPipeline":
            return clip_decoding.ltx2_frames(pipeline, latents, on_chunk=on_chunk, unrounded=unrounded)
        case other:
            raise MissingCapability(f"{other} has no decoder here.")


def decoded_in_tiles(
    pipeline: Any,  # noqa: ANN401 - diffusers is untyped
    latents: torch.Tensor,
    spec: RenderSpec,
    generator: torch.Generator,
    on_chunk: Callable[[int, int], None],
    *,
    unrounded: bool,
) -> Iterator[AnyFrame]:
    """As `decoded`, from the decoder's tiles, which its families' ways of streaming pass by."""
    from generation.engines.clip_decoding import cogvideox_latents
    from generation.engines.frames import as_frames
    from generation.engines.wan_decoding import tiled_frames

    match type(pipeline).__name__:
        case "WanPipeline" | "WanImageToVideoPipeline" | "WanVACEPipeline":
            return tiled_frames(pipeline.vae, latents, on_chunk=on_chunk, unrounded=unrounded)
        case "CogVideoXPipeline" | "CogVideoXImageToVideoPipeline" | "CogVideoXVideoToVideoPipeline":
            scaled = cogvideox_latents(pipeline, latents, spec)
            return iter(as_frames(tiled(pipeline.vae, scaled, on_chunk)[0], unrounded=unrounded))
        case _:
            return decoded(pipeline, latents, spec, generator, on_chunk, unrounded=unrounded)

"""Latents to frames for the families whose autoencoders do not work one latent frame at a time.

CogVideoX remembers what it needs of earlier frames and goes on in steps of a few. LTX and HunyuanVideo 1.5 decode a
clip at once: their memory grows with its length, and between the blocks of the decoder they can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import Tensor

from generation.engines.base import AnyFrame
from generation.engines.frames import as_frames
from generation.spec import RenderSpec

OnChunk: TypeAlias = Callable[[int, int], None]
# Axes: batch, channels, time, height, width.
_UNPACKED = 5
# diffusers says no types.
Untyped: TypeAlias = Any


def cogvideox_frames(
    pipeline: Untyped, latents: Tensor, spec: RenderSpec, *, on_chunk: OnChunk, unrounded: bool = False
) -> Iterator[AnyFrame]:
    """Decode `latents`, float (1, time, channels, height, width), a few latent frames at a time.

    Calls `on_chunk(done, of)` after every step; an exception from there ends the decoding.
    """
    vae = pipeline.vae
    scaled = cogvideox_latents(pipeline, latents, spec)
    wanted = scaled.shape[2]
    at_once = vae.num_latent_frames_batch_size
    steps, over = max(wanted // at_once, 1), wanted % at_once
    remembered: dict[str, Tensor] | None = None
    for step in range(steps):
        start, end = at_once * step + (over if step else 0), at_once * (step + 1) + over
        # Entered anew for every step: a generator must not leave the mode switched on in its caller.
        with torch.inference_mode():
            part = scaled[:, :, start:end]
            if vae.post_quant_conv is not None:
                part = vae.post_quant_conv(part)
            pixels, remembered = vae.decoder(part, conv_cache=remembered)
            chunk = as_frames(pixels[0], unrounded=unrounded)
        on_chunk(step + 1, steps)
        yield from chunk


def cogvideox_latents(pipeline: Untyped, latents: Tensor, spec: RenderSpec) -> Tensor:
    """`latents` as the decoder takes them, float (1, channels, time, height, width)."""
    wanted = (spec.num_frames - 1) // pipeline.vae_scale_factor_temporal + 1
    # A model that works on latent frames in pairs was given some more in front, which nobody is to see.
    latents = latents[:, latents.shape[1] - wanted :]
    # Multiplied as the pipeline does, for the last bit.
    scaled: Tensor = (
        1 / pipeline.vae_scaling_factor_image * latents.to(pipeline.vae.dtype).permute(0, 2, 1, 3, 4)
    )
    return scaled


def ltx_frames(
    pipeline: Untyped,
    latents: Tensor,
    spec: RenderSpec,
    *,
    generator: torch.Generator,
    on_chunk: OnChunk,
    unrounded: bool = False,
) -> Iterator[AnyFrame]:
    """Decode `latents`, float (1, tokens, channels) as the transformer leaves them, or unpacked with five axes.

    `generator` is the one that drew the first noise, where it stands now: some of these autoencoders take the last
    step of denoising themselves and are given a little noise for it.
    """
    vae = pipeline.vae
    with torch.inference_mode():
        unpacked = latents if latents.ndim == _UNPACKED else ltx_unpacked(pipeline, latents, spec)
        clip = pipeline._denormalize_latents(  # noqa: SLF001 - as above
            unpacked, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
        ).to(vae.dtype)
        timestep = None
        if vae.config.timestep_conditioning:
            noise = torch.randn(clip.shape, generator=generator, dtype=clip.dtype).to(clip.device)
            timestep = torch.tensor([LTX_DECODE_TIMESTEP], device=clip.device, dtype=clip.dtype)
            clip = (1 - LTX_DECODE_NOISE) * clip + LTX_DECODE_NOISE * noise
        with _between_blocks(vae.decoder, on_chunk):
            pixels = vae.decode(clip, timestep, return_dict=False)[0]
        frames = as_frames(pixels[0], unrounded=unrounded)
    yield from frames


def ltx_unpacked(pipeline: Untyped, latents: Tensor, spec: RenderSpec) -> Tensor:
    """Tokens of LTX or LTX-2, float (1, tokens, channels), as (1, channels, time, height, width).

    What a class has beside the clip, such as pictures to go by, is left out: LTX has it in front, LTX-2 behind.
    """
    in_all = (
        ((spec.num_frames - 1) // pipeline.vae_temporal_compression_ratio + 1)
        * (spec.height // pipeline.vae_spatial_compression_ratio)
        * (spec.width // pipeline.vae_spatial_compression_ratio)
        // pipeline.transformer_spatial_patch_size**2
        // pipeline.transformer_temporal_patch_size
    )
    first = 0 if type(pipeline).__name__.startswith("LTX2") else latents.shape[1] - in_all
    latents = latents[:, first : first + in_all]
    unpacked: Tensor = pipeline._unpack_latents(  # noqa: SLF001 - how the transformer packs them is the pipeline's to know
        latents,
        (spec.num_frames - 1) // pipeline.vae_temporal_compression_ratio + 1,
        spec.height // pipeline.vae_spatial_compression_ratio,
        spec.width // pipeline.vae_spatial_compression_ratio,
        pipeline.transformer_spatial_patch_size,
        pipeline.transformer_temporal_patch_size,
    )
    return unpacked


def ltx2_frames(
    pipeline: Untyped, latents: Tensor, *, on_chunk: OnChunk, unrounded: bool = False
) -> Iterator[AnyFrame]:
    """Decode `latents`, float (1, channels, time, height, width), as the autoencoder knows them."""
    vae = pipeline.vae
    with torch.inference_mode(), _between_blocks(vae.decoder, on_chunk):
        pixels = vae.decode(latents.to(vae.dtype), None, return_dict=False)[0]
        frames = as_frames(pixels[0], unrounded=unrounded)
    yield from frames


LTX_DECODE_TIMESTEP = 0.05
LTX_DECODE_NOISE = 0.025
"""Of LTX-Video's autoencoders that denoise: what its authors recommend (diffusers' page of the pipeline)."""


def hunyuan15_frames(
    pipeline: Untyped, latents: Tensor, *, on_chunk: OnChunk, unrounded: bool = False
) -> Iterator[AnyFrame]:
    """Decode `latents`, float (1, channels, time, height, width)."""
    vae = pipeline.vae
    with torch.inference_mode(), _between_blocks(vae.decoder, on_chunk):
        pixels = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor, return_dict=False)[0]
        frames = as_frames(pixels[0], unrounded=unrounded)
    yield from frames


@contextmanager
def _between_blocks(decoder: Untyped, on_chunk: OnChunk) -> Iterator[None]:
    """Within it, `on_chunk` is called after each block of a decoder, and what it raises ends the decoding there."""
    blocks = [decoder.mid_block, *decoder.up_blocks]

    def done(number: int) -> Callable[..., None]:
        return lambda *_: on_chunk(number, len(blocks))

    hooks = [block.register_forward_hook(done(place + 1)) for place, block in enumerate(blocks)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()

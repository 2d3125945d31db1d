"""Latents to frames, a chunk at a time.

The autoencoder's own `decode` returns the whole clip at once: five seconds at 720p are almost a gigabyte of floats,
nothing can be encoded before the last frame is ready, and a cancel waits for all of it. Its decoder is causal in
time and keeps what it needs of earlier frames in a cache, so one latent frame after the other gives the same pixels.
The cache has private names: the exact version of diffusers is pinned and a test compares both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify
from torch import Tensor

from generation.engines.base import AnyFrame
from generation.engines.frames import as_frames


def wan_frames(
    vae: Any,  # noqa: ANN401 - AutoencoderKLWan is untyped
    latents: Tensor,
    *,
    on_chunk: Callable[[int, int], None],
    unrounded: bool = False,
) -> Iterator[AnyFrame]:
    """Decode `latents`, float (1, channels, time, height, width), into frames in order.

    Calls `on_chunk(done, of)` after every latent frame; an exception from there ends the decoding. The first latent
    frame gives one frame, each later one gives four.
    """
    with torch.inference_mode():
        hidden = vae.post_quant_conv(_denormalised(vae, latents))
    count = hidden.shape[2]
    vae.clear_cache()
    try:
        for index in range(count):
            # Entered anew for every chunk: a generator must not leave the mode switched on in its caller.
            with torch.inference_mode():
                chunk = _decoded(vae, hidden[:, :, index : index + 1], first=index == 0, unrounded=unrounded)
            on_chunk(index + 1, count)
            yield from chunk
    finally:
        vae.clear_cache()


def tiled_frames(
    vae: Any,  # noqa: ANN401 - as above
    latents: Tensor,
    *,
    on_chunk: Callable[[int, int], None],
    unrounded: bool = False,
) -> Iterator[AnyFrame]:
    """As `wan_frames`, in overlapping tiles: less memory for large pictures, other pixels where tiles meet.

    The frames come at once, after the last tile; `on_chunk` is called after every latent frame of every tile.
    """
    done, of = 0, _pieces(vae, latents)

    def counted(*_: object) -> None:
        nonlocal done
        done += 1
        on_chunk(done, of)

    hook = vae.decoder.register_forward_hook(counted)
    try:
        with torch.inference_mode():
            pixels = vae.tiled_decode(_denormalised(vae, latents), return_dict=False)[0]
            frames = as_frames(pixels[0], unrounded=unrounded)
    finally:
        hook.remove()
        vae.clear_cache()
    yield from frames


def _pieces(vae: Any, latents: Tensor) -> int:  # noqa: ANN401 - as above
    rows, columns = (
        len(range(0, side, stride // vae.spatial_compression_ratio))
        for side, stride in zip(
            latents.shape[3:], (vae.tile_sample_stride_height, vae.tile_sample_stride_width), strict=True
        )
    )
    return int(latents.shape[2]) * rows * columns


def _denormalised(vae: Any, latents: Tensor) -> Tensor:  # noqa: ANN401 - see above
    def per_channel(values: list[float]) -> Tensor:
        return torch.tensor(values, device=latents.device, dtype=vae.dtype).view(1, -1, 1, 1, 1)

    scale = 1.0 / per_channel(vae.config.latents_std)
    restored: Tensor = latents.to(vae.dtype) / scale + per_channel(vae.config.latents_mean)
    return restored


def _decoded(vae: Any, hidden: Tensor, *, first: bool, unrounded: bool) -> AnyFrame:  # noqa: ANN401 - see above
    """One latent frame as (frames, height, width, 3)."""
    vae._conv_idx = [0]  # noqa: SLF001 - the decoder counts its convolutions here
    pixels = vae.decoder(
        hidden,
        feat_cache=vae._feat_map,  # noqa: SLF001 - what it remembers of earlier frames
        feat_idx=vae._conv_idx,  # noqa: SLF001
        first_chunk=first,
    )
    if vae.config.patch_size is not None:
        pixels = unpatchify(pixels, patch_size=vae.config.patch_size)
    return as_frames(pixels[0], unrounded=unrounded)

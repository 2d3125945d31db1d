"""Rendering in less memory. The picture keeps its size; it takes longer, or is decoded in tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import torch


class Saving(StrEnum):
    """What is tried when a device is too small, in this order, each beside those before it.

    Attributes:
        VAE_TILING: the decoder sees the picture in overlapping tiles. Their seams change pixels.
        TEXT_ENCODER_OFFLOAD: the text encoder waits in the machine's memory while nothing is encoded.
        GROUP_OFFLOAD: so does each layer of the transformer, until its turn. Several times slower.
    """

    VAE_TILING = "vae_tiling"
    TEXT_ENCODER_OFFLOAD = "text_encoder_offload"
    GROUP_OFFLOAD = "group_offload"


def possible(pipeline: Any) -> tuple[Saving, ...]:  # noqa: ANN401 - diffusers is untyped
    """The savings that `pipeline` can make where it is. A CPU has no other memory to move anything to."""
    tiling = (Saving.VAE_TILING,) if hasattr(pipeline.vae, "enable_tiling") else ()
    offloads = (Saving.TEXT_ENCODER_OFFLOAD, Saving.GROUP_OFFLOAD) if pipeline.device.type == "cuda" else ()
    return (*tiling, *offloads)


def moves_weights(savings: Sequence[Saving]) -> bool:
    """Whether a pipeline that made them is loaded anew before the next render."""
    return bool({Saving.TEXT_ENCODER_OFFLOAD, Saving.GROUP_OFFLOAD} & set(savings))


@contextmanager
def saved(pipeline: Any, savings: Sequence[Saving]) -> Iterator[None]:  # noqa: ANN401 - diffusers is untyped
    """Within it `pipeline` makes these savings. Those that move weights last: see `moves_weights`."""
    if Saving.TEXT_ENCODER_OFFLOAD in savings:
        _offloaded(pipeline.text_encoder, pipeline.device)
    if Saving.GROUP_OFFLOAD in savings:
        _offloaded(pipeline.transformer, pipeline.device)
    if Saving.VAE_TILING not in savings:
        yield
        return
    pipeline.vae.enable_tiling()
    try:
        yield
    finally:
        pipeline.vae.disable_tiling()


def tiled(vae: Any, latents: torch.Tensor, on_chunk: Callable[[int, int], None]) -> torch.Tensor:  # noqa: ANN401 - as above
    """Decode `latents` as `vae` itself does, in tiles where they are on; what `on_chunk` raises ends it.

    Nobody says beforehand how many parts there are, so the count of those done is told as if one more came.
    """
    done = 0

    def next_part(*_: object) -> None:
        nonlocal done
        done += 1
        on_chunk(done, done + 1)

    hook = vae.decoder.register_forward_hook(next_part)
    try:
        with torch.inference_mode():
            pixels: torch.Tensor = vae.decode(latents, return_dict=False)[0]
    finally:
        hook.remove()
        if hasattr(vae, "clear_cache"):
            vae.clear_cache()
    on_chunk(done, done)
    return pixels


def _offloaded(module: Any, device: torch.device) -> None:  # noqa: ANN401 - as above
    from diffusers.hooks import apply_group_offloading

    module.to("cpu")
    apply_group_offloading(
        module,
        onload_device=device,
        offload_device=torch.device("cpu"),
        offload_type="leaf_level",
        use_stream=device.type == "cuda",
    )

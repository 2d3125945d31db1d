"""A pipeline made faster or smaller as its folder's `speed.json` says. What cannot be done is refused, with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import torch

from generation.engines.distilling import add_distilled
from generation.engines.speed_settings import CacheKind, Offload, SpeedSettings, StepCache
from generation.errors import MissingCapability

# diffusers says no types.
Untyped: TypeAlias = Any

_GUESSED = r"(transformer_)?blocks\.\d+\.(attn\d?|ffn?|ff_context)"
# NVIDIA's Ada and Hopper are the first whose matrix units take fp8.
_FP8_SINCE = (8, 9)


def prepare(pipeline: Untyped, settings: SpeedSettings, *, folder: Path) -> None:
    """Turn on, once for all renders, what lasts. The pipeline is on its device, and of the model in `folder`.

    Raises:
        MissingCapability: a library or the device lacks what a setting needs; it names which.
    """
    if settings.tiles_decoding and type(pipeline).__name__ != "WanPipeline":
        raise MissingCapability(f"tile_decoding: {type(pipeline).__name__} is not decoded in tiles here.")
    if settings.distilled is not None:
        add_distilled(pipeline, folder, settings.distilled)
    device = pipeline.device
    for transformer in transformers_of(pipeline):
        if settings.fp8:
            _in_fp8(transformer, device)
        # Also where it is the usual one: diffusers makes what one model was set to the default of all others.
        _attend(transformer, settings.attention)
        if settings.compiles:
            _compile(transformer)
    if settings.offload is not None:
        _offload(pipeline, settings.offload, device)
    # A cache that the classes cannot take is refused now, and not by the first take.
    with caching(pipeline, settings, steps=2):
        pass


@contextmanager
def caching(pipeline: Untyped, settings: SpeedSettings, *, steps: int) -> Iterator[None]:
    """Within it, steps are guessed as the settings say. What a cache remembers is of one render: none inherits it.

    Raises:
        MissingCapability: the classes of the pipeline cannot be cached so.
    """
    if settings.cache is None:
        yield
        return
    with ExitStack() as enabled:
        for transformer in transformers_of(pipeline):
            name = type(transformer).__name__
            if settings.cache.kind is CacheKind.SEA and name != "WanTransformer3DModel":
                # diffusers lets it be turned on anywhere, and then it cannot tell what it looks at.
                raise MissingCapability(f"cache: {name} takes no sea cache.")
            try:
                transformer.enable_cache(_config(settings.cache, steps))
            except (AttributeError, ValueError, TypeError, NotImplementedError) as error:
                raise MissingCapability(
                    f"cache: {name} of this diffusers version takes no {settings.cache.kind} cache ({error})."
                ) from error
            enabled.callback(transformer.disable_cache)
            if not any(getattr(module, "_diffusers_hook", None) for module in transformer.modules()):
                # It finds its places by name, and in a class whose parts are called otherwise it does nothing.
                raise MissingCapability(f"cache: {settings.cache.kind} finds nothing to remember in {name}.")
        yield


def said(settings: SpeedSettings) -> Mapping[str, str]:
    """What of the settings the bytes of a take depend on."""
    return {
        "attention": settings.attention,
        "compiled": "repeated blocks" if settings.compiles else "no",
        "offload": settings.offload or "no",
        "lossy": "; ".join(settings.lossy) or "nothing",
        **({"devices": str(settings.devices)} if settings.devices > 1 else {}),
    }


def transformers_of(pipeline: Untyped) -> list[Untyped]:
    """The one or two that denoise."""
    both = (pipeline.transformer, getattr(pipeline, "transformer_2", None))
    return [one for one in both if one is not None]


def _config(cache: StepCache, steps: int) -> Untyped:
    # Imported late: it loads diffusers, which must first be told to stay offline.
    from diffusers import FirstBlockCacheConfig, MagCacheConfig, SeaCacheConfig, TaylorSeerCacheConfig

    numbers = dict(cache.numbers)
    match cache.kind:
        case CacheKind.FIRST_BLOCK:
            return FirstBlockCacheConfig(**numbers)
        case CacheKind.TAYLORSEER:
            # Its own list of names misses the blocks of most of these classes, without a word.
            return TaylorSeerCacheConfig(**numbers, cache_identifiers=[_GUESSED])
        case CacheKind.SEA:
            return SeaCacheConfig(**numbers)
        case CacheKind.MAG:
            return MagCacheConfig(**numbers, num_inference_steps=steps, mag_ratios=list(cache.ratios))


def _attend(transformer: Untyped, attention: str) -> None:
    try:
        transformer.set_attention_backend(attention)
    except (RuntimeError, ImportError, ValueError) as error:
        raise MissingCapability(f"attention: {attention} cannot be used here ({error}).") from error


def _compile(transformer: Untyped) -> None:
    try:
        transformer.compile_repeated_blocks(dynamic=False)
    except (ValueError, RuntimeError) as error:
        raise MissingCapability(
            f"compile: {type(transformer).__name__} names no blocks that repeat ({error})."
        ) from error


def _in_fp8(transformer: Untyped, device: torch.device) -> None:
    if device.type != "cuda" or torch.cuda.get_device_capability(device) < _FP8_SINCE:
        raise MissingCapability("fp8: the device has no matrix units for it; it needs a GPU of Ada or later.")
    try:
        from torchao.quantization import (  # type: ignore[import-not-found]  # optional: an operator installs it
            Float8DynamicActivationFloat8WeightConfig,
            quantize_,
        )
    except ImportError as error:
        raise MissingCapability("fp8: torchao is not installed here.") from error
    quantize_(transformer, Float8DynamicActivationFloat8WeightConfig())


def _offload(pipeline: Untyped, level: Offload, device: torch.device) -> None:
    if device.type != "cuda":
        raise MissingCapability(
            "offload: weights can wait in memory for a GPU alone, and there is none here."
        )
    from diffusers.hooks import apply_group_offloading

    for module in (*transformers_of(pipeline), pipeline.text_encoder):
        apply_group_offloading(
            module,
            onload_device=device,
            offload_device=torch.device("cpu"),
            offload_type=f"{level}_level",
            num_blocks_per_group=1 if level is Offload.BLOCK else None,
            use_stream=level is Offload.LEAF,
        )

"""Which sizes the models of each family can make, read from the configuration files of a folder. Without torch."""

from __future__ import annotations

import math
from collections.abc import Mapping

from generation.engines.sizes import SizeLimits

Configs = Mapping[str, Mapping[str, object]]

# WanPipeline.check_inputs refuses other sizes whatever the autoencoder's own factor is.
_WAN_PIPELINE_MULTIPLE = 16
_WAN_MOST_POSITIONS = 1024
# So does LTXPipeline.check_inputs.
_LTX_PIPELINE_MULTIPLE = 32
# A clip longer than this belongs to several shots; one request must not hold a worker for hours.
_MOST_FRAMES = 257
_MOST_SIDE = 4096


def wan_limits(configs: Configs) -> SizeLimits:
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


def ltx_limits(configs: Configs) -> SizeLimits:
    vae, transformer = configs["vae"], configs["transformer"]
    scaled = vae.get("spatio_temporal_scaling", (True, True, True, False))
    if not isinstance(scaled, (list, tuple)):
        raise ValueError("vae/config.json: spatio_temporal_scaling must be a list")  # noqa: TRY004 - as for any other
    halvings = 2 ** sum(map(bool, scaled))
    spatial = _given(
        vae, "spatial_compression_ratio", otherwise=_positive(vae, "patch_size", default=4) * halvings
    )
    temporal = _given(
        vae, "temporal_compression_ratio", otherwise=_positive(vae, "patch_size_t", default=1) * halvings
    )
    multiple = math.lcm(spatial * _positive(transformer, "patch_size", default=1), _LTX_PIPELINE_MULTIPLE)
    return SizeLimits(
        width_multiple=multiple,
        height_multiple=multiple,
        frame_step=temporal * _positive(transformer, "patch_size_t", default=1),
        most_width=_capped(_MOST_SIDE, multiple=multiple),
        most_height=_capped(_MOST_SIDE, multiple=multiple),
        most_frames=_MOST_FRAMES,
    )


def cogvideox_limits(configs: Configs) -> SizeLimits:
    vae, transformer = configs["vae"], configs["transformer"]
    levels = vae.get("block_out_channels", (128, 256, 256, 512))
    if not isinstance(levels, (list, tuple)) or not levels:
        raise ValueError("vae/config.json: block_out_channels must be a list")
    spatial = int(2 ** (len(levels) - 1))
    step = _positive(vae, "temporal_compression_ratio", default=4)
    multiple = spatial * _positive(transformer, "patch_size", default=2)
    width, height = (
        _positive(transformer, name, default=default) * spatial
        for name, default in (("sample_width", 90), ("sample_height", 60))
    )
    if transformer.get("use_learned_positional_embeddings"):
        # What it learned of places fits one size alone.
        return SizeLimits(
            width_multiple=width,
            height_multiple=height,
            frame_step=step,
            most_width=width,
            most_height=height,
            most_frames=_positive(transformer, "sample_frames", default=49),
        )
    return SizeLimits(
        width_multiple=multiple,
        height_multiple=multiple,
        frame_step=step,
        most_width=_capped(_MOST_SIDE, multiple=multiple),
        most_height=_capped(_MOST_SIDE, multiple=multiple),
        most_frames=min(_MOST_FRAMES, _positive(transformer, "sample_frames", default=49)),
    )


def hunyuan15_limits(configs: Configs) -> SizeLimits:
    vae, transformer = configs["vae"], configs["transformer"]
    multiple = _positive(vae, "spatial_compression_ratio", default=16) * _positive(
        transformer, "patch_size", default=1
    )
    return SizeLimits(
        width_multiple=multiple,
        height_multiple=multiple,
        frame_step=_positive(vae, "temporal_compression_ratio", default=4),
        most_width=_capped(_MOST_SIDE, multiple=multiple),
        most_height=_capped(_MOST_SIDE, multiple=multiple),
        most_frames=_MOST_FRAMES,
    )


def no_limits(configs: Configs) -> SizeLimits:
    raise ValueError(f"there are no configurations to read sizes from: {sorted(configs)}")


def _given(config: Mapping[str, object], key: str, *, otherwise: int) -> int:
    """What `key` says; models that leave it to their own arithmetic have it null or not at all."""
    return otherwise if config.get(key) is None else _positive(config, key, default=otherwise)


def _positive(config: Mapping[str, object], key: str, *, default: int) -> int:
    value = config.get(key, default)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"config.json: {key} must be a whole number from 1, not {value!r}")
    return value


def _capped(value: int, *, multiple: int) -> int:
    return min(value, _MOST_SIDE) // multiple * multiple

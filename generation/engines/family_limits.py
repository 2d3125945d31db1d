"""Which sizes the models of each family can make, read from the configuration files of a folder. Without torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from generation.engines.sizes import SizeLimits

Configs = Mapping[str, Mapping[str, object]]

# WanPipeline.check_inputs refuses other sizes whatever the autoencoder's own factor is.
_WAN_PIPELINE_MULTIPLE = 16
_WAN_MOST_POSITIONS = 1024
# So do LTXPipeline.check_inputs and that of LTX-2.
_LTX_PIPELINE_MULTIPLE = 32
# A clip longer than this belongs to several shots; one request must not hold a worker for hours.
_MOST_FRAMES = 257
_MOST_SIDE = 4096
# Of generate_crop_size_list.
_HUNYUAN15_MOST_RATIO = 4.0


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


def wan_vace_limits(configs: Configs) -> SizeLimits:
    """As `wan_limits`, of the autoencoders that its pipeline understands."""
    vae = configs["vae"]
    if vae.get("patch_size") is not None:
        # Its pipeline takes the factor in space to be two to the number of levels.
        raise ValueError("vae/config.json: WanVACEPipeline cannot use an autoencoder that works on patches")
    levels = vae.get("temperal_downsample", (False, True, True))
    if not isinstance(levels, (list, tuple)) or not levels:
        raise ValueError("vae/config.json: temperal_downsample must be a list")
    stated = {"scale_factor_spatial": 2 ** len(levels), "scale_factor_temporal": 2 ** sum(map(bool, levels))}
    return wan_limits({**configs, "vae": {**vae, **stated}})


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


def ltx2_limits(configs: Configs) -> SizeLimits:
    """As `ltx_limits`, of an autoencoder that only decodes."""
    vae = configs["vae"]
    if vae.get("timestep_conditioning"):
        raise ValueError("vae/config.json: an autoencoder of LTX-2 that denoises is not decoded here")
    scaled = vae.get("spatio_temporal_scaling", (True, True, True, True))
    return ltx_limits({**configs, "vae": {**vae, "spatio_temporal_scaling": scaled}})


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


def cogvideox_from_clip_limits(configs: Configs) -> SizeLimits:
    """As `cogvideox_limits`, of the models whose length a clip can have."""
    if configs["transformer"].get("patch_size_t") is not None:
        # Latent frames in pairs are padded by the other pipelines of the family, and not by this one.
        raise ValueError("transformer/config.json: patch_size_t leaves no length that a clip here can have")
    return cogvideox_limits(configs)


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


def hunyuan15_from_picture_limits(configs: Configs) -> SizeLimits:
    """The sizes that its pipeline makes of a picture of that size: it takes the size from the picture alone."""
    limits = hunyuan15_limits(configs)
    target = _positive(configs["transformer"], "target_size", default=640)
    patch = _positive(configs["vae"], "spatial_compression_ratio", default=16)
    return replace(limits, sizes=_kept_sizes(target, patch))


def _kept_sizes(target: int, patch: int) -> tuple[tuple[int, int], ...]:
    """Width and height of every shape of about `target` squared pixels that a picture keeps.

    As HunyuanVideo15ImageProcessor chooses: of its shapes the nearest whose ratio, rounded to five places, is not on
    the other side of the picture's. A shape whose own rounded ratio is on the other side is never chosen for itself.
    """
    count = round((target / patch) ** 2)
    shapes: list[tuple[int, int]] = []
    high, wide = count, 1
    while high > 0:
        if max(high, wide) / min(high, wide) <= _HUNYUAN15_MOST_RATIO:
            shapes.append((high * patch, wide * patch))
        if (wide + 1) * high <= count:
            wide += 1
        else:
            high -= 1
    kept = []
    for height, width in shapes:
        rounded = round(height / width, 5)
        if rounded <= height / width if height >= width else rounded >= height / width:
            kept.append((width, height))
    return tuple(sorted(kept, key=lambda size: abs(math.log(size[0] / size[1]))))


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

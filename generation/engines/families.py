"""The pipelines that may be loaded, with the classes each component may have and the sizes it can make.

This table is the allow-list: a class that is not named here is never imported on a model folder's word. It is read
without torch, so that a web process can refuse a size before anything is decided or queued.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from generation.engines.family_limits import (
    Configs,
    cogvideox_limits,
    hunyuan15_limits,
    ltx_limits,
    no_limits,
    wan_limits,
)
from generation.engines.sizes import SizeLimits

ClassName = tuple[str, str]


class Ability(StrEnum):
    """What a class can be given beside words. Loading a folder holds the class against what its family says here."""

    KNOWN_FRAMES = "known_frames"
    """Pictures that are in the clip as they are, anywhere in it."""
    BEGINNING = "beginning"
    """A clip to begin from, and how far to go from it."""
    PREVIEWS = "previews"
    """A small picture of the clip while it is made."""


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
    is absent from the folder or null there is fine when its name is in `optional`. `abilities`: what it can be given
    beside words; what is not named is refused.
    """

    pipeline: str
    components: Mapping[str, frozenset[ClassName]]
    optional: frozenset[str]
    limits: Callable[[Configs], SizeLimits]
    defaults: RenderDefaults
    abilities: frozenset[Ability] = frozenset()


# transformers 5 saves every fast tokenizer under the first of these names.
_FAST_TOKENIZERS = frozenset(
    {("transformers", "TokenizersBackend"), ("transformers", "PreTrainedTokenizerFast")},
)
_T5_TOKENIZERS = _FAST_TOKENIZERS | {("transformers", "T5Tokenizer"), ("transformers", "T5TokenizerFast")}
_T5_ENCODERS = frozenset({("transformers", "T5EncoderModel")})
_FLOW_SCHEDULERS = frozenset(
    {
        ("diffusers", "FlowMatchEulerDiscreteScheduler"),
        ("diffusers", "UniPCMultistepScheduler"),
    }
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
            limits=wan_limits,
            abilities=frozenset(Ability),
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
        Family(
            pipeline="LTXPipeline",
            components={
                "tokenizer": _T5_TOKENIZERS,
                "text_encoder": _T5_ENCODERS,
                "transformer": frozenset({("diffusers", "LTXVideoTransformer3DModel")}),
                "vae": frozenset({("diffusers", "AutoencoderKLLTXVideo")}),
                "scheduler": _FLOW_SCHEDULERS,
            },
            optional=frozenset(),
            limits=ltx_limits,
            defaults=RenderDefaults(
                width=704,
                height=512,
                num_frames=161,
                fps=25,
                steps=50,
                guidance_scale=3.0,
                max_sequence_length=128,
            ),
        ),
        Family(
            pipeline="CogVideoXPipeline",
            components={
                "tokenizer": _T5_TOKENIZERS,
                "text_encoder": _T5_ENCODERS,
                "transformer": frozenset({("diffusers", "CogVideoXTransformer3DModel")}),
                "vae": frozenset({("diffusers", "AutoencoderKLCogVideoX")}),
                "scheduler": frozenset(
                    {("diffusers", "CogVideoXDDIMScheduler"), ("diffusers", "CogVideoXDPMScheduler")}
                ),
            },
            optional=frozenset(),
            limits=cogvideox_limits,
            defaults=RenderDefaults(
                width=720,
                height=480,
                num_frames=49,
                fps=8,
                steps=50,
                guidance_scale=6.0,
                max_sequence_length=226,
            ),
        ),
        Family(
            pipeline="HunyuanVideo15Pipeline",
            components={
                "tokenizer": _FAST_TOKENIZERS
                | {("transformers", "Qwen2Tokenizer"), ("transformers", "Qwen2TokenizerFast")},
                "text_encoder": frozenset({("transformers", "Qwen2_5_VLTextModel")}),
                "tokenizer_2": frozenset({("transformers", "ByT5Tokenizer")}),
                "text_encoder_2": _T5_ENCODERS,
                "transformer": frozenset({("diffusers", "HunyuanVideo15Transformer3DModel")}),
                "vae": frozenset({("diffusers", "AutoencoderKLHunyuanVideo15")}),
                "scheduler": _FLOW_SCHEDULERS,
                "guider": frozenset({("diffusers", "ClassifierFreeGuidance")}),
            },
            optional=frozenset(),
            limits=hunyuan15_limits,
            defaults=RenderDefaults(
                width=848,
                height=480,
                num_frames=121,
                fps=24,
                steps=50,
                guidance_scale=6.0,
                # Its pipeline has a length of its own and takes none.
                max_sequence_length=1000,
            ),
        ),
    )
}

HOSTED = Family(
    pipeline="hosted",
    components={},
    optional=frozenset(),
    # What a service makes stands in its declaration.
    limits=no_limits,
    defaults=RenderDefaults(
        width=1280, height=720, num_frames=96, fps=24, steps=1, guidance_scale=0.0, max_sequence_length=1
    ),
)
"""Models that somebody else runs. No folder of weights names it."""


def component_configs(folder: Path) -> dict[str, dict[str, object]]:
    """`config.json` of every component folder that has one, by component name."""
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*/config.json"))
    }

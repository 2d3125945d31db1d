"""CogVideoX and HunyuanVideo 1.5."""

from __future__ import annotations

from dataclasses import replace

from generation.engines.family import (
    FAST_TOKENIZERS,
    FLOW_SCHEDULERS,
    T5_ENCODERS,
    T5_TOKENIZERS,
    Ability,
    Family,
    PictureWay,
    RenderDefaults,
)
from generation.engines.family_limits import (
    cogvideox_from_clip_limits,
    cogvideox_limits,
    hunyuan15_from_picture_limits,
    hunyuan15_limits,
)

_COGVIDEOX = Family(
    pipeline="CogVideoXPipeline",
    components={
        "tokenizer": T5_TOKENIZERS,
        "text_encoder": T5_ENCODERS,
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
)
_HUNYUAN15 = Family(
    pipeline="HunyuanVideo15Pipeline",
    components={
        "tokenizer": FAST_TOKENIZERS
        | {("transformers", "Qwen2Tokenizer"), ("transformers", "Qwen2TokenizerFast")},
        "text_encoder": frozenset({("transformers", "Qwen2_5_VLTextModel")}),
        "tokenizer_2": frozenset({("transformers", "ByT5Tokenizer")}),
        "text_encoder_2": T5_ENCODERS,
        "transformer": frozenset({("diffusers", "HunyuanVideo15Transformer3DModel")}),
        "vae": frozenset({("diffusers", "AutoencoderKLHunyuanVideo15")}),
        "scheduler": FLOW_SCHEDULERS,
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
)

OTHER_FAMILIES = (
    _COGVIDEOX,
    replace(
        _COGVIDEOX,
        pipeline="CogVideoXImageToVideoPipeline",
        way=PictureWay.ARGUMENTS,
        abilities=frozenset({Ability.FIRST_FRAME}),
        needs=frozenset({Ability.FIRST_FRAME}),
        takes=frozenset({"image"}),
    ),
    replace(
        _COGVIDEOX,
        pipeline="CogVideoXVideoToVideoPipeline",
        limits=cogvideox_from_clip_limits,
        way=PictureWay.ARGUMENTS,
        abilities=frozenset({Ability.BEGINNING}),
        needs=frozenset({Ability.BEGINNING}),
        takes=frozenset({"video", "strength"}),
        reads=frozenset({"num_frames"}),
    ),
    _HUNYUAN15,
    replace(
        _HUNYUAN15,
        pipeline="HunyuanVideo15ImageToVideoPipeline",
        components={
            **_HUNYUAN15.components,
            "image_encoder": frozenset({("transformers", "SiglipVisionModel")}),
            "feature_extractor": frozenset(
                {
                    ("transformers", "SiglipImageProcessor"),
                    ("transformers", "SiglipImageProcessorFast"),
                    ("transformers", "SiglipImageProcessorPil"),
                }
            ),
        },
        limits=hunyuan15_from_picture_limits,
        way=PictureWay.ARGUMENTS,
        abilities=frozenset({Ability.FIRST_FRAME}),
        needs=frozenset({Ability.FIRST_FRAME}),
        takes=frozenset({"image"}),
        reads=frozenset({"height", "width"}),
    ),
)

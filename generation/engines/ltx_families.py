"""LTX-Video and LTX-2."""

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
from generation.engines.family_limits import ltx2_limits, ltx_limits

_EULER = frozenset({("diffusers", "FlowMatchEulerDiscreteScheduler")})
_LTX = Family(
    pipeline="LTXPipeline",
    components={
        "tokenizer": T5_TOKENIZERS,
        "text_encoder": T5_ENCODERS,
        "transformer": frozenset({("diffusers", "LTXVideoTransformer3DModel")}),
        "vae": frozenset({("diffusers", "AutoencoderKLLTXVideo")}),
        "scheduler": FLOW_SCHEDULERS,
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
)
_LTX2 = Family(
    pipeline="LTX2Pipeline",
    components={
        "tokenizer": FAST_TOKENIZERS
        | {("transformers", "GemmaTokenizer"), ("transformers", "GemmaTokenizerFast")},
        "text_encoder": frozenset({("transformers", "Gemma3ForConditionalGeneration")}),
        "connectors": frozenset({("ltx2", "LTX2TextConnectors")}),
        "transformer": frozenset({("diffusers", "LTX2VideoTransformer3DModel")}),
        "vae": frozenset({("diffusers", "AutoencoderKLLTX2Video")}),
        # Sound is denoised beside the pictures, which see it; it is never decoded here.
        "audio_vae": frozenset({("diffusers", "AutoencoderKLLTX2Audio")}),
        "vocoder": frozenset({("ltx2", "LTX2Vocoder"), ("ltx2", "LTX2VocoderWithBWE")}),
        "scheduler": _EULER,
        # What would write the words anew or choose the length is not used, and is not taken.
        "processor": frozenset(),
        "prompt_enhancer": frozenset(),
        "duration_head": frozenset(),
    },
    optional=frozenset({"processor", "prompt_enhancer", "duration_head"}),
    limits=ltx2_limits,
    defaults=RenderDefaults(
        width=768,
        height=512,
        num_frames=121,
        fps=24,
        steps=40,
        guidance_scale=4.0,
        max_sequence_length=1024,
    ),
)


_PLACES = frozenset({Ability.FIRST_FRAME, Ability.LAST_FRAME})


def _from_a_picture(family: Family, pipeline: str) -> Family:
    """The class of the same parts that goes on from a picture."""
    return replace(
        family,
        pipeline=pipeline,
        way=PictureWay.ARGUMENTS,
        abilities=frozenset({Ability.FIRST_FRAME}),
        needs=frozenset({Ability.FIRST_FRAME}),
        takes=frozenset({"image"}),
    )


LTX_FAMILIES = (
    _LTX,
    _from_a_picture(_LTX, "LTXImageToVideoPipeline"),
    replace(
        _LTX,
        pipeline="LTXConditionPipeline",
        # Its tokens stand at different levels of noise, which no other of them walks.
        components={**_LTX.components, "scheduler": _EULER},
        way=PictureWay.ARGUMENTS,
        abilities=frozenset(
            {Ability.FIRST_FRAME, Ability.LAST_FRAME, Ability.KNOWN_FRAMES, Ability.BEGINNING}
        ),
        takes=frozenset({"conditions", "denoise_strength", "latents"}),
        defaults=replace(_LTX.defaults, max_sequence_length=256),
    ),
    _LTX2,
    _from_a_picture(_LTX2, "LTX2ImageToVideoPipeline"),
    replace(
        _LTX2,
        pipeline="LTX2ConditionPipeline",
        # Sound may have a scheduler of its own; it is made at the pictures' levels of noise here.
        components={**_LTX2.components, "audio_scheduler": frozenset()},
        optional=_LTX2.optional | {"audio_scheduler"},
        way=PictureWay.ARGUMENTS,
        # Pictures elsewhere, and clips, it adds a step in time beside where they stand.
        abilities=_PLACES,
        takes=frozenset({"conditions"}),
    ),
)

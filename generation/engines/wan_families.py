"""Wan 2.1 and 2.2: words, a first picture, and VACE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generation.engines.family import (
    FLOW_SCHEDULERS,
    T5_TOKENIZERS,
    Ability,
    Family,
    PictureWay,
    RenderDefaults,
)
from generation.engines.family_limits import Configs, wan_limits, wan_vace_limits

_USUAL = RenderDefaults(
    width=832,
    height=480,
    num_frames=81,
    fps=16,
    steps=50,
    guidance_scale=5.0,
    max_sequence_length=512,
)
_COMMON = {
    "tokenizer": T5_TOKENIZERS,
    "text_encoder": frozenset({("transformers", "UMT5EncoderModel")}),
    "vae": frozenset({("diffusers", "AutoencoderKLWan")}),
    "scheduler": FLOW_SCHEDULERS,
}
_DENOISERS = dict.fromkeys(
    ("transformer", "transformer_2"), frozenset({("diffusers", "WanTransformer3DModel")})
)


def _from_a_picture(family: Family, index: Mapping[str, object], configs: Configs) -> Family:
    """Which of its pictures a model has a place for."""
    transformer = configs["transformer"]
    if index.get("expand_timesteps"):
        # The small model of Wan 2.2 passes over the last picture without a word.
        return replace(family, abilities=family.abilities - {Ability.LAST_FRAME})
    if transformer.get("image_dim") is None:
        return family
    # Wan 2.1 looks at the pictures as well: at one, or, where it has places for the looks of two, always at two.
    if transformer.get("pos_embed_seq_len") is None:
        return replace(family, abilities=family.abilities - {Ability.LAST_FRAME})
    return replace(family, needs=family.abilities - {Ability.PREVIEWS})


WAN_FAMILIES = (
    Family(
        pipeline="WanPipeline",
        components={**_COMMON, **_DENOISERS},
        optional=frozenset({"transformer_2"}),
        limits=wan_limits,
        way=PictureWay.LATENTS,
        abilities=frozenset(Ability) - {Ability.REFERENCES},
        trains_adapters=True,
        defaults=_USUAL,
    ),
    Family(
        pipeline="WanImageToVideoPipeline",
        components={
            **_COMMON,
            **_DENOISERS,
            # Of Wan 2.1 alone.
            "image_encoder": frozenset(
                {("transformers", "CLIPVisionModel"), ("transformers", "CLIPVisionModelWithProjection")}
            ),
            "image_processor": frozenset(
                {
                    ("transformers", "CLIPImageProcessor"),
                    ("transformers", "CLIPImageProcessorFast"),
                    ("transformers", "CLIPImageProcessorPil"),
                }
            ),
        },
        optional=frozenset({"transformer_2", "image_encoder", "image_processor"}),
        limits=wan_limits,
        way=PictureWay.ARGUMENTS,
        abilities=frozenset({Ability.FIRST_FRAME, Ability.LAST_FRAME}),
        needs=frozenset({Ability.FIRST_FRAME}),
        takes=frozenset({"image", "last_image"}),
        as_stated=_from_a_picture,
        defaults=_USUAL,
    ),
    Family(
        pipeline="WanVACEPipeline",
        components={
            **_COMMON,
            **dict.fromkeys(_DENOISERS, frozenset({("diffusers", "WanVACETransformer3DModel")})),
        },
        optional=frozenset({"transformer_2"}),
        limits=wan_vace_limits,
        way=PictureWay.ARGUMENTS,
        abilities=frozenset(
            {Ability.FIRST_FRAME, Ability.LAST_FRAME, Ability.KNOWN_FRAMES, Ability.REFERENCES}
        ),
        # The class sets no bound. Each takes the room of a step in time beside the clip, at every step of the way.
        most_references=4,
        takes=frozenset({"video", "mask", "reference_images"}),
        defaults=_USUAL,
    ),
)

"""Model folders and specs for tests."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from generation.engines.folder import write_lock
from generation.spec import RenderSpec

TINY_WORDS = ("a", "red", "blue", "ball", "box", "moves", "left", "right", "over", "the", "sea", "meadow")


def tiny_wan_folder(folder: Path) -> Path:
    """A complete, locked WanPipeline folder with random weights of a few hundred kilobytes."""
    import torch
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanPipeline,
        WanTransformer3DModel,
    )
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

    torch.manual_seed(11)
    words = Tokenizer(
        WordLevel(
            {word: place for place, word in enumerate(("<pad>", "</s>", "<unk>", *TINY_WORDS))}, "<unk>"
        )
    )
    words.pre_tokenizer = Whitespace()
    pipeline = WanPipeline(
        tokenizer=PreTrainedTokenizerFast(
            tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
        ),
        text_encoder=UMT5EncoderModel(
            UMT5Config(vocab_size=32, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
        ),
        transformer=WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            in_channels=8,
            out_channels=8,
            text_dim=32,
            freq_dim=32,
            ffn_dim=64,
            num_layers=2,
        ),
        vae=AutoencoderKLWan(
            base_dim=8,
            z_dim=8,
            dim_mult=[1, 2, 2],
            num_res_blocks=1,
            temperal_downsample=[True, True],
            in_channels=12,
            out_channels=12,
            patch_size=2,
            latents_mean=[0.1] * 8,
            latents_std=[0.7] * 8,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    )
    pipeline.to(torch.bfloat16)
    pipeline.save_pretrained(folder, safe_serialization=True)
    (folder / "defaults.json").write_text(
        json.dumps(
            {
                "width": 96,
                "height": 64,
                "num_frames": 17,
                "steps": 6,
                "guidance_scale": 3.0,
                "max_sequence_length": 16,
                "fps": 8,
                "vocabulary": {
                    "red": {"kind": "colour", "concept": "red"},
                    "ball": {"kind": "shape", "concept": "ball"},
                    "sea": {"kind": "background", "concept": "sea"},
                },
            }
        )
    )
    write_lock(folder)
    return folder


def spec(**changes: object) -> RenderSpec:
    """A small spec that the tiny model can render."""
    facts: dict[str, object] = {
        "prompt": "a red ball moves left over the sea",
        "negative_prompt": "",
        "width": 96,
        "height": 64,
        "num_frames": 17,
        "fps": Fraction(8),
        "steps": 6,
        "guidance_scale": 3.0,
        "seed": 7,
        "delivered_width": 192,
        "delivered_height": 128,
    }
    return RenderSpec(**{**facts, **changes})  # type: ignore[arg-type]  # overrides by name

"""Wan folders of a chosen size with random weights, such as that of Wan 2.1's small transformer; for measuring."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from generation.engines.folder import write_lock
from tests.factories.generation import TINY_WORDS


@dataclass(frozen=True, slots=True)
class WanShape:
    """The numbers of a transformer, as its `config.json` has them."""

    heads: int
    layers: int
    ffn: int
    text: int


# Of the folder that Wan-AI publishes as Wan2.1-T2V-1.3B-Diffusers.
WAN_1B3 = WanShape(heads=12, layers=30, ffn=8960, text=4096)


def wan_folder(folder: Path, shape: WanShape, *, device: str = "cpu") -> Path:
    """A locked folder with that transformer and Wan 2.1's autoencoder, drawn from a normal distribution in bfloat16.

    The text encoder has one small layer: what it gives has the width that the transformer takes.
    """
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
    places = {word: place for place, word in enumerate(("<pad>", "</s>", "<unk>", *TINY_WORDS))}
    words = Tokenizer(WordLevel(places, "<unk>"))
    words.pre_tokenizer = Whitespace()
    with torch.device(device):
        transformer = WanTransformer3DModel(
            num_attention_heads=shape.heads,
            attention_head_dim=128,
            in_channels=16,
            out_channels=16,
            text_dim=shape.text,
            freq_dim=256,
            ffn_dim=shape.ffn,
            num_layers=shape.layers,
        ).to(torch.bfloat16)
        with torch.no_grad():
            for name, weights in transformer.named_parameters():
                if "norm" not in name:
                    weights.normal_(std=0.02)
        encoder = UMT5EncoderModel(
            UMT5Config(vocab_size=32, d_model=shape.text, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
        ).to(torch.bfloat16)
        vae = AutoencoderKLWan()
    WanPipeline(
        tokenizer=PreTrainedTokenizerFast(
            tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
        ),
        text_encoder=encoder,
        transformer=transformer,
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    ).save_pretrained(folder, safe_serialization=True)
    usual = {
        "width": 832,
        "height": 480,
        "num_frames": 81,
        "steps": 50,
        "guidance_scale": 5.0,
        "max_sequence_length": 512,
        "fps": 16,
    }
    (folder / "defaults.json").write_text(json.dumps(usual))
    write_lock(folder)
    return folder

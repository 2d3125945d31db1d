"""Folders of the families that are loaded beside Wan, with small random weights, made by the real classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generation.engines.folder import write_lock

_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_ltx_folder(folder: Path, *, denoising_decoder: bool = False) -> Path:
    """An LTXPipeline; `denoising_decoder`: its autoencoder takes the last step, as that of 0.9.1 and later does."""
    import torch
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(12)
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, False),
        decoder_spatio_temporal_scaling=(True, True, True, False),
        decoder_inject_noise=(False, False, False, False, False),
        upsample_residual=(False, False, False, False),
        upsample_factor=(1, 1, 1, 1),
        timestep_conditioning=denoising_decoder,
        patch_size=4,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    pipeline = LTXPipeline(
        tokenizer=word_tokenizer(),
        text_encoder=tiny_t5(),
        transformer=LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=2,
            attention_head_dim=16,
            cross_attention_dim=32,
            num_layers=2,
            caption_channels=32,
        ),
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05),
    )
    return saved_folder(pipeline, folder, width=96, height=64, num_frames=17, max_sequence_length=16)


def tiny_cogvideox_folder(folder: Path, *, pipeline: str = "CogVideoXPipeline") -> Path:
    """A pipeline of CogVideoX."""
    import diffusers
    import torch
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDDIMScheduler, CogVideoXTransformer3DModel

    torch.manual_seed(13)
    made = getattr(diffusers, pipeline)(
        tokenizer=word_tokenizer(),
        text_encoder=tiny_t5(),
        transformer=CogVideoXTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            in_channels=8 if "ImageToVideo" in pipeline else 4,
            out_channels=4,
            time_embed_dim=8,
            text_embed_dim=32,
            num_layers=2,
            sample_width=12,
            sample_height=8,
            sample_frames=17,
            max_text_seq_length=16,
            use_rotary_positional_embeddings=True,
        ),
        vae=AutoencoderKLCogVideoX(
            down_block_types=("CogVideoXDownBlock3D",) * 4,
            up_block_types=("CogVideoXUpBlock3D",) * 4,
            block_out_channels=(8, 8, 8, 8),
            latent_channels=4,
            layers_per_block=1,
            norm_num_groups=2,
            temporal_compression_ratio=4,
            sample_height=64,
            sample_width=96,
        ),
        scheduler=CogVideoXDDIMScheduler(),
    )
    return saved_folder(made, folder, width=96, height=64, num_frames=17, max_sequence_length=16)


def tiny_hunyuan15_folder(folder: Path, *, from_picture: bool = False) -> Path:
    """A HunyuanVideo15Pipeline; `from_picture`: the one that begins with a picture, of about 96x96 pixels."""
    import torch
    from diffusers import (
        AutoencoderKLHunyuanVideo15,
        ClassifierFreeGuidance,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideo15ImageToVideoPipeline,
        HunyuanVideo15Pipeline,
        HunyuanVideo15Transformer3DModel,
    )
    from transformers import (
        ByT5Tokenizer,
        Qwen2_5_VLTextConfig,
        Qwen2_5_VLTextModel,
        SiglipImageProcessorPil,
        SiglipVisionConfig,
        SiglipVisionModel,
        T5Config,
        T5EncoderModel,
    )

    torch.manual_seed(14)
    sight: dict[str, Any] = {}
    if from_picture:
        sight["image_encoder"] = SiglipVisionModel(
            SiglipVisionConfig(
                hidden_size=16,
                intermediate_size=32,
                num_hidden_layers=1,
                num_attention_heads=2,
                image_size=32,
                patch_size=8,
            )
        )
        sight["feature_extractor"] = SiglipImageProcessorPil(size={"height": 32, "width": 32})
    made = HunyuanVideo15ImageToVideoPipeline if from_picture else HunyuanVideo15Pipeline
    pipeline = made(
        **sight,
        tokenizer=bytes_tokenizer(),
        text_encoder=Qwen2_5_VLTextModel(
            Qwen2_5_VLTextConfig(
                vocab_size=300,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=3,
                num_attention_heads=2,
                num_key_value_heads=2,
                rope_scaling={"type": "default", "mrope_section": [2, 3, 3], "rope_type": "default"},
            )
        ),
        tokenizer_2=ByT5Tokenizer(),
        text_encoder_2=T5EncoderModel(
            T5Config(vocab_size=384, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
        ),
        transformer=HunyuanVideo15Transformer3DModel(
            in_channels=9,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=16,
            num_layers=2,
            num_refiner_layers=1,
            mlp_ratio=2.0,
            text_embed_dim=32,
            text_embed_2_dim=32,
            image_embed_dim=16,
            rope_axes_dim=(4, 6, 6),
            target_size=96,
            task_type="i2v" if from_picture else "t2v",
        ),
        vae=AutoencoderKLHunyuanVideo15(
            latent_channels=4,
            block_out_channels=(8, 8, 8, 8),
            layers_per_block=1,
            spatial_compression_ratio=8,
            temporal_compression_ratio=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=5.0),
        guider=ClassifierFreeGuidance(guidance_scale=6.0),
    )
    height = 96 if from_picture else 64
    return saved_folder(pipeline, folder, width=96, height=height, num_frames=17, max_sequence_length=1000)


def saved_folder(pipeline: Any, folder: Path, **defaults: int) -> Path:  # noqa: ANN401 - diffusers is untyped
    pipeline.save_pretrained(folder, safe_serialization=True)
    (folder / "defaults.json").write_text(
        json.dumps({"steps": 4, "guidance_scale": 3.0, "fps": 8, **defaults})
    )
    write_lock(folder)
    return folder


def word_tokenizer() -> Any:  # noqa: ANN401 - as above
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    known = ("<pad>", "</s>", "<unk>", "a", "red", "ball", "moves", "left", "over", "the", "sea")
    words = Tokenizer(WordLevel({word: place for place, word in enumerate(known)}, "<unk>"))
    words.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def bytes_tokenizer() -> Any:  # noqa: ANN401 - as above
    """Every byte a token, with the turns of a talk that Qwen's has."""
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import PreTrainedTokenizerFast

    letters = sorted(ByteLevel.alphabet())
    known = Tokenizer(BPE({letter: place for place, letter in enumerate(letters)}, []))
    known.pre_tokenizer = ByteLevel(add_prefix_space=False)
    found = PreTrainedTokenizerFast(tokenizer_object=known, pad_token="<|endoftext|>", padding_side="right")
    found.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    found.chat_template = _TEMPLATE
    return found


def tiny_t5() -> Any:  # noqa: ANN401 - as above
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(vocab_size=32, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2))

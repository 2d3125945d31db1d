"""Folders of the classes that take pictures, and of LTX-2, with small random weights, made by the real classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generation.engines.folder import write_lock
from tests.factories.generation import tiny_wan_folder
from tests.factories.model_families import (
    saved_folder,
    tiny_cogvideox_folder,
    tiny_hunyuan15_folder,
    tiny_ltx_folder,
    word_tokenizer,
)


def tiny_wan_from_picture_folder(folder: Path, *, looks_at: int = 1) -> Path:
    """A WanImageToVideoPipeline; `looks_at`: how many pictures its encoder sees, none in Wan 2.2."""
    import torch
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanImageToVideoPipeline,
        WanTransformer3DModel,
    )
    from transformers import CLIPImageProcessorPil, CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(15)
    looking: dict[str, Any] = {}
    sight: dict[str, Any] = {}
    if looks_at:
        # Four places of a picture and the whole of it, of each.
        looking = {"image_dim": 32, "added_kv_proj_dim": 32}
        looking["pos_embed_seq_len"] = 5 * looks_at if looks_at > 1 else None
        sight["image_encoder"] = CLIPVisionModel(
            CLIPVisionConfig(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                image_size=32,
                patch_size=16,
            )
        )
        sight["image_processor"] = CLIPImageProcessorPil(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
        )
    pipeline = WanImageToVideoPipeline(
        tokenizer=word_tokenizer(),
        text_encoder=_umt5(),
        transformer=WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            # The noise, the place of the picture and the picture.
            in_channels=8 + 4 + 8,
            out_channels=8,
            text_dim=32,
            freq_dim=32,
            ffn_dim=64,
            num_layers=2,
            **looking,
        ),
        vae=AutoencoderKLWan(**_WAN_VAE),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        **sight,
    )
    return saved_folder(pipeline, folder, width=96, height=64, num_frames=17, max_sequence_length=16)


def tiny_wan_vace_folder(folder: Path) -> Path:
    """A WanVACEPipeline."""
    import torch
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanVACEPipeline,
        WanVACETransformer3DModel,
    )

    torch.manual_seed(16)
    pipeline = WanVACEPipeline(
        tokenizer=word_tokenizer(),
        text_encoder=_umt5(),
        transformer=WanVACETransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            in_channels=8,
            out_channels=8,
            text_dim=32,
            freq_dim=32,
            ffn_dim=64,
            num_layers=2,
            vace_layers=[0],
            # What is kept, what is made, and 8x8 places of the mask.
            vace_in_channels=2 * 8 + 64,
        ),
        vae=AutoencoderKLWan(**_WAN_VAE),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    )
    return saved_folder(pipeline, folder, width=96, height=64, num_frames=17, max_sequence_length=16)


def tiny_ltx2_folder(folder: Path) -> Path:
    """An LTX2Pipeline, with the parts that make sound."""
    import torch
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        FlowMatchEulerDiscreteScheduler,
        LTX2Pipeline,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder
    from transformers import (
        Gemma3Config,
        Gemma3ForConditionalGeneration,
        Gemma3TextConfig,
        SiglipVisionConfig,
    )

    torch.manual_seed(17)
    text = Gemma3TextConfig(
        vocab_size=300,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )
    sight = SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=16,
        patch_size=8,
    )
    attention: dict[str, Any] = {
        f"{kind}_connector_{name}": value
        for kind in ("video", "audio")
        for name, value in (
            ("num_attention_heads", 2),
            ("attention_head_dim", 8),
            ("num_layers", 1),
            ("num_learnable_registers", None),
        )
    }
    pipeline = LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05),
        vae=AutoencoderKLLTX2Video(
            latent_channels=4,
            block_out_channels=(8, 8, 8),
            down_block_types=("LTX2VideoDownBlock3D",) * 3,
            decoder_block_out_channels=(8, 8, 8),
            layers_per_block=(1, 1, 1, 1),
            decoder_layers_per_block=(1, 1, 1, 1),
            spatio_temporal_scaling=(True, True, True),
            decoder_spatio_temporal_scaling=(True, True, True),
            decoder_inject_noise=(False,) * 4,
            downsample_type=("spatiotemporal",) * 3,
            upsample_type=("spatiotemporal",) * 3,
            upsample_residual=(False,) * 3,
            upsample_factor=(1, 1, 1),
            patch_size=4,
            patch_size_t=1,
            decoder_causal=False,
        ),
        audio_vae=AutoencoderKLLTX2Audio(
            base_channels=4,
            ch_mult=(1,),
            num_res_blocks=1,
            resolution=32,
            latent_channels=2,
            mel_bins=8,
        ),
        text_encoder=Gemma3ForConditionalGeneration(
            Gemma3Config(text_config=text.to_dict(), vision_config=sight.to_dict(), mm_tokens_per_image=4)
        ),
        tokenizer=word_tokenizer(),
        connectors=LTX2TextConnectors(
            caption_channels=16,
            text_proj_in_factor=3,
            connector_rope_base_seq_len=32,
            rope_double_precision=False,
            rope_type="split",
            **attention,
        ),
        transformer=LTX2VideoTransformer3DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=8,
            cross_attention_dim=16,
            audio_in_channels=4,
            audio_out_channels=4,
            audio_num_attention_heads=2,
            audio_attention_head_dim=4,
            audio_cross_attention_dim=8,
            num_layers=2,
            caption_channels=16,
            rope_double_precision=False,
            rope_type="split",
        ),
        vocoder=LTX2Vocoder(
            in_channels=16,
            hidden_channels=32,
            out_channels=2,
            upsample_kernel_sizes=[4, 4],
            upsample_factors=[2, 2],
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
            output_sampling_rate=16000,
        ),
    )
    return saved_folder(pipeline, folder, width=96, height=64, num_frames=17, max_sequence_length=16)


def tiny_cogvideox_from_picture_folder(folder: Path) -> Path:
    """A CogVideoXImageToVideoPipeline, whose transformer has channels for the picture."""
    return tiny_cogvideox_folder(folder, pipeline="CogVideoXImageToVideoPipeline")


def tiny_hunyuan15_from_picture_folder(folder: Path) -> Path:
    """A HunyuanVideo15ImageToVideoPipeline; it makes pictures of about 96x96 pixels."""
    return tiny_hunyuan15_folder(folder, from_picture=True)


def called(make: Any, pipeline: str, **defaults: int) -> Any:  # noqa: ANN401 - a maker of folders
    """A maker of the same folder that is loaded as another class of the same parts."""

    def made(folder: Path) -> Path:
        make(folder)
        for name, changes in (("model_index.json", {"_class_name": pipeline}), ("defaults.json", defaults)):
            said = json.loads((folder / name).read_text())
            (folder / name).write_text(json.dumps({**said, **changes}))
        write_lock(folder)
        return folder

    return made


tiny_ltx_from_picture_folder = called(tiny_ltx_folder, "LTXImageToVideoPipeline")
tiny_ltx2_from_picture_folder = called(tiny_ltx2_folder, "LTX2ImageToVideoPipeline")
tiny_ltx2_condition_folder = called(tiny_ltx2_folder, "LTX2ConditionPipeline")
tiny_cogvideox_from_clip_folder = called(tiny_cogvideox_folder, "CogVideoXVideoToVideoPipeline")


def tiny_ltx_condition_folder(folder: Path) -> Path:
    """An LTXConditionPipeline; its scheduler is told the levels of noise and shifts none."""
    called(tiny_ltx_folder, "LTXConditionPipeline")(folder)
    path = folder / "scheduler" / "scheduler_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "use_dynamic_shifting": False}))
    write_lock(folder)
    return folder


def tiny_wan_small_from_picture_folder(folder: Path) -> Path:
    """A WanImageToVideoPipeline as of the small model of Wan 2.2: every token has a time of its own."""
    called(tiny_wan_folder, "WanImageToVideoPipeline")(folder)
    path = folder / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "expand_timesteps": True}))
    write_lock(folder)
    return folder


# As of Wan 2.1, which works on pixels: two to the number of levels is its factor.
_WAN_VAE: dict[str, Any] = {
    "base_dim": 8,
    "z_dim": 8,
    "dim_mult": [1, 1, 1, 1],
    "num_res_blocks": 1,
    "temperal_downsample": [False, True, True],
    "latents_mean": [0.1] * 8,
    "latents_std": [0.7] * 8,
}


def _umt5() -> Any:  # noqa: ANN401 - diffusers is untyped
    from transformers import UMT5Config, UMT5EncoderModel

    return UMT5EncoderModel(
        UMT5Config(vocab_size=32, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
    )

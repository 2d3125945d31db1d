"""Assembles the trained parts into the folder that `DiffusionPipeline.from_pretrained` loads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, WanPipeline
from transformers import PreTrainedTokenizerFast

from generation.training.captions import vocabulary
from generation.training.checkpoints import load_checkpoint
from generation.training.dit_training import TIMESTEPS, TextToLatents
from generation.training.latents import Statistics
from generation.training.scenes import FPS, FRAMES, HEIGHT, WIDTH
from generation.training.tokens import MAX_TOKENS
from generation.training.vae_training import build_vae


@dataclass(frozen=True, slots=True)
class Defaults:
    """How the model wants to be asked; the pipeline itself has no place for these."""

    steps: int = 16
    guidance_scale: float = 4.0
    shift: float = 2.0


def assemble(
    *, workdir: Path, tokenizer: PreTrainedTokenizerFast, statistics: Statistics, defaults: Defaults
) -> WanPipeline:
    """Put the averaged weights of `workdir` into a pipeline; missing parts stay untrained.

    The decoder comes from `decoder.pt` where that exists; its encoder is that of `vae.pt`.
    """
    vae = build_vae()
    state = load_checkpoint(workdir / "decoder.pt") or load_checkpoint(workdir / "vae.pt")
    if state is not None:
        vae.load_state_dict(state["average"])
    vae.register_to_config(latents_mean=list(statistics.mean), latents_std=list(statistics.std))
    model = TextToLatents()
    if (state := load_checkpoint(workdir / "transformer.pt")) is not None:
        model.load_state_dict(state["average"])
    return WanPipeline(
        tokenizer=tokenizer,
        text_encoder=model.text_encoder.eval(),
        vae=vae.eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=TIMESTEPS, shift=defaults.shift),
        transformer=model.transformer.eval(),
    )


def write_folder(pipeline: WanPipeline, *, folder: Path, defaults: Defaults) -> None:
    """Save `pipeline` and how it wants to be asked; see `save_folder`."""
    save_folder(
        pipeline,
        folder=folder,
        asked={
            "height": HEIGHT,
            "width": WIDTH,
            "num_frames": FRAMES,
            "fps": FPS,
            "steps": defaults.steps,
            "guidance_scale": defaults.guidance_scale,
            "max_sequence_length": MAX_TOKENS,
            "vocabulary": vocabulary(),
        },
    )


def save_folder(pipeline: WanPipeline, *, folder: Path, asked: Mapping[str, object]) -> None:
    """Save `pipeline` as bf16 safetensors, with `asked` beside it as `defaults.json`.

    `pipeline` itself is bf16 afterwards.
    """
    pipeline.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)
    (folder / "defaults.json").write_text(json.dumps(asked, indent=1, sort_keys=True) + "\n")

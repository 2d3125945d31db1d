"""Puts trained parts into a folder that `DiffusionPipeline.from_pretrained` loads."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, WanPipeline
from torch import nn

from generation.training.autoencoder import Painter, begun_autoencoder
from generation.training.captions import camera_moves, vocabulary
from generation.training.checkpoints import load_checkpoint
from generation.training.encoder import Reader
from generation.training.model import TIMESTEPS, TextToCodes
from generation.training.pool import statistics_of
from generation.training.scenes import FPS, FRAMES, HEIGHT, WIDTH
from generation.training.starting import start_text_to_codes
from generation.training.tokens import MAX_TOKENS, open_tokenizer


@dataclass(frozen=True, slots=True)
class Defaults:
    """How the model wants to be asked; the pipeline itself has no place for these."""

    steps: int = 16
    guidance_scale: float = 2.0
    shift: float = 6.0


def assemble(workdir: Path, *, start: Path | None, defaults: Defaults, seed: int) -> WanPipeline:
    """Put the averaged weights of `workdir` into a pipeline.

    A part without a checkpoint there is that of the folder `start`, or untrained without one. A
    distilled transformer (`distil.pt`) goes before the one it was distilled from.
    """
    vae, model = begun_autoencoder(start), TextToCodes()
    if start is not None:
        start_text_to_codes(model, folder=start)
    _take_average(Painter(vae), workdir=workdir, stages=("decoder",))
    _take_average(Reader(vae), workdir=workdir, stages=("encoder",))
    _take_average(model, workdir=workdir, stages=("distil", "transformer"))
    statistics = statistics_of(seed=seed)
    vae.register_to_config(latents_mean=list(statistics.mean), latents_std=list(statistics.std))
    return WanPipeline(
        tokenizer=open_tokenizer(workdir / "tokenizer", seed=seed, start=start),
        text_encoder=model.text_encoder.eval(),
        vae=vae.eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=TIMESTEPS, shift=defaults.shift),
        transformer=model.transformer.eval(),
    )


def write_folder(pipeline: WanPipeline, *, folder: Path, defaults: Defaults) -> None:
    """Save `pipeline` as bf16 safetensors, and how it wants to be asked beside it as `defaults.json`.

    `pipeline` itself is bf16 afterwards.
    """
    asked = {
        "height": HEIGHT,
        "width": WIDTH,
        "num_frames": FRAMES,
        "fps": FPS,
        "steps": defaults.steps,
        "guidance_scale": defaults.guidance_scale,
        "max_sequence_length": MAX_TOKENS,
        "vocabulary": vocabulary(),
        "camera_moves": camera_moves(),
    }
    pipeline.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)
    (folder / "defaults.json").write_text(json.dumps(asked, indent=1, sort_keys=True) + "\n")


def _take_average(part: nn.Module, *, workdir: Path, stages: tuple[str, ...]) -> None:
    for stage in stages:
        state = load_checkpoint(workdir / f"{stage}.pt")
        if state is not None:
            part.load_state_dict(state["average"])
            return

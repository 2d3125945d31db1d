"""Lets a stage start from the weights in a model folder instead of from nothing.

A folder holds averaged weights only, so the learning rates begin anew; going on in the same work
directory, from its checkpoints, keeps them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from diffusers import AutoencoderKLWan, WanTransformer3DModel
from transformers import UMT5EncoderModel

if TYPE_CHECKING:
    from generation.training.model import TextToCodes


def start_autoencoder(vae: AutoencoderKLWan, *, folder: Path) -> None:
    """Give `vae` the weights of `folder`.

    Raises:
        RuntimeError: they are of another size.
    """
    stored = AutoencoderKLWan.from_pretrained(folder / "vae", local_files_only=True, use_safetensors=True)
    vae.load_state_dict(stored.state_dict())


def start_text_to_codes(model: "TextToCodes", *, folder: Path) -> None:
    """Give text encoder and transformer the weights of `folder`.

    Raises:
        RuntimeError: they are of another size.
    """
    text = UMT5EncoderModel.from_pretrained(
        folder / "text_encoder", local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    model.text_encoder.load_state_dict(text.state_dict())
    stored = WanTransformer3DModel.from_pretrained(
        folder / "transformer", local_files_only=True, use_safetensors=True
    )
    model.transformer.load_state_dict(stored.state_dict())

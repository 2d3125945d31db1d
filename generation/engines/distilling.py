"""The LoRA of a distilled model, added to the weights of its pipeline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from generation.engines.distilled import Distilled
from generation.errors import MissingCapability

# diffusers says no types.
Untyped: TypeAlias = Any
_NAME = "distilled"
_DOWN = re.compile(r"(?:transformer\.)?(?P<module>.+)\.lora_A(?:\.[^.]+)?\.weight")


def add_distilled(pipeline: Untyped, folder: Path, distilled: Distilled) -> None:
    """Add the LoRA to the weights for good; nothing of it is left beside them, so that adapters find them bare.

    Raises:
        MissingCapability: the class takes none, a transformer has no file, or one is not for it.
    """
    named = [name for name in ("transformer", "transformer_2") if getattr(pipeline, name, None) is not None]
    if not hasattr(pipeline, "load_lora_weights"):
        raise MissingCapability(f"distilled: {type(pipeline).__name__} takes no LoRA.")
    if set(named) != distilled.files.keys():
        raise MissingCapability(f"distilled: a file is needed for {' and '.join(named)}, and for no other.")
    for name in named:
        _add(pipeline, name, folder, distilled)


def _add(pipeline: Untyped, name: str, folder: Path, distilled: Distilled) -> None:
    file, transformer = distilled.files[name], getattr(pipeline, name)
    second = {"load_into_transformer_2": True} if name == "transformer_2" else {}
    where: dict[str, Untyped] = {
        "weight_name": file,
        "local_files_only": True,
        "use_safetensors": True,
    }
    try:
        # Makers of models name layers otherwise than diffusers does, which knows both.
        wanted = _layers(pipeline.lora_state_dict(str(folder), **where))
        pipeline.load_lora_weights(str(folder), adapter_name=_NAME, **where, **second)
        _check_complete(wanted, _layers(dict(transformer.named_parameters())))
        transformer.fuse_lora(lora_scale=distilled.scale, safe_fusing=True)
        transformer.unload_lora()
    except (ValueError, RuntimeError, KeyError, OSError) as error:
        raise MissingCapability(f"distilled: {file} cannot be added to {name} ({error}).") from error


def _check_complete(wanted: set[str], placed: set[str]) -> None:
    """Refuse a file for another model: diffusers passes over layers that the model has not."""
    if not wanted:
        raise ValueError("it holds no matrices of a LoRA")
    if lacking := wanted - placed:
        raise ValueError(f"this model has no layer {min(lacking)}")


def _layers(matrices: Mapping[str, Untyped]) -> set[str]:
    return {found["module"] for key in matrices if (found := _DOWN.fullmatch(key))}

"""Adapters (LoRA) laid over a pipeline's transformer for one render, and taken off again.

An adapter that was trained on a person is a likeness of that person, so none may outlive its job: whatever ends the
render, the weights are taken off, and that nothing is left of them is looked at before every render and after.

Only the plain form is taken: matrices `<module>.lora_A.weight` and `<module>.lora_B.weight`, with or without
`transformer.` before the module, for linear layers of the transformer at hand. `<module>.alpha`, or `lora_alpha` and
`r` in the file's `lora_adapter_metadata`, scale them as peft scales them.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from generation.engines.given import LaidOver
from generation.errors import AdapterUnusable, MissingCapability

_MATRIX = re.compile(r"(?:transformer\.)?(?P<module>[A-Za-z0-9_.]+)\.lora_(?P<side>[AB])\.weight")
_ALPHA = re.compile(r"(?:transformer\.)?(?P<module>[A-Za-z0-9_.]+)\.alpha")
_LARGEST_RANK = 512
_METADATA = "lora_adapter_metadata"
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"
_NAME = "of_this_render"


@contextmanager
def laid_over(pipeline: Any, adapters: Sequence[LaidOver]) -> Iterator[None]:  # noqa: ANN401 - diffusers is untyped
    """Lay `adapters` over the transformer for the length of the block. Their contents are overwritten once read.

    Raises:
        AdapterUnusable: one of them is not for this model, or is no plain LoRA.
        MissingCapability: this model takes none.
    """
    transformer = pipeline.transformer
    require_bare(transformer)
    if not adapters:
        yield
        return
    if not hasattr(transformer, "load_lora_adapter") or getattr(pipeline, "transformer_2", None) is not None:
        raise MissingCapability(f"{type(pipeline).__name__} with these weights takes no adapter.")
    try:
        together = _together([(_matrices(one, transformer), one.scale) for one in adapters])
        transformer.load_lora_adapter(together, prefix=None, adapter_name=_NAME)
        together.clear()
        yield
    finally:
        for adapter in adapters:
            adapter.wipe()
        if getattr(transformer, "peft_config", None):
            transformer.unload_lora()
        require_bare(transformer)


def _together(adapters: Sequence[tuple[dict[str, Tensor], float]]) -> dict[str, Tensor]:
    """One adapter that does what all do together: matrices of one module side by side."""
    downs: dict[str, list[Tensor]] = {}
    ups: dict[str, list[Tensor]] = {}
    for matrices, scale in adapters:
        for name, matrix in matrices.items():
            if name.endswith(_DOWN):
                downs.setdefault(name, []).append(matrix)
            else:
                ups.setdefault(name, []).append(matrix * scale)
    return {name: torch.cat(parts, dim=0) for name, parts in downs.items()} | {
        name: torch.cat(parts, dim=1) for name, parts in ups.items()
    }


def require_bare(transformer: nn.Module) -> None:
    """Nothing of any adapter is on the weights. If it were, whoever renders next would get somebody's likeness."""
    left = [name for name, _ in transformer.named_parameters() if ".lora_" in name]
    if left or getattr(transformer, "peft_config", None):
        raise RuntimeError(
            f"{len(left)} matrices of an adapter are still on the model. It must not render again."
        )


def _matrices(adapter: LaidOver, transformer: nn.Module) -> dict[str, Tensor]:
    """The matrices of a file, scaled, by the names that peft gives them."""
    content = bytes(adapter.content)
    try:
        tensors = load_safetensors(content)
    except (SafetensorError, ValueError, KeyError) as error:
        raise AdapterUnusable(adapter.name, f"it is no whole safetensors file ({error})") from error
    sides: dict[str, dict[str, Tensor]] = {}
    alphas: dict[str, float] = {}
    for key, tensor in tensors.items():
        if found := _MATRIX.fullmatch(key):
            sides.setdefault(found["module"], {})[found["side"]] = tensor
        elif (found := _ALPHA.fullmatch(key)) and tensor.numel() == 1:
            alphas[found["module"]] = float(tensor)
        else:
            raise AdapterUnusable(adapter.name, f"it holds {key!r}, which is no matrix of a plain LoRA")
    if not sides:
        raise AdapterUnusable(adapter.name, "it holds no matrices")
    linear = {name: part for name, part in transformer.named_modules() if isinstance(part, nn.Linear)}
    alpha_of_all, rank_of_all = _stated_scale(adapter.name, content)
    prepared: dict[str, Tensor] = {}
    for module, pair in sides.items():
        down, up = _checked(adapter.name, module, pair, linear)
        rank = down.shape[0]
        alpha = alphas.get(module, rank if alpha_of_all is None else alpha_of_all)
        prepared[module + _DOWN] = down
        prepared[module + _UP] = up * (alpha / (rank_of_all or rank))
    return prepared


def _checked(
    name: str, module: str, pair: Mapping[str, Tensor], linear: Mapping[str, nn.Linear]
) -> tuple[Tensor, Tensor]:
    """The two matrices of a module, which fit its layer."""
    layer = linear.get(module)
    if layer is None:
        raise AdapterUnusable(name, f"this model has no linear layer {module!r}")
    if pair.keys() != {"A", "B"}:
        raise AdapterUnusable(name, f"{module} has one matrix where there should be two")
    down, up = pair["A"].to(torch.float32), pair["B"].to(torch.float32)
    if down.dim() != 2 or up.dim() != 2:  # noqa: PLR2004 - matrices
        raise AdapterUnusable(name, f"{module} has tensors that are no matrices")
    rank = down.shape[0]
    if not 1 <= rank <= _LARGEST_RANK:
        raise AdapterUnusable(name, f"{module} has rank {rank}; at most {_LARGEST_RANK} is taken")
    if down.shape != (rank, layer.in_features) or up.shape != (layer.out_features, rank):
        raise AdapterUnusable(name, f"{module} does not fit: it was made for another model")
    if not (torch.isfinite(down).all() and torch.isfinite(up).all()):
        raise AdapterUnusable(name, f"{module} holds numbers that are none")
    return down, up


def _stated_scale(name: str, content: bytes) -> tuple[float | None, float | None]:
    """`lora_alpha` and `r` of the file's metadata; both None where nothing is stated."""
    (length,) = struct.unpack("<Q", content[:8])
    try:
        stated = json.loads(json.loads(content[8 : 8 + length]).get("__metadata__", {}).get(_METADATA, "{}"))
        # Written by a pipeline, every entry begins with the name of the part.
        stated = {key.removeprefix("transformer."): value for key, value in stated.items()}
        alpha, rank = stated.get("lora_alpha"), stated.get("r")
        scale = (None if alpha is None else float(alpha), None if rank is None else float(rank))
    except (ValueError, AttributeError, TypeError) as error:
        raise AdapterUnusable(name, f"its {_METADATA} cannot be read") from error
    if stated.get("rank_pattern") or stated.get("alpha_pattern") or stated.get("use_dora"):
        raise AdapterUnusable(name, "it scales single layers in its metadata, which is not taken")
    if any(one is not None and not 0 < one <= 10_000 for one in scale):  # noqa: PLR2004 - far above any in use
        raise AdapterUnusable(name, "its metadata states a scale that is none")
    return scale

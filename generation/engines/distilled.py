"""A model that needs few steps by a LoRA of its folder's own: what `speed.json` says of it. Without torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TRANSFORMERS = ("transformer", "transformer_2")
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.safetensors")
_MOST_SCALE = 4.0
_MOST_STEPS = 100
_MOST_GUIDANCE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Distilled:
    """A LoRA of the folder's own, by which a model needs few steps, added to its weights once, when it is loaded.

    Attributes:
        files: the file for each transformer, relative to the folder.
        scale: how much of it is added; 1 as it was trained.
        steps, guidance_scale: what it was trained for, and the only ones that takes are made with.
    """

    files: Mapping[str, str]
    scale: float
    steps: int
    guidance_scale: float

    @property
    def said(self) -> str:
        names = ", ".join(name for _, name in sorted(self.files.items()))
        return f"distilled to {self.steps} steps by {names} at scale {self.scale:g}"


def distilled_in(said: Mapping[str, object]) -> Distilled:
    """What is said of it.

    Raises:
        ValueError: something is missing, out of its bounds, or no name of a file in the folder.
    """
    if said.keys() != {"files", "scale", "steps", "guidance_scale"}:
        raise ValueError("distilled: files, scale, steps and guidance_scale must be stated, and no other")
    files, steps = said["files"], said["steps"]
    if not isinstance(files, dict) or not files or not files.keys() <= set(_TRANSFORMERS):
        raise ValueError(f"distilled: files must name one of each of {', '.join(_TRANSFORMERS)}")
    for name in files.values():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError("distilled: a file is a safetensors file of the folder, by its relative name")
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= _MOST_STEPS:
        raise ValueError(f"distilled: steps must be a whole number from 1 to {_MOST_STEPS}")
    scale, guidance = _number(said, "scale", _MOST_SCALE), _number(said, "guidance_scale", _MOST_GUIDANCE)
    if scale == 0:
        raise ValueError("distilled: a scale of 0 adds nothing")
    return Distilled(files=dict(files), scale=scale, steps=steps, guidance_scale=guidance)


def _number(said: Mapping[str, object], name: str, most: float) -> float:
    value = said[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"distilled: {name} must be from 0 to {most:g}")
    return float(value)

"""`defaults.json` of a model folder: what it renders when nobody says otherwise, and the words it knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from generation.coverage import Meaning
from generation.engines.camera_moves import CameraMoves, camera_moves, no_moves
from generation.engines.families import HOSTED
from generation.engines.family import RenderDefaults
from generation.engines.folder import family_of
from generation.engines.hosted_declaration import Sent, read_declaration
from generation.engines.speed_settings import speed_settings
from generation.errors import UnexpectedModelFile
from generation.spec import RenderSpec

FILE_NAME = "defaults.json"


@dataclass(frozen=True, slots=True)
class ModelDefaults:
    """`vocabulary` is None where the model's vocabulary is open; `memory` is ordered by size.

    `untold`: fields of an order that it is not told. `fixed`: fields of which it has one value alone.
    `camera_moves`: those that its folder declares, each with the words that say it.
    """

    render: RenderDefaults
    vocabulary: Mapping[str, Meaning] | None
    memory: tuple[MemoryNeed, ...] = ()
    untold: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    camera_moves: CameraMoves = field(default_factory=no_moves)

    def min_vram_mb(self, spec: RenderSpec) -> int | None:
        """What a device must hold to render `spec`, in MiB; None where the folder says nothing of such sizes."""
        pixels = spec.width * spec.height * spec.num_frames
        return next((need.vram_mb for need in self.memory if pixels <= need.pixels), None)


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Clips of up to so many `pixels`, over all frames, need a device of `vram_mb` MiB."""

    pixels: int
    vram_mb: int


def model_defaults(folder: Path) -> ModelDefaults:
    """The defaults of the model in `folder`, or those of its family where it brings none.

    Raises:
        UnknownPipeline: the folder names a class that is not on the allow-list.
        UnexpectedModelFile: `defaults.json`, `speed.json` or `camera.json` cannot be used.
    """
    family = family_of(folder)
    if family is HOSTED:
        return _hosted(folder)
    said = replace(_said(folder, family.defaults), camera_moves=camera_moves(folder))
    distilled = speed_settings(folder).distilled
    if distilled is None:
        return said
    render = replace(said.render, steps=distilled.steps, guidance_scale=distilled.guidance_scale)
    return replace(said, render=render, fixed=frozenset({"steps", "guidance_scale"}))


def _said(folder: Path, otherwise: RenderDefaults) -> ModelDefaults:
    """What `defaults.json` says; the usual of the family where there is none."""
    path = folder / FILE_NAME
    if not path.exists():
        return ModelDefaults(render=otherwise, vocabulary=None)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return ModelDefaults(
            render=RenderDefaults(
                width=int(content["width"]),
                height=int(content["height"]),
                num_frames=int(content["num_frames"]),
                fps=int(content["fps"]),
                steps=int(content["steps"]),
                guidance_scale=float(content["guidance_scale"]),
                max_sequence_length=int(content["max_sequence_length"]),
            ),
            vocabulary=_vocabulary(content.get("vocabulary")),
            memory=_memory(content.get("min_vram_mb") or ()),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnexpectedModelFile(FILE_NAME, f"cannot be used ({error!r})") from error


_FIELDS = {
    Sent.SEED: "seed",
    Sent.NEGATIVE_PROMPT: "negative_prompt",
    Sent.STEPS: "steps",
    Sent.GUIDANCE: "guidance_scale",
}


def _hosted(folder: Path) -> ModelDefaults:
    declared = read_declaration(folder)
    (width, height), length = declared.sizes[0], declared.lengths[0]
    return ModelDefaults(
        render=replace(
            HOSTED.defaults, width=width, height=height, num_frames=length.frames, fps=declared.fps
        ),
        vocabulary=None,
        # What comes is a finished file: there are no frames of the model's own to keep.
        untold=frozenset(name for one, name in _FIELDS.items() if one not in declared.sends)
        | {"keep_for_mastering"},
    )


def _memory(content: Iterable[Mapping[str, int]]) -> tuple[MemoryNeed, ...]:
    """What `[{"pixels": 12345678, "vram_mb": 24000}, ...]` says."""
    needs = [MemoryNeed(pixels=int(said["pixels"]), vram_mb=int(said["vram_mb"])) for said in content]
    return tuple(sorted(needs, key=lambda need: need.pixels))


def _vocabulary(content: Mapping[str, Mapping[str, str]] | None) -> Mapping[str, Meaning] | None:
    if content is None:
        return None
    return {
        word.lower(): Meaning(kind=str(said["kind"]), concept=str(said["concept"]))
        for word, said in content.items()
    }

"""Writes MODEL_CARD.md from what was measured, so that no figure is typed in by hand."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from safetensors import safe_open

from generation.training.scenes import FPS, FRAMES, HEIGHT, HELD_OUT, TRAINED, WIDTH

PARTS = ("text_encoder", "transformer", "vae")
STAGES = ("vae", "transformer", "decoder")


@dataclass(frozen=True, slots=True)
class StageSummary:
    """What the loss log says about one training stage."""

    steps: int
    minutes: float
    first_loss: float
    last_loss: float


def write_card(folder: Path, *, workdir: Path, clips: int, seed: int) -> None:
    """Copy the loss log into `folder` and write the card from it and from `scores.json`."""
    shutil.copyfile(workdir / "loss_log.jsonl", folder / "loss_log.jsonl")
    scores = json.loads((folder / "scores.json").read_text())
    summaries = summarise(folder / "loss_log.jsonl")
    template = Template(Path(__file__).with_name("model_card.md").read_text())
    text = template.substitute(
        frames=FRAMES,
        height=HEIGHT,
        width=WIDTH,
        fps=FPS,
        clips=clips,
        seed=seed,
        trained=len(TRAINED),
        held_out=len(HELD_OUT),
        prompts=scores["prompts"],
        steps=scores["settings"]["steps"],
        guidance=scores["settings"]["guidance_scale"],
        parts=_parts_table(folder),
        stages=_stages_table(summaries),
        scores=_scores_table(scores),
        psnr=_last(folder / "loss_log.jsonl", key="psnr"),
        object_psnr=_last(folder / "loss_log.jsonl", key="object_psnr"),
    )
    (folder / "MODEL_CARD.md").write_text(text)


def summarise(log: Path) -> dict[str, StageSummary]:
    """Read the loss log, one summary for every stage in it."""
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    summaries = {}
    for stage in STAGES:
        losses = [entry for entry in entries if entry["stage"] == stage and "loss" in entry]
        if losses:
            summaries[stage] = StageSummary(
                steps=losses[-1]["step"],
                minutes=losses[-1]["seconds"] / 60.0,
                first_loss=losses[0]["loss"],
                last_loss=losses[-1]["loss"],
            )
    return summaries


def parameter_counts(folder: Path) -> dict[str, int]:
    """Count the stored numbers of each part."""
    counts = {}
    for part in PARTS:
        (weights,) = (folder / part).glob("*.safetensors")
        with safe_open(weights, framework="numpy") as tensors:
            shapes = [tensors.get_slice(name).get_shape() for name in tensors.keys()]  # noqa: SIM118 - not a dict
        counts[part] = sum(_product(shape) for shape in shapes)
    return counts


def _product(shape: list[int]) -> int:
    total = 1
    for side in shape:
        total *= side
    return total


def _parts_table(folder: Path) -> str:
    rows = [f"| {part} | {count:,} |" for part, count in parameter_counts(folder).items()]
    return "\n".join(["| part | parameters |", "|---|---|", *rows])


def _stages_table(summaries: dict[str, StageSummary]) -> str:
    rows = [
        f"| {stage} | {entry.steps:,} | {entry.minutes:.0f} | {entry.first_loss:.3f} | {entry.last_loss:.3f} |"
        for stage, entry in summaries.items()
    ]
    return "\n".join(["| stage | steps | minutes | first loss | last loss |", "|---|---|---|---|---|", *rows])


def _scores_table(scores: dict[str, Any]) -> str:
    names = ("background", "colour", "shape", "motion", "all_four")
    rows = [
        f"| {name.replace('_', ' ')} | {scores['generated'][name]:.1%} | {scores['drawn'][name]:.1%} |"
        for name in names
    ]
    head = ["| named in the prompt | generated clips | the measurement on drawn clips |", "|---|---|---|"]
    return "\n".join([*head, *rows])


def _last(log: Path, *, key: str) -> str:
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    values: list[float] = [entry[key] for entry in entries if key in entry]
    return f"{values[-1]:.1f}" if values else "not measured"

"""How well a small model of this project follows prompts, and how long a clip takes.

Method: 200 prompts, every one of a combination that was held out of training, through the diffusers pipeline with the
folder's own settings and a fixed seed for each. Background, colour, shape and direction of motion are read off the
clips by measurement (no learned judge); the same reading of drawn clips of the same prompts stands beside it. Then
one clip alone, with all cores, three times: seconds of denoising and of decoding, the least of three. Goals:
background 95 %, colour 90 %, shape 85 %, motion 85 %; at least 128x224 and 33 frames; at most 40 MB; denoising and
decoding within 15 s on two cores.

    python bench/builtin_model.py [--folder FOLDER] [--sheet PNG] [--prompts N]

The sheet shows five frames of each of the first 24 clips: no figure says whether a person would call them clips.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402 - the path comes first

from generation.training import evaluation  # noqa: E402 - as above

GOALS = {"background": 0.95, "colour": 0.90, "shape": 0.85, "motion": 0.85}
GOAL_HEIGHT, GOAL_WIDTH, GOAL_FRAMES = 128, 224, 33
GOAL_BYTES = 40_000_000
GOAL_SECONDS = 15.0
TIMES = 3


def main() -> None:
    asked = _asked()
    entry = evaluation.evaluate(
        asked.folder, prompts=asked.prompts, workers=os.cpu_count() or 1, sheet=asked.sheet
    )
    settings = evaluation.folder_settings(asked.folder)
    size = sum(path.stat().st_size for path in asked.folder.rglob("*") if path.is_file())
    times = _times(asked.folder, trial=evaluation.held_out_trials(prompts=1)[0], settings=settings)
    met = {name: entry["generated"][name] >= goal for name, goal in GOALS.items()} | {
        "size": settings.height >= GOAL_HEIGHT
        and settings.width >= GOAL_WIDTH
        and settings.num_frames >= GOAL_FRAMES,
        "bytes": size <= GOAL_BYTES,
        "seconds": sum(times.values()) <= GOAL_SECONDS,
    }
    print(__doc__)
    figures = {
        **entry,
        "bytes": size,
        "one_clip_seconds": times,
        "goals_met": met,
        "load": f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}",
    }
    print(json.dumps({"bench": "builtin_model", "figures": figures}))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score a small model and time it.")
    parser.add_argument("--folder", type=Path, default=ROOT / "generation" / "builtin_model")
    parser.add_argument("--sheet", type=Path, default=None)
    parser.add_argument("--prompts", type=int, default=200)
    return parser.parse_args()


def _times(folder: Path, *, trial: evaluation.Trial, settings: evaluation.Settings) -> dict[str, float]:
    """Seconds of denoising and of decoding one clip with all cores, the least of some."""
    torch.set_num_threads(os.cpu_count() or 1)
    pipeline = evaluation.load(folder)
    shape = (1, pipeline.vae.config.z_dim, 1, 1, 1)
    mean = torch.tensor(pipeline.vae.config.latents_mean).view(shape)
    std = torch.tensor(pipeline.vae.config.latents_std).view(shape)
    taken: dict[str, list[float]] = {"denoise": [], "decode": []}
    for _ in range(TIMES):
        started = time.perf_counter()
        latents = evaluation.denoise(pipeline, trials=[trial], settings=settings)
        denoised = time.perf_counter()
        with torch.no_grad():
            pipeline.vae.decode((latents * std + mean).to(pipeline.vae.dtype))
        taken["denoise"].append(denoised - started)
        taken["decode"].append(time.perf_counter() - denoised)
    return {name: round(min(values), 2) for name, values in taken.items()}


if __name__ == "__main__":
    main()

"""Run one stage: `python -m generation.training <stage> --workdir DIR`.

Stages in order: pool, decoder, encoder, transformer, distil, folder, score. Decoder, encoder and
transformer do not wait for each other. Each goes on where it stopped; `--minutes` is the whole time
a training stage may take over all its starts. `--start FOLDER` begins with the weights in a folder
that the stage `folder` made, where the work directory has none yet.
"""

import argparse
import json
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

# Weights and tokenizer are made here; nothing may be fetched, not even by accident.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

POOL_CLIPS = 12_000
SEED = 1
MINUTES = {"decoder": 120.0, "encoder": 60.0, "transformer": 120.0, "distil": 30.0}
STAGES = ("pool", *MINUTES, "folder", "score")


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, parsed; `minutes` None means the stage's own default."""

    stage: str
    workdir: Path
    folder: Path
    start: Path | None
    minutes: float | None
    seed: int
    clips: int
    threads: int
    prompts: int
    steps: int
    guidance_scale: float
    compiled: bool


def main(arguments: list[str]) -> int:
    """Run the chosen stage."""
    options = _parsed(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    options.workdir.mkdir(parents=True, exist_ok=True)
    if options.stage == "pool":
        from generation.training.pool import compute_pool

        compute_pool(options.workdir, clips=options.clips, seed=options.seed, workers=options.threads)
    elif options.stage in MINUTES:
        _train(options)
    elif options.stage == "folder":
        _folder(options)
    else:
        _score(options)
    return 0


def _parsed(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m generation.training", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--workdir", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=Path("generation/builtin_model"))
    parser.add_argument("--start", type=Path, default=None)
    parser.add_argument("--minutes", type=float, default=None)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--clips", type=int, default=POOL_CLIPS)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--guidance-scale", type=float, default=2.0)
    parser.add_argument("--compiled", action="store_true")
    return Options(**vars(parser.parse_args(arguments)))


def _train(options: Options) -> None:
    from generation.training.autoencoder import (
        DecoderRecipe,
        train_decoder,
    )
    from generation.training.distil import DistilRecipe, train_student
    from generation.training.encoder import EncoderRecipe, train_encoder
    from generation.training.parallel import run_team
    from generation.training.transformer import TransformerRecipe, train_transformer

    seconds = 60.0 * (MINUTES[options.stage] if options.minutes is None else options.minutes)
    rest = (seconds, options.seed, options.start)
    match options.stage:
        case "decoder":
            run_team(train_decoder, size=options.threads, arguments=(options.workdir, DecoderRecipe(), *rest))
        case "encoder":
            run_team(train_encoder, size=options.threads, arguments=(options.workdir, EncoderRecipe(), *rest))
        case "transformer":
            run_team(
                train_transformer,
                size=options.threads,
                arguments=(options.workdir, TransformerRecipe(compiled=options.compiled), *rest),
            )
        case _:
            run_team(train_student, size=options.threads, arguments=(options.workdir, DistilRecipe(), *rest))


def _folder(options: Options) -> None:
    from generation.training.folder import Defaults, assemble, write_folder

    defaults = Defaults(steps=options.steps, guidance_scale=options.guidance_scale)
    pipeline = assemble(options.workdir, start=options.start, defaults=defaults, seed=options.seed)
    write_folder(pipeline, folder=options.folder, defaults=defaults)


def _score(options: Options) -> None:
    import torch

    from generation.training.evaluation import evaluate, write_scores

    torch.set_num_threads(options.threads)
    entry = evaluate(
        options.folder,
        prompts=options.prompts,
        workers=options.threads,
        sheet=options.workdir / "sheet.png",
    )
    write_scores(options.folder, entry=entry)
    sys.stdout.write(json.dumps(entry, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

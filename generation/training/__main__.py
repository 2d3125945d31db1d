"""Run one stage, or all: `python -m generation.training <stage> --workdir DIR`.

Stages in order: pool, vae, latents, transformer, decoder, folder, score, card. Each goes on where
it stopped; `--minutes` is the whole time a training stage may take over all its starts.
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
STAGES = ("pool", "vae", "latents", "transformer", "decoder", "folder", "score", "card")
MINUTES = {"vae": 40.0, "transformer": 60.0, "decoder": 10.0}


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, parsed; `minutes` None means the stage's own default."""

    stage: str
    workdir: Path
    folder: Path
    minutes: float | None
    seed: int
    clips: int
    threads: int
    prompts: int
    steps: int
    guidance_scale: float

    def seconds(self) -> float:
        """Give the time budget of this training stage."""
        return 60.0 * (MINUTES[self.stage] if self.minutes is None else self.minutes)


def main(arguments: list[str]) -> int:
    """Run the chosen stage."""
    options = _parsed(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    options.workdir.mkdir(parents=True, exist_ok=True)
    if options.stage == "pool":
        from generation.training.pool import render_pool

        render_pool(options.workdir / "pool", clips=options.clips, seed=options.seed, workers=options.threads)
        return 0
    import torch

    torch.set_num_threads(options.threads)
    if options.stage in {"vae", "decoder"}:
        _autoencoder(options)
    elif options.stage == "latents":
        from generation.training.latents import cache_latents
        from generation.training.parallel import run_team

        run_team(cache_latents, size=options.threads, arguments=(options.workdir, options.clips))
    elif options.stage == "transformer":
        _transformer(options)
    elif options.stage == "folder":
        _folder(options)
    elif options.stage == "score":
        _score(options)
    else:
        from generation.training.card import write_card

        write_card(options.folder, workdir=options.workdir, clips=options.clips, seed=options.seed)
    return 0


def _parsed(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m generation.training", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--workdir", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=Path("generation/builtin_model"))
    parser.add_argument("--minutes", type=float, default=None)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--clips", type=int, default=POOL_CLIPS)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--guidance-scale", type=float, default=4.0)
    return Options(**vars(parser.parse_args(arguments)))


def _autoencoder(options: Options) -> None:
    from generation.training.parallel import run_team
    from generation.training.vae_training import DECODER_RECIPE, VaeRecipe, train_vae

    recipe = DECODER_RECIPE if options.stage == "decoder" else VaeRecipe()
    run_team(
        train_vae,
        size=options.threads,
        arguments=(options.workdir, recipe, options.seconds(), options.seed),
    )


def _transformer(options: Options) -> None:
    from generation.training.dit_training import DitRecipe, train_transformer
    from generation.training.parallel import run_team

    run_team(
        train_transformer,
        size=options.threads,
        arguments=(options.workdir, DitRecipe(), options.seconds(), options.seed),
    )


def _folder(options: Options) -> None:
    from generation.training.folder import Defaults, assemble, write_folder
    from generation.training.latents import open_statistics
    from generation.training.tokens import open_tokenizer

    defaults = Defaults(steps=options.steps, guidance_scale=options.guidance_scale)
    pipeline = assemble(
        workdir=options.workdir,
        tokenizer=open_tokenizer(options.workdir / "tokenizer", seed=options.seed),
        statistics=open_statistics(options.workdir),
        defaults=defaults,
    )
    write_folder(pipeline, folder=options.folder, defaults=defaults)


def _score(options: Options) -> None:
    from generation.training.evaluation import evaluate, examination, write_scores

    entry = evaluate(
        options.folder,
        exam=examination(prompts=options.prompts),
        workers=options.threads,
        sheet=options.workdir / "sheet.png",
    )
    write_scores(options.folder, entry=entry)
    sys.stdout.write(json.dumps(entry, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

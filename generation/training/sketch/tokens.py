"""The sketchbook's own tokenizer, learnt from its captions."""

import shutil
from pathlib import Path

import numpy as np
from transformers import PreTrainedTokenizerFast

from generation.training.sketch.captions import caption
from generation.training.sketch.scenes import TRAINED
from generation.training.tokens import learn_tokenizer

TOKENS = 768
MAX_TOKENS = 40
TRAINING_CAPTIONS = 30_000


def open_tokenizer(folder: Path, *, seed: int, start: Path | None = None) -> PreTrainedTokenizerFast:
    """Load the tokenizer saved in `folder`; where there is none, first that of the model folder `start`, else learnt.

    Learning it twice may number the words otherwise, and weights that were trained know them by number.
    """
    if not (folder / "tokenizer.json").exists() and start is not None:
        shutil.copytree(start / "tokenizer", folder, dirs_exist_ok=True)
    if not (folder / "tokenizer.json").exists():
        rng = np.random.default_rng(seed)
        captions = (
            caption(TRAINED[int(rng.integers(len(TRAINED)))], rng=rng) for _ in range(TRAINING_CAPTIONS)
        )
        learn_tokenizer(captions, tokens=TOKENS, longest=MAX_TOKENS).save_pretrained(folder)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(
        folder, local_files_only=True
    )
    return tokenizer

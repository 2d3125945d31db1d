"""The model's own tokenizer: byte-level pairs learnt from the captions, so any text fits."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from generation.training.captions import caption
from generation.training.scenes import TRAINED

TOKENS = 768
MAX_TOKENS = 40
TRAINING_CAPTIONS = 30_000
PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"


def learn_tokenizer(captions: Iterable[str], *, tokens: int, longest: int) -> PreTrainedTokenizerFast:
    """Learn up to `tokens` pairs from captions; case and accents do not matter."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=tokens,
        special_tokens=[PAD, END, UNKNOWN],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(captions, trainer=trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", special_tokens=[(END, tokenizer.token_to_id(END))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        model_max_length=longest,
    )


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


def encode(tokenizer: PreTrainedTokenizerFast, captions: list[str]) -> tuple[Tensor, Tensor]:
    """Give ids and attention mask, int64 (B, L), exactly as `WanPipeline` asks for them."""
    batch = tokenizer(
        captions,
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        add_special_tokens=True,
        return_attention_mask=True,
        return_tensors="pt",
    )
    ids: Tensor = batch.input_ids
    mask: Tensor = batch.attention_mask
    return ids, mask

"""Trains the transformer that turns noise into latents, and its text encoder, together.

Flow matching: at noise level sigma the model sees (1 - sigma) * latents + sigma * noise and
predicts noise - latents. The text goes in exactly as `WanPipeline` gives it: the encoder's
states of a fixed number of tokens, zeros after the end, and no mask.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from diffusers import WanTransformer3DModel
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

from generation.training.captions import caption
from generation.training.checkpoints import (
    Average,
    Budget,
    LossLog,
    load_checkpoint,
    save_checkpoint,
)
from generation.training.latents import LatentCache, open_latents
from generation.training.orthogonal import Optimisers, Rates
from generation.training.parallel import Team
from generation.training.pool import open_pool
from generation.training.scenes import Concepts
from generation.training.tokens import TOKENS, encode, open_tokenizer
from generation.training.vae_training import LATENT_CHANNELS

logger = logging.getLogger(__name__)

TEXT_WIDTH = 128
TIMESTEPS = 1000
# First and last layers, embeddings and tables, which Muon is not meant for.
PLAIN = (
    "patch_embedding",
    "proj_out",
    "shared",
    "embed_tokens",
    "scale_shift_table",
    "relative_attention_bias",
)
LOG_EVERY = 50
SAVE_EVERY = 200


@dataclass(frozen=True, slots=True)
class DitRecipe:
    """Everything that shapes the training of transformer and text encoder.

    `batch` is that of each process. `shift` moves the logit-normal noise levels towards one, where colour, shape and
    direction are decided.
    """

    batch: int = 16
    rates: Rates = field(default_factory=lambda: Rates(matrices=3e-3, rest=1e-3, weight_decay=0.01))
    caption_dropout: float = 0.12
    shift: float = 2.0
    average_decay: float = 0.999


class TextToLatents(nn.Module):
    """The two jointly trained parts: `text_encoder` of `tokens` words, `transformer` of `channels` of latents."""

    def __init__(self, *, tokens: int = TOKENS, channels: int = LATENT_CHANNELS) -> None:
        super().__init__()
        self.text_encoder = UMT5EncoderModel(
            UMT5Config(
                vocab_size=tokens,
                d_model=TEXT_WIDTH,
                d_kv=32,
                d_ff=256,
                num_layers=2,
                num_heads=4,
                relative_attention_num_buckets=16,
                relative_attention_max_distance=32,
                dropout_rate=0.0,
                pad_token_id=0,
                eos_token_id=1,
            )
        )
        self.transformer = WanTransformer3DModel(
            patch_size=(1, 2, 2),
            num_attention_heads=6,
            attention_head_dim=32,
            in_channels=channels,
            out_channels=channels,
            text_dim=TEXT_WIDTH,
            freq_dim=128,
            ffn_dim=768,
            num_layers=6,
            cross_attn_norm=True,
            qk_norm="rms_norm_across_heads",
            rope_max_seq_len=64,
        )

    def forward(self, noisy: Tensor, *, sigma: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Predict noise - latents, (B, C, T', H', W'), for `sigma` (B,) and tokens (B, L)."""
        states = self.text_encoder(ids, mask).last_hidden_state
        prompt = states * mask[..., None]
        predicted: Tensor = self.transformer(noisy, sigma * TIMESTEPS, prompt, return_dict=False)[0]
        return predicted


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is learnt from; `concepts` begin with those of the cached clips, in the same order."""

    cache: LatentCache
    concepts: tuple[Concepts, ...]
    tokenizer: PreTrainedTokenizerFast


def open_corpus(workdir: Path, *, seed: int) -> Corpus:
    """Open what the earlier stages left in `workdir`; makes the tokenizer if there is none."""
    return Corpus(
        cache=open_latents(workdir),
        concepts=open_pool(workdir / "pool").concepts,
        tokenizer=open_tokenizer(workdir / "tokenizer", seed=seed),
    )


def train_transformer(team: Team, workdir: Path, recipe: DitRecipe, seconds: float, seed: int) -> None:
    """Train until `seconds` are spent in all; goes on from the last checkpoint, `transformer.pt`.

    Every time a clip is seen it has a new caption.
    """
    checkpoint = workdir / "transformer.pt"
    torch.manual_seed(seed)
    model = TextToLatents()
    average = Average(model, decay=recipe.average_decay)
    state = load_checkpoint(checkpoint)
    budget = Budget(seconds, spent_before=0.0 if state is None else state["seconds"])
    progress, step = budget.spent_before / seconds, 0
    optimisers = Optimisers(model, plain=PLAIN, rates=recipe.rates, progress=progress)
    if state is not None:
        model.load_state_dict(state["weights"])
        average.weights = state["average"]
        optimisers.load_state_dict(state["optimisers"])
        step = state["step"]
    log = LossLog(workdir / "loss_log.jsonl")
    rng = np.random.default_rng((seed, step, team.rank))
    torch.manual_seed(int(rng.integers(2**31)))
    corpus = open_corpus(workdir, seed=seed)

    def save() -> None:
        save_checkpoint(
            checkpoint,
            state={
                "weights": model.state_dict(),
                "average": average.weights,
                "optimisers": optimisers.state_dict(),
                "step": step,
                "seconds": budget.spent,
            },
        )

    losses: list[float] = []
    while progress < 1.0:
        clips = rng.integers(len(corpus.cache.latents), size=recipe.batch)
        ids, mask = encode(corpus.tokenizer, _captions(corpus, clips=clips, recipe=recipe, rng=rng))
        loss = _loss(model, latents=corpus.cache.normalised(clips), ids=ids, mask=mask, recipe=recipe)
        progress = optimisers.step(loss, progress=budget.progress, team=team)
        step += 1
        average.update(model, step=step)
        losses.append(loss.item())
        if not team.leads:
            continue
        if step % LOG_EVERY == 0:
            log.write(
                stage="transformer",
                step=step,
                samples=step * recipe.batch * team.size,
                seconds=budget.spent,
                loss=float(np.mean(losses)),
            )
            losses.clear()
        if step % SAVE_EVERY == 0:
            save()
            logger.info("transformer step %d after %.0f s", step, budget.spent)
    if team.leads:
        save()


def _captions(
    corpus: Corpus,
    *,
    clips: NDArray[np.int64],
    recipe: DitRecipe,
    rng: np.random.Generator,
) -> list[str]:
    # An empty caption is what the pipeline uses for the unguided half.
    return [
        "" if rng.random() < recipe.caption_dropout else caption(corpus.concepts[clip], rng=rng)
        for clip in clips
    ]


def _loss(model: TextToLatents, *, latents: Tensor, ids: Tensor, mask: Tensor, recipe: DitRecipe) -> Tensor:
    level = torch.sigmoid(torch.randn(latents.shape[0]))
    sigma = recipe.shift * level / (1.0 + (recipe.shift - 1.0) * level)
    noise = torch.randn_like(latents)
    spread = sigma.view(-1, 1, 1, 1, 1)
    # The fused attention's backward pass takes half of the whole step on CPUs; plain products
    # of matrices do not.
    with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
        predicted = model((1.0 - spread) * latents + spread * noise, sigma=sigma, ids=ids, mask=mask)
    loss: Tensor = (predicted.float() - (noise - latents)).square().mean()
    return loss

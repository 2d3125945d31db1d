"""Trains the video autoencoder that turns clips into latents and back.

Latents are 16 channels at an eighth of the height and width and a quarter of the frames
(the first frame has its own latent). The objects, not the backgrounds, are what is hard to
keep: their pixels weigh several times more in the loss.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from torch import Tensor, nn

from generation.training.checkpoints import (
    Average,
    Budget,
    LossLog,
    load_checkpoint,
    save_checkpoint,
    to_unit_range,
)
from generation.training.orthogonal import Optimisers, Rates
from generation.training.parallel import Team
from generation.training.pool import Pool, open_pool
from generation.training.renderer import render
from generation.training.scenes import FRAMES, HEIGHT, HELD_OUT, WIDTH, sample_scene

logger = logging.getLogger(__name__)

LATENT_CHANNELS = 16
SPATIAL_FACTOR = 8
TEMPORAL_FACTOR = 4
START_LOGVAR = -5.0

LOG_EVERY = 100
SAVE_EVERY = 500
VALIDATION_CLIPS = 12
VALIDATION_SEED = 7


@dataclass(frozen=True, slots=True)
class VaeRecipe:
    """Everything that shapes the training of the autoencoder, lengths in frames and pixels."""

    batch: int = 3
    crop_frames: int = FRAMES
    crop_width: int = 48
    rates: Rates = field(default_factory=lambda: Rates(matrices=8e-3, rest=2e-3))
    mask_weight: float = 5.0
    gradient_weight: float = 0.15
    kl_weight: float = 4e-4
    average_decay: float = 0.998
    # Decoder-only training leaves the latents, and so the transformer, as they are.
    decoder_only: bool = False
    latent_noise: float = 0.0


DECODER_RECIPE = VaeRecipe(
    rates=Rates(matrices=4e-3, rest=1e-3), decoder_only=True, latent_noise=0.08, mask_weight=4.0
)


def build_vae() -> AutoencoderKLWan:
    """Make the untrained autoencoder; latent statistics are set after the training.

    The temporal factor of this class is four whatever the configuration says, so exactly
    two of its levels halve the time. Pixels are packed 2x2 first (`patch_size`).
    """
    vae = AutoencoderKLWan(
        base_dim=24,
        z_dim=LATENT_CHANNELS,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        attn_scales=[],
        temperal_downsample=[True, True],
        is_residual=False,
        in_channels=12,
        out_channels=12,
        patch_size=2,
        latents_mean=[0.0] * LATENT_CHANNELS,
        latents_std=[1.0] * LATENT_CHANNELS,
        scale_factor_temporal=TEMPORAL_FACTOR,
        scale_factor_spatial=SPATIAL_FACTOR,
    )
    # The latents' own noise starts small: at the default of one it hides every picture for
    # the first thousand steps.
    with torch.no_grad():
        vae.quant_conv.bias[LATENT_CHANNELS:].fill_(START_LOGVAR)
    speed_up_layout(vae)
    return vae


def speed_up_layout(module: nn.Module) -> None:
    """Store convolution weights channels-last: a quarter faster on CPUs, same numbers."""
    for parameter in module.parameters():
        if parameter.dim() == 5:  # noqa: PLR2004 - (out, in, time, height, width)
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last_3d)
        elif parameter.dim() == 4:  # noqa: PLR2004 - (out, in, height, width)
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)


def train_vae(team: Team, workdir: Path, recipe: VaeRecipe, seconds: float, seed: int) -> None:
    """Train until `seconds` are spent in all; goes on from the last checkpoint.

    `workdir` holds a finished pool. Writes `vae.pt` (`weights`, `average`, `optimisers`,
    `step`, `seconds`), or `decoder.pt` when only the decoder is trained, which starts from
    the average in `vae.pt`.
    """
    stage = "decoder" if recipe.decoder_only else "vae"
    checkpoint = workdir / f"{stage}.pt"
    torch.manual_seed(seed)
    vae = build_vae()
    if recipe.decoder_only:
        vae.load_state_dict(_required(workdir / "vae.pt")["average"])
        vae.encoder.requires_grad_(False)
        vae.quant_conv.requires_grad_(False)
    average = Average(vae, decay=recipe.average_decay)
    state = load_checkpoint(checkpoint)
    budget = Budget(seconds, spent_before=0.0 if state is None else state["seconds"])
    progress, step = budget.spent_before / seconds, 0
    optimisers = Optimisers(
        vae, plain=("encoder.conv_in", "decoder.conv_out"), rates=recipe.rates, progress=progress
    )
    if state is not None:
        vae.load_state_dict(state["weights"])
        average.weights = state["average"]
        optimisers.load_state_dict(state["optimisers"])
        step = state["step"]
    log = LossLog(workdir / "loss_log.jsonl")
    rng = np.random.default_rng((seed, step, team.rank))
    torch.manual_seed(int(rng.integers(2**31)))
    clips_on_disk, check = open_pool(workdir / "pool"), _validation_clips()

    def save() -> None:
        save_checkpoint(
            checkpoint,
            state={
                "weights": vae.state_dict(),
                "average": average.weights,
                "optimisers": optimisers.state_dict(),
                "step": step,
                "seconds": budget.spent,
            },
        )

    losses: list[float] = []
    while progress < 1.0:
        clips, masks = _crops(clips_on_disk, recipe=recipe, rng=rng)
        loss = _loss(vae, clips=clips, masks=masks, recipe=recipe)
        progress = optimisers.step(loss, progress=budget.progress, team=team)
        step += 1
        average.update(vae, step=step)
        losses.append(loss.item())
        if not team.leads:
            continue
        if step % LOG_EVERY == 0:
            log.write(stage=stage, step=step, seconds=budget.spent, loss=float(np.mean(losses)))
            losses.clear()
        if step % SAVE_EVERY == 0:
            with average.applied_to(vae):
                whole, object_only = reconstruction_db(vae, clips=check[0], masks=check[1])
            log.write(stage=stage, step=step, seconds=budget.spent, psnr=whole, object_psnr=object_only)
            logger.info("%s step %d: %.2f dB, object %.2f dB", stage, step, whole, object_only)
            save()
    if team.leads:
        save()


@torch.no_grad()
def reconstruction_db(vae: AutoencoderKLWan, *, clips: Tensor, masks: Tensor) -> tuple[float, float]:
    """Measure the peak signal-to-noise ratio of whole clips and of their objects, in dB.

    `clips` float (N, 3, T, H, W) in -1..1, `masks` bool (N, 1, T, H, W).
    """
    square = torch.cat([(vae(clip[None]).sample.clamp(-1, 1) - clip).square() for clip in clips])
    on_object = square[masks.expand_as(square)]
    # The range is 2, so the peak power is 4.
    return tuple(float(10 * torch.log10(4.0 / error.mean())) for error in (square, on_object))  # type: ignore[return-value]


def _required(path: Path) -> dict[str, dict[str, Tensor]]:
    state = load_checkpoint(path)
    if state is None:
        raise FileNotFoundError(path)
    return state


def _loss(vae: AutoencoderKLWan, *, clips: Tensor, masks: Tensor, recipe: VaeRecipe) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        posterior = vae.encode(clips).latent_dist
        latents = posterior.mean if recipe.decoder_only else posterior.sample()
        if recipe.latent_noise:
            spread = latents.std(dim=(0, 2, 3, 4), keepdim=True)
            latents = latents + recipe.latent_noise * spread * torch.randn_like(latents)
        # decode() clamps, which would stop the gradient of overshooting pixels.
        decoded = decode_unclamped(vae, latents)
    decoded = decoded.float()
    weight = 1.0 + recipe.mask_weight * masks
    loss: Tensor = (weight * (decoded - clips).abs()).mean()
    for axis in (-1, -2, -3):
        change = decoded.diff(dim=axis) - clips.diff(dim=axis)
        cut = weight.narrow(axis, 1, weight.shape[axis] - 1)
        loss = loss + recipe.gradient_weight * (cut * change.abs()).mean()
    if recipe.decoder_only:
        return loss
    mean, logvar = posterior.mean.float(), posterior.logvar.float()
    kl = 0.5 * (mean.square() + logvar.exp() - 1.0 - logvar).mean()
    return torch.add(loss, kl, alpha=recipe.kl_weight)


def decode_unclamped(vae: AutoencoderKLWan, latents: Tensor) -> Tensor:
    """Do what `AutoencoderKLWan.decode` does, chunk by chunk, without its clamp.

    Source: diffusers 0.42.1, `AutoencoderKLWan._decode`.
    """
    from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify

    vae.clear_cache()
    hidden = vae.post_quant_conv(latents)
    chunks = []
    for index in range(hidden.shape[2]):
        vae._conv_idx = [0]  # noqa: SLF001 - the cache of the causal convolutions
        chunks.append(
            vae.decoder(
                hidden[:, :, index : index + 1],
                feat_cache=vae._feat_map,  # noqa: SLF001
                feat_idx=vae._conv_idx,  # noqa: SLF001
                first_chunk=index == 0,
            )
        )
    vae.clear_cache()
    frames: Tensor = unpatchify(torch.cat(chunks, dim=2), patch_size=vae.config.patch_size)
    return frames


def _crops(pool: Pool, *, recipe: VaeRecipe, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Cut random full-height pieces: clips (B, 3, T, H, w) in -1..1, masks (B, 1, T, H, w)."""
    clips, masks = [], []
    for clip in rng.integers(len(pool.concepts), size=recipe.batch):
        first = int(rng.integers(FRAMES - recipe.crop_frames + 1))
        left = int(rng.integers(WIDTH - recipe.crop_width + 1))
        times = slice(first, first + recipe.crop_frames)
        columns = slice(left, left + recipe.crop_width)
        clips.append(torch.from_numpy(np.array(pool.frames[clip, times, :, columns])))
        masks.append(torch.from_numpy(pool.mask(clip)[times, :, columns]))
    return to_unit_range(torch.stack(clips)), torch.stack(masks)[:, None].float()


def _validation_clips() -> tuple[Tensor, Tensor]:
    """Draw clips of held-out combinations: (N, 3, T, H, W) in -1..1 and bool (N, 1, T, H, W)."""
    rng = np.random.default_rng(VALIDATION_SEED)
    order = sorted(HELD_OUT, key=str)
    drawn = [
        render(sample_scene(order[index], rng=rng))
        for index in rng.choice(len(order), size=VALIDATION_CLIPS, replace=False)
    ]
    clips = torch.from_numpy(np.stack([clip.frames for clip in drawn]))
    masks = torch.from_numpy(np.stack([clip.mask for clip in drawn]))
    if clips.shape[1:] != (FRAMES, HEIGHT, WIDTH, 3):
        raise ValueError(f"unexpected clip shape {tuple(clips.shape)}")
    return to_unit_range(clips), masks[:, None]

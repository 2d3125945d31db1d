"""The autoencoder, and the training of its decoder, which paints codes; `encoder` has that of the other half.

What each has to give is known (`painting`, `codes`), so neither waits for the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import WanCausalConv3d, unpatchify
from torch import Tensor, nn
from torch.nn import functional

from generation.training.checkpoints import to_unit_range
from generation.training.codes import (
    CODE_CHANNELS,
    SPATIAL_FACTOR,
    TEMPORAL_FACTOR,
    encode_frames,
)
from generation.training.loop import Course, Task, course_at, train
from generation.training.orthogonal import Rates
from generation.training.painting import Window, paint
from generation.training.parallel import Team
from generation.training.pool import scene_of, statistics_of
from generation.training.scenes import FRAMES, HEIGHT, WIDTH, Scene, Weather
from generation.training.starting import start_autoencoder

PATCH = 4
CODES_LONG = 1 + (FRAMES - 1) // TEMPORAL_FACTOR
# Scenes of the pool beyond these numbers are drawn by no training stage.
VALIDATION_FROM, VALIDATION_CLIPS = 10_000_000, 8
CERTAIN_LOGVAR = -10.0
# Of the range from -1 to 1.
STEEP = 0.08


@dataclass(frozen=True, slots=True)
class DecoderRecipe:
    """Everything that shapes the decoder's training; `side` is a piece's edge in latents.

    Single frames first: they teach what things look like for a ninth of a short clip's price. The
    decoder starts as one that paints every frame by itself (`build_autoencoder`).
    """

    courses: tuple[Course, ...] = (
        Course(until=0.5, length=1, batch=16),
        Course(until=0.8, length=2, batch=4),
        Course(until=1.0, length=4, batch=2),
    )
    side: int = 6
    # Of the pieces; the rest lie anywhere. What is seldom seen is painted as if it were not there.
    on_subject_share: float = 0.45
    on_sun_share: float = 0.3
    rates: Rates = field(default_factory=lambda: Rates(matrices=8e-3, rest=2e-3))
    mask_weight: float = 3.0
    # What is thin and not yet painted in its very place is left out by plain differences: the least of them is
    # the middle of all values. Squares ask for the mean, and so begin where it might be.
    falling_weight: float = 16.0
    square_weight: float = 2.0
    edge_weight: float = 3.0
    gradient_weight: float = 0.3
    # The transformer's latents are never exact; the decoder must bear that.
    noise: float = 0.04
    average_decay: float = 0.998


def build_autoencoder() -> AutoencoderKLWan:
    """Make the untrained autoencoder.

    The temporal factor of this class is four whatever the configuration says, so exactly
    two of its levels halve the time. Pixels are packed 4x4 first (`patch_size`).
    """
    vae = AutoencoderKLWan(
        base_dim=24,
        decoder_base_dim=32,
        z_dim=CODE_CHANNELS,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        attn_scales=[],
        temperal_downsample=[True, True],
        is_residual=False,
        in_channels=3 * PATCH**2,
        out_channels=3 * PATCH**2,
        patch_size=PATCH,
        latents_mean=[0.0] * CODE_CHANNELS,
        latents_std=[1.0] * CODE_CHANNELS,
        scale_factor_temporal=TEMPORAL_FACTOR,
        scale_factor_spatial=SPATIAL_FACTOR,
    )
    # Codes are what they are: the encoder's own noise stays next to nothing.
    with torch.no_grad():
        vae.quant_conv.weight[CODE_CHANNELS:].zero_()
        vae.quant_conv.bias[CODE_CHANNELS:].fill_(CERTAIN_LOGVAR)
    _start_frame_by_frame(vae)
    _take_single_frames_flat(vae)
    for parameter in vae.parameters():
        if parameter.dim() == 5:  # noqa: PLR2004 - (out, in, time, height, width)
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last_3d)
        elif parameter.dim() == 4:  # noqa: PLR2004 - (out, in, height, width)
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return vae


def begun_autoencoder(start: Path | None) -> AutoencoderKLWan:
    """The autoencoder with the weights of the folder `start`, or untrained without one."""
    vae = build_autoencoder()
    if start is not None:
        start_autoencoder(vae, folder=start)
    return vae


@torch.no_grad()
def _start_frame_by_frame(vae: AutoencoderKLWan) -> None:
    """Let every convolution begin with no look at the past, and doubled frames as copies.

    So what is learnt on single frames holds in every frame of a clip.
    """
    for name, module in vae.named_modules():
        if isinstance(module, nn.Conv3d):
            module.weight[:, :, :-1].zero_()
            if name.endswith("time_conv"):
                copies = module.out_channels // module.in_channels
                same = torch.eye(module.in_channels).repeat(copies, 1)
                module.weight[:, :, -1, 0, 0].copy_(same)
                if module.bias is not None:
                    module.bias.zero_()


def _take_single_frames_flat(vae: AutoencoderKLWan) -> None:
    """Give a convolution that sees one frame and no past its last slice alone: two thirds would multiply zeros."""
    for module in vae.modules():
        if isinstance(module, WanCausalConv3d) and module.kernel_size[0] > 1 and module.stride[0] == 1:
            module.forward = partial(_flat_or_whole, module, module.forward)


def _flat_or_whole(
    module: nn.Conv3d, whole: Callable[..., Tensor], x: Tensor, cache_x: Tensor | None = None
) -> Tensor:
    if cache_x is not None or x.shape[2] > 1:
        return whole(x, cache_x)
    around = module.kernel_size[1] // 2
    flat = functional.conv2d(x[:, :, 0], module.weight[:, :, -1], module.bias, padding=around)
    return flat[:, :, None]


class Painter(nn.Module):
    """The decoder's half of an autoencoder: latents (B, C, T', H', W') to pictures, unclamped."""

    def __init__(self, vae: AutoencoderKLWan) -> None:
        super().__init__()
        self.post_quant_conv, self.decoder = vae.post_quant_conv, vae.decoder
        self._whole = (vae,)

    def forward(self, latents: Tensor) -> Tensor:
        """Give the frames of `latents`."""
        return decode_unclamped(self._whole[0], latents)


def train_decoder(
    team: Team, workdir: Path, recipe: DecoderRecipe, seconds: float, seed: int, start: Path | None
) -> None:
    """Train until `seconds` are spent in all; goes on from the last `decoder.pt`, else from `start`."""
    torch.manual_seed(seed)
    vae = begun_autoencoder(start)
    spread = torch.tensor(statistics_of(seed=seed).std).view(1, -1, 1, 1, 1)

    def loss_of(model: nn.Module, rng: np.random.Generator, progress: float) -> Tensor:
        codes, frames, weights = decoder_batch(
            recipe, course=course_at(recipe.courses, progress), rng=rng, seed=seed
        )
        noisy = codes + recipe.noise * spread * float(rng.random()) * torch.randn_like(codes)
        with torch.autocast("cpu", torch.bfloat16):
            painted = model(noisy)
        return painting_loss(painted.float(), frames=frames, weights=weights, recipe=recipe)

    def check(model: nn.Module) -> dict[str, float]:
        whole, subject = painting_db(model, seed=seed)
        return {"psnr": whole, "subject_psnr": subject}

    task = Task(
        stage="decoder",
        rates=recipe.rates,
        plain=("decoder.conv_out", "post_quant_conv"),
        average_decay=recipe.average_decay,
        loss_of=loss_of,
        check=check,
    )
    train(Painter(vae), task, team=team, workdir=workdir, seconds=seconds, seed=seed)


def decoder_batch(
    recipe: DecoderRecipe, *, course: Course, rng: np.random.Generator, seed: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw pieces: codes (B, C, t, s, s), frames (B, 3, T, h, w) in -1..1, weights (B, 1, T, h, w)."""
    codes, frames, weights = [], [], []
    length = course.length
    for _ in range(course.batch):
        scene = _rather_one_with_weather(rng, seed=seed)
        first = int(rng.integers(CODES_LONG - length + 1))
        row, column = _corner(scene, first=first, recipe=recipe, rng=rng)
        times = np.arange(first, first + length, dtype=np.float32) * TEMPORAL_FACTOR
        piece = encode_frames(scene, frames=times)
        codes.append(piece[:, :, row : row + recipe.side, column : column + recipe.side])
        clip = paint(
            scene,
            window=Window(
                frames=(first * TEMPORAL_FACTOR, (first + length - 1) * TEMPORAL_FACTOR + 1),
                rows=(row * SPATIAL_FACTOR, (row + recipe.side) * SPATIAL_FACTOR),
                columns=(column * SPATIAL_FACTOR, (column + recipe.side) * SPATIAL_FACTOR),
            ),
        )
        frames.append(clip.frames)
        # The sun is as small as a subject, and as easily missed; flakes and drops are smaller still.
        heavy = recipe.mask_weight * (clip.mask | clip.sun) + recipe.falling_weight * clip.falling
        weights.append(1.0 + heavy.astype(np.float32))
    return (
        torch.from_numpy(np.stack(codes)),
        to_unit_range(torch.from_numpy(np.stack(frames))),
        torch.from_numpy(np.stack(weights))[:, None],
    )


def painting_loss(painted: Tensor, *, frames: Tensor, weights: Tensor, recipe: DecoderRecipe) -> Tensor:
    """Differences of pixels, their squares, and differences of edges.

    `weights` (B, 1, T, h, w) are those of the pixels; edges weigh more.
    """
    weight = weights + recipe.edge_weight * _edges(frames)
    missed = (painted - frames).abs()
    loss: Tensor = (weight * (missed + recipe.square_weight * missed.square())).mean()
    # A single frame has no change in time.
    for axis in (axis for axis in (-1, -2, -3) if frames.shape[axis] > 1):
        change = painted.diff(dim=axis) - frames.diff(dim=axis)
        cut = weight.narrow(axis, 1, weight.shape[axis] - 1)
        loss = loss + recipe.gradient_weight * (cut * change.abs()).mean()
    return loss


def _edges(frames: Tensor) -> Tensor:
    """Where neighbours differ by more than shading does: 0 or 1, (B, 1, T, h, w)."""
    steep = torch.zeros_like(frames[:, :1])
    for axis in (-1, -2):
        change = (frames.diff(dim=axis).abs().amax(dim=1, keepdim=True) > STEEP).float()
        count = frames.shape[axis] - 1
        for side in (0, 1):
            steep.narrow(axis, side, count).copy_(torch.maximum(steep.narrow(axis, side, count), change))
    return steep


def _rather_one_with_weather(rng: np.random.Generator, *, seed: int) -> Scene:
    """Of two scenes the one in which something falls: half of all then are."""
    one, other = (scene_of(int(rng.integers(VALIDATION_FROM)), seed=seed) for _ in range(2))
    return other if one.concepts.weather is Weather.CLEAR else one


@torch.no_grad()
def painting_db(painter: nn.Module, *, seed: int) -> tuple[float, float]:
    """Measure the peak signal-to-noise ratio of whole pictures and of their subjects, in dB.

    One frame of each validation scene: a whole clip would cost as much as ten steps.
    """
    whole, subject = [], []
    for index in range(VALIDATION_FROM, VALIDATION_FROM + VALIDATION_CLIPS):
        scene = scene_of(index, seed=seed)
        latent = index % CODES_LONG
        frame = latent * TEMPORAL_FACTOR
        clip = paint(scene, window=Window(frames=(frame, frame + 1)))
        wanted = to_unit_range(torch.from_numpy(clip.frames))
        codes = encode_frames(scene, frames=np.asarray([frame], dtype=np.float32))
        with torch.autocast("cpu", torch.bfloat16):
            painted = painter(torch.from_numpy(codes)[None])[0]
        square = (painted.float().clamp(-1, 1) - wanted).square()
        whole.append(square.mean())
        subject.append(square[:, torch.from_numpy(clip.mask)].mean())
    # The range is 2, so the peak power is 4.
    return tuple(float(10 * torch.log10(4.0 / torch.stack(part).mean())) for part in (whole, subject))  # type: ignore[return-value]


def decode_unclamped(vae: AutoencoderKLWan, latents: Tensor) -> Tensor:
    """Do what `AutoencoderKLWan.decode` does, chunk by chunk, without its clamp.

    Source: diffusers 0.42.1, `AutoencoderKLWan._decode`.
    """
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


def _corner(scene: Scene, *, first: int, recipe: DecoderRecipe, rng: np.random.Generator) -> tuple[int, int]:
    """Choose the piece's first latent (row, column), mostly one that shows the subject or the sun."""
    last_row, last_column = HEIGHT // SPATIAL_FACTOR - recipe.side, WIDTH // SPATIAL_FACTOR - recipe.side
    drawn = rng.random()
    if drawn >= recipe.on_subject_share + recipe.on_sun_share:
        return int(rng.integers(last_row + 1)), int(rng.integers(last_column + 1))
    share = first / CODES_LONG
    begins, ends = (scene.start, scene.end) if drawn < recipe.on_subject_share else (scene.sun, scene.sun)
    centre = [
        begin + (end - begin - moved) * share
        for begin, end, moved in zip(begins, ends, scene.camera, strict=True)
    ]
    half = recipe.side / 2
    column = round(centre[0] / SPATIAL_FACTOR - half + float(rng.uniform(-1.5, 1.5)))
    row = round(centre[1] / SPATIAL_FACTOR - half + float(rng.uniform(-1.5, 1.5)))
    return min(max(row, 0), last_row), min(max(column, 0), last_column)

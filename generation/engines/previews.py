"""A small picture of a clip while it is made.

After a step by Euler from sigma to sigma' the clip that the model has in mind is `x' - sigma' * (x' - x) / (sigma' -
sigma)`, which shows shapes long before the noise is gone. One frame of it is decoded: a small part of what decoding
the clip costs, a few times in a clip. A linear map from channels to colours would cost nothing and was
tried: fitted to plain colours it shows wrong ones, because autoencoders are not linear where they were not trained.

Classes whose clips begin with a picture that they were given show a frame from behind it, for everybody knows the
picture. CogVideoX's schedulers say themselves what the model has in mind, HunyuanVideo 1.5 tells nobody of its
latents, and the places of a clip by `LTXConditionPipeline` stand each at a level of noise of its own, which only the
step is told: of these three the steps of the scheduler are watched. A preview that fails is left out, and so are
those after it: no take is lost for it.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeAlias

import torch
from PIL import Image
from torch import Tensor

from generation.engines import clip_decoding
from generation.engines.base import AnyFrame
from generation.engines.wan_decoding import wan_frames
from generation.spec import RenderSpec

logger = logging.getLogger(__name__)

# diffusers says no types.
Untyped: TypeAlias = Any
Levels: TypeAlias = "Callable[[int], tuple[float, float]]"

_PREVIEWS_PER_CLIP = 4
# With so few steps the clip is there before anybody has looked.
_FEWEST_STEPS = 8
_JPEG_QUALITY = 80
_WIDTH = 320
# In the latents of most classes time is the third axis; in those of CogVideoX the second.
_UNPACKED = 5
_BEGINS_WITH_A_PICTURE = frozenset(
    {
        "WanImageToVideoPipeline",
        "WanVACEPipeline",
        "LTXImageToVideoPipeline",
        "LTXConditionPipeline",
        "LTX2ImageToVideoPipeline",
        "LTX2ConditionPipeline",
        "CogVideoXImageToVideoPipeline",
        "HunyuanVideo15ImageToVideoPipeline",
    }
)


class Previews:
    """Looks at the latents of one clip as they come.

    Args:
        pipeline: whose clip it is.
        spec: of the clip.
        steps: that are walked.
    """

    def __init__(self, pipeline: Untyped, spec: RenderSpec, *, steps: int) -> None:
        self._pipeline = pipeline
        self._name = type(pipeline).__name__
        self._spec = spec
        self._steps = steps
        self._at = (
            {round(steps * part / (_PREVIEWS_PER_CLIP + 1)) for part in range(1, _PREVIEWS_PER_CLIP + 1)}
            if steps >= _FEWEST_STEPS
            else set()
        )
        self._size = (_WIDTH, max(1, round(_WIDTH * spec.height / spec.width)))
        self._before: Tensor | None = None
        self._picture: bytes | None = None

    def look(self, step: int, latents: Tensor, goes_on: Tensor, *, levels: Levels | None = None) -> None:
        """After `step` steps of the clip.

        Args:
            step: how many.
            latents: what the step gave, as the class has them.
            goes_on: what the next step begins with.
            levels: of noise before a step and after it; by default those of the class's own scheduler.
        """
        if self._is_watched:
            return
        if self._before is not None and step in self._at:
            before, after = (levels or self._levels)(step)
            self._show(_foreseen(self._before, latents, before, after))
        self._before = goes_on.detach()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Within it, the steps of a scheduler are watched where the class tells of no latents that say enough."""
        if not self._is_watched or not self._at:
            yield
            return
        scheduler = self._pipeline.scheduler
        real, done = scheduler.step, 0

        def step(*arguments: Untyped, **named: Untyped) -> Untyped:
            nonlocal done
            found = real(*arguments, **named)
            done += 1
            if done in self._at:
                self._show(self._of_scheduler(done, arguments, found, named))
            return found

        scheduler.step = step
        try:
            yield
        finally:
            # The class's own stands behind it.
            del scheduler.step

    def take(self) -> bytes | None:
        """The picture of the last look, once; None where there is none."""
        picture, self._picture = self._picture, None
        return picture

    @property
    def _is_watched(self) -> bool:
        return self._name.startswith(("CogVideoX", "HunyuanVideo15", "LTXConditionPipeline"))

    def _levels(self, step: int) -> tuple[float, float]:
        # A clip that begins from another one walks the last of them alone.
        sigmas = self._pipeline.scheduler.sigmas[-(self._steps + 1) :]
        return float(sigmas[step - 1]), float(sigmas[step])

    def _of_scheduler(
        self, step: int, arguments: tuple[Untyped, ...], found: Untyped, named: dict[str, Untyped]
    ) -> Tensor:
        clean: Tensor
        if self._name.startswith("CogVideoX"):
            clean = found[1]
            return clean
        if self._name == "LTXConditionPipeline":
            falls, _time, before = arguments
            levels = named["per_token_timesteps"] / self._pipeline.scheduler.config.num_train_timesteps
            clean = before + levels[..., None] * falls
            return clean
        return _foreseen(arguments[2], found[0], *self._levels(step))

    def _show(self, latents: Tensor) -> None:
        try:
            frame = self._frame(latents.float())
        except RuntimeError:
            # Too little memory beside the transformer, among others.
            logger.warning(
                "No previews of this clip: one of %s could not be decoded.", self._name, exc_info=True
            )
            self._at = set()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            return
        target = io.BytesIO()
        Image.fromarray(frame).resize(self._size, Image.Resampling.BICUBIC).save(
            target, "JPEG", quality=_JPEG_QUALITY
        )
        self._picture = target.getvalue()

    def _frame(self, latents: Tensor) -> AnyFrame:
        """One frame, uint8 (height, width, 3), of latents as the class has them."""
        # Autoencoders know a latent frame without one before it only in the first place.
        wanted = 2 if self._name in _BEGINS_WITH_A_PICTURE and self._spec.num_frames > 1 else 1
        pipeline, name = self._pipeline, self._name
        if name.startswith("Wan"):
            in_all = (self._spec.num_frames - 1) // pipeline.vae_scale_factor_temporal + 1
            # What a class looks at beside the clip stands before it.
            part = latents[:, :, latents.shape[2] - in_all :][:, :, :wanted]
            frames = wan_frames(pipeline.vae, part, on_chunk=_nobody)
        elif name.startswith("CogVideoX"):
            factor = pipeline.vae_scale_factor_temporal
            in_all = (self._spec.num_frames - 1) // factor + 1
            part = latents[:, latents.shape[1] - in_all :][:, :wanted]
            short = replace(self._spec, num_frames=(wanted - 1) * factor + 1)
            frames = clip_decoding.cogvideox_frames(pipeline, part, short, on_chunk=_nobody)
        elif name.startswith("LTX"):
            frames = self._ltx_frames(latents, wanted)
        else:
            frames = clip_decoding.hunyuan15_frames(pipeline, latents[:, :, :wanted], on_chunk=_nobody)
        *_before, last = frames
        return last

    def _ltx_frames(self, latents: Tensor, wanted: int) -> Iterator[AnyFrame]:
        pipeline = self._pipeline
        if latents.ndim != _UNPACKED:
            latents = clip_decoding.ltx_unpacked(pipeline, latents, self._spec)
        part = latents[:, :, :wanted]
        if not self._name.startswith("LTX2"):
            # Noise of its own: that of the clip is drawn from where its own generator stands.
            return clip_decoding.ltx_frames(
                pipeline, part, self._spec, generator=torch.Generator().manual_seed(0), on_chunk=_nobody
            )
        vae = pipeline.vae
        restored = pipeline._denormalize_latents(  # noqa: SLF001 - how they are scaled is the pipeline's to know
            part, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
        )
        return clip_decoding.ltx2_frames(pipeline, restored, on_chunk=_nobody)


def _foreseen(before: Tensor, after: Tensor, level: float, then: float) -> Tensor:
    """The clip that a model has in mind which went from one level of noise to another."""
    now = after.float()
    return now - then * (now - before.float()) / (then - level)


def _nobody(_done: int, _of: int) -> None:
    return None

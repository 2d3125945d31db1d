"""Known pictures in the latents of a flow-matching pipeline, without weights that were trained for it.

The noised picture of a known latent is `(1 - sigma) * known + sigma * noise` at every sigma. What is known is put
back after each step; what is not is denoised beside it and sees it through attention. A clip that begins from another
one starts at the sigma its strength stands for, with the other clip's latents noised that far.

Alone among noise, a few known frames are outvoted by the rest of the clip, for which the words decide first: it came
out in another place. So what is not known begins as what is known goes on standing still, under so much noise that
it may become anything that moves.

It is done here and not by WanVideoToVideoPipeline: that class takes the autoencoder's factor to be two to the number
of its levels, which is wrong for one that works on patches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import Tensor

from generation.engines.given import Given, KnownFrames
from generation.engines.part_of_the_way import PartOfTheWay
from generation.spec import RenderSpec

# diffusers says no types.
Untyped: TypeAlias = Any
# The strength of the beginning where frames are known. Looked at with the built-in model: at 0.85 and above it is
# still the words that choose the place; at 0.7 the pictures do, and at 0.6 it jumps less where they end, and moves.
_FROM_A_STILL = 0.6


class GivenLatents:
    """The pictures of `given` as latents of `pipeline`, and the noise that the clip is made of.

    Args:
        pipeline: a WanPipeline.
        spec: the clip, whose size and length the pictures fit.
        given: the pictures.
        generator: where the noise is drawn; the first of it is what a clip of words alone would begin with.
    """

    def __init__(self, pipeline: Untyped, spec: RenderSpec, given: Given, generator: torch.Generator) -> None:
        self._pipeline = pipeline
        self._spec = spec
        self._generator = generator
        self._known: list[tuple[slice, Tensor]] = []
        self._clean: Tensor | None = None
        self._noise = self._drawn()
        step = pipeline.vae_scale_factor_temporal
        for one in given.known:
            latents = self._encoded(one)
            first = one.at_frame // step + one.first_is_free
            self._known.append((slice(first, first + latents.shape[2]), latents))
        strength = 1.0
        if given.beginning is not None:
            self._clean = encoded(pipeline.vae, given.beginning.pictures).to(self._noise)
            strength = given.beginning.strength
        elif self._known:
            self._clean = self._standing_still()
            strength = _FROM_A_STILL
        self._way = PartOfTheWay.of(pipeline.scheduler, strength=strength, repeats=bool(self._known))
        # Once beforehand, to know how long it is; the pipeline does the same again.
        self._way.set_timesteps(spec.steps, device=self._noise.device)

    @property
    def steps(self) -> int:
        """Steps that are walked, which may be fewer or more than the spec's."""
        return len(self._way.walked)

    @property
    def walked(self) -> Sequence[tuple[float, float]]:
        """The level of noise before and after each step."""
        return self._way.walked

    @contextmanager
    def scheduled(self) -> Iterator[Tensor]:
        """Within it the pipeline walks this clip's way through the levels of noise; gives what it begins with."""
        own = self._pipeline.scheduler
        sigma, _after = self._way.walked[0]
        latents = self._noise if self._clean is None else (1 - sigma) * self._clean + sigma * self._noise
        self._pipeline.scheduler = self._way
        try:
            yield self._restored(latents, sigma)
        finally:
            self._pipeline.scheduler = own

    def after_step(self, done: int, latents: Tensor) -> Tensor:
        """`latents` after `done` steps, with what is known put back at the level of noise they have now.

        Where the way goes back to a noisier level, so do the latents, with noise of their own.
        """
        sigma = self._way.walked[done - 1][1]
        restored = self._restored(latents, sigma)
        if done == self.steps:
            return restored
        noisier = self._way.walked[done][0]
        if noisier == sigma:
            return restored
        kept = (1 - noisier) / (1 - sigma)
        added = (noisier**2 - (kept * sigma) ** 2) ** 0.5
        return self._restored(kept * restored + added * self._drawn(), noisier)

    def _restored(self, latents: Tensor, sigma: float) -> Tensor:
        if not self._known:
            return latents
        restored = latents.clone()
        for place, known in self._known:
            restored[:, :, place] = (1 - sigma) * known + sigma * self._noise[:, :, place]
        return restored

    def _standing_still(self) -> Tensor:
        """Every latent frame as the known one nearest to it in time; between two, as much of each as it is near."""
        known = {
            index: latents[:, :, at]
            for place, latents in self._known
            for at, index in enumerate(range(place.start, place.stop))
        }
        frames = []
        for index in range(self._noise.shape[2]):
            before = max((one for one in known if one <= index), default=None)
            after = min((one for one in known if one >= index), default=None)
            if before is None or after is None or before == after:
                only = after if before is None else before
                frames.append(known[only])  # type: ignore[index]  # something is known, on one side or the other
            else:
                share = (index - before) / (after - before)
                frames.append((1 - share) * known[before] + share * known[after])
        return torch.stack(frames, dim=2)

    def _encoded(self, one: KnownFrames) -> Tensor:
        latents = encoded(self._pipeline.vae, one.pictures).to(self._noise)
        # The first latent frame of a clip stands for one frame, the others for several: in the middle of a clip
        # there is none of the first kind.
        return latents[:, :, 1:] if one.first_is_free else latents

    def _drawn(self) -> Tensor:
        pipeline, spec = self._pipeline, self._spec
        drawn: Tensor = pipeline.prepare_latents(
            1,
            pipeline.transformer.config.in_channels,
            spec.height,
            spec.width,
            spec.num_frames,
            torch.float32,
            pipeline.device,
            self._generator,
        )
        return drawn


def encoded(vae: Untyped, pictures: Untyped) -> Tensor:
    """Latents, float32 (1, channels, time, height, width), as the transformer knows them, of uint8 pictures."""
    clip = torch.from_numpy(pictures).to(vae.device, vae.dtype).permute(3, 0, 1, 2)[None] / 127.5 - 1.0

    def per_channel(values: list[float]) -> Tensor:
        return torch.tensor(values, device=vae.device, dtype=torch.float32).view(1, -1, 1, 1, 1)

    with torch.inference_mode():
        latents = vae.encode(clip).latent_dist.mode().float()
    vae.clear_cache()
    normalised: Tensor = (latents - per_channel(vae.config.latents_mean)) / per_channel(
        vae.config.latents_std
    )
    return normalised.clone()

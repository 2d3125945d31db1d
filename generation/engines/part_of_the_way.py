"""The levels of noise a clip passes when it does not begin with noise alone."""

from __future__ import annotations

from typing import Any, TypeAlias

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor

# diffusers says no types.
Untyped: TypeAlias = Any

# Above it the model settles what is where, below it how that looks.
_SETTLED_AT = 0.6
# Measured with the first built-in model: three are not better than two.
_REPEATS = 2


class PartOfTheWay(FlowMatchEulerDiscreteScheduler):  # type: ignore[misc]  # diffusers says no types
    """Euler's steps over the last part of the levels of noise, some of them repeated.

    Steps are Euler's whatever the model came with: a scheduler that looks back at earlier steps would look at what
    stood there before known pictures were put back. Known pictures agree better with what is made beside them where
    the noisy steps are walked several times (Lugmayr et al., RePaint, arXiv 2201.09865, section 4.2).

    `walked` holds the level before and after each step.
    """

    strength = 1.0
    repeats = 1
    walked: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, scheduler: Untyped, *, strength: float, repeats: bool) -> PartOfTheWay:
        """The way of `scheduler`'s model; of strength 1 it is the whole one."""
        shift = scheduler.config.get("shift", scheduler.config.get("flow_shift", 1.0))
        way: PartOfTheWay = cls.from_config(scheduler.config, shift=shift)
        way.strength = strength
        way.repeats = _REPEATS if repeats else 1
        return way

    def set_timesteps(self, num_inference_steps: int, device: Untyped = None) -> None:
        super().set_timesteps(num_inference_steps, device=device)
        left_out = num_inference_steps - max(
            1, min(num_inference_steps, round(num_inference_steps * self.strength))
        )
        times: list[Tensor] = []
        walked: list[tuple[float, float]] = []
        for at in range(left_out, num_inference_steps):
            before, after = float(self.sigmas[at]), float(self.sigmas[at + 1])
            again = self.repeats if after > _SETTLED_AT else 1
            times += [self.timesteps[at]] * again
            walked += [(before, after)] * again
        self.walked = tuple(walked)
        self.timesteps: Tensor = torch.stack(times)
        self.sigmas: Tensor = torch.tensor([*(before for before, _after in walked), walked[-1][1]])
        self._done = 0

    def set_begin_index(self, begin_index: int = 0) -> None:
        super().set_begin_index(begin_index)
        self._done = begin_index

    def step(
        self, model_output: Tensor, _timestep: Untyped, sample: Tensor, **_options: Untyped
    ) -> tuple[Tensor]:
        """The sample after the next step of the way."""
        before, after = self.walked[self._done]
        self._done += 1
        return ((sample.float() + (after - before) * model_output.float()).to(model_output.dtype),)

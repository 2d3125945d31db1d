"""Muon for convolution and linear weights: momentum whose update has equal singular values.

Plain Adam learns the few strong directions of the small autoencoder first (sky over ground)
and takes thousands of steps to reach the weak ones (the object's colour); equal singular
values move them together.

Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024);
the scale that matches Adam's step is from Liu et al., arXiv 2502.16982.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from generation.training.checkpoints import rate_factor
from generation.training.parallel import MEETING_EVERY, Team

# Coefficients of the quintic iteration, from the first source.
QUINTIC = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
MATCH_ADAM = 0.2
FLAT = 2


@dataclass(frozen=True, slots=True)
class Rates:
    """Peak learning rates: `matrices` for Muon, `rest` for AdamW."""

    matrices: float
    rest: float
    weight_decay: float = 0.0


class OrthogonalMomentum(torch.optim.Optimizer):
    """Updates parameters of two or more dimensions, seen as (out, everything else)."""

    def __init__(
        self, params: Iterable[Tensor], *, lr: float, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take one step; a `closure` is not supported."""
        if closure is not None:
            raise ValueError("OrthogonalMomentum takes no closure")
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, gradient=parameter.grad, group=group)

    def _update(self, parameter: Tensor, *, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].lerp_(gradient, 1.0 - group["momentum"])
        ahead = torch.lerp(gradient, state["momentum"], group["momentum"])
        flat = ahead.reshape(ahead.shape[0], -1)
        scale = MATCH_ADAM * max(flat.shape) ** 0.5
        parameter.mul_(1.0 - group["lr"] * group["weight_decay"])
        parameter.add_(orthogonal(flat).reshape(parameter.shape), alpha=-group["lr"] * scale)


class Optimisers:
    """Muon for hidden matrices and AdamW for the rest, stepped and saved as one.

    `progress` is the share of the time budget that earlier starts have used.
    """

    def __init__(self, module: nn.Module, *, plain: tuple[str, ...], rates: Rates, progress: float) -> None:
        matrices, rest = split_parameters(module, plain=plain)
        self._trained = matrices + rest
        self._agreed, self._taken = progress, 0
        self._peaks = (rates.matrices, rates.rest)
        self._both: tuple[torch.optim.Optimizer, ...] = (
            OrthogonalMomentum(matrices, lr=rates.matrices, weight_decay=rates.weight_decay),
            torch.optim.AdamW(rest, lr=rates.rest, betas=(0.9, 0.99), weight_decay=0.0),
        )

    def step(self, loss: Tensor, *, progress: float, team: Team) -> float:
        """Go down the gradient of `loss`; give the progress the team last agreed on.

        Rates follow the agreed progress, so that they are the same in all processes.
        """
        for optimiser, peak in zip(self._both, self._peaks, strict=True):
            optimiser.zero_grad(set_to_none=True)
            for group in optimiser.param_groups:
                group["lr"] = peak * rate_factor(self._agreed)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._trained, 1.0)
        for optimiser in self._both:
            optimiser.step()
        self._taken += 1
        if self._taken % MEETING_EVERY == 0 or team.size == 1:
            self._agreed = team.average(self._trained, progress=progress)
        return self._agreed

    def state_dict(self) -> list[dict[str, Any]]:
        """Give what `load_state_dict` takes."""
        return [optimiser.state_dict() for optimiser in self._both]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Go on from saved states."""
        for optimiser, state in zip(self._both, states, strict=True):
            optimiser.load_state_dict(state)


def orthogonal(matrix: Tensor) -> Tensor:
    """Bring all singular values of float (m, n) near one, keeping the singular vectors."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix).bfloat16()
    x = x / (x.norm() + 1e-7)
    first, third, fifth = QUINTIC
    for _ in range(ITERATIONS):
        gram = x @ x.T
        poly = torch.addmm(gram, gram, gram, beta=third, alpha=fifth)
        x = torch.addmm(x, poly, x, beta=first)
    update: Tensor = (x.T if tall else x).float()
    return update


def split_parameters(module: nn.Module, *, plain: tuple[str, ...]) -> tuple[list[Tensor], list[Tensor]]:
    """Give (matrices for Muon, the rest for Adam); names containing one of `plain` are the rest.

    First and last layers, embeddings, gains and biases belong to Adam (first source).
    """
    matrices: list[Tensor] = []
    rest: list[Tensor] = []
    for name, parameter in module.named_parameters():
        if not parameter.requires_grad:
            continue
        hidden = parameter.dim() >= FLAT and min(parameter.shape[0], parameter[0].numel()) > FLAT
        (matrices if hidden and not any(part in name for part in plain) else rest).append(parameter)
    return matrices, rest

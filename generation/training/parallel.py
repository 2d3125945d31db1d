"""Trains on several single-threaded processes that average their weights every few steps.

On a few shared CPU cores this is faster than one process with several threads: threads
meet after every operation, so another program on one core holds all of them up thousands of
times a step; processes meet once in `MEETING_EVERY` steps and lose next to nothing.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec

import torch
from torch import Tensor, distributed
from torch.multiprocessing.spawn import spawn

MEETING_EVERY = 8

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Team:
    """One process's place among `size`; rank 0 keeps the log and the checkpoints."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def wait(self) -> None:
        """Go on when the whole team has come this far."""
        if self.size > 1:
            distributed.barrier()

    def average(self, parameters: Sequence[Tensor], *, progress: float) -> float:
        """Replace every parameter by its mean over the team and give the mean of `progress`.

        All members get the same numbers, so that they stop at the same step.
        """
        if self.size == 1:
            return progress
        sent = torch.cat([*(one.detach().reshape(-1) for one in parameters), torch.tensor([progress])])
        distributed.all_reduce(sent)
        sent /= self.size
        parts = sent.split_with_sizes([*(one.numel() for one in parameters), 1])
        for parameter, mean in zip(parameters, parts, strict=False):
            parameter.detach().copy_(mean.view(parameter.shape))
        return float(parts[-1])


def run_team(work: Callable[Concatenate[Team, P], None], *, size: int, arguments: tuple[object, ...]) -> None:
    """Call `work(team, *arguments)` in `size` processes and wait for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        spawn(  # type: ignore[no-untyped-call]
            _member, args=(work, size, str(meeting), arguments), nprocs=size
        )


def _member(
    rank: int,
    work: Callable[..., None],
    size: int,
    meeting: str,
    arguments: tuple[object, ...],
) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    torch.set_num_threads(1)
    # Gloo must not ask the machine's name service for an address.
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)
    try:
        work(Team(rank=rank, size=size), *arguments)
    finally:
        distributed.destroy_process_group()

"""One clip denoised by several devices: what each of their processes does, and the one that leads them.

Each process has the whole model and a share of the places of the clip; attention is exchanged between them (Ulysses,
by diffusers' `enable_parallelism` on torch's own process group). All walk the same steps from the same seed. After
each the leader says to all whether they go on, so that they stop after the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import distributed

from generation.engines.base import OnProgress, Progress
from generation.engines.followers import Followers
from generation.engines.given import Given
from generation.errors import MissingCapability
from generation.spec import RenderSpec

# diffusers says no types.
Untyped: TypeAlias = Any
# Weights of a large model take this long to be read from a slow disk by the others.
_JOINING = timedelta(minutes=30)
# The others are not proven here.
_DIVIDED = ("WanTransformer3DModel",)


class Stopped(Exception):
    """The leader said that the clip is wanted no more."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of `count` processes, the leader being number 0. They find each other by a file at `store`."""

    rank: int
    count: int
    store: Path

    def device(self) -> str:
        """Where its model goes.

        Raises:
            MissingCapability: there are fewer GPUs than members.
        """
        if not torch.cuda.is_available():
            return "cpu"
        if torch.cuda.device_count() < self.count:
            raise MissingCapability(
                f"devices: the model is set for {self.count} GPUs, and there are {torch.cuda.device_count()} here."
            )
        torch.cuda.set_device(self.rank)
        return f"cuda:{self.rank}"

    def join(self, transformers: list[Untyped]) -> None:
        """Wait for the others and divide the work of `transformers` among all.

        Raises:
            MissingCapability: the class or its number of heads cannot be divided so.
        """
        for one in transformers:
            name, heads = type(one).__name__, one.config.num_attention_heads
            if name not in _DIVIDED:
                raise MissingCapability(f"devices: {name} is computed on one device alone here.")
            if heads % self.count:
                raise MissingCapability(
                    f"devices: {heads} heads of attention cannot be divided by {self.count}."
                )
        from diffusers import ContextParallelConfig

        on_cuda = transformers[0].device.type == "cuda"
        distributed.init_process_group(
            "nccl" if on_cuda else "gloo",
            init_method=f"file://{self.store}",
            rank=self.rank,
            world_size=self.count,
            timeout=_JOINING,
        )
        with _processors_counted():
            for one in transformers:
                try:
                    one.enable_parallelism(config=ContextParallelConfig(ulysses_degree=self.count))
                except ValueError as error:
                    raise MissingCapability(f"devices: {error}") from error

    def agree(self, *, stop: bool = False) -> bool:
        """Say as the leader, or hear as another, whether all stop after this step."""
        device = "cpu" if distributed.get_backend() == "gloo" else f"cuda:{self.rank}"
        said = torch.tensor([int(stop)], device=device)
        distributed.broadcast(said, src=0)
        return bool(said.item())

    def follow(self, _progress: Progress) -> None:
        """Go on as the leader says after each step.

        Raises:
            Stopped: it says no.
        """
        if self.agree():
            raise Stopped


class Ring:
    """The leader with the processes that follow it. Where they lost each other, none of it can be used again."""

    def __init__(self, member: Member, followers: Followers) -> None:
        self.member = member
        self.is_broken = False
        self._followers = followers

    @contextmanager
    def led(self, spec: RenderSpec, given: Given, on_progress: OnProgress) -> Iterator[OnProgress]:
        """Within it the others denoise the same clip; gives what is to be told of steps."""
        self._followers.tell(spec, given)
        all_stop = False

        def told(progress: Progress) -> None:
            nonlocal all_stop
            try:
                on_progress(progress)
            except BaseException:
                self.member.agree(stop=True)
                all_stop = True
                raise
            self.member.agree()

        try:
            yield told
        except BaseException:
            # The others wait in the middle of a step for what will not come.
            self.is_broken = not all_stop
            raise

    def close(self) -> None:
        """End the others."""
        self._followers.close()
        if distributed.is_initialized():
            distributed.destroy_process_group()


@contextmanager
def _processors_counted() -> Iterator[None]:
    """On a machine without a GPU diffusers divides by the number of them."""
    if torch.cuda.is_available():
        yield
        return
    counted = torch.accelerator.device_count
    torch.accelerator.device_count = lambda: 1
    try:
        yield
    finally:
        torch.accelerator.device_count = counted

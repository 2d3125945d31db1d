"""Trains an adapter (LoRA) for a flow-matching transformer on a few clips, and takes it off again.

The weights stay as they are: only the adapter's matrices learn. At a level of noise sigma the model is shown
`(1 - sigma) * clip + sigma * noise` and told the trigger word, and is to answer `noise - clip`, as it was trained
itself; the levels are drawn evenly and shifted as the model's scheduler shifts them. One clip a step.

An adapter that was trained on a person is a likeness of that person: whatever ends the training, the matrices are
taken off, and that nothing is left of them is looked at before and after, as `generation.engines.adapters` does.

Source: Lipman et al., Flow Matching for Generative Modeling (ICLR 2023); Hu et al., LoRA (ICLR 2022).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, TypeAlias

import torch
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save as save_safetensors
from torch import Tensor

from generation.engines.adapters import laid_over, require_bare
from generation.engines.given import LaidOver
from generation.engines.training_pictures import training_clips
from generation.engines.wan_given import encoded
from generation.errors import LearnedNothing
from generation.training_spec import TrainedAdapter, TrainingPicture, TrainingSpec

# diffusers says no types.
Untyped: TypeAlias = Any
OnStep: TypeAlias = Callable[[int, float], None]

# Where a Wan transformer attends: to the clip and to the words.
_LAYERS = ("to_q", "to_k", "to_v", "to_out.0")
_NAME = "in_training"
_LONGEST_GRADIENT = 1.0
_MEASURED_AT = (0.2, 0.4, 0.6, 0.8)
_MOST_MEASURED = 8


def trained(
    pipeline: Untyped,
    spec: TrainingSpec,
    pictures: Sequence[TrainingPicture],
    *,
    max_sequence_length: int,
    on_step: OnStep,
) -> TrainedAdapter:
    """Train an adapter on `pictures`, which are wiped once they are read.

    Calls `on_step(step, loss)` after each step; an exception from there ends the training, and nothing is left of it.
    The same spec, pictures and weights give the same adapter on the same device.

    Raises:
        SourceUnreadable: a picture cannot be read.
        LearnedNothing: the loss stopped being a number, or the adapter changes nothing.
        AdapterUnusable: what came of it is not what renders take.
    """
    clips = training_clips(pictures, spec)
    for picture in pictures:
        picture.wipe()
    transformer = pipeline.transformer
    require_bare(transformer)
    latents = [encoded(pipeline.vae, clip) for clip in clips]
    lesson = _Lesson(pipeline, latents, _words(pipeline, spec.trigger, max_sequence_length))
    before = lesson.measured()
    with _adapter_on(transformer, spec) as matrices:
        _learn(lesson, matrices, spec, on_step)
        content = _as_file(transformer, spec)
    after = _checked(pipeline, lesson, content, before)
    return TrainedAdapter(bytearray(content), before, after)


class _Lesson:
    """What is to be learned: clips under one word."""

    def __init__(self, pipeline: Untyped, latents: Sequence[Tensor], words: Tensor) -> None:
        self._transformer = pipeline.transformer
        self._latents = latents
        self._words = words
        config = pipeline.scheduler.config
        self._levels = config.num_train_timesteps
        self._shift = float(config.get("flow_shift") or config.get("shift") or 1.0)
        self._device = pipeline.transformer.device
        self._dtype = pipeline.transformer.dtype

    @property
    def clips(self) -> int:
        return len(self._latents)

    def loss(self, clip: int, level: float, drawn: torch.Generator) -> Tensor:
        """How far the answer is off; `level` from 0 to 1 before it is shifted."""
        sigma = self._shift * level / (1 + (self._shift - 1) * level)
        clean = self._latents[clip].to(self._device)
        # Drawn on the CPU, so that every device sees the same.
        noise = torch.randn(clean.shape, generator=drawn).to(self._device)
        timestep = torch.tensor([sigma * self._levels], device=self._device)
        narrow = (
            torch.autocast(self._device.type, self._dtype) if self._device.type != "cpu" else nullcontext()
        )
        with narrow:
            answer = self._transformer(
                hidden_states=((1 - sigma) * clean + sigma * noise).to(self._dtype),
                timestep=timestep,
                encoder_hidden_states=self._words,
                return_dict=False,
            )[0]
        return torch.nn.functional.mse_loss(answer.float(), noise - clean)

    @torch.no_grad()
    def measured(self) -> float:
        """The mean loss over some clips at fixed levels with fixed noise: comparable from one time to the next."""
        drawn = torch.Generator("cpu").manual_seed(0)
        some = range(min(self.clips, _MOST_MEASURED))
        losses = [float(self.loss(clip, level, drawn)) for clip in some for level in _MEASURED_AT]
        return sum(losses) / len(losses)


def _words(pipeline: Untyped, trigger: str, max_sequence_length: int) -> Tensor:
    with torch.no_grad():
        words, _none = pipeline.encode_prompt(
            prompt=trigger,
            do_classifier_free_guidance=False,
            max_sequence_length=max_sequence_length,
            device=pipeline.transformer.device,
        )
    # A copy of its own: what was made for inference alone is not learned through.
    fresh: Tensor = words.to(pipeline.transformer.dtype).clone()
    return fresh


@contextmanager
def _adapter_on(transformer: Untyped, spec: TrainingSpec) -> Iterator[list[Tensor]]:
    """A fresh adapter on the weights for the length of the block; gives its matrices, which alone learn."""
    asked = {name: one.requires_grad for name, one in transformer.named_parameters()}
    on_cpu = transformer.device.type == "cpu"
    try:
        with torch.random.fork_rng(devices=[] if on_cpu else [transformer.device]):
            torch.manual_seed(spec.seed)
            transformer.add_adapter(
                LoraConfig(
                    r=spec.rank,
                    lora_alpha=spec.rank,
                    target_modules=list(_LAYERS),
                    init_lora_weights="gaussian",
                ),
                adapter_name=_NAME,
            )
        matrices = [one for name, one in transformer.named_parameters() if ".lora_" in name]
        for one in matrices:
            one.data = one.data.float()
        if not on_cpu:
            # A clip of full size does not fit beside its own gradients.
            transformer.enable_gradient_checkpointing()
        yield matrices
    finally:
        if not on_cpu:
            transformer.disable_gradient_checkpointing()
        if getattr(transformer, "peft_config", None):
            transformer.unload_lora()
        for name, one in transformer.named_parameters():
            one.grad = None
            one.requires_grad_(asked.get(name, True))
        require_bare(transformer)


def _learn(lesson: _Lesson, matrices: Sequence[Tensor], spec: TrainingSpec, on_step: OnStep) -> None:
    drawn = torch.Generator("cpu").manual_seed(spec.seed)
    optimizer = torch.optim.AdamW(matrices, lr=spec.learning_rate, weight_decay=1e-4)
    order: list[int] = []
    for step in range(1, spec.steps + 1):
        # Each clip once before any comes again.
        order = order or torch.randperm(lesson.clips, generator=drawn).tolist()
        loss = lesson.loss(order.pop(), float(torch.rand((), generator=drawn)), drawn)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch says no types
        torch.nn.utils.clip_grad_norm_(matrices, _LONGEST_GRADIENT)
        optimizer.step()
        said = loss.item()
        if not math.isfinite(said):
            raise LearnedNothing(f"At step {step} the loss was no number any more. Lower the learning rate.")
        on_step(step, said)


def _as_file(transformer: Untyped, spec: TrainingSpec) -> bytes:
    """The matrices as diffusers writes them for a pipeline, in float32."""
    matrices = get_peft_model_state_dict(transformer, adapter_name=_NAME)
    return save_safetensors(
        {
            f"transformer.{name}": one.detach().to("cpu", torch.float32).contiguous()
            for name, one in matrices.items()
        },
        metadata={
            "lora_adapter_metadata": json.dumps(
                {"transformer.r": spec.rank, "transformer.lora_alpha": spec.rank}
            )
        },
    )


def _checked(pipeline: Untyped, lesson: _Lesson, content: bytes, before: float) -> float:
    """The loss with the adapter laid over the way renders lay it, which refuses what is no number or does not fit."""
    with laid_over(pipeline, [LaidOver("The trained adapter", 1.0, bytearray(content))]):
        after = lesson.measured()
    if not math.isfinite(after):
        raise LearnedNothing("With the adapter the model gives no numbers. Lower the learning rate.")
    if after == before:
        raise LearnedNothing("The adapter changes nothing. Give it more steps, or a higher learning rate.")
    return after

"""Adapters change one render, and nothing after it."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from generation.engines.base import Frame, Progress
from generation.engines.diffusers_engine import DiffusersEngine
from generation.engines.given import Given, LaidOver
from generation.errors import AdapterUnusable
from tests.factories.adapters import as_file, matrices
from tests.factories.generation import spec


class _Enough(Exception):
    """Raised by a watcher to end a render."""


def _adapter(content: bytes, scale: float = 1.0) -> LaidOver:
    return LaidOver("a1", scale, bytearray(content))


def _frames(engine: DiffusersEngine, *adapters: LaidOver) -> Frame:
    given = Given(adapters=adapters)
    return np.stack(list(engine.render(spec(), on_progress=lambda _: None, given=given)))


def _of(engine: DiffusersEngine) -> dict[str, Tensor]:
    return matrices(engine._pipeline.transformer)


def test_an_adapter_changes_the_render_it_is_for_and_no_other(engine: DiffusersEngine) -> None:
    plain, laid = _frames(engine), _adapter(as_file(_of(engine)))

    changed = _frames(engine, laid)

    assert not np.array_equal(changed, plain)
    assert not any(laid.content)
    assert np.array_equal(_frames(engine), plain)
    assert not [name for name, _ in engine._pipeline.transformer.named_parameters() if "lora" in name]
    # The same again gives the same, none of it nothing.
    assert np.array_equal(_frames(engine, _adapter(as_file(_of(engine)))), changed)
    assert np.array_equal(_frames(engine, _adapter(as_file(_of(engine)), scale=0.0)), plain)


def test_scales_are_those_the_file_states(engine: DiffusersEngine) -> None:
    loud = _of(engine)
    halved = {key: one / 2 if ".lora_B." in key else one for key, one in loud.items()}
    stated = {"lora_adapter_metadata": json.dumps({"transformer.lora_alpha": 2, "transformer.r": 4})}
    alphas = {
        key.removesuffix(".lora_A.weight") + ".alpha": torch.tensor(2.0) for key in loud if "_A." in key
    }
    ways = (
        _adapter(as_file(halved)),
        _adapter(as_file(loud, metadata=stated)),
        _adapter(as_file(loud | alphas)),
        _adapter(as_file(loud), scale=0.5),
    )

    first, *others = (_frames(engine, one) for one in ways)

    for other in others:
        assert np.abs(other.astype(int) - first).max() <= 1


def test_two_adapters_lie_over_each_other(engine: DiffusersEngine) -> None:
    one, two = (as_file(matrices(engine._pipeline.transformer, seed=seed)) for seed in (5, 6))
    alone = _frames(engine, _adapter(one))

    both = _frames(engine, _adapter(one), _adapter(two))

    assert not np.array_equal(both, alone)
    assert np.array_equal(_frames(engine, _adapter(one), _adapter(two, scale=0.0)), alone)


def test_a_cancelled_render_leaves_nothing_of_it(engine: DiffusersEngine) -> None:
    plain, laid = _frames(engine), _adapter(as_file(_of(engine)))

    def cancel(progress: Progress) -> None:
        raise _Enough

    with pytest.raises(_Enough):
        list(engine.render(spec(), on_progress=cancel, given=Given(adapters=(laid,))))

    assert not any(laid.content)
    assert np.array_equal(_frames(engine), plain)


def _without_a_side(made: dict[str, Tensor]) -> dict[str, Tensor]:
    return dict(list(made.items())[:-1])


def _of_another_size(made: dict[str, Tensor]) -> dict[str, Tensor]:
    return {key: one.repeat(1, 2) if ".lora_A." in key else one for key, one in made.items()}


def _renamed(made: dict[str, Tensor]) -> dict[str, Tensor]:
    return {key.replace("blocks.0", "blocks.99"): one for key, one in made.items()}


def _with_no_number(made: dict[str, Tensor]) -> dict[str, Tensor]:
    return {key: torch.full_like(one, torch.nan) for key, one in made.items()}


def _with_more(made: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**made, "text_encoder.shared.weight": torch.zeros(2, 2)}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_without_a_side, "one matrix where there should be two"),
        (_of_another_size, "made for another model"),
        (_renamed, "no linear layer"),
        (_with_no_number, "numbers that are none"),
        (_with_more, "no matrix of a plain LoRA"),
        (lambda _: {}, "holds no matrices"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_laid(
    engine: DiffusersEngine, spoil: Callable[[dict[str, Tensor]], dict[str, Tensor]], why: str
) -> None:
    with pytest.raises(AdapterUnusable, match=why) as refusal:
        _frames(engine, _adapter(as_file(spoil(_of(engine)))))

    assert refusal.value.adapter == "a1"
    assert not hasattr(engine._pipeline.transformer, "peft_config")


@pytest.mark.parametrize(
    "stated",
    ["no json", '{"r": 0}', '{"rank_pattern": {"x": 2}}', '{"lora_alpha": "much"}', "[1]"],
)
def test_a_scale_that_is_none_is_refused(engine: DiffusersEngine, stated: str) -> None:
    content = as_file(_of(engine), metadata={"lora_adapter_metadata": stated})

    with pytest.raises(AdapterUnusable):
        _frames(engine, _adapter(content))


def test_a_file_that_breaks_off_is_refused(engine: DiffusersEngine) -> None:
    whole = as_file(_of(engine))
    for content in (whole[:-4], whole[:20], b"", b"\x80\x04pickle."):
        with pytest.raises(AdapterUnusable):
            _frames(engine, _adapter(content))

"""The training stages move the right weights and can go on where they stopped."""

import json
from pathlib import Path

import pytest
import torch

from generation.training.checkpoints import (
    Average,
    Budget,
    LossLog,
    load_checkpoint,
    rate_factor,
    save_checkpoint,
)
from generation.training.orthogonal import orthogonal, split_parameters
from generation.training.tokens import MAX_TOKENS, encode, open_tokenizer


def test_an_orthogonal_update_has_singular_values_near_one() -> None:
    torch.manual_seed(0)

    for shape in ((8, 40), (40, 8)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
        assert values.min() > 0.5
        assert values.max() < 1.4


def test_biases_and_named_layers_are_left_to_adam() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.Linear(8, 4))

    matrices, rest = split_parameters(module, plain=("1.",))

    assert [parameter.shape for parameter in matrices] == [(8, 8)]
    assert len(rest) == 3


def test_the_rate_rises_then_falls_to_its_floor() -> None:
    assert rate_factor(0.0) == 0.0
    assert rate_factor(0.01) == pytest.approx(1.0)
    assert rate_factor(0.5) > rate_factor(0.9) > rate_factor(1.0) == pytest.approx(0.02)


def test_averaged_weights_are_lent_and_taken_back() -> None:
    module = torch.nn.Linear(2, 2)
    average = Average(module, decay=0.5)
    own = module.weight.detach().clone()
    with torch.no_grad():
        module.weight.add_(1.0)
    average.update(module, step=100)

    with average.applied_to(module):
        torch.testing.assert_close(module.weight.detach(), own + 0.5)
    torch.testing.assert_close(module.weight.detach(), own + 1.0)


def test_a_checkpoint_is_read_back_and_leaves_no_partial_file(tmp_path: Path) -> None:
    path = tmp_path / "stage.pt"
    assert load_checkpoint(path) is None

    save_checkpoint(path, state={"step": 3, "weights": {"a": torch.ones(2)}})

    state = load_checkpoint(path)
    assert state is not None
    assert state["step"] == 3
    assert [entry.name for entry in tmp_path.iterdir()] == ["stage.pt"]


def test_the_budget_counts_earlier_starts() -> None:
    assert Budget(10.0, spent_before=10.0).progress == 1.0
    assert Budget(1e9, spent_before=5e8).progress == pytest.approx(0.5, abs=1e-3)


def test_the_loss_log_is_one_object_a_line(tmp_path: Path) -> None:
    log = LossLog(tmp_path / "log.jsonl")
    log.write(stage="vae", step=1, loss=0.1234567)
    log.write(stage="vae", step=2, loss=0.1)

    lines = [json.loads(line) for line in log.path.read_text().splitlines()]

    assert lines[0] == {"stage": "vae", "step": 1, "loss": 0.12346}
    assert len(lines) == 2


def test_any_text_fits_the_tokenizer_and_padding_is_masked(tmp_path: Path) -> None:
    tokenizer = open_tokenizer(tmp_path, seed=1)

    ids, mask = encode(tokenizer, ["", "A RED ball", "Ünïcode — 球 🎬 " * 20])

    assert ids.shape == mask.shape == (3, MAX_TOKENS)
    assert mask[0].sum() == 1
    assert int(ids.max()) < len(tokenizer)
    assert torch.equal(ids[1], encode(tokenizer, ["a red ball"])[0][0])
    assert not ids[mask == 0].any()

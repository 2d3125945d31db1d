"""The sketchbook's stages train what they are meant to, go on where they stopped, and make a folder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.training.autoencoder import (
    DecoderRecipe,
    Painter,
    build_autoencoder,
    decoder_batch,
    painting_loss,
    train_decoder,
)
from generation.training.checkpoints import load_checkpoint
from generation.training.codes import CODE_CHANNELS, CODE_SHAPE, OWN
from generation.training.distil import DistilRecipe, noise_grid, teacher_step
from generation.training.evaluation import Settings, folder_settings, generate, held_out_trials, load
from generation.training.folder import Defaults, assemble, write_folder
from generation.training.loop import Course, Task, course_at, train
from generation.training.model import TextToCodes
from generation.training.orthogonal import Rates
from generation.training.parallel import Team
from generation.training.scenes import FRAMES, HEIGHT, HELD_OUT, WIDTH
from generation.training.tokens import open_tokenizer
from generation.training.transformer import TransformerRecipe, channel_weights, noise_levels


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_the_decoder_starts_frame_by_frame_and_packs_sixteen_by_sixteen_pixels() -> None:
    torch.manual_seed(0)
    vae = build_autoencoder()
    codes = torch.randn(1, CODE_CHANNELS, 1, 2, 3).repeat(1, 1, 2, 1, 1)

    with torch.no_grad():
        painted = Painter(vae)(codes)
        again = vae.decode(codes).sample
        assert vae.encode(again).latent_dist.mean.shape == codes.shape

    assert painted.shape == (1, 3, 5, 32, 48)
    assert torch.allclose(painted[:, :, :1], painted, atol=1e-4)
    assert torch.allclose(painted.clamp(-1, 1), again, atol=1e-5)


def test_a_single_frame_is_painted_as_the_first_of_a_clip_and_so_are_its_gradients() -> None:
    torch.manual_seed(0)
    vae = build_autoencoder()
    for parameter in vae.decoder.parameters():
        # Looks at the past too: with no frame before the first they must not be seen.
        torch.nn.init.normal_(parameter, std=0.05)
    codes = torch.randn(1, CODE_CHANNELS, 1, 2, 3)

    flat = Painter(vae)(codes)
    flat.square().mean().backward()
    slopes = {name: one.grad.clone() for name, one in vae.decoder.named_parameters() if one.grad is not None}
    vae.zero_grad()
    for module in vae.modules():
        vars(module).pop("forward", None)
    whole = Painter(vae)(codes)
    whole.square().mean().backward()

    assert torch.allclose(flat, whole, atol=1e-4)
    for name, parameter in vae.decoder.named_parameters():
        if parameter.grad is not None:
            assert torch.allclose(slopes[name], parameter.grad, rtol=1e-3, atol=1e-5), name


def test_where_things_are_weighs_more_than_what_they_are() -> None:
    weights = channel_weights(((OWN, 6.0),))

    assert weights.shape == (CODE_CHANNELS, 1, 1, 1)
    assert set(weights[OWN].flatten().tolist()) == {6.0}
    assert weights.sum() == CODE_CHANNELS + 2 * 5.0


@pytest.mark.parametrize("shares", [(1.0, 0.0), (0.0, 1.0)])
def test_pieces_are_cut_where_there_is_something_to_learn(shares: tuple[float, float]) -> None:
    recipe = replace(DecoderRecipe(), on_subject_share=shares[0], on_sun_share=shares[1], side=5)
    course = Course(until=1.0, length=1, batch=24)

    _, _, weights = decoder_batch(recipe, course=course, rng=np.random.default_rng(3), seed=1)

    assert (weights.flatten(1).amax(dim=1) > 1.0).float().mean() > 0.8


def test_a_single_frame_has_a_loss_and_errors_on_the_subject_weigh_more() -> None:
    frames, weights = torch.zeros(1, 3, 1, 4, 4), torch.ones(1, 1, 1, 4, 4)
    weights[..., :2] = 4.0
    on_subject, beside = frames.clone(), frames.clone()
    on_subject[..., :2], beside[..., 2:] = 0.5, 0.5

    losses = [
        painting_loss(painted, frames=frames, weights=weights, recipe=DecoderRecipe()).item()
        for painted in (on_subject, beside, frames)
    ]

    assert losses[0] > losses[1] > losses[2] == 0.0


def test_an_edge_missed_weighs_more_than_as_much_missed_in_a_plain() -> None:
    frames, weights = torch.zeros(1, 3, 1, 6, 12), torch.ones(1, 1, 1, 6, 12)
    frames[..., 6:] = 1.0
    at_edge, in_plain = frames.clone(), frames.clone()
    at_edge[..., 6] -= 0.5
    in_plain[..., 10] -= 0.5
    recipe = replace(DecoderRecipe(), gradient_weight=0.0)

    missed = [
        painting_loss(painted, frames=frames, weights=weights, recipe=recipe).item()
        for painted in (at_edge, in_plain)
    ]

    assert missed[0] == pytest.approx(missed[1] * (1.0 + recipe.edge_weight))


def test_noise_passes_through_the_untrained_transformer() -> None:
    torch.manual_seed(0)
    model = TextToCodes()
    noise = torch.randn(2, CODE_CHANNELS, 2, 4, 4)

    with torch.no_grad():
        predicted = model(
            noise, sigma=torch.ones(2), ids=torch.zeros(2, 4).long(), mask=torch.ones(2, 4).long()
        )

    assert (predicted - noise).square().mean() < 0.2


def test_a_third_of_the_noise_levels_lies_where_only_words_can_decide() -> None:
    torch.manual_seed(0)
    recipe = TransformerRecipe()

    levels = noise_levels(4_000, recipe=recipe)
    usual = noise_levels(4_000, recipe=replace(recipe, blind=0.0))

    assert 0.0 < levels.min() < levels.max() <= 1.0
    assert (levels > 0.98).float().mean() - (usual > 0.98).float().mean() > 0.15


def test_a_teacher_that_always_says_the_same_is_followed_straight() -> None:
    recipe = DistilRecipe(guidance_scale=2.0, inner=3)
    grid = noise_grid(8, shift=6.0)
    nothing = (torch.zeros(1), torch.zeros(1))

    class Teacher(torch.nn.Module):
        def forward(
            self, noisy: torch.Tensor, *, sigma: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor
        ) -> torch.Tensor:
            return torch.ones_like(noisy) * (3.0 if ids.any() else 1.0)

    step = teacher_step(
        Teacher(),
        torch.randn(2, 1, 1, 1, 1),
        high=grid[:2],
        low=grid[1:3],
        asked=(torch.ones(1), nothing[1]),
        nothing=nothing,
        recipe=recipe,
    )

    assert len(grid) == 9
    assert grid[0] == 1.0
    assert grid[-1] == 0.0
    # Guided: 1 + 2 * (3 - 1).
    assert torch.allclose(step, torch.full_like(step, 5.0), atol=1e-4)


def test_courses_follow_each_other() -> None:
    courses = (Course(until=0.4, length=1, batch=8), Course(until=1.0, length=9, batch=2))

    assert [course_at(courses, progress).length for progress in (0.0, 0.39, 0.4, 1.0)] == [1, 1, 9, 9]


def test_a_stage_learns_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    torch.manual_seed(0)
    seen: list[float] = []

    def loss_of(model: torch.nn.Module, _rng: np.random.Generator, progress: float) -> torch.Tensor:
        seen.append(progress)
        loss: torch.Tensor = model(torch.ones(1, 4)).square().mean()
        return loss

    task = Task(
        stage="toy", rates=Rates(matrices=0.05, rest=0.05), plain=(), average_decay=0.9, loss_of=loss_of,
        check=lambda model: {"size": next(model.parameters()).detach().norm().item()},
    )  # fmt: skip
    model = torch.nn.Linear(4, 4)
    untrained = next(model.parameters()).detach().norm().item()
    train(model, task, team=Team(), workdir=tmp_path, seconds=0.3, seed=1)
    first = load_checkpoint(tmp_path / "toy.pt")
    started_again = len(seen)
    train(torch.nn.Linear(4, 4), task, team=Team(), workdir=tmp_path, seconds=0.6, seed=1)
    second = load_checkpoint(tmp_path / "toy.pt")

    assert first is not None
    assert second is not None
    assert second["step"] > first["step"] > 2
    assert seen[started_again] >= 0.4
    log = [json.loads(line) for line in (tmp_path / "loss_log.jsonl").read_text().splitlines()]
    assert {"toy"} == {entry["stage"] for entry in log}
    sizes = [entry["size"] for entry in log if "size" in entry]
    # Twice checked, with weights that moved from where they stood; how far depends on the machine's speed.
    assert len(sizes) == 2
    assert max(sizes) < untrained


def test_weights_that_are_gone_on_from_keep_their_words(tmp_path: Path) -> None:
    learnt = open_tokenizer(tmp_path / "start" / "tokenizer", seed=1).get_vocab()
    spelt = tmp_path / "start" / "tokenizer" / "tokenizer.json"
    said = json.loads(spelt.read_text())
    one, other = (word for word in learnt if word.endswith(("ball", "balloon")))
    # As if it had been learnt on another day.
    said["model"]["vocab"] |= {one: learnt[other], other: learnt[one]}
    spelt.write_text(json.dumps(said))

    goes_on = open_tokenizer(tmp_path / "goes-on", seed=1, start=tmp_path / "start").get_vocab()
    again = open_tokenizer(tmp_path / "goes-on", seed=1).get_vocab()

    assert goes_on == again == learnt | {one: learnt[other], other: learnt[one]}


def test_what_was_trained_becomes_a_folder_and_a_start(tmp_path: Path) -> None:
    tiny = replace(DecoderRecipe(), courses=(Course(until=1.0, length=1, batch=1),), side=2)
    train_decoder(Team(), tmp_path, tiny, 0.5, 1, None)
    defaults = Defaults(steps=1, guidance_scale=1.0)
    folder, again = tmp_path / "folder", tmp_path / "again"

    write_folder(assemble(tmp_path, start=None, defaults=defaults, seed=1), folder=folder, defaults=defaults)
    pipeline = load(folder)
    state = load_checkpoint(tmp_path / "decoder.pt")
    assert state is not None
    weight = state["average"]["decoder.conv_in.weight"]
    assert torch.allclose(pipeline.vae.decoder.conv_in.weight, weight, atol=1e-2)
    shutil.copytree(tmp_path / "tokenizer", again / "tokenizer")
    started = assemble(again, start=folder, defaults=defaults, seed=1)
    for part in ("vae", "transformer", "text_encoder"):
        mine, theirs = getattr(started, part).state_dict(), getattr(pipeline, part).state_dict()
        assert all(torch.equal(value.float(), theirs[name].float()) for name, value in mine.items())

    trials = held_out_trials(prompts=1)
    short = Settings(
        **{name: getattr(folder_settings(folder), name) for name in Settings.__dataclass_fields__}
    )
    clip = next(generate(pipeline, trials=trials, settings=short))
    assert clip.shape == (FRAMES, HEIGHT, WIDTH, 3)
    assert pipeline.vae.config.z_dim == CODE_SHAPE[0]
    assert trials[0].concepts in HELD_OUT or trials[0].concepts.weather != "clear"

"""A LoRA by which a model needs few steps: a part of its folder, added once, stated wherever the take is."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from django.conf import settings
from safetensors.torch import save_file

from core.clock import now
from core.ids import new_id
from generation.engines.base import Frame
from generation.engines.diffusers_engine import DiffusersEngine, load
from generation.engines.folder import check_folder, model_digest, write_lock
from generation.engines.given import Given, LaidOver
from generation.engines.speed_settings import speed_settings
from generation.errors import MissingCapability, RequestNotPossible, UnexpectedModelFile, WeightsAltered
from generation.model_defaults import model_defaults
from generation.operations.takes import request_take
from generation.queries import take_files
from generation.values import TakeState
from provenance import c2pa_gateway, keys
from tests.factories.generation import spec
from tests.factories.model_families import tiny_hunyuan15_folder
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

FILE = "distilled/few-steps.safetensors"
_LAYER = "blocks.0.attn1.to_q"
_WANTED = spec(steps=2, guidance_scale=1.0)


def _said(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "files": {"transformer": FILE},
        "scale": 0.5,
        "steps": 2,
        "guidance_scale": 1.0,
    }
    return whole | changes


def _matrices(
    named: str = f"transformer.{_LAYER}.lora_{{}}.weight", sides: tuple[str, str] = ("A", "B")
) -> dict[str, Any]:
    draw = torch.Generator().manual_seed(3)
    down, up = torch.randn(4, 32, generator=draw), torch.randn(32, 4, generator=draw)
    return {named.format(sides[0]): down, named.format(sides[1]): up}


def _distilled(
    pristine: Path,
    folder: Path,
    matrices: dict[str, Any] | None = None,
    **changes: Any,  # noqa: ANN401 - any field
) -> Path:
    shutil.copytree(pristine, folder)
    (folder / "distilled").mkdir()
    save_file(_matrices() if matrices is None else matrices, folder / FILE)
    said = {"distilled": _said(**changes), "effects": {"distilled": "not measured"}}
    (folder / "speed.json").write_text(json.dumps(said))
    write_lock(folder)
    return folder


def _frames(engine: DiffusersEngine, given: Given = Given()) -> Frame:  # noqa: B008 - it cannot be changed
    return np.stack(list(engine.render(_WANTED, on_progress=lambda _: None, given=given)))


class TestAdded:
    def test_it_is_the_same_as_the_matrices_added_by_hand(
        self, pristine_model: Path, tmp_path: Path, engine: DiffusersEngine
    ) -> None:
        distilled = load(_distilled(pristine_model, tmp_path / "model"), threads=2)
        by_hand = load(pristine_model, threads=2)
        down, up = _matrices().values()
        layer = by_hand._pipeline.transformer.get_submodule(_LAYER)
        with torch.no_grad():
            layer.weight += 0.5 * (up @ down)

        assert not any(".lora_" in name for name, _ in distilled._pipeline.transformer.named_parameters())
        weights = distilled._pipeline.transformer.get_submodule(_LAYER).weight
        assert torch.allclose(weights, layer.weight, atol=1e-5)
        assert not np.array_equal(_frames(distilled), _frames(engine))

    def test_the_names_that_makers_of_wan_give_its_layers_are_known(
        self, pristine_model: Path, tmp_path: Path
    ) -> None:
        theirs = _matrices("diffusion_model.blocks.0.self_attn.q.lora_{}.weight", ("down", "up"))
        ours = load(_distilled(pristine_model, tmp_path / "ours"), threads=2)
        made = load(_distilled(pristine_model, tmp_path / "theirs", theirs), threads=2)
        assert np.array_equal(_frames(ours), _frames(made))

    def test_an_adapter_is_laid_over_it_and_taken_off_again(
        self, pristine_model: Path, tmp_path: Path
    ) -> None:
        engine = load(_distilled(pristine_model, tmp_path / "model"), threads=2)
        before = _frames(engine)
        path = tmp_path / "adapter.safetensors"
        save_file(_matrices("blocks.1.attn1.to_k.lora_{}.weight"), path)
        adapter = LaidOver("Adapter 1", 1.0, bytearray(path.read_bytes()))

        assert not np.array_equal(_frames(engine, Given(adapters=(adapter,))), before)
        assert np.array_equal(_frames(engine), before)


class TestStated:
    def test_it_is_part_of_what_is_approved(self, pristine_model: Path, tmp_path: Path) -> None:
        folder = _distilled(pristine_model, tmp_path / "model")
        usual = model_defaults(folder)
        assert (usual.render.steps, usual.render.guidance_scale) == (2, 1.0)
        assert speed_settings(folder).lossy == (f"distilled to 2 steps by {FILE} at scale 0.5",)
        save_file(_matrices("blocks.1.attn1.to_k.lora_{}.weight"), folder / FILE)
        with pytest.raises(WeightsAltered, match="few-steps"):
            check_folder(folder)

    def test_a_take_has_its_steps_and_its_credential_says_so(
        self, committed_db: None, pristine_model: Path, tmp_path: Path
    ) -> None:
        folder = _distilled(pristine_model, tmp_path / "model")
        studio: Studio = a_studio(folder)
        assert studio.model.lock_sha256 == model_digest(folder)
        for field, value in (("steps", 3), ("guidance_scale", Decimal(3))):
            with pytest.raises(RequestNotPossible, match="distilled for it alone"):
                request_take(
                    an_order_for(studio, **{field: value}),
                    actor=studio.producer,
                    idempotency_key=str(new_id()),
                )
        order = an_order_for(studio, steps=2)

        card = rendered(request_take(order, actor=studio.producer, idempotency_key=str(new_id())), studio)

        assert card.state is TakeState.SIGNED, card.failure_message
        assert card.steps == 2
        assert "distilled to 2 steps" in str(card.fingerprint["lossy"])
        anchors = keys.load_trust_list(settings.KEYS_FOLDER, at=now()).anchors
        video = take_files(studio.organisation_id, card.id).video
        manifest: Any = c2pa_gateway.read(video, anchors=anchors).manifest()
        (model,) = (one["data"] for one in manifest["assertions"] if one["label"] == "org.countersign.model")
        assert model["lossy"] == [f"distilled to 2 steps by {FILE} at scale 0.5"]


class TestRefused:
    @pytest.mark.parametrize(
        "changes",
        [
            {"files": {}},
            {"files": {"vae": FILE}},
            {"files": {"transformer": "../few-steps.safetensors"}},
            {"files": {"transformer": "/etc/few-steps.safetensors"}},
            {"files": {"transformer": "distilled/few-steps.bin"}},
            {"files": {"transformer": "distilled/other.safetensors"}},
            {"steps": 0},
            {"steps": True},
            {"scale": 0},
            {"scale": "1"},
            {"guidance_scale": -1},
            {"strength": 1},
        ],
    )
    def test_what_says_nothing_usable_cannot_be_locked(
        self, pristine_model: Path, tmp_path: Path, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(UnexpectedModelFile, match="distilled"):
            _distilled(pristine_model, tmp_path / "model", **changes)

    @pytest.mark.parametrize(
        ("matrices", "told"),
        [
            (_matrices("transformer.blocks.9.attn1.to_q.lora_{}.weight"), "blocks.9"),
            ({"transformer.blocks.0.attn1.to_q.weight": torch.zeros(32, 32)}, "cannot be added"),
            (
                {
                    f"transformer.{_LAYER}.lora_A.weight": torch.zeros(4, 16),
                    f"transformer.{_LAYER}.lora_B.weight": torch.zeros(32, 4),
                },
                "cannot be added",
            ),
            (
                {
                    f"transformer.{_LAYER}.lora_A.weight": torch.full((4, 32), float("nan")),
                    f"transformer.{_LAYER}.lora_B.weight": torch.ones(32, 4),
                },
                "cannot be added",
            ),
        ],
    )
    def test_a_file_that_is_not_for_the_model_is_refused_when_it_is_loaded(
        self, pristine_model: Path, tmp_path: Path, matrices: dict[str, Any], told: str
    ) -> None:
        with pytest.raises(MissingCapability, match=told):
            load(_distilled(pristine_model, tmp_path / "model", matrices), threads=2)

    def test_so_is_one_for_a_transformer_that_is_not_there_or_a_class_that_takes_none(
        self, pristine_model: Path, tmp_path: Path
    ) -> None:
        both = {"files": {"transformer": FILE, "transformer_2": FILE}}
        with pytest.raises(MissingCapability, match="needed for transformer, and for no other"):
            load(_distilled(pristine_model, tmp_path / "wan", **both), threads=2)
        other = tiny_hunyuan15_folder(tmp_path / "plain")
        with pytest.raises(MissingCapability, match="HunyuanVideo15Pipeline takes no LoRA"):
            load(_distilled(other, tmp_path / "hunyuan"), threads=2)

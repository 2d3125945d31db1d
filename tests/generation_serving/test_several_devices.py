"""One clip by two processes on processors: the same clip, stopped together, and lost together."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.torch import save_file

from generation.engines.base import Loaded, Progress, Stage
from generation.engines.diffusers_engine import load
from generation.engines.folder import size_limits, write_lock
from generation.engines.given import WORDS_ALONE, Beginning, Given, KnownFrames, LaidOver
from generation.engines.spawned import Device, Patience
from generation.errors import (
    AdapterUnusable,
    DeviceLost,
    MissingCapability,
    SizeNotPossible,
    UnexpectedModelFile,
)
from tests.factories.generation import spec
from tests.factories.model_families import tiny_ltx_folder

pytestmark = pytest.mark.slow
PATIENCE = Patience(render_s=300, grace_s=60)
_PICTURES = np.random.default_rng(5).integers(0, 256, (17, 64, 96, 3), dtype=np.uint8)


class Enough(Exception):
    """Whoever wanted the render wants it no more."""


def _set_for(pristine: Path, folder: Path, devices: int, **settings: Any) -> Path:  # noqa: ANN401 - any setting
    shutil.copytree(pristine, folder)
    said = {**settings, "devices": devices}
    effects = dict.fromkeys(said, "not measured")
    (folder / "speed.json").write_text(json.dumps({**said, "effects": effects}))
    write_lock(folder)
    return folder


@pytest.fixture(scope="module")
def folder(pristine_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _set_for(pristine_model, tmp_path_factory.mktemp("two") / "model", 2)


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    device = Device()
    yield device
    device.kill()


def _loaded(device: Device, folder: Path) -> Loaded:
    return device.load(folder, threads=1, patience=PATIENCE, meanwhile=lambda: None)


def _frames(loaded: Loaded, given: Given = WORDS_ALONE) -> np.ndarray[Any, Any]:
    return np.stack(list(loaded.engine.render(spec(), on_progress=lambda _: None, given=given)))


def _others(device: Device) -> list[int]:
    """The processes beside the one at the first device."""
    found = Path(f"/proc/{device.pid}/task/{device.pid}/children").read_text().split()
    return [
        int(one)
        for one in found
        if b"generation.engines.follower" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]


def _adapter(path: Path, layer: str = "blocks.1.attn1.to_k") -> LaidOver:
    import torch

    draw = torch.Generator().manual_seed(3)
    # Strong ones make so much of the last bit, which sums in another order differ in, that it shows.
    down, up = 0.3 * torch.randn(4, 32, generator=draw), 0.3 * torch.randn(32, 4, generator=draw)
    save_file({f"{layer}.lora_A.weight": down, f"{layer}.lora_B.weight": up}, path)
    return LaidOver("Adapter 1", 1.0, bytearray(path.read_bytes()))


class TestTwo:
    def test_make_the_clip_of_one_whatever_is_given(
        self, device: Device, folder: Path, pristine_model: Path, tmp_path: Path
    ) -> None:
        loaded, alone = _loaded(device, folder), load(pristine_model, threads=1)
        first = Given(known=(KnownFrames(_PICTURES[:1], 0, False),))
        for given in (Given(), first, Given(beginning=Beginning(_PICTURES, 0.5))):
            expected = np.stack(list(alone.render(spec(), on_progress=lambda _: None, given=given)))
            assert np.abs(_frames(loaded, given).astype(int) - expected).max() <= 1
        expected = np.stack(
            list(
                alone.render(
                    spec(),
                    on_progress=lambda _: None,
                    given=Given(adapters=(_adapter(tmp_path / "one.safetensors"),)),
                )
            )
        )
        laid = _frames(loaded, Given(adapters=(_adapter(tmp_path / "two.safetensors"),)))
        assert np.abs(laid.astype(int) - expected).max() <= 1
        # Nothing of the adapter is left with either.
        assert np.abs(_frames(loaded).astype(int) - laid).max() > 1
        assert len(_others(device)) == 1
        assert loaded.engine.fingerprint()["devices"] == "2"
        assert loaded.savings == ()

    @pytest.mark.parametrize("stage", list(Stage))
    def test_stop_together_and_go_on_with_the_next_clip(
        self, device: Device, folder: Path, stage: Stage
    ) -> None:
        loaded, pid = _loaded(device, folder), device.pid
        expected = _frames(loaded)
        seen: list[Progress] = []

        def enough(latest: Progress) -> None:
            seen.append(latest)
            if latest.stage is stage and latest.step == 2:
                raise Enough

        with pytest.raises(Enough):
            list(loaded.engine.render(spec(), on_progress=enough))

        assert np.array_equal(_frames(loaded), expected)
        assert device.pid == pid

    def test_one_that_is_lost_is_a_lost_device_and_both_start_anew(
        self, device: Device, folder: Path
    ) -> None:
        loaded, pid = _loaded(device, folder), device.pid
        expected = _frames(loaded)
        (other,) = _others(device)

        def killed(latest: Progress) -> None:
            if latest.step == 2:
                os.kill(other, signal.SIGKILL)

        with pytest.raises(DeviceLost):
            list(loaded.engine.render(spec(steps=200), on_progress=killed))

        assert np.array_equal(_frames(_loaded(device, folder)), expected)
        assert device.pid != pid

    def test_that_were_refused_in_the_middle_of_it_start_anew(
        self, device: Device, folder: Path, tmp_path: Path
    ) -> None:
        loaded = _loaded(device, folder)
        expected = _frames(loaded)
        unfit = Given(adapters=(_adapter(tmp_path / "unfit.safetensors", "blocks.7.attn1.to_k"),))

        with pytest.raises(AdapterUnusable):
            _frames(loaded, unfit)

        assert np.array_equal(_frames(_again(device, folder)), expected)

    def test_the_other_ends_with_the_first(self, folder: Path, pristine_model: Path) -> None:
        device = Device()
        try:
            _frames(_loaded(device, folder))
            (other,) = _others(device)
            _loaded(device, pristine_model)
            assert not Path(f"/proc/{other}").exists()
            _frames(_loaded(device, folder))
            (other,) = _others(device)
        finally:
            device.kill()
        _wait_until_gone(other)


class TestRefused:
    def test_a_clip_that_cannot_be_shared_evenly(self, device: Device, folder: Path) -> None:
        odd = spec(width=80, height=48, delivered_width=160, delivered_height=96)
        with pytest.raises(SizeNotPossible, match="75, 2 devices can share evenly"):
            size_limits(folder).check(odd)

    def test_a_model_that_cannot_be_divided_says_why(
        self, device: Device, pristine_model: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(MissingCapability, match="2 heads of attention cannot be divided by 3"):
            _loaded(device, _set_for(pristine_model, tmp_path / "three", 3))
        ltx = _set_for(tiny_ltx_folder(tmp_path / "ltx"), tmp_path / "two", 2)
        with pytest.raises(MissingCapability, match="LTXVideoTransformer3DModel is computed on one device"):
            _loaded(device, ltx)
        with pytest.raises(MissingCapability, match="led by the process at the first"):
            load(ltx)

    @pytest.mark.parametrize("beside", [{"compile": True}, {"offload": "leaf"}, {"fp8": True}])
    def test_settings_of_one_device_are_not_for_several(
        self, pristine_model: Path, tmp_path: Path, beside: dict[str, Any]
    ) -> None:
        with pytest.raises(UnexpectedModelFile, match="is for one device, and not for 2"):
            _set_for(pristine_model, tmp_path / "model", 2, **beside)


def _again(device: Device, folder: Path) -> Loaded:
    """The model after the process ended on its own, which the next order may still find on its way out."""
    try:
        return _loaded(device, folder)
    except DeviceLost:
        return _loaded(device, folder)


def _wait_until_gone(pid: int) -> None:
    import time

    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    pytest.fail("It runs on without the one it follows.")


_MEMBER = """
import os, sys, torch
from torch import distributed
from generation.engines.child import is_of_the_device
rank = int(sys.argv[1])
distributed.init_process_group("gloo", init_method=f"file://{sys.argv[2]}", rank=rank, world_size=2)
distributed.all_reduce(torch.ones(1))
if rank:
    os._exit(0)
try:
    while True:
        distributed.all_reduce(torch.ones(1))
except RuntimeError as error:
    print(is_of_the_device(error), is_of_the_device(RuntimeError("shapes of 3 and 4 cannot be joined")))
"""


def test_an_exchange_with_one_that_is_gone_is_a_lost_device_also_before_anybody_noticed(
    tmp_path: Path,
) -> None:
    """Beside the test above, in which the process that watches the other is mostly the first to notice."""
    members = [
        subprocess.Popen(
            [sys.executable, "-c", _MEMBER, str(rank), str(tmp_path / "store")],
            stdout=subprocess.PIPE,
            env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for rank in range(2)
    ]
    said, _ = members[0].communicate(timeout=120)
    members[1].communicate(timeout=120)
    assert said.split() == [b"True", b"False"]

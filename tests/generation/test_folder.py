from __future__ import annotations

import json
import os
import pickle
import sys
from pathlib import Path

import pytest

from core.errors import StudioError
from generation.engines.folder import LOCK_NAME, check_folder, model_digest, size_limits, write_lock
from generation.errors import (
    CodeInModelFolder,
    LockMissing,
    PickleWeights,
    SizeNotPossible,
    UnexpectedModelFile,
    UnknownPipeline,
    WeightsAltered,
)
from tests.factories.generation import spec

TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors"


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.system, ("touch /tmp/countersign-pickle-ran",))


def _change_index(folder: Path, **components: object) -> None:
    path = folder / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **components}))


class TestCheck:
    def test_accepts_a_locked_folder_and_names_it_by_digest(self, model: Path) -> None:
        checked = check_folder(model)

        assert checked.lock_sha256 == model_digest(model)
        assert checked.family.pipeline == "WanPipeline"

    def test_refuses_a_folder_without_a_lock(self, model: Path) -> None:
        (model / LOCK_NAME).unlink()

        with pytest.raises(LockMissing):
            check_folder(model)

    def test_names_the_file_whose_bytes_changed(self, model: Path) -> None:
        path = model / TRANSFORMER
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(bytes(content))

        with pytest.raises(WeightsAltered) as refusal:
            check_folder(model)

        assert refusal.value.file == TRANSFORMER
        assert refusal.value.extensions()["file"] == TRANSFORMER

    def test_names_a_file_that_was_added(self, model: Path) -> None:
        (model / "vae" / "more.safetensors").write_bytes(b"")

        with pytest.raises(WeightsAltered, match=r"vae/more\.safetensors: not listed"):
            check_folder(model)

    def test_names_a_file_that_is_missing(self, model: Path) -> None:
        (model / "vae" / "config.json").unlink()

        with pytest.raises(WeightsAltered, match="missing"):
            check_folder(model)

    def test_notices_a_change_after_the_first_check_even_with_the_old_times(self, model: Path) -> None:
        path = model / TRANSFORMER
        check_folder(model)
        before = path.stat()
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(bytes(content))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

        with pytest.raises(WeightsAltered):
            check_folder(model)

    def test_recheck_notices_a_change_between_check_and_load(self, model: Path) -> None:
        checked = check_folder(model)
        (model / TRANSFORMER).write_bytes(b"other weights")

        with pytest.raises(WeightsAltered):
            checked.recheck()

    def test_the_digest_does_not_depend_on_where_the_folder_lies(
        self, pristine_model: Path, model: Path
    ) -> None:
        assert check_folder(model).lock_sha256 == check_folder(pristine_model).lock_sha256


class TestAttacks:
    """Every folder here is locked after the attack where that is possible: a lock does not make it safe."""

    @pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "x.pt", "x.ckpt", "x.PTH", "x.pkl"])
    def test_refuses_pickled_weights_without_reading_them(self, model: Path, name: str) -> None:
        (model / "transformer" / name).write_bytes(pickle.dumps(_Bomb()))

        with pytest.raises(PickleWeights, match=name):
            check_folder(model)
        with pytest.raises(PickleWeights):
            write_lock(model)

        assert not Path("/tmp/countersign-pickle-ran").exists()  # noqa: S108 - the bomb's own target

    @pytest.mark.parametrize("name", ["pipeline.py", "transformer/model.py", "vae/fast.so"])
    def test_refuses_code(self, model: Path, name: str) -> None:
        (model / name).write_text("raise SystemExit")

        with pytest.raises(CodeInModelFolder, match=name):
            check_folder(model)

    def test_refuses_a_pipeline_of_its_own(self, model: Path) -> None:
        _change_index(model, _class_name=["pipeline", "MyPipeline"])

        with pytest.raises(UnknownPipeline, match="MyPipeline"):
            write_lock(model)

    @pytest.mark.parametrize(
        "component",
        [["os", "system"], ["diffusers", "AutoencoderKL"], ["my_module", "WanTransformer3DModel"]],
    )
    def test_refuses_a_component_class_that_is_not_listed(self, model: Path, component: list[str]) -> None:
        _change_index(model, transformer=component)

        with pytest.raises(UnknownPipeline, match="transformer may not be"):
            write_lock(model)

    def test_refuses_a_component_the_pipeline_does_not_have(self, model: Path) -> None:
        _change_index(model, helper=["os", "system"])

        with pytest.raises(UnknownPipeline, match="no component"):
            write_lock(model)

    def test_refuses_a_pointer_to_remote_code(self, model: Path) -> None:
        path = model / "text_encoder" / "config.json"
        path.write_text(
            json.dumps({**json.loads(path.read_text()), "auto_map": {"AutoModel": "evil--model"}})
        )

        with pytest.raises(CodeInModelFolder, match="auto_map"):
            write_lock(model)

    def test_refuses_links(self, model: Path, tmp_path: Path) -> None:
        outside = tmp_path / "outside.safetensors"
        (model / TRANSFORMER).rename(outside)
        (model / TRANSFORMER).symlink_to(outside)

        with pytest.raises(UnexpectedModelFile, match="a link"):
            check_folder(model)

    def test_refuses_files_of_unknown_kinds(self, model: Path) -> None:
        (model / "weights.gguf").write_bytes(b"GGUF")

        with pytest.raises(UnexpectedModelFile):
            check_folder(model)

    @pytest.mark.parametrize(
        "shard", ["../../other.safetensors", "/etc/other.safetensors", "gone.safetensors"]
    )
    def test_refuses_an_index_of_weights_that_leads_out_of_the_folder(self, model: Path, shard: str) -> None:
        (model / "transformer" / "diffusion_pytorch_model.safetensors.index.json").write_text(
            json.dumps({"metadata": {}, "weight_map": {"proj_out.weight": shard}})
        )

        with pytest.raises(UnexpectedModelFile, match="no file beside it"):
            write_lock(model)

    @pytest.mark.parametrize("part", ["text_encoder/pytorch_model.bin", "vae/diffusion_pytorch_model.bin"])
    def test_refuses_pickles_in_any_part(self, model: Path, part: str) -> None:
        (model / part).write_bytes(pickle.dumps(_Bomb()))

        with pytest.raises(PickleWeights):
            write_lock(model)

    def test_imports_nothing_that_the_index_names(self, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # diffusers refuses such a pair as well, after it has imported the module.
        (model.parent / "countersign_bomb.py").write_text("raise SystemExit('imported')")
        monkeypatch.syspath_prepend(str(model.parent))
        _change_index(model, transformer=["countersign_bomb", "WanTransformer3DModel"])

        with pytest.raises(UnknownPipeline):
            write_lock(model)
        assert "countersign_bomb" not in sys.modules

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"_class_name": null}'])
    def test_explains_an_unreadable_index(self, model: Path, content: str) -> None:
        (model / "model_index.json").write_text(content)

        with pytest.raises(StudioError):
            write_lock(model)


class TestSizes:
    @pytest.mark.parametrize(
        ("field", "given", "nearest"),
        [
            ("width", 100, "96 or 112"),
            ("width", 0, "16"),
            ("height", 72, "64 or 80"),
            ("height", 100000, "4096"),
            ("num_frames", 16, "13 or 17"),
            ("num_frames", 0, "1"),
            ("num_frames", 1001, "257"),
        ],
    )
    def test_refuses_and_names_the_nearest(
        self, pristine_model: Path, field: str, given: int, nearest: str
    ) -> None:
        limits = size_limits(pristine_model)

        with pytest.raises(SizeNotPossible) as refusal:
            limits.check(spec(**{field: given}))

        assert refusal.value.field == field
        assert refusal.value.allowed.endswith(f"nearest {nearest}")

    def test_refuses_a_delivered_size_that_is_no_whole_multiple(self, pristine_model: Path) -> None:
        with pytest.raises(SizeNotPossible, match="delivered_width"):
            size_limits(pristine_model).check(spec(delivered_width=200))

"""What a model's class can do, told without loading it, and held against the class itself."""

from __future__ import annotations

import inspect
import io
import json
import subprocess
import sys
from pathlib import Path

import diffusers
import pytest
from django.core.management import call_command

from generation.engines.capabilities import capabilities, parameters
from generation.engines.families import FAMILIES
from tests.factories.hosted import a_hosted_folder


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_read_of_a_class_is_its_signature(name: str) -> None:
    signature = inspect.signature(getattr(diffusers, name).__call__)

    assert parameters(FAMILIES[name]) == signature.parameters.keys()


def test_a_model_says_what_it_can_do_and_what_nobody_knows(model: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("models", "check", str(model), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["pipeline"], told["told_by"]) == ("WanPipeline", "callback")
    assert told["made_from"] == ["beginning", "first_frame", "known_frames", "last_frame"]
    assert told["frames"] == "4k+1 up to 257"
    assert told["min_vram_mb"] == "unknown"

    defaults = json.loads((model / "defaults.json").read_text())
    needs = [{"pixels": 832 * 480 * 81, "vram_mb": 16000}]
    (model / "defaults.json").write_text(json.dumps({**defaults, "min_vram_mb": needs}))
    call_command("models", "lock", str(model), stdout=out)
    out = io.StringIO()
    call_command("models", "check", str(model), stdout=out)
    assert "16000" in out.getvalue()
    assert "16000 MiB" in capabilities(model).memory_said
    assert capabilities(a_hosted_folder(tmp_path / "reel", 8000)).told_by == "polling"


def test_telling_it_imports_neither_torch_nor_diffusers(pristine_model: Path) -> None:
    code = (
        "import sys; sys.path[:0] = ['platform', '.'];"
        "from pathlib import Path; from generation.engines.capabilities import capabilities;"
        f"capabilities(Path({str(pristine_model)!r}));"
        "sys.exit(any(name in sys.modules for name in ('torch', 'diffusers', 'transformers')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

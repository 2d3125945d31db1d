"""`manage.py demo` as a newcomer meets it: a data folder of its own, real processes, nothing there before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.embedded.watching import commands_mentioning

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

MANAGE = [sys.executable, str(settings.PROJECT_FOLDER / "manage.py")]


@dataclass(frozen=True)
class Newcomer:
    folder: Path
    model: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return subprocess.run(
            [*MANAGE, *arguments],
            env=own | {"COUNTERSIGN_DATA": str(self.folder), "COUNTERSIGN_MODEL_FOLDER": str(self.model)},
            cwd=settings.PROJECT_FOLDER,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def newcomer(pristine_model: Path) -> Iterator[Newcomer]:
    # Short, because a unix socket's path must be.
    folder = Path(tempfile.mkdtemp(prefix="cs-demo-"))
    folder.chmod(0o711)
    yield Newcomer(folder=folder / "var", model=pristine_model)
    shutil.rmtree(folder, ignore_errors=True)


def _answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_it_makes_a_trusted_take_refuses_its_twin_and_leaves_no_process(newcomer: Newcomer) -> None:
    done = newcomer.run("demo", "--json", "--out", str(newcomer.folder.parent / "out"))

    assert done.returncode == 0, done.stderr
    answer = _answer(done)
    video = settings.PROJECT_FOLDER / answer["video"]
    assert answer.keys() == {
        *("take", "video", "state", "decision", "manifest_id", "bundle", "trust"),
        *("signer_anchor", "log_size", "seconds"),
    }
    assert answer["state"] == "trusted"
    assert video.read_bytes()[4:8] == b"ftyp"
    assert (
        (settings.PROJECT_FOLDER / answer["signer_anchor"]).read_text().startswith("-----BEGIN CERTIFICATE")
    )
    assert answer["log_size"] > 5
    assert {"denoise", "decode", "encode", "sign", "take", "total"} <= answer["seconds"].keys()
    assert "Refused" in done.stdout
    assert "TVT-01" in done.stdout
    assert "Cure:" in done.stdout
    assert not commands_mentioning(str(newcomer.folder))

    again = newcomer.run("demo", "--json", "--prompt", "a blue box [/] over the meadow")
    verified = newcomer.run("verify", str(settings.PROJECT_FOLDER / _answer(again)["video"]), "--json")

    assert again.returncode == 0, again.stderr
    assert "Passed over: blue, box, meadow" in again.stdout
    assert _answer(verified)["state"] == "trusted"


def test_it_says_what_is_wrong_with_a_prompt_nobody_can_use(newcomer: Newcomer) -> None:
    done = newcomer.run("demo", "--json", "--prompt", "")

    assert done.returncode != 0
    assert "prompt" in done.stderr
    assert "Traceback" not in done.stderr

"""A real PKCS#11 token for tests: SoftHSM2, in a folder of this run's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
MODULE = next((Path(place) for place in _PLACES if Path(place).exists()), None)
PIN = "1234"

needs_softhsm = pytest.mark.skipif(
    MODULE is None or shutil.which("softhsm2-util") is None,
    reason="SoftHSM is not installed (Debian: apt-get install softhsm2): keys in a token are not tested",
)


@dataclass(frozen=True, slots=True)
class TokenBox:
    """A SoftHSM with two tokens, `studio` and `spare`, both with the PIN of `pin_file`."""

    module: Path
    pin_file: Path
    folder: Path


def make_token_box(folder: Path) -> TokenBox:
    """Tokens for this process and its children; once in a process, because the module reads its settings once."""
    if MODULE is None:
        pytest.skip("SoftHSM is not installed")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    for label in ("studio", "spare"):
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "4321", "--pin", PIN],
            check=True,
            capture_output=True,
        )
    return TokenBox(MODULE, secret_file(folder / "pin", PIN), folder)


def secret_file(path: Path, text: str) -> Path:
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)
    return path

"""The list of parts holds everything that is pinned, in the versions that are installed, and hangs together."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def test_every_pinned_package_is_in_it_with_what_it_needs_and_the_libraries_it_brings(tmp_path: Path) -> None:
    written = tmp_path / "sbom.json"

    subprocess.run([sys.executable, ROOT / "tools" / "sbom.py", "--output", written], check=True)

    document = json.loads(written.read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    parts = {one["bom-ref"]: one for one in document["components"]}
    assert len(parts) == len(document["components"])
    stated = {one["name"].lower().replace("_", "-"): one["version"] for one in parts.values()}
    lines = (line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines())
    for requirement in (Requirement(line) for line in lines if line and not line.startswith("-")):
        if requirement.marker is None or requirement.marker.evaluate():
            name = requirement.name.lower().replace("_", "-")
            assert stated[name] == metadata.version(requirement.name), name
    needed = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    assert set(needed) == {"countersign", *parts}
    assert {one for several in needed.values() for one in several} <= set(parts)
    assert "pkg:pypi/sqlparse" in " ".join(needed[f"pkg:pypi/django@{stated['django']}"])
    # What no scanner of packages sees.
    brought = [file["name"] for one in parts.values() for file in one.get("components", ())]
    assert any("libavcodec" in name for name in brought)
    assert any("c2pa" in name for name in brought)
    # Tools of tests are no part of the product.
    assert "pytest" not in stated

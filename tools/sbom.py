"""The parts of the product as it is installed, in CycloneDX 1.6 JSON: `make sbom`.

What requirements.txt names and everything that these need, from the installed packages themselves: what is in the
environment and not in here belongs to tests and checks. Shared libraries that a wheel brings along (FFmpeg, the C2PA
library, PostgreSQL) are listed under it with the digests by which they were installed, because scanners of packages
do not see them.

Source: CycloneDX 1.6 (ECMA-424); PyPA specification of RECORD files; purl specification, type `pypi`.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import uuid4

from packaging.requirements import InvalidRequirement, Requirement

ROOT = Path(__file__).resolve().parent.parent
_NATIVE = re.compile(r"\.(so|dylib|dll|pyd)(\.[0-9.]+)?$")


class NotInstalled(Exception):
    """A package that requirements.txt names is not there, or another version of it is."""


def bill_of_materials(requirements: Path) -> dict[str, Any]:
    """The document for what `requirements` names, as installed.

    Raises:
        NotInstalled: see there.
    """
    wanted = list(_pinned(requirements))
    found: dict[str, metadata.Distribution] = {}
    needs: dict[str, list[str]] = {}
    waiting = [(requirement.name, requirement.extras) for requirement in wanted]
    while waiting:
        name, extras = waiting.pop()
        key = _key(name)
        if key in found and not extras:
            continue
        installed = _distribution(name)
        found[key] = installed
        needed = [one for one in _needed(installed, extras) if _is_installed(one.name)]
        needs[key] = sorted({*needs.get(key, ()), *(_key(one.name) for one in needed)})
        waiting += [(one.name, one.extras) for one in needed if _key(one.name) not in found or one.extras]
    for requirement in wanted:
        _check(requirement, found[_key(requirement.name)])
    references = {key: _purl(one) for key, one in found.items()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": "countersign",
                "name": "countersign",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": [_component(found[key], references[key]) for key in sorted(found)],
        "dependencies": [
            {"ref": "countersign", "dependsOn": sorted(references[_key(one.name)] for one in wanted)},
            *(
                {"ref": references[key], "dependsOn": [references[one] for one in needs[key]]}
                for key in sorted(found)
            ),
        ],
    }


def _pinned(requirements: Path) -> Iterator[Requirement]:
    for line in requirements.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if not text or text.startswith("-"):
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def _distribution(name: str) -> metadata.Distribution:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise NotInstalled(f"{name} is not installed: run make setup.") from error


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _check(requirement: Requirement, installed: metadata.Distribution) -> None:
    if not requirement.specifier.contains(installed.version, prereleases=True):
        raise NotInstalled(f"{requirement} is wanted, and {installed.version} is installed: run make setup.")


def _needed(installed: metadata.Distribution, extras: set[str]) -> Iterator[Requirement]:
    for text in installed.requires or ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        chosen = ("", *sorted(extras))
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in chosen):
            yield requirement


def _component(installed: metadata.Distribution, reference: str) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference,
        "name": installed.metadata["Name"],
        "version": installed.version,
        "purl": reference,
    }
    if licences := _licences(installed):
        component["licenses"] = licences
    if native := list(_native(installed, reference)):
        component["components"] = native
    return component


def _licences(installed: metadata.Distribution) -> list[dict[str, Any]]:
    if expressions := installed.metadata.get_all("License-Expression"):
        return [{"expression": expressions[0]}]
    named = [
        one.rpartition(" :: ")[2]
        for one in installed.metadata.get_all("Classifier") or ()
        if one.startswith("License :: ")
    ]
    said = (installed.metadata.get_all("License") or [""])[0].strip()
    # Some put the whole text of the licence there.
    names = named or ([said] if said and "\n" not in said else [])
    return [{"license": {"name": name}} for name in names]


def _native(installed: metadata.Distribution, reference: str) -> Iterator[dict[str, Any]]:
    for file in installed.files or ():
        if not _NATIVE.search(file.name):
            continue
        component: dict[str, Any] = {"type": "file", "bom-ref": f"{reference}#{file}", "name": str(file)}
        if file.hash is not None and file.hash.mode == "sha256":
            digest = base64.urlsafe_b64decode(file.hash.value + "=" * (-len(file.hash.value) % 4))
            component["hashes"] = [{"alg": "SHA-256", "content": digest.hex()}]
        yield component


def _purl(installed: metadata.Distribution) -> str:
    return f"pkg:pypi/{_key(installed.metadata['Name'])}@{installed.version}"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--output", type=Path, help="file to write; otherwise it is printed")
    asked = parser.parse_args()
    try:
        document = bill_of_materials(ROOT / "requirements.txt")
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps(document, indent=2)
    if asked.output is None:
        print(text)
    else:
        asked.output.write_text(text + "\n", encoding="utf-8")
        print(f"{asked.output}: {len(document['components'])} packages", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

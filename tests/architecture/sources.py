"""The project's own files, as the architecture tests read them."""

from __future__ import annotations

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "platform"
OUTER_PACKAGES = ("licensing", "provenance", "generation")
_TREES = ("platform", *OUTER_PACKAGES, "tests", "bench", "tools")


def files(*suffixes: str) -> list[Path]:
    """Files with one of `suffixes` in the project's own trees, vendored ones left out."""
    found = [path for tree in _TREES for path in sorted((ROOT / tree).rglob("*")) if path.suffix in suffixes]
    found += [path for path in sorted(ROOT.glob("*")) if path.suffix in suffixes]
    return [path for path in found if not {"vendor", "__pycache__"} & set(path.parts)]


def product_modules() -> list[Path]:
    """Python files that ship: no tests, no measurements."""
    return [
        path
        for path in files(".py")
        if path.relative_to(ROOT).parts[0] in ("platform", *OUTER_PACKAGES, "tools", "manage.py")
    ]


def packages() -> set[str]:
    """Every importable top-level package of the product."""
    inner = {path.parent.name for path in PLATFORM.glob("*/__init__.py")}
    return inner | {name for name in OUTER_PACKAGES if (ROOT / name / "__init__.py").exists()}


@functools.cache
def layers() -> list[set[str]]:
    """The layers of the import contract, highest first."""
    contracts = _pyproject()["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one["name"] == "Apps only import downwards")
    return [{name.strip() for name in layer.split("|")} for layer in contract["layers"]]


def rank(package: str) -> int:
    """How high `package` stands; strangers in one layer share a rank."""
    for height, names in enumerate(reversed(layers())):
        if package in names:
            return height
    raise KeyError(package)


def imported_packages(path: Path) -> Iterator[str]:
    """Top-level names of everything `path` imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name.split(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.split(".")[0]
            case _:
                pass


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

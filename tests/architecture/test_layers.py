from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

import pytest
from django.apps import apps
from django.db import models

from tests.architecture import sources
from tests.architecture.sources import ROOT

_LINTER = Path(sys.executable).with_name("lint-imports")


def _lint(folder: Path, python_path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_LINTER, "--no-cache"],
        cwd=folder,
        env=dict(os.environ) | {"PYTHONPATH": python_path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_contract_is_kept() -> None:
    linted = _lint(ROOT, f"{ROOT / 'platform'}{os.pathsep}{ROOT}")

    assert linted.returncode == 0, linted.stdout
    assert "0 broken" in linted.stdout


def test_the_linter_notices_an_import_upwards(tmp_path: Path) -> None:
    for package in sources.packages():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "core" / "__init__.py").write_text("import config\n")
    quoted = ", ".join(f'"{name}"' for name in sorted(sources.packages()))
    layers = ", ".join(f'"{" | ".join(sorted(layer))}"' for layer in sources.layers())
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.importlinter]\nroot_packages = [{quoted}]\n"
        f'[[tool.importlinter.contracts]]\nname = "layers"\ntype = "layers"\nlayers = [{layers}]\n'
    )

    linted = _lint(tmp_path, str(tmp_path))

    assert linted.returncode != 0
    assert "core is not allowed to import config" in linted.stdout


def test_every_package_stands_in_the_contract() -> None:
    in_contract = {name for layer in sources.layers() for name in layer}

    assert sources.packages() == in_contract


def test_no_contract_has_an_exception() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_platform_is_a_source_root_and_shadows_nothing() -> None:
    import platform

    assert not (ROOT / "platform" / "__init__.py").exists()
    assert Path(platform.__file__).parent == Path(os.__file__).parent


@pytest.mark.parametrize(
    ("package", "doors"),
    [
        ("c2pa", ["provenance/c2pa_gateway.py", "provenance/sdk/"]),
        ("torch", ["generation/engines/", "generation/training/"]),
        ("diffusers", ["generation/engines/", "generation/training/"]),
        ("transformers", ["generation/engines/", "generation/training/"]),
    ],
)
def test_heavy_and_risky_packages_have_one_door(package: str, doors: list[str]) -> None:
    importers = [
        str(path.relative_to(ROOT))
        for path in sources.product_modules()
        if package in sources.imported_packages(path)
    ]

    assert importers, "the check would pass for a package nobody imports"
    assert [path for path in importers if not path.startswith(tuple(doors))] == []


@pytest.mark.slow
def test_the_web_process_loads_no_model_library() -> None:
    code = (
        "import sys, config.wsgi\n"
        "from django.urls import get_resolver\n"
        "assert get_resolver().url_patterns\n"
        "print(sorted({'torch', 'diffusers', 'transformers', 'celery'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=dict(os.environ) | {"PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )

    # Celery is there: it shows that the list would name what was loaded.
    assert done.stdout.strip() == "['celery']"


# A string: Django's fields take type arguments only from the type checker's point of view.
Reference: TypeAlias = (
    "models.ForeignKey[models.Model, models.Model] | models.ManyToManyField[models.Model, models.Model]"
)


def _foreign_keys() -> list[Reference]:
    ours = sources.packages()
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ours
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
    ]


def test_foreign_keys_point_downwards() -> None:
    keys = _foreign_keys()

    upwards = [
        f"{key.model._meta.label}.{key.name} -> {key.related_model._meta.label}"
        for key in keys
        if key.related_model._meta.app_label in sources.packages()
        and key.related_model._meta.app_label != key.model._meta.app_label
        and sources.rank(key.related_model._meta.app_label) >= sources.rank(key.model._meta.app_label)
    ]

    assert keys
    assert upwards == []


def test_foreign_keys_across_apps_give_nothing_back() -> None:
    visible = [
        f"{key.model._meta.label}.{key.name}"
        for key in _foreign_keys()
        if key.related_model._meta.app_label != key.model._meta.app_label
        # The one for people is Django's own field on its own mixin.
        and not key.model._meta.label.startswith("accounts.User")
        and not (key.remote_field.related_name or "").endswith("+")
    ]

    assert visible == []

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture import sources
from tests.architecture.sources import ROOT

LONGEST = 400
# One file that a stranger can read and run alone.
LONGEST_SINGLE_FILE_TOOL = {"tools/verify_evidence.py": 600}

# Alone they say nothing; as a verb in front or a noun at the end neither. `data folder` and `this process` do.
BANNED_ALONE = {"utils", "helpers", "common", "manager", "handle", "process", "data", "info", "do"}
BANNED_FIRST = {"handle", "do"}
BANNED_LAST = {"utils", "util", "helpers", "helper", "common", "manager", "data", "info"}
# Names that Django and the standard library's servers give to what a subclass must define.
GIVEN_NAMES = {"handle", "process_exception", "process_view", "process_request", "get_context_data"} | {
    "do_GET",
    "do_POST",
    "handle_error",
    "handle_raw_input",
}


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources.files(".py", ".html", ".js", ".css")
        # Written by makemigrations; nobody may split the one that creates an app.
        if path.parent.name != "migrations"
    }

    too_long = {
        name: lines for name, lines in lengths.items() if lines > LONGEST_SINGLE_FILE_TOOL.get(name, LONGEST)
    }

    assert len(lengths) > 100
    assert too_long == {}


def _sql_files() -> list[Path]:
    return [path for path in sources.files(".sql") if not path.name.endswith(".down.sql")]


def test_every_sql_file_has_a_way_back() -> None:
    without = [path for path in _sql_files() if not path.with_suffix(".down.sql").exists()]
    orphans = [
        path
        for path in sources.files(".sql")
        if path.name.endswith(".down.sql") and not path.with_name(path.name.replace(".down", "")).exists()
    ]

    assert _sql_files()
    assert without + orphans == []


def test_every_sql_file_is_run_by_a_migration_beside_it() -> None:
    unused = []
    for path in _sql_files():
        migrations = "".join(
            migration.read_text(encoding="utf-8") for migration in path.parents[1].glob("[0-9]*.py")
        )
        if f'"{path.stem}"' not in migrations:
            unused.append(path)

    assert unused == []


def _says_nothing(name: str) -> bool:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")
    words = snake.removesuffix("demo_data").rstrip("_").split("_")
    return snake in BANNED_ALONE or words[0] in BANNED_FIRST or words[-1] in BANNED_LAST


def _defined_names(path: Path) -> list[str]:
    names = [path.stem]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ClassDef(name=name, bases=bases):
                # Django's word for what a model is asked through.
                if not any("Manager" in ast.unparse(base) for base in bases):
                    names.append(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name not in GIVEN_NAMES:
                    names.append(name)
            case _:
                pass
    return names


def test_names_say_something() -> None:
    empty = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources.product_modules()
        for name in _defined_names(path)
        if _says_nothing(name)
    ]

    assert empty == []


@pytest.mark.parametrize("name", ["do_it", "DataManager", "string_utils", "handle_request", "process"])
def test_empty_names_would_be_noticed(name: str) -> None:
    assert _says_nothing(name)


def test_packages_have_an_empty_init() -> None:
    filled = [
        path
        for path in sources.product_modules()
        # Django looks for models in `models` itself, nowhere below it.
        if path.name == "__init__.py" and path.parent.name != "models" and path.read_text().strip()
    ]

    assert filled == []

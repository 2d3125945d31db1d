"""docs/threat-model.md names tests; a name that leads nowhere would be a promise nobody keeps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT

_MODEL = ROOT / "docs" / "threat-model.md"
_NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)((?:::[A-Za-z0-9_]+)+)`")
_THREAT = re.compile(r"^### (\d+)\. .+ \([STRIDE]\)$", re.MULTILINE)
_GRADE = re.compile(r"\*\*Grade: (covered|partly|not yet)\.\*\*")
THREATS = 25


def _threats() -> dict[int, str]:
    """The text below each threat's heading, by its number."""
    text = _MODEL.read_text(encoding="utf-8")
    found = list(_THREAT.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    # The last one ends where the next chapter begins.
    return {
        int(one[1]): text[one.end() : end].split("\n## ")[0] for one, end in zip(found, ends, strict=True)
    }


def _named_tests() -> list[tuple[str, str]]:
    return _NAMED.findall(_MODEL.read_text(encoding="utf-8"))


def _defined(path: str) -> Iterator[str]:
    """Every test of a file as pytest names it, without its parameters."""
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                yield f"::{name}"
            case ast.ClassDef(name=name, body=body):
                yield from (f"::{name}::{one.name}" for one in body if isinstance(one, ast.FunctionDef))
            case _:
                pass


def test_every_threat_is_there_once() -> None:
    assert list(_threats()) == list(range(1, THREATS + 1))


@pytest.mark.parametrize("number", range(1, THREATS + 1))
def test_every_threat_has_one_grade_and_what_is_covered_a_test(number: int) -> None:
    text = _threats()[number]

    (grade,) = _GRADE.findall(text)
    tests = _NAMED.findall(text)
    assert bool(tests) == (grade != "not yet")
    # Whoever reads that something is only partly covered is told what is missing.
    assert grade != "partly" or "*Missing:" in text


@pytest.mark.parametrize(("path", "name"), _named_tests())
def test_every_named_test_exists(path: str, name: str) -> None:
    assert (ROOT / path).exists(), f"{path} is gone; which test covers the threat now?"
    assert name in set(_defined(path)), f"{path}{name} is gone; which test covers the threat now?"


def test_no_name_is_spelt_so_that_it_would_not_be_looked_for() -> None:
    text = _MODEL.read_text(encoding="utf-8")

    assert text.count("::test_") == len(_named_tests()) > THREATS

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator

from config.problem_types import PROBLEMS
from core.errors import StudioError
from tests.architecture import sources
from tests.architecture.sources import PLATFORM, ROOT


def _import_everything_that_defines_refusals() -> None:
    for path in sources.product_modules():
        if "(StudioError)" in path.read_text(encoding="utf-8") or path.name == "errors.py":
            base = PLATFORM if path.is_relative_to(PLATFORM) else ROOT
            importlib.import_module(".".join(path.relative_to(base).with_suffix("").parts))


def _leaves(kind: type[StudioError]) -> Iterator[type[StudioError]]:
    below = [one for one in kind.__subclasses__() if not one.__module__.startswith("tests")]
    if not below:
        yield kind
    for one in below:
        yield from _leaves(one)


def test_every_refusal_is_a_registered_problem() -> None:
    _import_everything_that_defines_refusals()

    leaves = list(_leaves(StudioError))
    unregistered = [leaf.__qualname__ for leaf in leaves if not set(leaf.__mro__) & set(PROBLEMS)]

    assert len(leaves) > 20
    assert unregistered == []


def test_every_problem_has_a_slug_of_its_own() -> None:
    repeated = [
        slug for slug, times in Counter(problem.slug for problem in PROBLEMS.values()).items() if times > 1
    ]

    assert repeated == []


def test_the_root_itself_is_no_problem() -> None:
    # It would swallow every refusal that nobody registered.
    assert StudioError not in PROBLEMS

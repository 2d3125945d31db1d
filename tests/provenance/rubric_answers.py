"""The C2PA conformance programme's rubrics, asked about a file; see rubrics/README.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import c2pa
import yaml

from provenance.manifest import MEDIA_TYPE
from provenance.sdk.contexts import opened_context
from provenance.trust_list import Anchor
from tests.provenance.json_formula import Scope, compiled, truthy

RUBRICS = Path(__file__).parent / "rubrics"
CONFORMANCE, INTEGRITY, SIGNALS = (
    "asset-rubric-conformance0.2-spec2.4",
    "asset-rubric-integrity",
    "asset-rubric-signals-local",
)
Json = Any


def crjson_of(path: Path, anchors: Sequence[Anchor], *, media_type: str = MEDIA_TYPE) -> Json:
    """The file's credential in C2PA's interchange form."""
    with (
        path.open("rb") as stream,
        opened_context(anchors) as context,
        c2pa.Reader(media_type, stream, context=context) as reader,
    ):
        return json.loads(reader.crjson())


def rubric_answers(rubric: str, subject: Json) -> dict[str, bool]:
    """Each statement of the rubric by id: whether it holds (or, in the signals rubric, is there)."""
    head, statements = yaml.safe_load_all((RUBRICS / f"{rubric}.yml").read_text(encoding="utf-8"))
    scope = Scope(
        current=subject,
        variables={**head["variables"], "$expected_spec_version": "2.4"},
        functions={name: compiled(body) for name, body in head["expressions"].items()},
    )
    results = {}
    for statement in statements:
        answer = truthy(compiled(statement["expression"])(scope))
        negative = statement.get("failIfMatched") or statement.get("warnIfMatched")
        results[statement["id"]] = not answer if negative else answer
    return results

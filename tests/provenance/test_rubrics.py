"""Our credentials against the C2PA conformance programme's own rubrics, and the rubrics against broken ones."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from tests.factories.provenance import SignedVideo
from tests.provenance.rubric_answers import (
    CONFORMANCE,
    INTEGRITY,
    SIGNALS,
    Json,
    crjson_of,
    rubric_answers,
)


@pytest.fixture(scope="module")
def crjson(signed_video: SignedVideo) -> Json:
    """Our signed file in C2PA's interchange form."""
    return crjson_of(signed_video.path, signed_video.trust_list.anchors)


def test_every_statement_of_conformance_0_2_for_spec_2_4_holds(crjson: Json) -> None:
    results = rubric_answers(CONFORMANCE, crjson)

    assert len(results) == 31
    assert [name for name, holds in results.items() if not holds] == []


def test_every_statement_of_integrity_holds(crjson: Json) -> None:
    results = rubric_answers(INTEGRITY, crjson)

    assert len(results) == 6
    assert all(results.values())


def test_the_signals_say_wholly_made_by_ai_and_nothing_else(crjson: Json) -> None:
    results = rubric_answers(SIGNALS, crjson["manifests"][0])

    assert [name for name, there in results.items() if there] == ["inception:signal_fullyGenAIMedia"]


def _without_spec_version(store: Json) -> None:
    del store["manifests"][0]["claim.v2"]["claim_generator_info"]["specVersion"]


def _without_all_actions_included(store: Json) -> None:
    del store["manifests"][0]["assertions"]["c2pa.actions.v2"]["allActionsIncluded"]


def _without_source_type(store: Json) -> None:
    del store["manifests"][0]["assertions"]["c2pa.actions.v2"]["actions"][0]["digitalSourceType"]


def _with_bare_parameter(store: Json) -> None:
    store["manifests"][0]["assertions"]["c2pa.actions.v2"]["actions"][0]["parameters"]["seed"] = 1


def _with_unknown_assertion(store: Json) -> None:
    store["manifests"][0]["assertions"]["c2pa.invented"] = {}


def _with_old_actions(store: Json) -> None:
    store["manifests"][0]["assertions"]["c2pa.actions"] = {"actions": []}


def _with_unmarked_edit(store: Json) -> None:
    store["manifests"][0]["assertions"]["c2pa.actions.v2"]["actions"].append({"action": "c2pa.edited"})


def _with_mismatch(store: Json) -> None:
    store["manifests"][0]["validationResults"]["failure"].append({"code": "assertion.bmffHash.mismatch"})


BREAKAGES: dict[str, Callable[[Json], None]] = {
    "validation:mandatory_spec_version": _without_spec_version,
    "validation:mandatory_all_actions_included": _without_all_actions_included,
    "validation:mandatory_dst_for_created_action": _without_source_type,
    "validation:no_unrecognized_custom_action_parameters": _with_bare_parameter,
    "validation:no_unsupported_assertions": _with_unknown_assertion,
    "validation:no_deprecated_assertions": _with_old_actions,
    "validation:mandatory_dst_for_perceptible_transformations": _with_unmarked_edit,
    "validation:valid_success": _with_mismatch,
}


@pytest.mark.parametrize("statement", BREAKAGES)
def test_the_rubric_finds_the_breakage_it_is_for(crjson: Json, statement: str) -> None:
    broken = copy.deepcopy(crjson)
    BREAKAGES[statement](broken)

    results = rubric_answers(CONFORMANCE, broken)

    assert results[statement] is False

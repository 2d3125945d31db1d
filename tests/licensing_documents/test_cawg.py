from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.documents.cawg import ENTRIES, LABEL, training_mining
from licensing.values import Use
from provenance.manifest import TRAINING_MINING_LABEL
from provenance.statement import TRAINING_MINING_ENTRIES
from tests.factories.licensing import terms


def _uses(*consents: dict[str, Any]) -> dict[str, str]:
    entries: Any = training_mining(consents)["entries"]
    return {label: entry["use"] for label, entry in entries.items()}


def test_the_names_are_those_that_credentials_carry() -> None:
    assert LABEL == TRAINING_MINING_LABEL
    assert set(ENTRIES) == set(TRAINING_MINING_ENTRIES)


@pytest.mark.parametrize("stated", [{}, {"intended_use": None}, {"intended_use": {"uses": None}}])
def test_what_nobody_stated_is_not_allowed(stated: dict[str, Any]) -> None:
    assert set(_uses(stated).values()) == {"notAllowed"}


def test_without_a_consent_nothing_is_allowed() -> None:
    assert set(_uses().values()) == {"notAllowed"}


def test_training_is_constrained_where_the_consent_names_it() -> None:
    stated = terms(uses=["generate_new_performance", "train_project_model"])

    found: Any = training_mining([stated])["entries"]

    assert _uses(stated) == {
        "cawg.data_mining": "notAllowed",
        "cawg.ai_inference": "constrained",
        "cawg.ai_training": "constrained",
        "cawg.ai_generative_training": "constrained",
    }
    assert found["cawg.ai_training"]["constraint_info"].endswith("for: train_project_model.")


def test_whoever_permits_least_decides() -> None:
    generous = terms(uses=["generate_new_performance", "train_project_model"])

    assert _uses(generous, terms(uses=["generate_new_performance"]))["cawg.ai_training"] == "notAllowed"


@given(st.lists(st.lists(st.sampled_from([one.value for one in Use])), max_size=4))
def test_nothing_is_ever_allowed_to_everybody(uses: list[list[str]]) -> None:
    assert "allowed" not in _uses(*(terms(uses=one) for one in uses)).values()

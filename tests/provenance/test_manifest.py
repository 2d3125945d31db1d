"""What a credential says, pinned word for word."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_bytes
from core.ids import new_id
from provenance import manifest
from provenance.sdk.contents import Relationship
from provenance.source_types import (
    ALGORITHMICALLY_ENHANCED,
    COMPOSITE_WITH_TRAINED,
    TRAINED_ALGORITHMIC_MEDIA,
)
from provenance.statement import (
    Adapter,
    InputReader,
    SoftBinding,
    StatedIngredient,
    StatementIncomplete,
    TakeStatement,
    TrainingEntry,
    TrainingUse,
)
from tests.factories.provenance import (
    MANIFEST_ID,
    UNBOUND,
    authorization_statement,
    take_statement,
    with_log_proof,
)

GOLDEN = Path(__file__).parent / "golden" / "manifest.json"
GOLDEN_EDIT = GOLDEN.with_name("edit.json")
GOLDEN_LOG_PROOF = GOLDEN.with_name("log-proof.json")
PROJECT = Path(__file__).resolve().parents[2]


def _actions(**changes: object) -> list[dict[str, Any]]:
    definition: dict[str, Any] = manifest.definition(
        take_statement(**changes), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    ).to_json()
    actions: list[dict[str, Any]] = definition["assertions"][0]["data"]["actions"]
    return actions


def test_a_take_gives_the_golden_definition() -> None:
    definition = manifest.definition(
        take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    ).to_json()

    assert definition == json.loads(GOLDEN.read_text(encoding="utf-8"))


def _derived() -> TakeStatement:
    """A take that goes on from another one, after a look at a drawing, with an adapter and terms for machines."""
    return take_statement(
        model_card_sha256="f" * 64,
        adapters=(Adapter("lora", "aurora-grade", "9" * 64),),
        training=(
            TrainingEntry("cawg.ai_inference", TrainingUse.CONSTRAINED, "Only by the studio."),
            TrainingEntry("cawg.data_mining", TrainingUse.NOT_ALLOWED),
        ),
        soft_bindings=(SoftBinding("io.iscc.v0", "ISCC:EMAQ"),),
        ingredients=(
            StatedIngredient(
                "earlier-take", "Shot A12, take 2", Relationship.PARENT_OF, "video/mp4", "1" * 64
            ),
            StatedIngredient(
                "reference-1",
                "Storyboard",
                Relationship.INPUT_TO,
                "image/png",
                "2" * 64,
                read_by=InputReader.PEOPLE,
            ),
        ),
    )


def test_a_derived_take_gives_the_golden_definition() -> None:
    definition = manifest.definition(_derived(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND).to_json()

    assert definition == json.loads(GOLDEN_EDIT.read_text(encoding="utf-8"))


def test_an_edit_of_what_is_not_known_to_be_generated_is_a_composite() -> None:
    (parent, _) = _derived().ingredients
    of_generated = replace(parent, digital_source_type=TRAINED_ALGORITHMIC_MEDIA)

    assert _actions(ingredients=(parent,))[1]["digitalSourceType"] == COMPOSITE_WITH_TRAINED
    assert _actions(ingredients=(of_generated,))[1]["digitalSourceType"] == TRAINED_ALGORITHMIC_MEDIA


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: take_statement(ingredients=_derived().ingredients[:1] * 2), "a label twice"),
        (
            lambda: take_statement(
                ingredients=(
                    _derived().ingredients[0],
                    replace(_derived().ingredients[0], label="other"),
                )
            ),
            "two parents",
        ),
        (lambda: replace(_derived().ingredients[0], label="A Label"), "is no label"),
        (lambda: replace(_derived().ingredients[0], title="two\nlines"), "ingredients"),
        (lambda: replace(_derived().ingredients[0], file_sha256="1"), "ingredients"),
        (lambda: replace(_derived().ingredients[0], media_type="png"), "no media type"),
        (lambda: TrainingEntry("cawg.ai_dreaming", TrainingUse.ALLOWED), "no entry of CAWG's"),
        (lambda: TrainingEntry("cawg.data_mining", TrainingUse.CONSTRAINED), "says how"),
        (lambda: TrainingEntry("cawg.data_mining", TrainingUse.ALLOWED, "for a fee"), "says how"),
        (lambda: take_statement(training=_derived().training[:1] * 2), "an entry twice"),
        (lambda: take_statement(model_card_sha256="card"), "model_card_sha256"),
        (lambda: Adapter("lora", "", "9" * 64), "adapters"),
    ],
)
def test_what_went_in_and_what_may_be_done_is_stated_whole(make: Callable[[], object], said: str) -> None:
    with pytest.raises(StatementIncomplete, match=said):
        make()


def test_the_proof_of_the_log_comes_on_top_of_what_was_intended() -> None:
    intended = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND)

    signed: dict[str, Any] = with_log_proof(intended).to_json()

    assert signed["assertions"].pop() == json.loads(GOLDEN_LOG_PROOF.read_text(encoding="utf-8"))
    assert signed == intended.to_json()


def test_a_manifest_is_named_by_a_random_uuid_only() -> None:
    assert manifest.manifest_id_for(uuid4()).startswith("urn:c2pa:")
    with pytest.raises(ValueError, match="version 4"):
        manifest.manifest_id_for(new_id())


def test_equal_facts_give_equal_bytes_whatever_the_order_of_consents() -> None:
    authorization = authorization_statement(consent_commitments_hex=("c1" * 32, "c2" * 32))

    one = manifest.definition(take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND)
    other = manifest.definition(
        take_statement(authorization=authorization), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    )

    assert canonical_bytes(one.to_json()) == canonical_bytes(other.to_json())


def test_a_change_of_size_is_an_action_of_its_own() -> None:
    grown = _actions(generated_width=32, generated_height=24)
    squeezed = _actions(generated_width=32, generated_height=48)

    assert [action["action"] for action in grown] == ["c2pa.created", "c2pa.resized.proportional"]
    assert [action["action"] for action in squeezed] == ["c2pa.created", "c2pa.resized"]
    assert squeezed[1]["digitalSourceType"] == ALGORITHMICALLY_ENHANCED


def test_a_rate_is_spelled_exactly() -> None:
    statement = take_statement(fps=Fraction(24000, 1001))

    definition: dict[str, Any] = manifest.definition(
        statement, manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    ).to_json()

    assert [entry["data"]["fps"] for entry in definition["assertions"] if "fps" in entry["data"]] == [
        "24000/1001"
    ]


def test_soft_bindings_and_the_media_type_are_written_as_stated() -> None:
    stated = take_statement(
        media_type="video/quicktime",
        soft_bindings=(SoftBinding("io.iscc.v0", "ISCC:EMAQ"), SoftBinding("org.countersign.mark.1", "c0de")),
    )

    definition: dict[str, Any] = manifest.definition(
        stated, manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    ).to_json()

    assert definition["format"] == "video/quicktime"
    assert [one["data"] for one in definition["assertions"] if one["label"] == "c2pa.soft-binding"] == [
        {"alg": "io.iscc.v0", "blocks": [{"scope": {}, "value": "ISCC:EMAQ"}]},
        {"alg": "org.countersign.mark.1", "blocks": [{"scope": {}, "value": "c0de"}]},
    ]


def test_a_soft_binding_names_an_algorithm_once_and_holds_one_word() -> None:
    with pytest.raises(StatementIncomplete, match="two of the same"):
        take_statement(soft_bindings=(SoftBinding("io.iscc.v0", "A"), SoftBinding("io.iscc.v0", "B")))
    with pytest.raises(StatementIncomplete, match="names no algorithm"):
        SoftBinding("iscc", "A")
    with pytest.raises(StatementIncomplete, match="one printable ASCII word"):
        SoftBinding("io.iscc.v0", "a person's name")


def test_every_use_for_training_and_mining_is_refused() -> None:
    definition: dict[str, Any] = manifest.definition(
        take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    ).to_json()
    (training,) = [
        entry["data"] for entry in definition["assertions"] if entry["label"] == "cawg.training-mining"
    ]

    assert {entry["use"] for entry in training["entries"].values()} == {"notAllowed"}
    assert len(training["entries"]) == 4


def test_the_claim_generator_is_this_version_of_the_product() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["version"] == manifest.CLAIM_GENERATOR_VERSION


def test_every_assertion_is_vouched_for_by_the_signer() -> None:
    definition: dict[str, Any] = manifest.definition(
        take_statement(), manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND
    ).to_json()

    assert {entry["label"] for entry in definition["assertions"]} <= set(manifest.CREATED_LABELS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "two\nlines"),
        ("title", "x" * 201),
        ("model_name", " "),
        ("model_sha256", "A" * 64),
        ("model_sha256", "a" * 63),
        ("width", 0),
        ("frames", True),
        ("fps", 24.0),
        ("fps", 0),
        ("seed", -1),
        ("media_type", "mp4"),
        ("created_at", take_statement().created_at.replace(tzinfo=None)),
    ],
)
def test_a_fact_that_cannot_be_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(StatementIncomplete, match=field):
        take_statement(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision_commitment_hex", "nobody"),
        ("consent_commitments_hex", ("Jane Doe",)),
        ("consent_commitments_hex", ("c" * 64, "c" * 64)),
        ("rule_pack", ""),
        ("rule_pack_sha256", ""),
        ("log_origin", ""),
    ],
)
def test_an_authorization_holds_digests_only(field: str, value: object) -> None:
    with pytest.raises(StatementIncomplete, match=field):
        authorization_statement(**{field: value})


@given(
    width=st.integers(1, 8192),
    height=st.integers(1, 8192),
    seed=st.integers(0, 2**64),
    steps=st.integers(1, 500),
)
def test_every_definition_has_one_spelling(width: int, height: int, seed: int, steps: int) -> None:
    statement = take_statement(width=width, height=height, seed=seed, steps=steps)

    definition = manifest.definition(statement, manifest_id=MANIFEST_ID, unbound_sha256=UNBOUND).to_json()

    assert json.loads(canonical_bytes(definition)) == definition

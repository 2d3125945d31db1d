"""What a credential tells is put into plain words, and an altered one is not passed on."""

from __future__ import annotations

import json

from provenance.readings import Finding, IngredientFinding, Reading
from provenance.telling import told_by

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def _reading(
    *actions: dict[str, object],
    ingredients: tuple[dict[str, object], ...] = (),
    broken: tuple[IngredientFinding, ...] = (),
    **whole: object,
) -> Reading:
    content = {"actions": list(actions), **whole}
    active = {
        "assertions": [
            {"label": "c2pa.actions.v2", "data": content},
            {"label": "c2pa.hash.bmff.v3", "data": {}},
        ],
        "ingredients": list(ingredients),
    }
    return Reading(
        validation_state="Trusted",
        manifest_id="m",
        success=(),
        informational=(),
        failure=(),
        ingredients=broken,
        anchor_uri=None,
        issuer=None,
        common_name=None,
        certificate_serial=None,
        time=None,
        store_json=json.dumps({"active_manifest": "m", "manifests": {"m": active}}),
    )


def test_says_what_was_done_in_order_and_by_what() -> None:
    told = told_by(
        _reading(
            {
                "action": "c2pa.created",
                "digitalSourceType": f"{IPTC}trainedAlgorithmicMedia",
                "softwareAgent": {"name": "Tiny"},
                "when": "2026-11-23T12:00:00Z",
            },
            {"action": "c2pa.resized"},
            {"action": "com.maker.stabilised"},
            allActionsIncluded=True,
        ),
        intact=True,
    )

    assert [one.words for one in told.done] == [
        "It was made by a trained AI model, with Tiny",
        "It was resized",
        "Something that its maker calls com.maker.stabilised",
    ]
    assert told.done[0].when == "2026-11-23T12:00:00Z"
    assert told.is_whole is True


def test_does_not_take_silence_for_completeness() -> None:
    silent = told_by(_reading({"action": "c2pa.created"}), intact=True)
    denied = told_by(_reading({"action": "c2pa.created"}, allActionsIncluded=False), intact=True)

    assert (silent.is_whole, denied.is_whole) == (None, False)


def test_tells_each_ingredient_and_what_does_not_hold_about_it() -> None:
    told = told_by(
        _reading(
            {"action": "c2pa.created"},
            ingredients=(
                {"title": "harbour.jpg", "relationship": "inputTo", "active_manifest": "n"},
                {"title": "sketch.png", "relationship": "componentOf"},
            ),
            broken=(IngredientFinding("harbour.jpg", (Finding("assertion.dataHash.mismatch", ""),)),),
        ),
        intact=True,
    )

    harbour, sketch = told.made_from
    assert (harbour.has_credential, harbour.failures) == (True, ("assertion.dataHash.mismatch",))
    assert harbour.words == "given to the model or program that made it"
    assert (sketch.has_credential, sketch.failures) == (False, ())


def test_passes_on_nothing_of_a_credential_that_does_not_hold_but_what_is_broken() -> None:
    told = told_by(
        _reading(
            {"action": "c2pa.created"},
            ingredients=({"title": "harbour.jpg"}, {"title": "sketch.png"}),
            broken=(IngredientFinding("harbour.jpg", (Finding("assertion.dataHash.mismatch", ""),)),),
            allActionsIncluded=True,
        ),
        intact=False,
    )

    assert (told.done, told.is_whole) == ((), None)
    assert [one.title for one in told.made_from] == ["harbour.jpg"]


def test_survives_whatever_stands_where_actions_should() -> None:
    told = told_by(_reading({"action": 3}, {}, allActionsIncluded="yes"), intact=True)

    assert told.done == ()

"""From the report that the SDK prints about a manifest store to a reading."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from provenance.readings import Finding, IngredientFinding, Reading


def reading_of(store_json: str) -> Reading:
    """The reading that `store_json` is the report of.

    Raises:
        KeyError, TypeError, AttributeError: the report contradicts itself.
    """
    store = json.loads(store_json)
    manifest_id = store["active_manifest"]
    manifest = store["manifests"][manifest_id]
    results = store.get("validation_results") or {}
    active = results.get("activeManifest") or {}
    signature = manifest.get("signature_info") or {}
    return Reading(
        validation_state=store["validation_state"],
        manifest_id=manifest_id,
        success=_findings(active.get("success")),
        informational=_findings(active.get("informational")),
        failure=_findings(active.get("failure")),
        ingredients=_ingredients(manifest, results),
        anchor_uri=results.get("trustListUri"),
        issuer=signature.get("issuer"),
        common_name=signature.get("common_name"),
        certificate_serial=signature.get("cert_serial_number"),
        time=signature.get("time"),
        store_json=store_json,
    )


def _ingredients(manifest: dict[str, Any], results: dict[str, Any]) -> tuple[IngredientFinding, ...]:
    """What fails in ingredients: as recorded when they were added, and as found now."""
    found = []
    for ingredient in manifest.get("ingredients") or ():
        recorded = (ingredient.get("validation_results") or {}).get("activeManifest") or {}
        failures = _findings(recorded.get("failure"))
        if failures:
            found.append(IngredientFinding(ingredient.get("title") or "untitled", failures))
    for delta in results.get("ingredientDeltas") or ():
        failures = _findings((delta.get("validationDeltas") or {}).get("failure"))
        if failures:
            found.append(IngredientFinding(delta["ingredientAssertionURI"].rpartition("/")[2], failures))
    return tuple(found)


def _findings(entries: Sequence[Mapping[str, str]] | None) -> tuple[Finding, ...]:
    return tuple(Finding(entry["code"], entry.get("explanation") or "") for entry in entries or ())

"""A use order as plain JSON and back, so that the same may be decided again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.delivering import DeliveryFacts
from licensing.stating import stated_from_json, stated_to_json
from licensing.values import CastMember, ModelStatement, UseOrder

_LISTS = ("media", "territories", "languages", "scenes")


def order_to_json(order: UseOrder) -> dict[str, Canonical]:
    asked = {name: _plain(value) for name, value in asdict(replace(order, stated=None)).items()}
    return asked | {"stated": None if order.stated is None else stated_to_json(order.stated)}


def order_from_json(asked: Mapping[str, Any], *, stage: str) -> UseOrder:
    """The order that was asked, for another stage perhaps. Written by `order_to_json` and by nothing else."""
    # Orders of old do not say how long the video is, whom it goes to, nor what else was stated.
    values = {
        field.name: asked[field.name]
        for field in fields(UseOrder)
        if field.name in asked or field.name not in ("duration_ms", "delivery", "stated")
    }
    model = dict(values["model"])
    since = model["on_market_since"]
    values |= {
        "organisation_id": UUID(values["organisation_id"]),
        "production_id": UUID(values["production_id"]),
        "shot_id": UUID(values["shot_id"]) if values["shot_id"] else None,
        "stage": stage,
        "sensitive": None if values["sensitive"] is None else tuple(values["sensitive"]),
        "cast": tuple(
            CastMember(performer_id=UUID(one["performer_id"]), replica_type=one["replica_type"])
            for one in values["cast"]
        ),
        "model": ModelStatement(
            **model
            | {
                "on_file": None if model["on_file"] is None else tuple(model["on_file"]),
                "on_market_since": date.fromisoformat(since) if since else None,
            }
        ),
        "requested_at": datetime.fromisoformat(values["requested_at"]),
        "delivery": _delivery(values.get("delivery")),
        "stated": stated_from_json(values.get("stated")),
    }
    return UseOrder(**values | {name: tuple(values[name]) for name in _LISTS})


def _delivery(stated: Mapping[str, Any] | None) -> DeliveryFacts | None:
    if stated is None:
        return None
    marks, disclosures = stated["marks"], stated["disclosures_recorded"]
    return DeliveryFacts(
        recipient_id=UUID(stated["recipient_id"]),
        marks=None if marks is None else tuple(marks),
        marks_stripped=stated["marks_stripped"],
        disclosures_recorded=None if disclosures is None else tuple(disclosures),
        ca_covered_provider=stated["ca_covered_provider"],
        seen_by=stated.get("seen_by"),
    )


def _plain(value: object) -> Canonical:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return rfc3339(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} has no place in an order")

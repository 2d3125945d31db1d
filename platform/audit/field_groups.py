"""The fields of one type of entry together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.field_kinds import Kind


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one type, by name. A field outside `optional` must be there."""

    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]


def fields(*, optional: Mapping[str, Kind] | None = None, **required: Kind) -> Fields:
    return Fields(required=required, optional=optional or {})

"""What a builder of the SDK is filled with, in values that know no SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Intent(StrEnum):
    """What a manifest is for (C2PA 2.4, 10.3): a first one, one after an edit, or one that changes no content."""

    CREATE = "create"
    EDIT = "edit"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Contents:
    """A manifest to be signed.

    Attributes:
        definition: `manifest.Definition.to_json`; its `format` is the media type of the file that is signed.
        thumbnail_jpeg: what the definition names as `manifest.THUMBNAIL_IDENTIFIER`; None where it names none.
    """

    definition: Mapping[str, Any]
    thumbnail_jpeg: bytes | None = None
    intent: Intent = Intent.CREATE

    @property
    def media_type(self) -> str:
        return str(self.definition["format"])

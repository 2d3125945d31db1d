"""What a builder of the SDK is filled with, in values that know no SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Intent(StrEnum):
    """What a manifest is for (C2PA 2.4, 10.3): a first one, one after an edit, or one that changes no content."""

    CREATE = "create"
    EDIT = "edit"
    UPDATE = "update"


class Relationship(StrEnum):
    """What an ingredient is to the asset (C2PA 2.4, 18.16.3)."""

    PARENT_OF = "parentOf"
    COMPONENT_OF = "componentOf"
    INPUT_TO = "inputTo"


@dataclass(frozen=True, slots=True)
class IngredientFile:
    """A file that went into the one that is signed. The SDK hashes it and takes over the credential in it.

    Attributes:
        label: by which the actions of the definition name it, in `ingredientIds`.
        title: public for ever.
    """

    label: str
    path: Path
    media_type: str
    title: str
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class Contents:
    """A manifest to be signed.

    Attributes:
        definition: `manifest.Definition.to_json`; its `format` is the media type of the file that is signed.
        thumbnail_jpeg: what the definition names as `manifest.THUMBNAIL_IDENTIFIER`; None where it names none.
        ingredients: in the order in which they are written; examined by whoever names them.
    """

    definition: Mapping[str, Any]
    thumbnail_jpeg: bytes | None = None
    intent: Intent = Intent.CREATE
    ingredients: tuple[IngredientFile, ...] = ()

    @property
    def media_type(self) -> str:
        return str(self.definition["format"])

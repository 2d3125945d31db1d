"""What a credential beside a file says: that it is the film of a signed file of ours in another form. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import rfc3339
from provenance.actions import Action, Json
from provenance.manifest import (
    ACTIONS_LABEL,
    AI_DISCLOSURE_LABEL,
    AUTHORIZATION_LABEL,
    TRAINING_MINING_LABEL,
    Assertion,
    Definition,
)

SIDECAR_LABEL = "org.countersign.sidecar"
PARENT_LABEL = "parent"
# What the first credential says of the content holds for it in every form.
_TAKEN_OVER = (AI_DISCLOSURE_LABEL, TRAINING_MINING_LABEL, AUTHORIZATION_LABEL)


@dataclass(frozen=True, slots=True)
class Rendition:
    """What the credential lies beside.

    Attributes:
        name: of the file, or of the list; public.
        sha256_hex: of the file, or of the list.
        files: how many the list names; None for a file itself.
    """

    name: str
    media_type: str
    sha256_hex: str
    size_bytes: int
    files: int | None = None

    def to_json(self) -> dict[str, Json]:
        stated: dict[str, Json] = {
            "name": self.name,
            "sha256": self.sha256_hex,
            "size": self.size_bytes,
        }
        if self.files is not None:
            stated["files"] = self.files
        return stated


def sidecar_definition(
    rendition: Rendition,
    *,
    title: str,
    first: Sequence[Mapping[str, Any]],
    manifest_id: str,
    at: datetime,
) -> Definition:
    """The manifest about `rendition`. Equal facts give equal definitions.

    Args:
        rendition: what was made.
        title: of the take.
        first: assertions of the take's first credential, as its definition lists them.
        manifest_id: from `manifest.manifest_id_for`.
        at: aware.
    """
    opened: Json = Action("c2pa.opened", ingredients=(PARENT_LABEL,)).to_json()
    repackaged: Json = Action("c2pa.transcoded", when=rfc3339(at)).to_json()
    return Definition(
        manifest_id=manifest_id,
        title=title,
        assertions=(
            # Made outside: whoever did it may have done more.
            Assertion(ACTIONS_LABEL, {"actions": [opened, repackaged], "allActionsIncluded": False}),
            *(Assertion(entry["label"], entry["data"]) for entry in first if entry["label"] in _TAKEN_OVER),
            Assertion(SIDECAR_LABEL, rendition.to_json()),
        ),
        media_type=rendition.media_type,
        has_thumbnail=False,
    )

"""What our credential of a file that somebody handed in states: that we hold it, and what they say it is. Pure."""

from __future__ import annotations

from datetime import datetime

from core.clock import rfc3339
from provenance.actions import Action
from provenance.manifest import (
    ACTIONS_LABEL,
    REFERENCE_LABEL,
    TRAINING_MINING_LABEL,
    Assertion,
    Definition,
)
from provenance.source_types import source_type
from provenance.statement import TRAINING_MINING_ENTRIES


def reference_definition(
    *,
    manifest_id: str,
    title: str,
    media_type: str,
    source_sha256: str,
    digital_source_type: str,
    received_at: datetime,
) -> Definition:
    """The manifest of a file that came without a credential.

    How it came about is stated by whoever handed it in; `digital_source_type` is one of
    `source_types.STATED_OF_MEDIA`, and none of those says that a camera saw something.

    Raises:
        KeyError: it is none of them.
    """
    created = Action("c2pa.created", digital_source_type=source_type(digital_source_type))
    return Definition(
        manifest_id=manifest_id,
        title=title,
        assertions=(
            Assertion(ACTIONS_LABEL, {"actions": [created.to_json()], "allActionsIncluded": True}),
            Assertion(
                TRAINING_MINING_LABEL,
                {"entries": {entry: {"use": "notAllowed"} for entry in TRAINING_MINING_ENTRIES}},
            ),
            Assertion(
                REFERENCE_LABEL,
                {
                    "file_sha256": source_sha256,
                    "received_at": rfc3339(received_at),
                    # The type is the word of whoever handed it in; nobody here looked.
                    "source_type_stated_by": "sender",
                },
            ),
        ),
        media_type=media_type,
        has_thumbnail=False,
    )

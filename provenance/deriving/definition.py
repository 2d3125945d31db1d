"""What the credential of a file says that was made from a take's: an edit, whose parent is that file. Pure.

What is so of the pictures stays so whatever they are coded as, and is stated again: the model, what machines that
learn may do, on whose authority. How the file came about is new: from what it was coded, and as what.

Source: C2PA 2.4, 10.3 (an edit names its parent and opens it) and 18.15.4.2 (`c2pa.transcoded`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from core.clock import rfc3339
from provenance.actions import Json
from provenance.fingerprints.values import ISCC_ALGORITHM
from provenance.manifest import (
    ACTIONS_LABEL,
    AI_DISCLOSURE_LABEL,
    AUTHORIZATION_LABEL,
    CLAIM_GENERATOR,
    CLAIM_GENERATOR_VERSION,
    METADATA_LABEL,
    MODEL_LABEL,
    SOFT_BINDING_LABEL,
    TAKE_LABEL,
    TRAINING_MINING_LABEL,
    UNBOUND_FIELD,
    Assertion,
    Definition,
    soft_binding,
)
from provenance.stated import made_action
from provenance.statement import AuthorizationStatement, SoftBinding, StatementIncomplete

PARENT_LABEL = "parent"
MASTER_LABEL = "org.countersign.master"

_KEPT = (AI_DISCLOSURE_LABEL, TRAINING_MINING_LABEL, METADATA_LABEL, MODEL_LABEL)
_WORD = re.compile(r"[a-z][a-z0-9_]{0,47}")
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivativeStatement:
    """The facts of a file that was made from a take's.

    Attributes:
        master_id: of the record that stands behind it.
        format: what it is, in a word such as `prores_422_hq`.
        media_type: of the file.
        width, height: pixels; `frames` whole, `fps` exact.
        take_fps: of the take; where it is another one, the same frames are shown faster or slower.
        made_from: a word for where its pictures come from, such as `kept_frames`.
        source_sha256: of that source, hexadecimal.
        source_bits: bits a channel that the source's pictures have.
        note: a sentence for people; public.
        made_at: aware.
        further_files: in a folder, beside its frames.
        soft_bindings: by which this film is found again: watermarks that were put into these pictures and into no
            others, and its ISCC. What the take's own credential declares is that of its own file, and is in there.
    """

    master_id: UUID
    take_id: UUID
    format: str
    media_type: str
    width: int
    height: int
    frames: int
    fps: Fraction
    take_fps: Fraction
    made_from: str
    source_sha256: str
    source_bits: int
    encoder: str
    note: str
    made_at: datetime
    authorization: AuthorizationStatement
    further_files: int = 0
    soft_bindings: tuple[SoftBinding, ...] = ()

    def __post_init__(self) -> None:
        for field in ("format", "made_from"):
            if not _WORD.fullmatch(getattr(self, field)):
                raise StatementIncomplete(f"{field}: needs a word")
        if not _SHA256_HEX.fullmatch(self.source_sha256):
            raise StatementIncomplete("source_sha256: needs 64 lower-case hexadecimal digits")
        if self.made_at.tzinfo is None:
            raise StatementIncomplete("made_at: a time without a zone")


def derivative_definition(
    statement: DerivativeStatement,
    parent: Mapping[str, Any],
    *,
    manifest_id: str,
    unbound_sha256: str | None,
) -> Definition:
    """The manifest of a file made from the one whose definition is `parent`. Equal facts give equal definitions.

    Args:
        statement: the facts.
        parent: the definition of the take's credential, as recorded.
        manifest_id: from `manifest.manifest_id_for`.
        unbound_sha256: from `boxes.unbound_sha256`; None where the file is not made of boxes.
    """
    stated = {entry["label"]: entry for entry in parent["assertions"]}
    made = made_action(stated[ACTIONS_LABEL]["data"]["actions"])
    return Definition(
        manifest_id=manifest_id,
        title=str(parent["title"]),
        assertions=(
            Assertion(
                ACTIONS_LABEL,
                {"actions": _actions(statement, made.get("digitalSourceType")), "allActionsIncluded": True},
            ),
            *(
                Assertion(label, stated[label]["data"], is_json=stated[label].get("kind") == "Json")
                for label in _KEPT
                if label in stated
            ),
            Assertion(TAKE_LABEL, _take(statement, unbound_sha256)),
            Assertion(MASTER_LABEL, _master(statement)),
            *(Assertion(SOFT_BINDING_LABEL, soft_binding(one)) for one in statement.soft_bindings),
            Assertion(AUTHORIZATION_LABEL, _authorization(statement.authorization)),
        ),
        media_type=statement.media_type,
    )


def _actions(statement: DerivativeStatement, source_type: object) -> list[Json]:
    when = rfc3339(statement.made_at)
    agent: dict[str, Json] = {"name": CLAIM_GENERATOR, "version": CLAIM_GENERATOR_VERSION}
    opened: dict[str, Json] = {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT_LABEL]}}
    transcoded: dict[str, Json] = {
        "action": "c2pa.transcoded",
        "when": when,
        "softwareAgent": agent,
        "description": statement.note,
        "parameters": {
            "org.countersign.format": statement.format,
            "org.countersign.made_from": statement.made_from,
        },
    }
    if isinstance(source_type, str):
        # Coding changes nothing of where the pictures come from.
        transcoded["digitalSourceType"] = source_type
    marked: Sequence[dict[str, Json]] = ()
    if any(binding.alg != ISCC_ALGORITHM for binding in statement.soft_bindings):
        marked = (
            {
                "action": "c2pa.watermarked.bound",
                "when": when,
                "softwareAgent": agent,
                "description": "An invisible watermark of this file's own was put into its pictures.",
            },
        )
    retimed: Sequence[dict[str, Json]] = ()
    if statement.fps != statement.take_fps:
        retimed = (
            {
                "action": "c2pa.edited",
                "when": when,
                "softwareAgent": agent,
                "description": "The same frames, shown at another rate.",
                "parameters": {
                    "org.countersign.fps_before": str(statement.take_fps),
                    "org.countersign.fps": str(statement.fps),
                },
            },
        )
    return [opened, *marked, transcoded, *retimed]


def _take(statement: DerivativeStatement, unbound_sha256: str | None) -> dict[str, Json]:
    content: dict[str, Json] = {
        "take": str(statement.take_id),
        "width": statement.width,
        "height": statement.height,
        "frames": statement.frames,
        # Text, because 24000/1001 is no number that JSON can spell exactly.
        "fps": str(statement.fps),
    }
    return content if unbound_sha256 is None else content | {UNBOUND_FIELD: unbound_sha256}


def _master(statement: DerivativeStatement) -> dict[str, Json]:
    return {
        "master": str(statement.master_id),
        "format": statement.format,
        "encoder": statement.encoder,
        "made_from": statement.made_from,
        "source_sha256": statement.source_sha256,
        "source_bits": statement.source_bits,
        "note": statement.note,
    }


def _authorization(authorization: AuthorizationStatement) -> dict[str, Json]:
    consents: list[Json] = [*sorted(authorization.consent_commitments_hex)]
    return {
        "decision": authorization.decision_commitment_hex,
        "consents": consents,
        "rule_pack": authorization.rule_pack,
        "rule_pack_sha256": authorization.rule_pack_sha256,
        "log_origin": authorization.log_origin,
    }

"""What is added to the credential of a file whose content stays as it is: an update manifest. Pure.

An update says nothing about content, so only what happened to the file, or was found out about it, goes into one.
The manifest before it stays in the file, whole.

Source: C2PA 2.4, 11.2.2 and 18.27 (a repository's receipt stands in update manifests alone).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from core.clock import rfc3339
from provenance.actions import Action, Json
from provenance.manifest import (
    ACTIONS_LABEL,
    AI_DISCLOSURE_LABEL,
    DELIVERY_LABEL,
    LEGAL_REVIEW_LABEL,
    REPOSITORY_RECEIPT_LABEL,
    Assertion,
    Definition,
)
from provenance.statement import StatementIncomplete

# By which the actions name the file that is updated.
PARENT_LABEL = "parent"

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_RECEIPT_CONTEXT = {"c2pa": "https://c2pa.org/ns/", "receipt": "https://c2pa.org/ns/repository-receipt#"}


class ReviewOutcome(StrEnum):
    APPROVED = "approved"
    APPROVED_WITH_LIMITS = "approved_with_limits"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LegalReview:
    """How people who answer for it judged the finished file. Who they are has no field here.

    Attributes:
        case_commitment_hex: salted digest of the case, that its parties can open.
        reviewed_at: aware.
        disclosure: content of the file's AI disclosure; an approval states it again with a person's oversight.
    """

    outcome: ReviewOutcome
    case_commitment_hex: str
    reviewed_at: datetime
    disclosure: tuple[tuple[str, Json], ...] = ()

    def __post_init__(self) -> None:
        _commitment("case_commitment_hex", self.case_commitment_hex)
        _aware("reviewed_at", self.reviewed_at)

    def to_assertions(self) -> tuple[Assertion, ...]:
        review = Assertion(
            LEGAL_REVIEW_LABEL,
            {
                "outcome": self.outcome.value,
                "case": self.case_commitment_hex,
                "reviewed_at": rfc3339(self.reviewed_at),
            },
        )
        if self.outcome is ReviewOutcome.REFUSED or not self.disclosure:
            return (review,)
        # C2PA 2.4, 18.28.4: `human_validated` once a person approved the final output before its release.
        validated: dict[str, Json] = {
            **dict(self.disclosure),
            "contentProfile": {"humanOversightLevel": "human_validated"},
        }
        return (review, Assertion(AI_DISCLOSURE_LABEL, validated))


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """For whom this copy was made, told only to those who hold the salt.

    Attributes:
        recipient_commitment_hex: salted digest of the recipient.
        decision_commitment_hex: salted digest of the decision on which it is delivered.
        delivered_at: aware.
    """

    recipient_commitment_hex: str
    decision_commitment_hex: str
    delivered_at: datetime

    def __post_init__(self) -> None:
        _commitment("recipient_commitment_hex", self.recipient_commitment_hex)
        _commitment("decision_commitment_hex", self.decision_commitment_hex)
        _aware("delivered_at", self.delivered_at)

    def to_assertions(self) -> tuple[Assertion, ...]:
        content: dict[str, Json] = {
            "recipient": self.recipient_commitment_hex,
            "decision": self.decision_commitment_hex,
            "delivered_at": rfc3339(self.delivered_at),
        }
        return (Assertion(DELIVERY_LABEL, content),)


@dataclass(frozen=True, slots=True)
class RepositoryReceipt:
    """That a repository took in a manifest, with its proof.

    Attributes:
        repository_uri: base address of the repository.
        manifest_id: what it took in, as it names it.
        anchor_uri: where the proof can be checked or fetched.
        proof: of the repository's own form.
    """

    repository_uri: str
    manifest_id: str
    anchor_uri: str
    proof: tuple[tuple[str, Json], ...]

    def __post_init__(self) -> None:
        for field in ("repository_uri", "anchor_uri", "manifest_id"):
            if ":" not in getattr(self, field) or not getattr(self, field).isprintable():
                raise StatementIncomplete(f"{field}: needs a URI")
        if not self.proof:
            raise StatementIncomplete("proof: a receipt without one proves nothing")

    def to_assertions(self) -> tuple[Assertion, ...]:
        content: dict[str, Json] = {
            "@context": {**_RECEIPT_CONTEXT},
            "@type": "org.c2pa.repository-receipt",
            "repository": {"uri": self.repository_uri, "manifestId": self.manifest_id},
            "anchor": {"uri": self.anchor_uri, "proof": dict(self.proof)},
        }
        return (Assertion(REPOSITORY_RECEIPT_LABEL, content, is_json=True),)


Addition: TypeAlias = LegalReview | DeliveryNote | RepositoryReceipt


@dataclass(frozen=True, slots=True)
class UpdatedFile:
    """The file whose credential is added to, as its credential calls it."""

    title: str
    media_type: str


def update_definition(
    updated: UpdatedFile, additions: Sequence[Addition], *, manifest_id: str, at: datetime
) -> Definition:
    """The manifest that says `additions` about `updated`. Equal facts give equal definitions.

    Raises:
        StatementIncomplete: nothing is added, or one kind of thing twice.
    """
    if not additions:
        raise StatementIncomplete("additions: an update that says nothing")
    if len({type(one) for one in additions}) != len(additions):
        raise StatementIncomplete("additions: two of a kind in one update")
    _aware("at", at)
    opened: Json = Action("c2pa.opened", ingredients=(PARENT_LABEL,)).to_json()
    noted: Json = Action("c2pa.edited.metadata", when=rfc3339(at)).to_json()
    return Definition(
        manifest_id=manifest_id,
        title=updated.title,
        assertions=(
            Assertion(ACTIONS_LABEL, {"actions": [opened, noted], "allActionsIncluded": True}),
            *(assertion for one in additions for assertion in one.to_assertions()),
        ),
        media_type=updated.media_type,
        has_thumbnail=False,
    )


def _commitment(field: str, value: str) -> None:
    if not _SHA256_HEX.fullmatch(value):
        raise StatementIncomplete(f"{field}: needs 64 lower-case hexadecimal digits")


def _aware(field: str, value: datetime) -> None:
    if value.tzinfo is None:
        raise StatementIncomplete(f"{field}: a time without a zone")

"""The terms of a consent record, in the words of the rulebook, as they are signed, hashed and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.canonical import Canonical
from licensing.agreed import SECTION, facts_in, require_agreed
from licensing.fact_reading import BadFacts
from licensing.fact_schema import read_facts
from licensing.names import UsesAre

# Said by the row and not by the signed document.
_SAID_BY_THE_ROW = ("consent_id", "person_id", "project_id", "replica_type", "withdrawn_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """A consent record to keep.

    Args:
        terms: names and values of one entry of the rulebook's `consents`, without those the record itself says
            (ids, replica type, withdrawal), and under `agreed` those of `licensing.agreed`. What is left out is
            unknown and will not be cleared.
        document_sha256: digest of the signed document.
        uses_are: what the signed words count as a use; None: those of the rider that the document is, or a delivery.
        supersedes: the active record that this one replaces.
    """

    production_id: UUID
    performer_id: UUID
    replica_type: str
    terms: Mapping[str, Canonical]
    document_sha256: str
    uses_are: UsesAre | None = None
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day; None is open, for want of a statement or because the record has no end."""

    valid_from: date | None
    valid_until: date | None


def read_terms(replica_type: str, terms: Mapping[str, Canonical]) -> Validity:
    """The validity of terms that the rulebook can read.

    Raises:
        BadFacts: a name or value outside the vocabulary; its path starts at `terms`.
    """
    for name in _SAID_BY_THE_ROW:
        if name in terms:
            raise BadFacts(f"terms.{name}", "is said by the record itself, not by its terms")
    if SECTION in terms:
        require_agreed(terms[SECTION])
    try:
        facts = read_facts({"consents": [{**facts_in(terms), "replica_type": replica_type}]})
    except BadFacts as error:
        path = error.path.replace("consents[0]", "terms", 1)
        raise BadFacts(path, str(error).removeprefix(f"{error.path}: ")) from error
    (record,) = facts.consents.known()
    return Validity(record.valid_from.value, record.valid_until.value or None)


def as_fact(
    *,
    consent_id: str,
    person_id: str,
    project_id: str,
    replica_type: str,
    terms: Mapping[str, Canonical],
    withdrawn_at: str | None,
) -> dict[str, Canonical]:
    """One entry of the rulebook's `consents`; a record nobody withdrew is known not to be withdrawn."""
    return {
        **facts_in(terms),
        "consent_id": consent_id,
        "person_id": person_id,
        "project_id": project_id,
        "replica_type": replica_type,
        "withdrawn_at": withdrawn_at or False,
    }

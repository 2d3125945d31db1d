"""What an offer asks: each stated term by itself, in the order of a rider. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from core.canonical import Canonical
from licensing.agreed import LONGEST_NOTICE_DAYS
from licensing.documents.rider_text import (
    SAID_BY_THE_SIGNATURE,
    Parties,
    rider_text,
    term_value,
    worded_terms,
)
from licensing.errors import FactsUnreadable
from web.templatetags.words import capital, words

REPLICA_TYPE = "replica_type"
NOTICE_DAYS = "withdrawal_notice_days"


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """One term: what it is called, what it says in plain words, and its value as the rulebook reads it."""

    path: str
    heading: str
    text: str
    value: Canonical


@dataclass(frozen=True, slots=True)
class Proposal:
    """The terms of one round. `terms` as in a consent record, without what the signature brings."""

    replica_type: str
    terms: Mapping[str, Canonical]
    notice_days: int


def asked_paths(terms: Mapping[str, Canonical]) -> tuple[str, ...]:
    """Every term that must be answered: what is made, each stated term, and the time of notice."""
    stated = [
        path
        for path in worded_terms()
        if path not in SAID_BY_THE_SIGNATURE and term_value(terms, path) is not None
    ]
    return (REPLICA_TYPE, *stated, NOTICE_DAYS)


def asked_terms(proposal: Proposal, parties: Parties, *, wording: str) -> tuple[AskedTerm, ...]:
    """Each term in words of that edition of the model wording, as `asked_paths` orders them."""
    text = rider_text(parties, proposal.terms, wording=wording)
    clauses = {clause.term: clause for section in text.sections for clause in section.clauses}
    return (
        AskedTerm(
            REPLICA_TYPE,
            "What is made",
            f"{capital(words(proposal.replica_type))}.",
            proposal.replica_type,
        ),
        *(
            AskedTerm(path, clauses[path].heading, clauses[path].text, term_value(proposal.terms, path))
            for path in asked_paths(proposal.terms)[1:-1]
        ),
        AskedTerm(NOTICE_DAYS, "Withdrawal", notice_text(proposal.notice_days), proposal.notice_days),
    )


def notice_text(days: int) -> str:
    if days == 0:
        return "The performer may withdraw at any time, and the consent ends at once."
    unit = "day" if days == 1 else "days"
    return f"The performer may withdraw at any time; the consent then ends after {days} {unit}."


def with_counters(proposal: Proposal, counters: Mapping[str, Canonical]) -> Proposal:
    """The proposal with the terms that were put in place of it.

    Raises:
        FactsUnreadable: the kind of replica cannot be countered, nor a term that is said by nobody here.
    """
    terms: dict[str, Any] = deepcopy(dict(proposal.terms))
    notice_days = proposal.notice_days
    for path, value in counters.items():
        if path == REPLICA_TYPE:
            raise FactsUnreadable(path, f"{path}: another kind of replica is another offer. Answer no.")
        if path == NOTICE_DAYS:
            notice_days = require_notice_days(value)
            continue
        outer, _, inner = path.partition(".")
        if inner:
            terms.setdefault(outer, {})[inner] = value
        else:
            terms[outer] = value
    return Proposal(proposal.replica_type, terms, notice_days)


def require_notice_days(value: object) -> int:
    """`value` as a number of days.

    Raises:
        FactsUnreadable: it is none, or more than a year.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LONGEST_NOTICE_DAYS:
        raise FactsUnreadable(
            NOTICE_DAYS, f"{NOTICE_DAYS}: is a whole number from 0 to {LONGEST_NOTICE_DAYS}"
        )
    return value

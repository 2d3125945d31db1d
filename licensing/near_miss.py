"""Which record came closest to letting a use pass, and the exact things it lacks. Pure.

The rulebook itself is the judge: what a record lacks is what must be mended on it for the rules about this person's
consent to have nothing against the use. So a near miss is never a guess: mended as it says, the record passes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licensing.record_gaps import Missing, Record, gaps_of
from licensing.rulebook.book import RuleBook, rule_book
from licensing.rules import decide
from licensing.values import Outcome

OF_CONSENT = frozenset(
    {
        *("TVT-01", "TVT-02", "TVT-03", "TVT-04", "TVT-05", "TVT-06", "TVT-07", "TVT-09", "TVT-11", "TVT-12"),
        *("TVT-16", "TVT-24", "COM-01", "COM-02", "IMA-01", "AUD-01", "SND-01", "ANI-01", "ACT-01"),
        *("CA-01", "NY-01", "IL-01", "CA-02", "NY-02", "TN-01", "INT-01", "TVT-18"),
    }
)
"""The rules that a consent record can satisfy."""


@dataclass(frozen=True, slots=True)
class ClosestRecord:
    """The record of a person that lacks least. `rules` are those that would no longer refuse if it were mended."""

    person_id: str
    consent_id: str
    signed_on: str | None
    rules: tuple[str, ...]
    missing: tuple[Missing, ...]

    @property
    def is_near_miss(self) -> bool:
        """Whether a single thing is missing."""
        return len(self.missing) == 1


def closest_records(facts: Mapping[str, Any], *, book: RuleBook | None = None) -> tuple[ClosestRecord, ...]:
    """For everybody whose consent is in the way, the record that comes closest; nobody without any record.

    Args:
        facts: as the rulebook reads them.
        book: the rules; by default those of this release.

    Raises:
        BadFacts: the rulebook cannot read them.
    """
    rules = book or rule_book()
    records = facts.get("consents") or ()
    found = (_closest(facts, subject, records, rules) for subject in facts.get("subjects") or ())
    return tuple(one for one in found if one is not None)


def mended(facts: Mapping[str, Any], closest: ClosestRecord) -> dict[str, Any]:
    """`facts` with everything mended that the record lacks."""
    return {
        **facts,
        "consents": [
            _with(one, closest.missing) if one.get("consent_id") == closest.consent_id else one
            for one in facts["consents"]
        ],
    }


def refusals_of(facts: Mapping[str, Any], person_id: str, *, book: RuleBook | None = None) -> frozenset[str]:
    """The rules about consent that speak against the use on account of this person alone."""
    verdict = decide(_about(facts, person_id), book=book)
    return frozenset(
        rule.id
        for rule in verdict.rules
        if rule.id in OF_CONSENT and rule.outcome.severity >= Outcome.ESCALATE.severity
    )


def _closest(
    facts: Mapping[str, Any], subject: Record, records: Sequence[Record], book: RuleBook
) -> ClosestRecord | None:
    person = subject.get("person_id")
    mine = [one for one in records if person is not None and one.get("person_id") == person]
    if not mine or not (refused := refusals_of(facts, str(person), book=book)):
        return None
    candidates = (_lacking(facts, subject, one, mine, refused, book) for one in mine)
    best = min((one for one in candidates if one is not None), key=lambda one: len(one[1]), default=None)
    if best is None:
        return None
    record, missing, cured = best
    signed = record.get("separately_signed_at")
    return ClosestRecord(
        person_id=str(person),
        consent_id=str(record.get("consent_id")),
        signed_on=signed[:10] if isinstance(signed, str) else None,
        rules=tuple(one for one in book.entries if one in cured),
        missing=missing,
    )


def _lacking(
    facts: Mapping[str, Any],
    subject: Record,
    record: Record,
    mine: Sequence[Record],
    refused: frozenset[str],
    book: RuleBook,
) -> tuple[Record, tuple[Missing, ...], frozenset[str]] | None:
    """What has to be mended on `record`, no more than that, and what it cures; None where it cures nothing."""
    person = str(subject["person_id"])
    needed = list(gaps_of(facts, subject, record, mine, book))

    def left(missing: Collection[Missing]) -> frozenset[str]:
        trial = {**facts, "consents": [_with(record, missing) if one is record else one for one in mine]}
        return refusals_of(trial, person, book=book)

    # What no record could cure is not this one's to cure.
    beyond = left(needed)
    if not beyond < refused:
        return None

    def passes(missing: Collection[Missing]) -> bool:
        return left(missing) <= beyond

    # What the rules do not ask for is not missing, whatever it looks like.
    for one in tuple(needed):
        rest = [other for other in needed if other is not one]
        if passes(rest):
            needed = rest
    return record, tuple(needed), refused - beyond


def _with(record: Record, missing: Collection[Missing]) -> dict[str, Any]:
    whole: dict[str, Any] = dict(record)
    for one in missing:
        for name, value in one.repair.items():
            outer, _, inner = name.partition(".")
            if inner:
                whole[outer] = {**(whole.get(outer) or {}), inner: value}
            else:
                whole[outer] = value
    return whole


def _about(facts: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    """The same question about this person alone."""
    use = dict(facts.get("use") or {})
    prompt = use.get("prompt")
    if isinstance(prompt, Mapping):
        named = [one for one in prompt.get("named_people") or () if one.get("person_id") == person_id]
        use["prompt"] = {**prompt, "named_people": named}
    consents = facts.get("consents")
    return {
        **facts,
        "use": use,
        "subjects": [one for one in facts["subjects"] if one.get("person_id") == person_id],
        "consents": consents
        if consents is None
        else [one for one in consents if one.get("person_id") == person_id],
    }

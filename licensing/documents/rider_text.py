"""What a rider says: each term as a clause in words beside the machine's reading of it, with the rules that read it.

Pure: the same terms, names, rulebook and confirmations give the same text. Clauses are model wording of ours; what a
law or agreement asks comes from the rulebook alone, with its grade.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from licensing.names import UsesAre
from licensing.rulebook.book import RuleEntry, rule_book
from web.templatetags.words import words

FIRST_WORDING = "2026-11"
"""The edition that riders and offers are in which do not name theirs."""

SAID_BY_THE_SIGNATURE = ("separately_signed_at", "authority_verified")
"""Terms of a consent record that its signature brings, so that no rider can state them beforehand."""

_EVERYTHING = "*"
_GRADES = {
    "A": "the operative text was read",
    "B": "known from a source that quotes it, not read in the original",
    "C": "known from one weak source",
    "D": "recollection, not confirmed",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One term. `machine` is its canonical value, `rules` the ids of the rules that read it."""

    term: str
    heading: str
    text: str
    machine: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule named beside a clause: what it asks, on whose word, and whether counsel confirmed it."""

    id: str
    title: str
    clause: str
    requires: str
    edition: str
    standing: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parties:
    studio: str
    performer: str
    production: str
    agreement: str | None
    replica_type: str


@dataclass(frozen=True, slots=True)
class RiderText:
    parties: Parties
    sections: tuple[Section, ...]
    unstated: tuple[str, ...]
    rules: tuple[RuleNote, ...]
    terms: bytes
    terms_sha256: str
    pack: str
    pack_sha256: str
    wording: str


def rider_text(
    parties: Parties,
    terms: Mapping[str, Canonical],
    *,
    confirmed: frozenset[str] = frozenset(),
    wording: str | None = None,
) -> RiderText:
    """The rider over `terms`, which `licensing.terms.read_terms` must have read.

    Args:
        parties: who and what it is between and about.
        terms: as in a consent record, without `SAID_BY_THE_SIGNATURE`.
        confirmed: ids of rules whose present content the studio's counsel has confirmed.
        wording: the edition of the model wording; by default that of this release.
    """
    edition = wording or this_wording()
    book = rule_book()
    sections: list[Section] = []
    unstated: list[str] = []
    named: list[str] = []
    for section in _wording()["sections"]:
        clauses = []
        for entry in section["clauses"]:
            value = term_value(terms, entry["term"])
            if value is None:
                unstated.append(entry["heading"])
                continue
            rules = tuple(one for one in entry["rules"] if _applies(one, parties.agreement))
            named += rules
            says = entry.get("said_before", {}).get(edition, entry["says"])
            text = _said(says, value, entry.get("kind", "text"))
            clauses.append(Clause(entry["term"], entry["heading"], text, _machine(value), rules))
        if clauses:
            sections.append(Section(section["title"], tuple(clauses)))
    content = canonical_bytes(terms)
    return RiderText(
        parties=parties,
        sections=tuple(sections),
        unstated=tuple(unstated),
        rules=tuple(_note(book[one], confirmed, book.sources) for one in dict.fromkeys(named)),
        terms=content,
        terms_sha256=sha256_hex(content),
        pack=book.pack,
        pack_sha256=book.sha256_hex,
        wording=edition,
    )


def this_wording() -> str:
    """The edition of the model wording that this release puts terms in."""
    edition: str = _wording()["edition"]
    return edition


def uses_are(wording: str) -> UsesAre:
    """What an edition of the model wording counts as one use, where terms limit uses."""
    return UsesAre(_wording()["uses_are"].get(wording, UsesAre.DELIVERIES))


def worded_terms() -> tuple[str, ...]:
    """Every term that a rider has a clause for, by its path."""
    return tuple(entry["term"] for section in _wording()["sections"] for entry in section["clauses"])


def headings() -> dict[str, str]:
    """What each term is called in a rider, by its path."""
    return {
        entry["term"]: entry["heading"] for section in _wording()["sections"] for entry in section["clauses"]
    }


def sections_of_terms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sections of a rider: title and the terms in it."""
    return tuple(
        (section["title"], tuple(entry["term"] for entry in section["clauses"]))
        for section in _wording()["sections"]
    )


def term_value(terms: Mapping[str, Canonical], path: str) -> Canonical:
    """The value under `path`, such as `intended_use.media`; None where nobody stated it."""
    value: Canonical = terms
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


@lru_cache(maxsize=1)
def _wording() -> dict[str, Any]:
    path = Path(__file__).with_name("rider_clauses.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _applies(rule_id: str, agreement: str | None) -> bool:
    """Whether the rule can concern the production: an unknown agreement leaves every family standing."""
    family = _wording()["families"].get(rule_id.partition("-")[0])
    return family is None or agreement is None or agreement in family


def _said(says: Mapping[str, str], value: Canonical, kind: str) -> str:
    if value is True:
        return says["true"]
    if value is False:
        return says["false"] if "false" in says else says["none"]
    if isinstance(value, list | tuple):
        if not value:
            return says["none"]
        if _EVERYTHING in value and "all" in says:
            return says["all"]
    # Not str.format: a description may hold braces.
    return says["value"].replace("{value}", _spoken(value, kind))


def _spoken(value: Canonical, kind: str) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_spoken(one, kind) for one in value)
    match kind:
        case "code":
            return words(value)
        case "day":
            return _day(str(value))
        case _:
            return str(value)


def _day(text: str) -> str:
    if len(text) == len("2026-01-01"):
        return f"{date.fromisoformat(text):%-d %B %Y}"
    instant = datetime.fromisoformat(text.upper())
    offset = instant.strftime("%z")
    return f"{instant:%-d %B %Y, %H:%M} (UTC{offset[:3]}:{offset[3:5]})"


def _machine(value: Canonical) -> str:
    return canonical_bytes(value).decode("utf-8")


def _note(rule: RuleEntry, confirmed: frozenset[str], sources: Mapping[str, str]) -> RuleNote:
    standing = f"Grade {rule.grade}: {' / '.join(_meanings(rule.grade))}."
    if not rule.is_grade_a:
        standing += (
            " Confirmed by the studio's counsel."
            if rule.id in confirmed
            else " NOT CONFIRMED by the studio's counsel."
        )
    return RuleNote(
        id=rule.id,
        title=rule.title,
        clause=rule.clause,
        requires=rule.requires,
        edition=rule.edition,
        standing=standing,
        sources=tuple(f"{code}: {sources[code]}" for code in rule.source),
    )


def _meanings(grade: str) -> Iterator[str]:
    for letter in grade.split("/"):
        yield _GRADES[letter]

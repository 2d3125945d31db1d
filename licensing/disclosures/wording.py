"""What can be said to the audience, where and by which law: dated data. Pure.

Law, source and grade are those of the rule that asks for it. No text here is a statute's: where there are words, the
house proposes them, and they count for nothing before counsel of the organisation has approved them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from licensing.places import reaches
from licensing.rulebook.book import rule_book
from licensing.values import DisclosureKind

# Pictures, and marks in a file: there is nothing to read in them.
_WORDLESS = frozenset(
    {
        DisclosureKind.C2PA,
        DisclosureKind.WATERMARK,
        DisclosureKind.IPTC,
        DisclosureKind.PLATFORM_TOGGLE,
        DisclosureKind.EU_ICON_FULL,
        DisclosureKind.EU_ICON_PARTIAL,
        DisclosureKind.EU_ICON_DEEPFAKE,
        DisclosureKind.CN_IMPLICIT,
    }
)
_FILE = Path(__file__).with_name("wording.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to disclose. `wording` by language; empty: no words are proposed, and `note` says why.

    `valid_from` None: the rule names no first day.
    """

    id: str
    rule_id: str
    law: str
    title: str
    requires: str
    sources: tuple[str, ...]
    grade: str
    valid_from: date | None
    valid_until: date | None
    territory: str
    kind: DisclosureKind
    placement: str
    wording: Mapping[str, str]
    note: str

    @property
    def has_words(self) -> bool:
        """Whether it is told in words, on file or not."""
        return self.kind not in _WORDLESS

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.wording)

    def proposed(self, language: str, *, title: str) -> str:
        """What the house proposes for a work of this title; empty where there are no words on file."""
        return self.wording.get(language, "").replace("{title}", title)


@dataclass(frozen=True, slots=True)
class WordingBook:
    """Every row on file. `house` says whose the words are."""

    edition: str
    house: str
    rows: Mapping[str, Wording]

    def seen_in(self, territories: tuple[str, ...]) -> tuple[Wording, ...]:
        """The rows of places that a release in `territories` reaches."""
        return tuple(one for one in self.rows.values() if reaches(territories, one.territory))

    def of_rule(self, rule_id: str) -> tuple[Wording, ...]:
        return tuple(one for one in self.rows.values() if one.rule_id == rule_id)


@cache
def wording_book() -> WordingBook:
    """The rows in force.

    Raises:
        KeyError: a row names a rule that the rulebook does not have.
    """
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    rules = rule_book()
    rows = {}
    for row in read["rows"]:
        rule = rules.entries[row["rule"]]
        rows[row["id"]] = Wording(
            id=row["id"],
            rule_id=rule.id,
            law=rule.clause,
            title=rule.title,
            requires=rule.requires,
            sources=tuple(rules.sources[code] for code in rule.source),
            grade=rule.grade,
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
            territory=row["territory"],
            kind=DisclosureKind(row["kind"]),
            placement=row["placement"],
            wording=row["wording"],
            note=row["note"],
        )
    return WordingBook(read["edition"], read["house"], rows)

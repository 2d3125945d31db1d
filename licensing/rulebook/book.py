"""The rulebook: what each rule wants, from whom, since when and on whose word. Data, read once.

A rule's figures (hours, dates, factors) live here with their source and confidence grade, never in code. Grade A:
the operative text was read. B: a law firm, trade paper or note that quotes it. C: one weak source. D: recollection.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule. `valid_until` is the last day; `decides_uses` is False where no use is ever decided by it."""

    id: str
    layer: str
    edition: str
    valid_from: date | None
    valid_until: date | None
    title: str
    clause: str
    protects: str
    requires: str
    cure: str
    source: tuple[str, ...]
    grade: str
    decides_uses: bool
    figures: Mapping[str, Canonical]

    def whole_number(self, name: str) -> int:
        value = self.figures[name]
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{self.id}.{name} is no whole number")
        return value

    def text(self, name: str) -> str:
        value = self.figures[name]
        if not isinstance(value, str):
            raise TypeError(f"{self.id}.{name} is no text")
        return value

    def day(self, name: str) -> date:
        return date.fromisoformat(self.text(name))

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.figures[name]
        if not isinstance(value, list):
            raise TypeError(f"{self.id}.{name} is no list")
        return tuple(str(item) for item in value)

    @property
    def is_grade_a(self) -> bool:
        """Whether the whole rule rests on text that was read; `A/B` does not."""
        return self.grade == "A"


@dataclass(frozen=True, slots=True)
class Edition:
    """When an agreement governs, and which date of a project says so; `dated_by` None: it is undated."""

    agreement: str
    dated_by: str | None
    valid_from: date | None
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class AddedRule(Protocol):
    """A rule that came with a pack of an organisation's own. It can only add findings."""

    @property
    def entry(self) -> RuleEntry: ...

    @property
    def facts_read(self) -> frozenset[str]:
        """Names of the facts that it looks at, as `licensing.house_rules.fact_names` spells them."""
        ...

    def check(self, case: Any, /) -> Iterator[Any]:  # noqa: ANN401 - what rules read stands above this module
        """What it finds in a question."""
        ...


@dataclass(frozen=True, slots=True)
class RuleBook:
    pack: str
    sha256_hex: str
    entries: Mapping[str, RuleEntry]
    editions: Mapping[str, Edition]
    sources: Mapping[str, str]
    added: tuple[AddedRule, ...] = ()
    places: Mapping[str, int] = field(init=False, compare=False, repr=False)
    """Where each rule stands in the book."""
    _deciding: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Worked out once for a book, not once for every question that is put to it.
        object.__setattr__(self, "places", {rule_id: place for place, rule_id in enumerate(self.entries)})
        own = {rule.entry.id for rule in self.added}
        deciding = {entry.id for entry in self.entries.values() if entry.decides_uses}
        object.__setattr__(self, "_deciding", frozenset(deciding - own))

    def deciding_beside(self, executable: frozenset[str]) -> list[str]:
        """The rules that decide uses, came with the release and are none of `executable`, in their order."""
        return sorted(self._deciding - executable, key=self.places.__getitem__)

    def __getitem__(self, rule_id: str) -> RuleEntry:
        return self.entries[rule_id]


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rulebook of this release, in the order of its files. `sha256_hex` is over all its data, canonically."""
    content = _content()
    editions = content["editions"]
    entries = [
        _entry(sheet["layer"], rule) for sheet in content["sheets"].values() for rule in sheet["rules"]
    ]
    return RuleBook(
        pack=str(content["pack"]["pack"]),
        sha256_hex=sha256_hex(canonical_bytes(content)),
        entries={entry.id: entry for entry in entries},
        editions={row["agreement"]: _edition(row) for row in editions["editions"]},
        sources=content["sources"]["sources"],
    )


@lru_cache(maxsize=1)
def rule_book_text() -> bytes:
    """All data of the rulebook of this release, in the one spelling that `sha256_hex` is the digest of."""
    return canonical_bytes(_content())


def _content() -> dict[str, Any]:
    return {
        "pack": _read(FOLDER / "pack.json"),
        "editions": _read(FOLDER / "editions.json"),
        "sources": _read(FOLDER / "sources.json"),
        "sheets": {
            path.relative_to(FOLDER).as_posix(): _read(path) for path in sorted(FOLDER.glob("*/*.json"))
        },
    }


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _entry(layer: str, rule: Mapping[str, Any]) -> RuleEntry:
    return RuleEntry(
        id=rule["id"],
        layer=layer,
        edition=rule["edition"],
        valid_from=_day(rule["valid_from"]),
        valid_until=_day(rule["valid_until"]),
        title=rule["title"],
        clause=rule["clause"],
        protects=rule["protects"],
        requires=rule["requires"],
        cure=rule["cure"],
        source=tuple(rule["source"]),
        grade=rule["grade"],
        decides_uses=rule.get("decides_uses", True),
        figures=rule.get("figures", {}),
    )


def _edition(row: Mapping[str, Any]) -> Edition:
    return Edition(row["agreement"], row["dated_by"], _day(row["valid_from"]), _day(row["valid_until"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

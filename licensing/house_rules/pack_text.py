"""A pack of an organisation's own rules: its text, line by line, and every reason not to take it. Pure.

The text is one line of canonical JSON for the head and one for each rule, so a complaint can name its line and the
digest of the text is that of the rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.canonical import NotCanonical, canonical_bytes
from core.digests import sha256_hex
from licensing.clauses.findings import BEFORE_DELIVERY, BEFORE_USE, Duty
from licensing.fact_reading import BadFacts
from licensing.house_rules import errors
from licensing.house_rules.conditions import FUNCTIONS, complaint_about
from licensing.house_rules.fact_names import fact_names
from licensing.house_rules.rule import Condition, OwnRule
from licensing.rulebook.book import RuleBook, RuleEntry, rule_book, rule_book_text
from licensing.rulebook.examples import example_facts
from licensing.rules import decide
from licensing.values import DutyKind, Outcome

LAYERS = frozenset({"house", "buyer"})
_NAME = re.compile(r"[a-z][a-z0-9]{0,9}")
_RULE_ID = re.compile(r"[A-Z]{2,8}-[0-9]{1,4}")
_GRADE = re.compile(r"[ABCD](/[ABCD])?")
_HEAD = {"name": str, "edition": int, "state_of": str, "sources": dict, "v": int}
_RULE: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "layer": str,
    "edition": str,
    "valid_from": (str, type(None)),
    "valid_until": (str, type(None)),
    "title": str,
    "clause": str,
    "protects": str,
    "requires": str,
    "message": str,
    "cure": str,
    "source": list,
    "grade": str,
    "outcome": str,
    "when": list,
    "duties": list,
    "examples": list,
}
_MAY_BE_EMPTY = frozenset({"duties"})
_CONDITION = {"function": str, "fact": str, "values": list}
_DUTY: dict[str, type | tuple[type, ...]] = {"duty": str, "to": str, "due": (str, type(None))}
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class PackText:
    """A pack as it was read. `text` is what its digest is of."""

    name: str
    edition: int
    state_of: date
    sources: Mapping[str, str]
    rules: tuple[OwnRule, ...]
    text: str

    @property
    def label(self) -> str:
        """Name and edition, such as `acme.3`."""
        return f"{self.name}.{self.edition}"

    @property
    def sha256(self) -> str:
        return sha256_hex(self.text.encode())


def book_with(pack: PackText | None) -> RuleBook:
    """The rulebook of this release, and the rules of a pack beside it."""
    shipped = rule_book()
    if pack is None:
        return shipped
    return replace(
        shipped,
        pack=f"{shipped.pack}-{pack.label}",
        sha256_hex=sha256_hex(book_text(pack)),
        entries={**shipped.entries, **{rule.entry.id: rule.entry for rule in pack.rules}},
        sources={**shipped.sources, **pack.sources},
        added=pack.rules,
    )


def book_text(pack: PackText) -> bytes:
    """All that was decided by with `pack` in force, in the one spelling that the book's digest is of."""
    return canonical_bytes({"shipped": json.loads(rule_book_text()), "pack": pack.text})


def from_folder(folder: Path) -> str:
    """The text of a pack whose head is `pack.json` and whose rules stand in `house/*.json` and `buyer/*.json`.

    Raises:
        PackMalformed: a file is missing or is no JSON.
    """
    lines = [_read(folder / "pack.json")]
    for path in sorted((*folder.glob("house/*.json"), *folder.glob("buyer/*.json"))):
        sheet = _read(path)
        rules = sheet.get("rules")
        if not isinstance(rules, list):
            raise errors.PackMalformed(0, f"{path.name} holds no list of rules.")
        lines += [{"layer": path.parent.name, **rule} if isinstance(rule, dict) else rule for rule in rules]
    try:
        return "".join(canonical_bytes(line).decode() + "\n" for line in lines)
    except NotCanonical as error:
        raise errors.PackMalformed(
            0, f"The folder holds a value that has no one spelling: {error}"
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise errors.PackMalformed(0, f"{path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise errors.PackMalformed(0, f"{path.name} is no object.")
    return content


def read_pack(text: str) -> PackText:
    """The pack that `text` is.

    Raises:
        PackRefused: with the line and what is wrong there; a subclass for each kind of reason.
    """
    if len(text) > _LARGEST or not text.endswith("\n"):
        raise errors.PackMalformed(0, f"A pack has at most {_LARGEST} characters and ends in a newline.")
    lines = [_line(number, line) for number, line in enumerate(text[:-1].split("\n"), start=1)]
    head = lines[0]
    _check_fields(1, head, _HEAD, empty=frozenset({"sources"}))
    if head["v"] != 1:
        raise errors.PackMalformed(1, f"Packs of form {head['v']} are not known here.")
    if not _NAME.fullmatch(head["name"]) or head["edition"] < 1:
        raise errors.PackFieldMissing(
            1, "A pack has a name of at most ten small letters and an edition from 1."
        )
    if not all(isinstance(one, str) and one for one in head["sources"].values()):
        raise errors.PackFieldMissing(1, "Every source is told in words.")
    state_of = _day(1, "state_of", head["state_of"])
    rules: dict[str, OwnRule] = {}
    for number, line in enumerate(lines[1:], start=2):
        rule = _rule(number, line, {**rule_book().sources, **head["sources"]})
        if (
            rule.entry.id in rules
            or rule.entry.id in rule_book().entries
            or rule.entry.id.startswith("GATE-")
        ):
            raise errors.PackRuleTaken(number, f"{rule.entry.id} is the identifier of another rule.")
        rules[rule.entry.id] = rule
    pack = PackText(head["name"], head["edition"], state_of, head["sources"], tuple(rules.values()), text)
    book = book_with(pack)
    for number, line in enumerate(lines[1:], start=2):
        _check_examples(number, line, book)
    return pack


def _line(number: int, line: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
        spelt = canonical_bytes(content).decode()
    except (ValueError, NotCanonical, RecursionError) as error:
        raise errors.PackMalformed(number, f"This is no JSON that has one spelling: {error}") from error
    if not isinstance(content, dict):
        raise errors.PackMalformed(number, "Every line is one object.")
    if spelt != line:
        raise errors.PackMalformed(number, "This is not spelt canonically (RFC 8785).")
    return content


def _check_fields(
    number: int,
    content: Mapping[str, Any],
    wanted: Mapping[str, type | tuple[type, ...]],
    *,
    empty: frozenset[str] = _MAY_BE_EMPTY,
) -> None:
    for name, kind in wanted.items():
        if name not in content:
            raise errors.PackFieldMissing(number, f"{name!r} is missing.")
        value = content[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise errors.PackFieldMissing(number, f"{name!r} is of another kind than it must be.")
        if not isinstance(value, int) and value is not None and not value and name not in empty:
            raise errors.PackFieldMissing(number, f"{name!r} says nothing.")
    for name in content:
        if name not in wanted:
            raise errors.PackFieldUnknown(number, f"{name!r} is nothing a pack says.")


def _rule(number: int, line: Mapping[str, Any], sources: Mapping[str, str]) -> OwnRule:
    _check_fields(number, line, _RULE)
    if not _RULE_ID.fullmatch(line["id"]):
        raise errors.PackFieldMissing(number, f"{line['id']!r} is no identifier of a rule, such as HOUSE-1.")
    if line["layer"] not in LAYERS:
        raise errors.PackLooser(number, f"Rules of the layer {line['layer']!r} come with a release alone.")
    if not _GRADE.fullmatch(line["grade"]):
        raise errors.PackFieldMissing(number, f"{line['grade']!r} is no grade from A to D.")
    if missing := [code for code in line["source"] if code not in sources]:
        raise errors.PackFieldMissing(number, f"The source {missing[0]!r} is told nowhere.")
    since, until = (
        None if line[name] is None else _day(number, name, line[name])
        for name in ("valid_from", "valid_until")
    )
    if since and until and until < since:
        raise errors.PackDatesWrong(number, f"The rule would end on {until}, before it begins on {since}.")
    outcome = _outcome(number, line["outcome"])
    duties = tuple(_duty(number, duty) for duty in line["duties"])
    if outcome == Outcome.DUTY and not duties:
        raise errors.PackLooser(number, "An outcome 'duty' says which duty.")
    entry = RuleEntry(
        id=line["id"],
        layer=line["layer"],
        edition=line["edition"],
        valid_from=since,
        valid_until=until,
        title=line["title"],
        clause=line["clause"],
        protects=line["protects"],
        requires=line["requires"],
        cure=line["cure"],
        source=tuple(line["source"]),
        grade=line["grade"],
        decides_uses=True,
        figures={},
    )
    conditions = tuple(_condition(number, one) for one in line["when"])
    return OwnRule(entry, conditions, outcome, line["message"], duties)


def _outcome(number: int, word: str) -> Outcome:
    if word not in tuple(Outcome) or word == Outcome.PASS:
        raise errors.PackLooser(
            number, f"An outcome {word!r} adds nothing: duty, warn, escalate, deny_until, deny."
        )
    return Outcome(word)


def _day(number: int, name: str, text: str) -> date:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-23") else _refuse_day(number, name, text)
    except ValueError:
        return _refuse_day(number, name, text)


def _refuse_day(number: int, name: str, text: str) -> date:
    raise errors.PackDatesWrong(number, f"{name!r} is no day of the calendar: {text!r}.")


def _condition(number: int, content: object) -> Condition:
    if not isinstance(content, dict):
        raise errors.PackFieldMissing(number, "A condition is an object.")
    _check_fields(number, content, _CONDITION, empty=frozenset({"values"}))
    function, fact, values = content["function"], content["fact"], content["values"]
    if function not in FUNCTIONS:
        raise errors.PackFunctionUnknown(number, f"{function!r} is none of {', '.join(FUNCTIONS)}.")
    if fact not in fact_names():
        raise errors.PackFactUnknown(number, f"{fact!r} is no fact that a rule may look at.")
    if complaint := complaint_about(function, fact_names()[fact], values):
        raise errors.PackFunctionUnknown(number, f"{fact}: {complaint}.")
    return Condition(function, fact, tuple(values))


def _duty(number: int, content: object) -> Duty:
    if not isinstance(content, dict):
        raise errors.PackFieldMissing(number, "A duty is an object.")
    _check_fields(number, content, _DUTY)
    if content["duty"] not in tuple(DutyKind) or content["due"] not in (None, BEFORE_USE, BEFORE_DELIVERY):
        raise errors.PackFieldMissing(
            number, f"{content['duty']!r} due {content['due']!r} is no duty we know."
        )
    return Duty(DutyKind(content["duty"]), content["to"], {}, content["due"])


def _check_examples(number: int, line: Mapping[str, Any], book: RuleBook) -> None:
    said = set()
    for example in line["examples"]:
        if not isinstance(example, dict) or not {"of", "fires"} <= set(example) <= {
            "of",
            "set",
            "without",
            "fires",
        }:
            raise errors.PackFieldMissing(
                number, "An example says of which question it is and whether it fires."
            )
        try:
            facts = example_facts(example["of"], example.get("set", {}), example.get("without", []))
            verdict = decide(facts, book=book)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            what = str(error) if isinstance(error, BadFacts) else "it changes a question that is not there"
            raise errors.PackExampleFails(number, f"An example cannot be asked: {what}.") from error
        fires = any(rule.id == line["id"] for rule in verdict.rules)
        if fires is not example["fires"]:
            raise errors.PackExampleFails(
                number,
                f"{line['id']} {'fires' if fires else 'does not fire'} in an example of {example['of']}.",
            )
        said.add(fires)
    if said != {True, False}:
        raise errors.PackExampleFails(number, "Examples show the rule firing and not firing.")


def changed_rules(old: PackText | None, new: PackText) -> Sequence[str]:
    """Identifiers of the rules that differ between two packs."""
    before = {rule.entry.id: rule for rule in old.rules} if old else {}
    after = {rule.entry.id: rule for rule in new.rules}
    return sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))

"""Matters that are no use of a likeness, decided like one: three rules of the book, pure, with facts of their own.

`licensing.rules.decide` never asks these rules, and its vocabulary has no word for what they read: who opens a file,
when a meeting was held, what was registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from licensing.clauses.findings import Finding
from licensing.clauses.standing import (
    Access,
    Matter,
    MatterKind,
    Meeting,
    Registration,
    chain_of_title,
    custody,
    semi_annual_meeting,
)
from licensing.fact_reading import Node, read_object
from licensing.rulebook.book import RuleBook, rule_book
from licensing.rules import Verdict, run_check, verdict_of
from licensing.values import Agreement

MatterCheck = Callable[[Matter, RuleBook], Iterator[Finding]]

MATTER_CHECKS: tuple[tuple[str, MatterCheck], ...] = (
    ("TVT-20", custody),
    ("TVT-23", semi_annual_meeting),
    ("US-01", chain_of_title),
)
EXECUTABLE_MATTERS = frozenset(rule_id for rule_id, _ in MATTER_CHECKS)


def decide_matter(facts: Mapping[str, object], *, book: RuleBook | None = None) -> Verdict:
    """What is owed in a matter, and whether it may go on.

    Raises:
        BadFacts: a name, type or value the vocabulary of matters does not have.
    """
    matter, rules = read_object("", facts, _matter), book or rule_book()
    found = [
        finding for rule_id, check in MATTER_CHECKS for finding in run_check(rule_id, check(matter, rules))
    ]
    return verdict_of(rules, found, relied_on=())


def _matter(node: Node) -> Matter:
    return Matter(
        asked_at=node.instant("asked_at"),
        kind=node.one_of("matter", MatterKind),
        agreement=node.one_of("agreement", Agreement),
        access=node.section("access", _access),
        meeting=node.section("meeting", _meeting),
        registration=node.section("registration", _registration),
    )


def _access(node: Node) -> Access:
    return Access(
        person_id=node.text("person_id"),
        on_access_list=node.boolean("on_access_list"),
        business_need=node.boolean("business_need"),
        copying_prevented=node.boolean("copying_prevented"),
        logged_at=node.event("logged_at"),
    )


def _meeting(node: Node) -> Meeting:
    return Meeting(
        last_held_at=node.event("last_held_at"),
        report_ready_at=node.event("report_ready_at"),
    )


def _registration(node: Node) -> Registration:
    return Registration(
        ai_more_than_trivial=node.boolean("ai_more_than_trivial"),
        ai_material_listed=node.boolean("ai_material_listed"),
        human_authorship_described=node.boolean("human_authorship_described"),
        process_kept=node.boolean("process_kept"),
    )

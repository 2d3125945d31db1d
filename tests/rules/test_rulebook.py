"""The rulebook as data: complete, sourced, dated, and never silently passed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from core.digests import sha256_hex
from licensing.house_rules.in_force import book_in_force
from licensing.rulebook.book import rule_book
from licensing.rules import EXECUTABLE, decide
from licensing.values import Agreement
from tests.rules.questions import facts, fired


@pytest.mark.parametrize("entry", rule_book().entries.values(), ids=lambda entry: entry.id)
def test_every_rule_says_whence_and_how_to_cure(entry: object) -> None:
    assert getattr(entry, "grade", "")[0] in "ABCD"
    assert getattr(entry, "cure", "")
    assert getattr(entry, "clause", "")
    for source in getattr(entry, "source", ()):
        assert rule_book().sources[source]


def test_no_rule_is_written_twice_or_unknown_to_the_book() -> None:
    assert len(rule_book().entries) == 65
    assert set(rule_book().entries) >= EXECUTABLE


def test_editions_name_agreements_of_the_vocabulary() -> None:
    assert set(rule_book().editions) <= {agreement.value for agreement in Agreement}


def test_a_rule_without_code_is_never_passed() -> None:
    book = rule_book()
    novel = replace(book["TVT-01"], id="NEW-01")

    verdict = decide(facts("s11"), book=replace(book, entries={**book.entries, "NEW-01": novel}))

    assert fired(verdict) == {"NEW-01": "escalate"}
    assert "not executable yet" in verdict.rules[0].message


def test_the_digest_is_of_the_content() -> None:
    assert len(rule_book().sha256_hex) == 64
    assert rule_book() is rule_book()


def test_no_question_reads_the_files_again(monkeypatch: pytest.MonkeyPatch) -> None:
    book_in_force(None)

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("A file of the rulebook was read again.")

    monkeypatch.setattr(Path, "read_text", refuse)
    again = book_in_force(None)

    assert sha256_hex(again.text) == again.book.sha256_hex

"""Rules of an organisation's own: what they add, and every reason not to take a pack of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.canonical import canonical_bytes
from licensing.house_rules import errors
from licensing.house_rules.fact_names import fact_names
from licensing.house_rules.pack_text import book_with, changed_rules, from_folder, read_pack
from licensing.rulebook.book import rule_book
from licensing.rules import decide
from tests.rules.questions import facts, fired, scenarios

HEAD: dict[str, Any] = {
    "v": 1,
    "name": "acme",
    "edition": 3,
    "state_of": "2026-11-20",
    "sources": {"H1": "Board resolution of 2026-11-19"},
}
RULE: dict[str, Any] = {
    "id": "HOUSE-1",
    "layer": "house",
    "edition": "any",
    "valid_from": "2026-11-01",
    "valid_until": None,
    "title": "No theatrical release without the board",
    "clause": "Board resolution 7",
    "protects": "the studio",
    "requires": "The board has seen what goes to cinemas.",
    "message": "This goes to cinemas.",
    "cure": "Ask the board.",
    "source": ["H1"],
    "grade": "A",
    "outcome": "escalate",
    "when": [{"function": "any_of", "fact": "use.media", "values": ["theatrical"]}],
    "duties": [],
    "examples": [
        {"of": "s12", "set": {"use.media": ["theatrical"]}, "fires": True},
        {"of": "s12", "set": {"use.media": ["svod"]}, "fires": False},
    ],
}
PERSON = {
    **RULE,
    "id": "HOUSE-2",
    "outcome": "deny",
    "message": "We make no replica of minors.",
    "when": [{"function": "any_of", "fact": "subjects.state", "values": ["minor"]}],
    "examples": [
        {"of": "s12", "set": {"subjects.0.state": "minor"}, "fires": True},
        {"of": "s12", "fires": False},
    ],
}


def text(*rules: dict[str, Any], **head: object) -> str:
    return "".join(canonical_bytes(line).decode() + "\n" for line in ({**HEAD, **head}, *rules))


def test_what_a_pack_adds_is_heard_beside_everything_else() -> None:
    book = book_with(read_pack(text(RULE, PERSON)))

    cinema = decide(facts("s12", {"use.media": ["theatrical"]}), book=book)
    minor = decide(facts("s12", {"subjects.0.state": "minor"}), book=book)

    assert fired(cinema)["HOUSE-1"] == "escalate"
    assert "Board resolution 7: This goes to cinemas." in [rule.message for rule in cinema.rules]
    assert fired(minor)["HOUSE-2"] == "deny"
    assert next(rule for rule in minor.rules if rule.id == "HOUSE-2").message.count("p-1") == 1


@pytest.mark.parametrize("scenario", [one["id"].partition("-")[0] for one in scenarios()])
def test_no_pack_makes_an_answer_milder(scenario: str) -> None:
    every = [
        {**RULE, "id": f"HOUSE-{number}", "outcome": outcome, "duties": duties}
        for number, (outcome, duties) in enumerate(
            [
                ("duty", [{"duty": "report_usage", "to": "buyer", "due": None}]),
                ("warn", []),
                ("escalate", []),
                ("deny_until", []),
                ("deny", []),
            ],
            start=1,
        )
    ]
    alone = decide(facts(scenario))

    for rule in every:
        beside = decide(facts(scenario), book=book_with(read_pack(text(rule))))
        assert beside.decision.severity >= alone.decision.severity
        assert set(fired(alone).items()) <= set(fired(beside).items()) | {
            (one, word) for one, word in fired(alone).items() if one == "APP-02"
        }


def test_what_an_own_rule_reads_and_nobody_stated_goes_to_a_person() -> None:
    book = book_with(read_pack(text(RULE)))

    verdict = decide(facts("s12", {"use.media": None}), book=book)

    assert fired(verdict)["HOUSE-1"] == "escalate"
    assert "APP-02" in fired(verdict)


@pytest.mark.parametrize(
    ("since", "until", "speaks"),
    [
        ("2026-11-22", None, True),
        ("2026-11-23", None, True),
        ("2026-11-24", None, False),
        (None, "2026-11-23", True),
        (None, "2026-11-21", False),
    ],
)
def test_an_own_rule_speaks_on_its_days_alone(since: str | None, until: str | None, speaks: bool) -> None:  # noqa: FBT001
    rule = {**RULE, "valid_from": "2020-01-01", "valid_until": None}
    pack = read_pack(text(rule))
    (own,) = pack.rules
    asked = facts("s12", {"use.media": ["theatrical"], "asked_at": "2026-11-23T00:00:00Z"})
    dated = read_pack(text({**rule, "examples": RULE["examples"]}))
    assert dated == pack
    from dataclasses import replace

    entry = replace(
        own.entry,
        valid_from=None if since is None else __import__("datetime").date.fromisoformat(since),
        valid_until=None if until is None else __import__("datetime").date.fromisoformat(until),
    )
    book = replace(book_with(pack), added=(replace(own, entry=entry),))

    assert ("HOUSE-1" in fired(decide(asked, book=book))) is speaks


def test_the_digest_names_what_was_shipped_and_what_was_added() -> None:
    one, other = read_pack(text(RULE)), read_pack(text({**RULE, "cure": "Ask the board first."}))

    assert book_with(None) is rule_book()
    assert len({book_with(pack).sha256_hex for pack in (None, one, other)}) == 3
    assert book_with(one).pack == f"{rule_book().pack}-acme.3"
    assert changed_rules(one, other) == ["HOUSE-1"]
    assert changed_rules(None, other) == ["HOUSE-1"]
    assert changed_rules(one, one) == []


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in RULE.items() if key != name}


def _asking(**condition: object) -> dict[str, Any]:
    return {**RULE, "when": [{**RULE["when"][0], **condition}]}


@pytest.mark.parametrize(
    ("pack", "refusal", "line"),
    [
        ("", errors.PackMalformed, 0),
        ("{}\n", errors.PackFieldMissing, 1),
        ("[]\n", errors.PackMalformed, 1),
        (text(RULE).replace('"cure"', '"cure" '), errors.PackMalformed, 2),
        (text(RULE)[:-2] + "\n", errors.PackMalformed, 2),
        (text(RULE, v=2), errors.PackMalformed, 1),
        (text(RULE, name="ACME & Sons"), errors.PackFieldMissing, 1),
        (text(RULE, edition=0), errors.PackFieldMissing, 1),
        (text(RULE, edition=True), errors.PackFieldMissing, 1),
        (text(RULE, state_of="2026-02-30"), errors.PackDatesWrong, 1),
        (text(RULE, mood="good"), errors.PackFieldUnknown, 1),
        *[
            (text(RULE, {**_without(name), "id": "HOUSE-9"}), errors.PackFieldMissing, 3)
            for name in RULE
            if name != "id"
        ],
        (text(RULE, _without("id")), errors.PackFieldMissing, 3),
        (text({**RULE, "mood": "good"}), errors.PackFieldUnknown, 2),
        (text({**RULE, "cure": ""}), errors.PackFieldMissing, 2),
        (text({**RULE, "id": "house one"}), errors.PackFieldMissing, 2),
        (text({**RULE, "id": "TVT-01"}), errors.PackRuleTaken, 2),
        (text({**RULE, "id": "GATE-1"}), errors.PackRuleTaken, 2),
        (text(RULE, RULE), errors.PackRuleTaken, 3),
        (text({**RULE, "layer": "statute"}), errors.PackLooser, 2),
        (text({**RULE, "outcome": "pass"}), errors.PackLooser, 2),
        (text({**RULE, "outcome": "allow"}), errors.PackLooser, 2),
        (text({**RULE, "outcome": "duty"}), errors.PackLooser, 2),
        (text({**RULE, "grade": "E"}), errors.PackFieldMissing, 2),
        (text({**RULE, "source": ["Z99"]}), errors.PackFieldMissing, 2),
        (text({**RULE, "valid_from": "2026-13-01"}), errors.PackDatesWrong, 2),
        (text({**RULE, "valid_from": "20261101"}), errors.PackDatesWrong, 2),
        (text({**RULE, "valid_until": "2026-10-31"}), errors.PackDatesWrong, 2),
        (text(_asking(function="eval")), errors.PackFunctionUnknown, 2),
        (text(_asking(function="before")), errors.PackFunctionUnknown, 2),
        (text(_asking(values=["cinemas"])), errors.PackFunctionUnknown, 2),
        (text(_asking(values=[])), errors.PackFunctionUnknown, 2),
        (text(_asking(fact="use.mood")), errors.PackFactUnknown, 2),
        (text(_asking(fact="subjects.name")), errors.PackFactUnknown, 2),
        (
            text({**RULE, "duties": [{"duty": "sing", "to": "public", "due": None}]}),
            errors.PackFieldMissing,
            2,
        ),
        (text({**RULE, "examples": RULE["examples"][:1]}), errors.PackExampleFails, 2),
        (text({**RULE, "examples": [{"of": "s99", "fires": True}]}), errors.PackExampleFails, 2),
        (
            text({**RULE, "examples": [{**RULE["examples"][0], "fires": False}]}),
            errors.PackExampleFails,
            2,
        ),
    ],
)
def test_what_is_wrong_is_refused_and_its_line_named(
    pack: str, refusal: type[errors.PackRefused], line: int
) -> None:
    with pytest.raises(refusal) as refused:
        read_pack(pack)

    assert type(refused.value) is refusal
    assert refused.value.line == line
    assert not line or str(refused.value).startswith(f"Line {line}: ")


def test_a_folder_is_the_same_pack_as_its_text(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "pack.json").write_text(json.dumps(HEAD, indent=2))
    (tmp_path / "house" / "release.json").write_text(
        json.dumps({"rules": [{name: value for name, value in RULE.items() if name != "layer"}]}, indent=2)
    )

    assert from_folder(tmp_path) == text(RULE)


def test_facts_of_every_section_may_be_named_and_no_event_or_record() -> None:
    assert {"project.kind", "use.media", "subjects.domicile", "model.on_market_since"} <= set(fact_names())
    assert not [name for name in fact_names() if name.endswith("_at")]

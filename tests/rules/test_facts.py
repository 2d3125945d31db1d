"""What is not in the vocabulary is refused by its path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from licensing.fact_reading import BadFacts
from licensing.rules import decide
from licensing.scenario_files import BadScenarioFile, decide_all, read_scenarios
from tests.rules.questions import CASES, ask, facts


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("weather", "rain", "weather"),
        ("project.strike_actve", [], "project.strike_actve"),
        ("use.prompt.text", "a ball", "use.prompt.text"),
        ("subjects.0.name", "Ana", "subjects[p-1].name"),
        ("consents.0.intended_use.edits", [], "consents[c-p-1].intended_use.edits"),
        ("asked_at", "2026-11-23T10:00:00", "asked_at"),
        ("asked_at", "2026-11-23", "asked_at"),
        ("asked_at", 1, "asked_at"),
        ("asked_at", "2026-02-30T10:00:00Z", "asked_at"),
        ("project.principal_photography_start", "20260914", "project.principal_photography_start"),
        ("project.principal_photography_start", "2026-09-31", "project.principal_photography_start"),
        ("project.kind", "opera", "project.kind"),
        ("project.governing_law", "UK", "project.governing_law"),
        ("use.territories", ["US", "Mars"], "use.territories[1]"),
        ("use.media", "svod", "use.media"),
        ("use.photoreal", "yes", "use.photoreal"),
        ("use.basis_signed_off_by", True, "use.basis_signed_off_by"),
        ("consents.0.withdrawn_at", True, "consents[c-p-1].withdrawn_at"),
        ("subjects.0.estimated_days", 1.5, "subjects[p-1].estimated_days"),
        ("subjects.0.estimated_days", True, "subjects[p-1].estimated_days"),
        ("subjects", [None], "subjects[0]"),
        ("subjects", {}, "subjects"),
        ("project", [], "project"),
        ("model.name", "a\x00b", "model.name"),
    ],
)
def test_bad_facts_name_their_path(path: str, value: object, named: str) -> None:
    with pytest.raises(BadFacts) as raised:
        ask("s12", {path: value})

    assert raised.value.path == named
    assert str(raised.value).startswith(f"{named}: ")


def test_null_is_no_error() -> None:
    assert (
        decide({"asked_at": None, "project": None, "use": None, "subjects": None}).decision.value
        == "escalate"
    )


def _file(folder: Path, content: object) -> Path:
    path = folder / "questions.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_the_command_answers_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rulebook", "decide", str(CASES), "--json")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 29
    assert all(set(line) == {"id", "decision", "rules", "duties"} for line in lines)
    assert all(set(rule) == {"id", "outcome", "message", "cure"} for line in lines for rule in line["rules"])
    assert all(set(duty) == {"duty", "to", "inputs", "due"} for line in lines for duty in line["duties"])


def test_the_command_speaks_plainly_too(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rulebook", "decide", str(CASES))

    assert "s12-replica-in-scope: allow_with_duties" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "Expecting"),
        ("[]", '"scenarios"'),
        ({"scenarios": {}}, '"scenarios"'),
        ({"scenarios": [{}]}, '"id"'),
        ({"scenarios": [{"id": "a"}]}, '"facts"'),
        ({"scenarios": [{"id": "a", "facts": {"weather": "rain"}}]}, "scenario a: weather"),
        ('{"scenarios": [], "scenarios": []}', "given twice"),
        ("[" * 100_000, "questions.json"),
    ],
)
def test_a_bad_file_is_an_input_error(
    content: object,
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CommandError, match=complaint) as raised:
        call_command("rulebook", "decide", str(_file(tmp_path, content)), "--json")

    assert raised.value.returncode == 1
    assert capsys.readouterr().out == ""


def test_one_bad_question_leaves_no_half_an_answer(tmp_path: Path) -> None:
    good = {"id": "good", "facts": facts("s12")}
    bad = {"id": "bad", "facts": {"weather": "rain"}}

    with pytest.raises(BadScenarioFile, match="scenario bad"):
        list(decide_all(read_scenarios(_file(tmp_path, {"scenarios": [good, bad]}))))


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(BadScenarioFile, match="No such file"):
        read_scenarios(tmp_path / "nothing.json")

"""Scenario files: one answer a line, or one line of complaint and no answer at all."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from licensing.values import Decision, DutyKind, Outcome
from tests.rules.questions import CASES, scenarios

ANSWERABLE = '{"id": "first", "facts": {}}'


def answers(path: Path) -> list[str]:
    output = io.StringIO()
    call_command("rulebook", "decide", str(path), "--json", stdout=output)
    return output.getvalue().splitlines()


def test_each_scenario_gets_one_line_of_the_agreed_shape() -> None:
    lines = [json.loads(line) for line in answers(CASES)]

    assert [line["id"] for line in lines] == [scenario["id"] for scenario in scenarios()]
    for line in lines:
        assert list(line) == ["id", "decision", "rules", "duties"]
        assert line["decision"] in set(Decision)
        for rule in line["rules"]:
            assert list(rule) == ["id", "outcome", "message", "cure"]
            assert rule["outcome"] in set(Outcome)
        for duty in line["duties"]:
            assert list(duty) == ["duty", "to", "inputs", "due"]
            assert duty["duty"] in set(DutyKind)
            assert isinstance(duty["inputs"], dict)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "Expecting value"),
        ("not json", "Expecting value"),
        ("[]", '"scenarios"'),
        ("{}", '"scenarios"'),
        ('{"scenarios": {}}', '"scenarios"'),
        ('{"scenarios": [3]}', "scenarios[0]"),
        ('{"scenarios": [{"facts": {}}]}', "scenarios[0]"),
        ('{"scenarios": [{"id": 3, "facts": {}}]}', "scenarios[0]"),
        ('{"scenarios": [{"id": "\\ud800", "facts": {}}]}', "half a character"),
        ('{"scenarios": [{"id": "a"}]}', '"facts"'),
        (f'{{"scenarios": [{ANSWERABLE}, {ANSWERABLE}]}}', "first is given twice"),
        ('{"scenarios": [{"id": "a", "id": "b", "facts": {}}]}', "'id' is given twice"),
        (f'{{"scenarios": [{ANSWERABLE}], "why": NaN}}', "NaN"),
        (f'{{"scenarios": [{ANSWERABLE}], "why": -Infinity}}', "-Infinity"),
        (f'{{"scenarios": [{ANSWERABLE}], "why": {"9" * 5000}}}', "5000 digits"),
        ('{"scenarios": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        (f'{{"scenarios": [{ANSWERABLE}, {{"id": "b", "facts": {{"sky": 1}}}}]}}', "scenario b: sky"),
        ('{"scenarios": [{"id": "b", "facts": {"sk\\ny": 1}}]}', "scenario b: sk y"),
        ('{"scenarios": [{"id": "b", "facts": {"asked_at": "' + "z" * 10_000_000 + '"}}]}', "asked_at"),
        ('{"scenarios": [{"id": "b", "facts": {"asked_at": "0001-01-01T00:00:00+14:00"}}]}', "asked_at"),
    ],
)
def test_a_bad_file_gets_one_line_and_no_answer(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "scenarios.json"
    path.write_text(content, encoding="utf-8")
    output = io.StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("rulebook", "decide", str(path), "--json", stdout=output)

    assert complaint in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1
    assert len(str(refusal.value)) < 1000
    assert not output.getvalue()


def test_what_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    garbled = tmp_path / "garbled"
    garbled.write_bytes(b"\xff\xfe{")

    for path in (tmp_path, tmp_path / "nowhere", garbled):
        with pytest.raises(CommandError, match=path.name):
            answers(path)


def test_a_thousand_scenarios_take_seconds(tmp_path: Path) -> None:
    known = scenarios()
    many: list[dict[str, Any]] = [known[count % len(known)] | {"id": str(count)} for count in range(1000)]
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"scenarios": many}), encoding="utf-8")
    started = time.process_time()

    lines = answers(path)

    assert len(lines) == 1000
    assert time.process_time() - started < 10

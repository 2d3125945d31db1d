from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.values import Actor, Role
from core.tenancy import tenant
from licensing.agreeing.errors import ImportUnreadable
from licensing.agreeing.performer_rows import RowRefused
from licensing.identifiers import check_character
from licensing.operations.performer_import import ImportProgress, import_performers
from licensing.operations.performers import NewIdentifier
from licensing.queries import performers
from licensing.registers import names_now
from licensing.screening import screen
from tests.factories.accounts import a_member
from tests.factories.licensing import a_performer
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")

HEAD = "ref,professional_name,state,domicile,visibility,aliases,identifiers\n"


def _run(content: str | bytes, actor: Actor) -> tuple[ImportProgress, dict[int, str]]:
    source = io.BytesIO(content.encode() if isinstance(content, str) else content)
    steps = list(import_performers(source, actor=actor))
    last = steps[-1]
    assert isinstance(last, ImportProgress)
    assert last.done
    return last, {one.line: one.field for one in steps if isinstance(one, RowRefused)}


class TestAnImport:
    def test_names_each_bad_row_and_takes_the_others(self, legal: Actor) -> None:
        lines = [
            "A1,Ana Ruiz,living_adult,US-CA,,Ana R.|Anita,ISNI=0000 0001 2103 2683|ipn=7",
            "A2,,living_adult,,,,",
            "A3,Bo Lind,alive,,,,",
            '"A4","Cy\nNewline",,,,,',
            "A5,Dee Moss,,Mars,,,",
            ",Ed Nobody,,,,,",
            "A6,Flo Ray,,,,???,",
            "A7,Gil Odd,,,,",
            "A1,Somebody Else,,,,,",
            "A8,Hal Bad,,,,,isni",
            "A0,Jo Typo,,,,,isni=0000000121032684",
            "",
            "A9,Ida Last,,,legal_only,,",
        ]

        last, refused = _run(HEAD + "\n".join(lines) + "\n", legal)

        assert refused == {
            3: "professional_name",
            4: "state",
            5: "professional_name",
            7: "domicile",
            8: "ref",
            9: "aliases",
            10: "",
            11: "identifiers",
            12: "identifiers",
            13: "identifiers",
        }
        assert (last.read, last.added, last.present, last.refused) == (12, 2, 0, 10)
        cards = {one.professional_name: one for one in performers(legal.organisation_id, everybody=True)}
        assert set(cards) == {"Ana Ruiz", "Ida Last"}
        assert {one.text for one in cards["Ana Ruiz"].aliases} == {"Ana Ruiz", "Ana R.", "Anita"}
        assert {(one.scope, one.value) for one in cards["Ana Ruiz"].identifiers} == {
            ("studio_ref", "A1"),
            ("isni", "0000000121032683"),
            ("ipn", "7"),
        }

    def test_takes_roles_and_names_in_other_scripts(self, legal: Actor) -> None:
        head = "professional_name,ref,script_names,role_names\n"
        lines = [
            "Ana Ruiz,A1,Ана Руис|安娜,The Pilot|Captain Gray",
            "Bo Lind,A2,???,",
            "Cy Moss,A3,,The Cook|!",
            "Di Roe,A4," + "a" * 201 + ",",
        ]

        last, refused = _run(head + "\n".join(lines) + "\n", legal)

        assert refused == {3: "script_names", 4: "role_names", 5: "script_names"}
        (card,) = performers(legal.organisation_id, everybody=True)
        assert last.added == 1
        assert {(one.kind, one.text) for one in card.aliases} == {
            ("alias", "Ana Ruiz"),
            ("script", "Ана Руис"),
            ("script", "安娜"),
            ("role", "The Pilot"),
            ("role", "Captain Gray"),
        }
        with tenant(legal.organisation_id):
            assert [hit.performer_id for hit in screen("安娜 at the rail", names_now().registry)] == [card.id]

    def test_adds_names_to_somebody_who_is_there_and_nothing_else(self, legal: Actor) -> None:
        _run(HEAD + "A1,Ana Ruiz,living_adult,,,Anita,\n", legal)
        later = "ref,professional_name,state,aliases,role_names\nA1,Ana Ruiz,minor,Anita|Ani,The Pilot\n"

        first, again = _run(later, legal)[0], _run(later, legal)[0]

        assert (first.added, first.present, again.present) == (0, 1, 1)
        (card,) = performers(legal.organisation_id, everybody=True)
        assert card.state == "living_adult"
        assert sorted(one.text for one in card.aliases) == ["Ana Ruiz", "Ani", "Anita", "The Pilot"]

    def test_reads_a_json_object_a_line(self, legal: Actor) -> None:
        good = {
            "professional_name": "Ana",
            "identifiers": [{"scope": "isni", "value": "0000000121032683"}],
            "aliases": ["A."],
        }
        lines = [json.dumps(good), "{", "[]", json.dumps({**good, "age": 3}), "", json.dumps(good)]

        last, refused = _run("\n".join(lines), legal)

        assert refused == {2: "", 3: "", 4: "age"}
        assert (last.added, last.present) == (1, 1)

    def test_of_the_same_file_changes_nothing(self, legal: Actor) -> None:
        content = HEAD + "A1,Ana Ruiz,,,,,\nA2,Bo Lind,,,,,\n"
        assert _run(content, legal)[0].added == 2

        again = _run(content, legal)[0]

        assert (again.added, again.present, again.refused) == (0, 2, 0)

    def test_does_not_take_somebody_elses_identifier(self, legal: Actor) -> None:
        a_performer(legal, "Ana Ruiz", identifiers=(NewIdentifier("isni", "0000000121032683"),))

        last, refused = _run(
            HEAD + ",Bo Lind,,,,,isni=0000000121032683\n,Ana Ruiz,,,,,isni=0000 0001 2103 2683\n", legal
        )

        assert refused == {2: "identifiers"}
        assert (last.added, last.present) == (0, 1)

    @pytest.mark.parametrize(
        "content", [b"", b"\n", b"name,age\nAna,3\n", b"ref,ref\n1,2\n", b"\xff\xfe\x00"]
    )
    def test_of_something_else_is_refused(self, legal: Actor, content: bytes) -> None:
        with pytest.raises(ImportUnreadable):
            import_performers(io.BytesIO(content), actor=legal)

    def test_names_a_row_that_is_not_utf8(self, legal: Actor) -> None:
        last, refused = _run(HEAD.encode() + b"A1,Jos\xe9,,,,,\nA2,Ana,,,,,\n", legal)

        assert refused == {2: "professional_name"}
        assert last.added == 1

    def test_by_the_api_answers_line_by_line(self, legal: Actor) -> None:
        browser = a_browser(legal)
        file = io.BytesIO((HEAD + "A1,Ana Ruiz,,,,,\nA2,,,,,,\n").encode())
        file.name = "performers.csv"

        answer = browser.post("/v1/performer-imports", {"file": file})

        # No stub says that this answer is a streaming one.
        parts: Iterator[bytes] = getattr(answer, "streaming_content")  # noqa: B009 - as above
        lines = [json.loads(one) for one in b"".join(parts).splitlines()]
        assert answer.status_code == 200
        assert lines[0] == {"line": 3, "field": "professional_name", "reason": "is missing"}
        assert lines[-1] == {"read": 2, "added": 1, "present": 0, "refused": 1, "done": True}
        wrong = browser.post("/v1/performer-imports", {"file": io.BytesIO(b"name\n")})
        assert wrong.json()["type"].endswith("/import-unreadable")
        assert a_browser(a_member(Role.ARTIST)).post("/v1/performer-imports").status_code == 403

    def test_of_ten_thousand_with_37_bad_ones(
        self, legal: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = set(random.Random(7).sample(range(10_000), 37))  # noqa: S311 - no secret
        file = tmp_path / "performers.csv"
        file.write_text(
            HEAD
            + "".join(
                f"R{n},{'' if n in bad else f'Performer Number {n}'},living_adult,US-CA,,"
                f"Alias {n}|No. {n},isni={n:015}{check_character(f'{n:015}')}\n"
                for n in range(10_000)
            ),
            encoding="utf-8",
        )

        call_command("performers", "import", str(file), organisation=legal.organisation_id, json=True)

        told = json.loads(capsys.readouterr().out)
        assert (told["read"], told["added"], told["refused"], told["done"]) == (10_000, 9_963, 37, True)
        assert {row["line"] for row in told["rows_refused"]} == {n + 2 for n in bad}
        assert {row["field"] for row in told["rows_refused"]} == {"professional_name"}

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from core.canonical import canonical_bytes
from core.digests import sha256_hex
from licensing.documents.errors import RiderUnprintable
from licensing.documents.odrl_terms import TERMS
from licensing.documents.pdf_reading import examine
from licensing.documents.rider_marks import TERMS_MARK
from licensing.documents.rider_pdf import rider_pdf
from licensing.documents.rider_text import (
    FIRST_WORDING,
    SAID_BY_THE_SIGNATURE,
    RiderText,
    rider_text,
    this_wording,
    uses_are,
    worded_terms,
)
from licensing.rulebook.book import rule_book
from tests.factories.documents import PARTIES, an_unsigned_pdf, rider_terms


def _clause(text: RiderText, term: str) -> str:
    (found,) = (one.text for section in text.sections for one in section.clauses if one.term == term)
    return found


class TestText:
    def test_every_term_has_a_clause(self) -> None:
        assert {*worded_terms(), *SAID_BY_THE_SIGNATURE} == {one.path for one in TERMS}

    def test_every_rule_beside_a_clause_is_one_of_the_book(self) -> None:
        text = rider_text(
            PARTIES, rider_terms(advertiser="Salt", survives_death=True, union_notified_at=False)
        )

        named = {rule for section in text.sections for one in section.clauses for rule in one.rules}
        assert named == {note.id for note in text.rules}
        assert named <= set(rule_book().entries)

    def test_a_clause_stands_beside_its_machine_term(self) -> None:
        text = rider_text(PARTIES, rider_terms())

        (media,) = (
            one for section in text.sections for one in section.clauses if one.term == "intended_use.media"
        )
        assert media.text == "Shown in these media: theatrical, SVOD."
        assert media.machine == '["theatrical","svod"]'
        assert media.rules == ("TVT-05",)

    def test_what_somebody_wrote_is_shown_as_it_is(self) -> None:
        text = rider_text(PARTIES, rider_terms(description="the {value} of scene_42, code c2pa"))

        assert "“the {value} of scene_42, code c2pa”" in _clause(text, "intended_use.description")

    def test_nothing_and_never_and_everything_are_said(self) -> None:
        text = rider_text(PARTIES, rider_terms(sensitive=[], valid_until=False, scenes=["*"]))

        assert _clause(text, "intended_use.sensitive") == "No nudity and no sexual content."
        assert _clause(text, "valid_until") == "It has no last day."
        assert _clause(text, "intended_use.scenes") == "In every scene."

    def test_a_clause_is_said_in_the_edition_it_was_put_in(self) -> None:
        today = rider_text(PARTIES, rider_terms(most_uses=3))
        before = rider_text(PARTIES, rider_terms(most_uses=3), wording=FIRST_WORDING)

        assert _clause(today, "most_uses").startswith("At most this many uses: 3. Each delivery of")
        assert _clause(before, "most_uses") == (
            "At most this many uses, of which every take that is signed is one: 3."
        )
        assert (today.wording, before.wording) == (this_wording(), FIRST_WORDING)
        assert (uses_are(today.wording), uses_are(before.wording)) == ("deliveries", "signed_takes")
        assert _clause(today, "valid_until") == _clause(before, "valid_until")

    def test_unknown_terms_are_named_not_left_out(self) -> None:
        text = rider_text(PARTIES, rider_terms(media=None))

        assert "Media" in text.unstated

    def test_a_rule_nobody_confirmed_says_so(self) -> None:
        plain = rider_text(PARTIES, rider_terms())
        confirmed = rider_text(PARTIES, rider_terms(), confirmed=frozenset({"TVT-05"}))

        standing = {note.id: note.standing for note in plain.rules}
        assert standing["TVT-05"].startswith("Grade B")
        assert standing["TVT-05"].endswith("NOT CONFIRMED by the studio's counsel.")
        assert standing["CA-01"] == "Grade A: the operative text was read."
        assert {note.id: note.standing for note in confirmed.rules}["TVT-05"].endswith(
            "Confirmed by the studio's counsel."
        )

    def test_rules_of_another_agreement_are_left_out(self) -> None:
        from dataclasses import replace

        game = rider_text(replace(PARTIES, agreement="sag_ima_2025"), rider_terms())
        unknown = rider_text(replace(PARTIES, agreement=None), rider_terms())

        assert not any(note.id.startswith(("TVT", "COM")) for note in game.rules)
        assert {"TVT-01", "COM-01", "IMA-01"} <= {note.id for note in unknown.rules}


class TestPdf:
    def test_the_same_terms_give_the_same_bytes(self) -> None:
        assert an_unsigned_pdf() == an_unsigned_pdf()
        assert an_unsigned_pdf() != an_unsigned_pdf(scenes=["43"])

    def test_another_process_makes_the_same_bytes(self) -> None:
        import sys

        code = (
            "import sys, django; django.setup()\n"
            "from core.digests import sha256_hex\n"
            "from tests.factories.documents import an_unsigned_pdf\n"
            "print(sha256_hex(an_unsigned_pdf()))"
        )
        root = Path(__file__).resolve().parents[2]
        import os

        done = subprocess.run(
            [sys.executable, "-c", code],
            env=dict(os.environ) | {"PYTHONPATH": f"{root / 'platform'}:{root}", "PYTHONHASHSEED": "7"},
            capture_output=True,
            text=True,
            check=True,
        )

        assert done.stdout.strip() == sha256_hex(an_unsigned_pdf())

    def test_the_terms_travel_inside(self) -> None:
        pdf = an_unsigned_pdf()
        wanted = sha256_hex(canonical_bytes(rider_terms()))

        found = examine(pdf, roots=[])
        keywords = str(PdfFileReader(BytesIO(pdf)).trailer["/Info"]["/Keywords"])

        assert found.readable, found.detail
        assert found.terms_sha256 == wanted
        assert keywords == TERMS_MARK + wanted
        assert found.active == ()

    @pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
    def test_names_and_digest_can_be_read_on_paper(self, tmp_path: Path) -> None:
        path = tmp_path / "rider.pdf"
        path.write_bytes(an_unsigned_pdf())

        text = subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
        ).stdout

        assert "Ana Ruiz Calderová" in text
        assert text.count(sha256_hex(canonical_bytes(rider_terms()))) >= 6
        assert "NOT CONFIRMED" in text

    def test_a_name_no_font_can_show_is_refused(self) -> None:
        from dataclasses import replace

        text = rider_text(replace(PARTIES, performer="山田花子"), rider_terms())

        with pytest.raises(RiderUnprintable) as raised:
            rider_pdf(text)
        assert raised.value.extensions() == {"code_point": "U+5C71"}

    def test_a_long_description_runs_over_pages(self) -> None:
        pdf = an_unsigned_pdf(description="He walks to the door and turns. " * 800)

        assert examine(pdf, roots=[]).pages > examine(an_unsigned_pdf(), roots=[]).pages

    def test_text_is_never_taken_for_markup(self) -> None:
        pdf = an_unsigned_pdf(description="<b>bold</b> & <a href='http://x'>link</a> <para>")

        assert examine(pdf, roots=[]).readable

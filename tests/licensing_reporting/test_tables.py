"""A report as CSV and PDF: the same rows, safe to open, readable, and the same bytes again."""

from __future__ import annotations

import csv
import io
import resource
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from core.ids import new_id
from licensing.reporting.csv_table import neutralised, read_rows, write_csv
from licensing.reporting.definition import NONE, Cell, Column, cell_text, machine_name
from licensing.reporting.pdf_table import NOT_RECORDED, Cover, bands_of, write_pdf
from licensing.reporting.wrapping import face
from tests.factories.reports import pdf_words

COLUMNS = tuple(Column(name, f"What {name} says.") for name in ("one", "two", "three"))
COVER = Cover(
    title="A report",
    purpose="For a test.",
    facts=(("Organisation", "Night Ferry Pictures"), ("SHA-256 of the CSV", "ab" * 32)),
    notes=("Nothing here is invented.",),
    made="29 November 2026, 12:00 UTC",
)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


def _csv(path: Path, *rows: Sequence[Cell]) -> str:
    write_csv(path, COLUMNS, rows)
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("agreement+edition", "agreement_edition"),
        ("scene/shot", "scene_shot"),
        ("destroyed_at + attestation", "destroyed_at_attestation"),
        ("affiliated?", "affiliated"),
        ("payroll ref", "payroll_ref"),
    ],
)
def test_a_heading_has_one_machine_name(heading: str, name: str) -> None:
    assert machine_name(heading) == name


class TestCsv:
    def test_has_machine_names_and_line_ends_of_rfc_4180(self, tmp_path: Path) -> None:
        text = _csv(tmp_path / "t.csv", ["a", 'b "quoted", too', "c\nd"])

        assert text == 'one,two,three\r\na,"b ""quoted"", too","c\nd"\r\n'

    def test_counts_what_is_not_recorded_and_nothing_else(self, tmp_path: Path) -> None:
        written = write_csv(tmp_path / "t.csv", COLUMNS, [[None, NONE, []], ["", 0, "x"]])

        assert (written.rows, written.not_recorded) == (2, 2)

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d", "'"])
    def test_lets_no_spreadsheet_compute_a_cell(self, tmp_path: Path, start: str) -> None:
        text = _csv(tmp_path / "t.csv", [f'{start}HYPERLINK("http://evil","x")', "b", "c"])

        (_, row) = list(csv.reader(io.StringIO(text, newline="")))
        assert row[0].startswith("'")
        assert row[1:] == ["b", "c"]

    def test_refuses_a_row_that_does_not_fit(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="2 cells does not fit 3"):
            write_csv(tmp_path / "t.csv", COLUMNS, [["a", "b"]])

    @given(
        cells=st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r")), min_size=3, max_size=3
        )
    )
    def test_gives_every_cell_back(self, tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
        path = tmp_path_factory.mktemp("csv") / "t.csv"

        write_csv(path, COLUMNS, [cells])

        assert list(read_rows(path)) == [cells]
        assert not any(neutralised(one)[:1] in {"=", "+", "-", "@"} for one in cells)

    def test_spells_values_one_way(self) -> None:
        one = new_id()

        assert cell_text(datetime(2026, 11, 29, 12, 0, 0, 5, tzinfo=UTC)) == "2026-11-29T12:00:00Z"
        assert [cell_text(value) for value in (date(2026, 1, 2), 7, one, ["a", "b"], [], None)] == [
            *("2026-01-02", "7", str(one), "a; b", "none", ""),
        ]


class TestPdf:
    def _pdf(self, path: Path, *rows: Sequence[str], columns: tuple[Column, ...] = COLUMNS) -> Path:
        write_pdf(path, COVER, columns, rows)
        return path

    @needs_pdftotext
    def test_says_what_it_rests_on_and_every_row(self, tmp_path: Path) -> None:
        words = pdf_words(self._pdf(tmp_path / "r.pdf", ["alpha", "beta", "gamma"]))

        for said in ("A report", "Night Ferry Pictures", "ab" * 32, "What two says.", "alpha beta gamma"):
            assert said in words
        assert "Page 1 of 2" in words
        assert "Page 2 of 2" in words

    @needs_pdftotext
    def test_calls_an_empty_cell_not_recorded(self, tmp_path: Path) -> None:
        assert f"alpha {NOT_RECORDED} {NONE}" in pdf_words(self._pdf(tmp_path / "r.pdf", ["alpha", "", NONE]))

    @needs_pdftotext
    def test_repeats_the_head_on_every_page(self, tmp_path: Path) -> None:
        path = self._pdf(tmp_path / "r.pdf", *([f"row {number}", "b", "c"] for number in range(120)))

        pages = PdfFileReader(io.BytesIO(path.read_bytes())).root["/Pages"]["/Count"]
        assert pages > 3
        assert pdf_words(path).count("one two three") == pages - 1

    @needs_pdftotext
    def test_puts_headings_above_each_cell_where_columns_are_many(self, tmp_path: Path) -> None:
        many = tuple(Column(f"heading{number}", "It says.") for number in range(20))

        words = pdf_words(self._pdf(tmp_path / "r.pdf", *([["x"] * 20] * 3), columns=many))

        assert len(bands_of(many)) > 1
        assert words.count("heading19") == 1 + 3

    @needs_pdftotext
    def test_loses_no_line_of_a_cell_longer_than_a_page(self, tmp_path: Path) -> None:
        long = "\n".join(f"line{number}" for number in range(300))

        words = pdf_words(self._pdf(tmp_path / "r.pdf", ["a", long, "c"]))

        assert [f"line{number}" in words for number in range(300)] == [True] * 300

    @needs_pdftotext
    def test_says_that_nothing_is_on_record(self, tmp_path: Path) -> None:
        assert "Nothing of this kind is on record" in pdf_words(self._pdf(tmp_path / "r.pdf"))

    def test_shows_what_no_font_holds_as_such_and_fails_at_nothing(self, tmp_path: Path) -> None:
        self._pdf(tmp_path / "r.pdf", ["\u6f22\u5b57 \U0001f3ac", "\x07", "x" * 5000])

        assert PdfFileReader(io.BytesIO((tmp_path / "r.pdf").read_bytes())).root["/Type"] == "/Catalog"

    def test_is_the_same_bytes_for_the_same_rows(self, tmp_path: Path) -> None:
        rows = [["alpha", "", "Calder\u00f3va"], ["b", "c", "d"]]

        first = self._pdf(tmp_path / "1.pdf", *rows).read_bytes()

        assert first == self._pdf(tmp_path / "2.pdf", *rows).read_bytes()
        assert first != self._pdf(tmp_path / "3.pdf", *rows[:1]).read_bytes()

    @given(text=st.text(), width=st.floats(20, 300))
    def test_breaks_lines_without_losing_a_letter(self, text: str, width: float) -> None:
        style = face("Rider", 7.2)

        lines = style.lines(text, width)

        assert "".join(lines).replace(" ", "") == "".join(style.lines(text, 10**6)).replace(" ", "")
        assert all(style.width_of(line) <= width or len(line) == 1 for line in lines)


def test_five_thousand_rows_are_never_held_at_once(tmp_path: Path) -> None:
    many = tuple(Column(f"heading{number}", "It says.") for number in range(10))
    alive: list[int] = []

    def rows() -> Iterator[list[str]]:
        for number in range(5000):
            alive.append(number)
            yield [f"{number} {'word ' * 6}"] * 10

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    written = write_csv(tmp_path / "t.csv", many, rows())
    pages = write_pdf(tmp_path / "t.pdf", COVER, many, read_rows(tmp_path / "t.csv"))
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert (written.rows, len(alive)) == (5000, 5000)
    assert pages > 100
    # 5,000 rows of ten cells as paragraphs of a page layout take some hundred times this.
    assert grown_kib < 150 * 1024

"""A rider as a PDF: clauses beside machine terms, the rules they rest on, two signature fields, the terms inside.

Deterministic: the same text gives the same bytes, so a stored file can be shown to be the one that was offered. The
canonical terms travel as an attached file and their digest stands on every page and in the document's keywords.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from licensing.documents.errors import RiderUnprintable
from licensing.documents.print_fonts import register_fonts
from licensing.documents.rider_marks import PERFORMER_FIELD, STUDIO_FIELD, TERMS_FILE, TERMS_MARK
from licensing.documents.rider_text import Clause, RiderText, RuleNote
from web.templatetags.words import words

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_INK = colors.HexColor("#1c1f24")
_FAINT = colors.HexColor("#5b6470")
_LINE = colors.HexColor("#c9cfd6")
_GROUND = colors.HexColor("#f3f5f7")
_WARN = colors.HexColor("#8a4b00")
# A widget that is printed (PDF 32000-1, table 165).
_PRINTED = 4

_TEXT = ParagraphStyle("text", fontName="Rider", fontSize=9.2, leading=12.4, textColor=_INK, splitLongWords=1)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=7.6, leading=10.2, textColor=_FAINT)
_MONO = ParagraphStyle("mono", parent=_TEXT, fontName="RiderMono", fontSize=7.4, leading=10, wordWrap="CJK")
_TITLE = ParagraphStyle("title", parent=_TEXT, fontName="RiderBold", fontSize=17, leading=22, spaceAfter=3)
_HEADING = ParagraphStyle(
    "heading", parent=_TEXT, fontName="RiderBold", fontSize=11, leading=14, spaceBefore=10, spaceAfter=4
)
_TERM = ParagraphStyle("term", parent=_TEXT, fontName="RiderBold", fontSize=8.4, leading=11)
_WARNING = ParagraphStyle("warning", parent=_SMALL, textColor=_WARN)


def rider_pdf(text: RiderText) -> bytes:
    """`text` as PDF bytes, unsigned, with one empty signature field for each side.

    Raises:
        RiderUnprintable: a name or a term holds a character that no font of ours can show.
    """
    register_fonts()
    _require_printable(text)
    output = BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=A4,
        invariant=1,
        title=f"Digital replica rider: {text.parties.production}",
        author=text.parties.studio,
        subject=f"Terms {text.terms_sha256}",
        creator="Countersign",
        keywords=TERMS_MARK + text.terms_sha256,
        lang="en-GB",
    )
    frame = Frame(_MARGIN, 20 * mm, _WIDTH, A4[1] - 38 * mm, 0, 0, 0, 0)

    def furniture(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont("Rider", 7)
        canvas.setFillColor(_FAINT)
        canvas.drawString(_MARGIN, 12 * mm, f"Terms SHA-256 {text.terms_sha256}")
        canvas.drawRightString(A4[0] - _MARGIN, 12 * mm, f"Page {canvas.getPageNumber()}")

    document.addPageTemplates([PageTemplate("page", [frame], onPage=furniture)])
    document.build(_story(text), canvasmaker=_canvas_with(text.terms))
    return output.getvalue()


def _canvas_with(terms: bytes) -> type[Canvas]:
    class TermsCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
        """Attaches the canonical terms before the document is written."""

        def save(self) -> None:
            _attach(self, terms)
            super().save()

    return TermsCanvas


def _attach(canvas: Canvas, terms: bytes) -> None:
    stream = pdfdoc.PDFStream(content=terms, filters=[pdfdoc.PDFZCompress])
    stream.dictionary["Type"] = pdfdoc.PDFName("EmbeddedFile")
    name = pdfdoc.PDFString(TERMS_FILE)
    document = canvas._doc  # noqa: SLF001 - reportlab has no public way to the catalogue
    specification = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Filespec"),
            "F": name,
            "UF": name,
            "Desc": pdfdoc.PDFString("Canonical terms of this rider (RFC 8785)"),
            "EF": pdfdoc.PDFDictionary({"F": document.Reference(stream)}),
        }
    )
    names = pdfdoc.PDFArray([name, document.Reference(specification)])
    document.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": names})})


def _story(text: RiderText) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph("Digital replica rider", _TITLE),
        _facts(text),
        Spacer(1, 6),
        Paragraph(
            "On the left is the clause that is agreed; on the right is what the machine reads of it and the rules "
            "that read it. Both say the same. Where they differed, the narrower would hold. What is not stated is "
            "unknown and clears nothing.",
            _TEXT,
        ),
        Paragraph(
            f"Model wording {text.wording}, to be reviewed by counsel of both sides. Countersign applies recorded "
            "rules and gives no legal advice.",
            _WARNING,
        ),
    ]
    for section in text.sections:
        rows = [_row(clause) for clause in section.clauses]
        # A heading never stands alone at the foot of a page.
        story.append(KeepTogether([Paragraph(escape(section.title), _HEADING), _table(rows[:1])]))
        if rows[1:]:
            story.append(_table(rows[1:]))
    story.append(Paragraph("Not stated", _HEADING))
    story.append(Paragraph(_unstated(text.unstated), _TEXT))
    story.append(PageBreak())
    story.append(Paragraph("Rules beside the clauses", _HEADING))
    story.append(
        Paragraph(
            f"From rule pack {escape(text.pack)}, SHA-256 {text.pack_sha256}. A rule below grade A rests on a text "
            "that was not read in the original; until counsel confirms it, no use of a likeness is allowed on it "
            "alone.",
            _SMALL,
        )
    )
    story += [_rule(note) for note in text.rules]
    story += [PageBreak(), Paragraph("Signatures", _HEADING), *_signatures(text)]
    return story


def _facts(text: RiderText) -> Table:
    parties = text.parties
    agreement = "not stated" if parties.agreement is None else words(parties.agreement)
    pairs = [
        ("Producer", parties.studio),
        ("Performer", parties.performer),
        ("Production", parties.production),
        ("Agreement", agreement),
        ("Kind of replica", f"{words(parties.replica_type)} ({parties.replica_type})"),
    ]
    rows = [[Paragraph(name, _TERM), Paragraph(escape(value), _TEXT)] for name, value in pairs]
    digest = [Paragraph("Terms SHA-256", _TERM), Paragraph(text.terms_sha256, _MONO)]
    table = Table([*rows, digest], colWidths=[34 * mm, _WIDTH - 34 * mm])
    table.setStyle([*_FLAT, ("BACKGROUND", (0, 0), (-1, -1), _GROUND)])
    return table


def _row(clause: Clause) -> list[list[Flowable]]:
    rules = ", ".join(clause.rules) if clause.rules else "no rule reads it"
    return [
        [Paragraph(escape(clause.heading), _TERM), Paragraph(_lines(clause.text), _TEXT)],
        [
            Paragraph(f"{escape(clause.term)} =", _MONO),
            Paragraph(escape(clause.machine), _MONO),
            Paragraph(f"Read by: {rules}", _SMALL),
        ],
    ]


def _table(rows: list[list[list[Flowable]]]) -> Table:
    table = Table(rows, colWidths=[_WIDTH * 0.56, _WIDTH * 0.44], splitInRow=1)
    table.setStyle(
        [*_FLAT, ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE), ("BACKGROUND", (1, 0), (1, -1), _GROUND)]
    )
    return table


def _rule(note: RuleNote) -> Flowable:
    standing = _WARNING if "NOT CONFIRMED" in note.standing else _SMALL
    return KeepTogether(
        [
            Spacer(1, 5),
            Paragraph(f"{note.id} · {escape(note.title)}", _TERM),
            Paragraph(escape(note.requires), _TEXT),
            Paragraph(f"{escape(note.clause)}; edition {escape(note.edition)}", _SMALL),
            Paragraph(escape(note.standing), standing),
            Paragraph(f"Source: {escape('; '.join(note.sources))}", _SMALL),
        ]
    )


def _signatures(text: RiderText) -> list[Flowable]:
    return [
        Paragraph(
            "Each side signs electronically (PAdES). The studio signs first; after that nothing in this document may "
            "be changed but the other signature. A signature binds the terms whose digest stands on every page.",
            _TEXT,
        ),
        Spacer(1, 8),
        _SignatureBox("For the Producer", text.parties.studio, STUDIO_FIELD),
        Spacer(1, 10),
        _SignatureBox("For the Performer", text.parties.performer, PERFORMER_FIELD),
    ]


class _SignatureBox(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A frame with a caption and an empty signature field inside it."""

    _HEIGHT = 34 * mm

    def __init__(self, caption: str, who: str, field: str) -> None:
        super().__init__()
        self._caption, self._who, self._field = caption, who, field
        self.width, self.height = _WIDTH, self._HEIGHT

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.setStrokeColor(_LINE)
        canvas.rect(0, 0, self.width, self.height)
        canvas.setFillColor(_INK)
        canvas.setFont("RiderBold", 8.4)
        canvas.drawString(3 * mm, self.height - 5 * mm, self._caption)
        name = Paragraph(escape(self._who), _SMALL)
        _, height = name.wrap(self.width * 0.4, self.height)
        name.drawOn(canvas, 3 * mm, self.height - 7 * mm - height)
        left, bottom = canvas.absolutePosition(self.width * 0.45, 2 * mm)
        right, top = canvas.absolutePosition(self.width - 2 * mm, self.height - 2 * mm)
        _add_signature_field(canvas, self._field, [left, bottom, right, top])


def _add_signature_field(canvas: Canvas, name: str, box: list[float]) -> None:
    widget = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Annot"),
            "Subtype": pdfdoc.PDFName("Widget"),
            "FT": pdfdoc.PDFName("Sig"),
            "T": pdfdoc.PDFString(name),
            "F": _PRINTED,
            "Rect": pdfdoc.PDFArray([round(edge, 2) for edge in box]),
        }
    )
    document = canvas._doc  # noqa: SLF001 - reportlab makes no signature fields
    canvas._addAnnotation(widget)  # noqa: SLF001 - as above
    form = getattr(document.Catalog, "AcroForm", None)
    if form is None:
        form = pdfdoc.PDFDictionary({"Fields": pdfdoc.PDFArray([]), "SigFlags": 0})
        document.Catalog.AcroForm = form
    form.dict["Fields"].sequence.append(document.Reference(widget))


def _unstated(headings: Iterable[str]) -> str:
    listed = ", ".join(headings)
    return escape(f"{listed}." if listed else "Every term is stated.")


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


_FLAT = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 5),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 0), (-1, -1), 4),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]


def _require_printable(text: RiderText) -> None:
    parties = text.parties
    written = [parties.studio, parties.performer, parties.production]
    written += [
        part for section in text.sections for one in section.clauses for part in (one.text, one.machine)
    ]
    shown = register_fonts()
    for part in written:
        for character in part:
            if ord(character) not in shown and character != "\n":
                raise RiderUnprintable(character)

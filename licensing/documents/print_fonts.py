"""The fonts that documents are printed with: they travel with the product, so a document looks alike everywhere."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

TEXT_FONT, BOLD_FONT, MONO_FONT = "Rider", "RiderBold", "RiderMono"
_FILES = {TEXT_FONT: "DejaVuSans.ttf", BOLD_FONT: "DejaVuSans-Bold.ttf", MONO_FONT: "DejaVuSansMono.ttf"}


@lru_cache(maxsize=1)
def register_fonts() -> frozenset[int]:
    """Make the fonts known to reportlab, and give the code points that every one of them can show."""
    folder = Path(__file__).with_name("fonts")
    shown: list[frozenset[int]] = []
    for name, file in _FILES.items():
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        shown.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(
        TEXT_FONT, normal=TEXT_FONT, bold=BOLD_FONT, italic=TEXT_FONT, boldItalic=BOLD_FONT
    )
    return frozenset.intersection(*shown)

"""Text broken into lines of a width, by the widths of a font's own characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics

from licensing.documents.print_fonts import register_fonts

# A character that no font of ours shows; the CSV holds it as it is.
UNSHOWN = "\ufffd"


@dataclass(frozen=True, slots=True)
class Face:
    """A font at a size. Widths are in points."""

    font: str
    size: float
    widths: Mapping[int, float]
    default: float

    def width_of(self, text: str) -> float:
        return sum(self.widths.get(ord(one), self.default) for one in text) * self.size / 1000

    def lines(self, text: str, width: float) -> list[str]:
        """`text` in lines no wider than `width`; a word that is wider alone is broken where it must be."""
        return [line for part in shown(text).split("\n") for line in self._lines_of(part, width)]

    def _lines_of(self, part: str, width: float) -> Iterator[str]:
        line, used, space = "", 0.0, self.width_of(" ")
        for word in part.split(" "):
            wide = self.width_of(word)
            if line and used + space + wide <= width:
                line, used = f"{line} {word}", used + space + wide
                continue
            if line:
                yield line
            line, used = word, wide
            while used > width and len(line) > 1:
                head = self._head(line, width)
                yield head
                line = line[len(head) :]
                used = self.width_of(line)
        yield line

    def _head(self, word: str, width: float) -> str:
        end, used = 0, 0.0
        for one in word:
            used += self.widths.get(ord(one), self.default) * self.size / 1000
            if used > width and end:
                break
            end += 1
        return word[:end]


@lru_cache(maxsize=16)
def face(font: str, size: float) -> Face:
    register_fonts()
    metrics = pdfmetrics.getFont(font).face
    return Face(font, size, metrics.charWidths, metrics.defaultWidth)


def shown(text: str) -> str:
    """`text` with `UNSHOWN` for what cannot be printed."""
    known = register_fonts()
    if all(ord(one) in known or one == "\n" for one in text):
        return text
    return "".join(one if ord(one) in known or one == "\n" else UNSHOWN for one in text)

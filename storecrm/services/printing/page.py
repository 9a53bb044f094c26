"""Common ground of all papers: the embedded font, text that fits, millimetres from the top left."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from storecrm import paths
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.printing import barcodes
from storecrm.services.printing.barcodes import MM

REGULAR = "NotoSansSC"
BOLD = "NotoSansSC-Bold"
DARK = (0.09, 0.11, 0.23)
WHITE = (1, 1, 1)
BLACK = (0, 0, 0)
A4 = (210, 297)
"""Millimetres."""


_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}


@dataclass(frozen=True)
class Face:
    """How a line is set: the height of its type in millimetres, its font, and whether it is placed
    by its left end, its middle or its right end."""

    size: float
    font: str = REGULAR
    align: str = "left"


@lru_cache(maxsize=1)
def fonts() -> None:
    """Register the one font that covers Chinese and Latin."""
    folder = paths.resources() / "fonts"
    for name, file in _FILES.items():
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)


def missing_glyphs(text: str, font: str = REGULAR) -> str:
    """The characters the font cannot print; they would leave holes on paper."""
    fonts()
    known = pdfmetrics.getFont(font).face.charToGlyph
    lost = (c for c in text if not c.isspace() and ord(c) not in known)
    # each once, in the order of the text
    return "".join(dict.fromkeys(lost))


def printable(text: str, font: str) -> str:
    """`text` with a white square for what the font does not have; who asked for the paper is told
    (see `missing_glyphs`)."""
    shown = text
    for sign in missing_glyphs(text, font):
        shown = shown.replace(sign, "□")
    return shown


def font_for(text: str, font: str) -> str:
    """Bold holds fewer characters than regular; a rare name falls back to regular."""
    return REGULAR if font == BOLD and missing_glyphs(text, BOLD) else font


def text_width(text: str, font: str, size: float) -> float:
    """Millimetres; `size` is the type's height in millimetres."""
    points = pdfmetrics.stringWidth(text, font, size * MM)
    return float(points) / MM


def fitted(text: str, font: str, size: float, room: float, least: float = 1.6) -> float:
    """The largest size up to `size` at which `text` fits into `room` millimetres, not below
    `least`."""
    fonts()
    width = text_width(text, font, size)
    if width <= room:
        return size
    return max(least, size * room / width)


def wrapped(text: str, font: str, size: float, room: float, most: int) -> list[str]:
    """`text` in at most `most` lines; Chinese breaks anywhere, Latin between words; what is left
    over ends in an ellipsis."""
    fonts()
    # a line takes words until the next one would not fit
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and text_width(line + word, font, size) > room:
            lines.append(line.rstrip())
            line = ""
        line += word if line else word.lstrip()
    lines.append(line)
    if len(lines) > most:
        # the ellipsis takes the place of as many signs as it needs
        last = lines[most - 1]
        while last and text_width(last + "…", font, size) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


_NEVER_FIRST = "，。；、：）％折,.;:)%"
"""What no line begins with: it stays with the word before."""


def _words(text: str) -> list[str]:
    """What is not broken: Latin words with the blank after them, single Chinese signs."""
    words: list[str] = []
    for c in text:
        if words and _belongs(c, words[-1][-1]):
            words[-1] += c
        else:
            words.append(c)
    return words


def _belongs(c: str, before: str) -> bool:
    if c == " " or c in _NEVER_FIRST:
        return True
    return c.isascii() and before.isascii() and before != " "


class PaperSheet:
    """A page measured in millimetres from its top left corner."""

    def __init__(self, target: Target, width: float, height: float, title: str) -> None:
        fonts()
        self.width = width
        self.height = height
        self.target = target
        size = (width * MM, height * MM)
        # the same words make the same bytes, whenever they are printed
        self.canvas: Any = Canvas("", pagesize=size, invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setCreator("storecrm")
        self.canvas.setSubject(target.mark)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float,
        font: str = REGULAR,
        room: float | None = None,
        align: str = "left",
    ) -> None:
        """One line whose baseline lies `y` below the top."""
        self.line(x, y, words, Face(size, font, align), room)

    def line(self, x: float, y: float, words: str, face: Face, room: float | None = None) -> None:
        """One line in a face; with `room` it shrinks until it fits."""
        font = font_for(words, face.font)
        shown = printable(words, font)
        size = fitted(shown, font, face.size, room) if room else face.size
        self.canvas.setFont(font, size * MM)
        draw = {
            "left": self.canvas.drawString,
            "center": self.canvas.drawCentredString,
            "right": self.canvas.drawRightString,
        }
        # PDF counts from the foot of the page
        draw[face.align](x * MM, (self.height - y) * MM, shown)

    def lines(
        self, x: float, y: float, words: Iterable[str], face: Face, *, leading: float
    ) -> None:
        """Lines one below another, `leading` millimetres from each to the next."""
        for number, line in enumerate(words):
            self.line(x, y + number * leading, line, face)

    def field(self, height: float) -> None:
        """A dark field across the top; what is written into it is white."""
        self.canvas.setFillColorRGB(*DARK)
        bottom = (self.height - height) * MM
        self.canvas.rect(0, bottom, self.width * MM, height * MM, stroke=0, fill=1)
        self.canvas.setFillColorRGB(*WHITE)

    def below_field(self) -> None:
        """Black on white from here on."""
        self.canvas.setFillColorRGB(*BLACK)

    def bars(
        self, code: str, *, middle: float, top: float, height: float, module: float = 0.375
    ) -> None:
        """A barcode whose middle and upper edge are given."""
        left = middle - barcodes.width(code, module) / 2
        bottom = self.height - top - height
        drawn = barcodes.path(code, left=left, bottom=bottom, module=module, height=height)
        self.raw(drawn)

    def raw(self, operators: str) -> None:
        """PDF operators as they are."""
        self.canvas._code.append(operators)

    def next_page(self, height: float | None = None) -> None:
        self.canvas.showPage()
        if height is not None:
            self.height = height
            size = (self.width * MM, height * MM)
            self.canvas.setPageSize(size)

    def save(self) -> None:
        """Write the file under its name only when it is whole (see files.whole)."""
        with files.whole(self.target) as part:
            part.write_bytes(self.canvas.getpdfdata())

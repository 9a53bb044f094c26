"""Common ground of all papers: the embedded font, text that fits, millimetres from the top left."""

from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from storecrm import paths
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.printing.barcodes import MM

REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"


@lru_cache(maxsize=1)
def fonts() -> None:
    """Register the one font that covers Chinese and Latin."""
    folder = paths.resources() / "fonts"
    pdfmetrics.registerFont(TTFont(REGULAR, str(folder / "NotoSansSC-Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(folder / "NotoSansSC-Bold.ttf")))


def missing_glyphs(text: str, font: str = REGULAR) -> str:
    """The characters the font cannot print; they would leave holes on paper."""
    fonts()
    known = pdfmetrics.getFont(font).face.charToGlyph
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not c.isspace()))


def printable(text: str, font: str) -> str:
    """`text` with a white square for what the font does not have; who asked for the paper is told
    (see `missing_glyphs`)."""
    lost = set(missing_glyphs(text, font))
    return "".join("□" if c in lost else c for c in text) if lost else text


def font_for(text: str, font: str) -> str:
    """Bold holds fewer characters than regular; a rare name falls back to regular."""
    return REGULAR if font == BOLD and missing_glyphs(text, BOLD) else font


def text_width(text: str, font: str, size: float) -> float:
    """Millimetres; `size` is the type's height in millimetres."""
    return float(pdfmetrics.stringWidth(text, font, size * MM)) / MM


def fitted(text: str, font: str, size: float, room: float, least: float = 1.6) -> float:
    """The largest size up to `size` at which `text` fits into `room` millimetres, not below
    `least`."""
    fonts()
    width = text_width(text, font, size)
    return size if width <= room else max(least, size * room / width)


def wrapped(text: str, font: str, size: float, room: float, most: int) -> list[str]:
    """`text` in at most `most` lines; Chinese breaks anywhere, Latin between words; what is left
    over ends in an ellipsis."""
    fonts()
    lines, line = [], ""
    for word in _words(text):
        if line and text_width(line + word, font, size) > room:
            lines.append(line.rstrip())
            line = ""
        line += word.lstrip() if not line else word
    lines.append(line)
    if len(lines) > most:
        last = lines[most - 1]
        while last and text_width(last + "…", font, size) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


def _words(text: str) -> list[str]:
    words: list[str] = []
    for c in text:
        if (
            words
            and c.isascii()
            and c != " "
            and words[-1][-1].isascii()
            and words[-1][-1] != " "
            or words
            and c in "，。；、：）％折,.;:)%"
            or words
            and c == " "
        ):
            words[-1] += c
        else:
            words.append(c)
    return words


class PaperSheet:
    """A page measured in millimetres from its top left corner."""

    def __init__(self, target: Target, width: float, height: float, title: str) -> None:
        fonts()
        self.width, self.height, self.target = width, height, target
        self.canvas: Any = Canvas(
            "", pagesize=(width * MM, height * MM), invariant=1, pageCompression=1
        )
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
        font = font_for(words, font)
        shown = printable(words, font)
        size = fitted(shown, font, size, room) if room else size
        self.canvas.setFont(font, size * MM)
        draw = {
            "left": self.canvas.drawString,
            "center": self.canvas.drawCentredString,
            "right": self.canvas.drawRightString,
        }[align]
        draw(x * MM, (self.height - y) * MM, shown)

    def raw(self, operators: str) -> None:
        """PDF operators as they are."""
        self.canvas._code.append(operators)

    def next_page(self, height: float | None = None) -> None:
        self.canvas.showPage()
        if height is not None:
            self.height = height
            self.canvas.setPageSize((self.width * MM, height * MM))

    def save(self) -> None:
        """Write the file under its name only when it is whole (see files.whole)."""
        with files.whole(self.target) as part:
            part.write_bytes(self.canvas.getpdfdata())

"""A slip of thermal paper: lines one under another, black only, measured first so that the paper is
as long as what stands on it."""

from collections.abc import Callable

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services.files import Target
from storecrm.services.printing import page
from storecrm.services.printing.barcodes import MM
from storecrm.services.printing.page import BOLD, REGULAR, Face, PaperSheet
from storecrm.values import Money

WIDTHS = {"slip-80": (80.0, 72.0, 0.375), "slip-58": (58.0, 48.0, 0.25)}
"""Layout: paper width, printable width (mm), module of its barcodes."""
TEAR_OFF = 18.0
TOP = 6.0
_LEADING = 1.45
"""From one baseline to the next, in heights of the type."""
_BAR_HEIGHT = 12.0
_DIGITS = Face(3.0, BOLD, "center")
_RULE = 0.35
"""Millimetres."""


def require_layout(layout: str) -> None:
    """Refuse a paper that no printer of slips takes.

    Raises:
        BadInput: layout.
    """
    if layout not in WIDTHS:
        raise BadInput("layout", where=layout, known=", ".join(WIDTHS))


class Slip:
    """Lines are added from the top; `save` knows the height and draws them. Titles of figures are
    keys of the catalogue."""

    def __init__(self, layout: str, title: str, words: Catalogue) -> None:
        """
        Raises:
            BadInput: layout.
        """
        require_layout(layout)
        page.fonts()
        self.page, self.room, self.module = WIDTHS[layout]
        self.title = title
        self.words = words
        self._left = (self.page - self.room) / 2
        self._draw: list[Callable[[PaperSheet], None]] = []
        self._y = TOP

    def text(
        self,
        words: str,
        *,
        size: float = 3.2,
        bold: bool = False,
        middle: bool = False,
        most: int = 6,
    ) -> None:
        """Text over as many lines as it needs."""
        font = BOLD if bold else REGULAR
        face = Face(size, font, "center" if middle else "left")
        for line in page.wrapped(words, font, size, self.room, most):
            self._line(line, face)

    def big(self, words: str, size: float) -> None:
        """One line in large type that shrinks until it fits."""
        size = page.fitted(words, BOLD, size, self.room)
        self._y += 1.5
        self._line(words, Face(size, BOLD, "center"))

    def pair(self, left: str, right: str, *, size: float = 3.2, bold: bool = False) -> None:
        """A word on the left and a figure on the right; where both do not fit the word stands
        above."""
        # two millimetres between them
        font = BOLD if bold else REGULAR
        room = self.room - page.text_width(right, font, size) - 2
        if page.text_width(left, font, size) > room and room < self.room * 0.4:
            self.text(left, size=size, bold=bold)
            left = ""
        *above, last = page.wrapped(left, font, size, room, 3) if left else [""]
        for line in above:
            self._line(line, Face(size, font))
        self._y += size * _LEADING
        y = self._y
        end = self._left + self.room

        def draw(sheet: PaperSheet) -> None:
            sheet.line(self._left, y, last, Face(size, font), room)
            sheet.line(end, y, right, Face(size, font, "right"))

        self._draw.append(draw)

    def money(self, title: str, amount: Money, *, size: float = 3.2, bold: bool = False) -> None:
        """An amount of money after what it is."""
        self.pair(self.words.t(title), self.words.money(amount), size=size, bold=bold)

    def count(self, title: str, number: int) -> None:
        """A whole number after what it is."""
        self.pair(self.words.t(title), self.words.number(number))

    def rule(self) -> None:
        """A line across."""
        self._y += 2.2
        y = self._y
        left = self._left * MM
        right = left + self.room * MM

        def draw(sheet: PaperSheet) -> None:
            height = (sheet.height - y) * MM
            sheet.canvas.setLineWidth(_RULE * MM)
            sheet.canvas.line(left, height, right, height)

        self._draw.append(draw)
        self._y += 0.8

    def bars(self, code: str, shown: str) -> None:
        """A barcode with its digits below."""
        # white above the bars, which a scanner asks for
        top = self._y + 2.5
        middle = self.page / 2

        def draw(sheet: PaperSheet) -> None:
            sheet.bars(code, middle=middle, top=top, height=_BAR_HEIGHT, module=self.module)

        self._draw.append(draw)
        self._y = top + _BAR_HEIGHT
        self._line(shown, _DIGITS)

    def gap(self, size: float = 2.0) -> None:
        self._y += size

    def save(self, target: Target) -> None:
        """Draw everything and write it (see files.whole)."""
        # only now it is known how long the paper is
        sheet = PaperSheet(target, self.page, self._y + TEAR_OFF, self.title)
        for draw in self._draw:
            draw(sheet)
        sheet.save()

    def _line(self, words: str, face: Face) -> None:
        self._y += face.size * _LEADING
        x = self.page / 2 if face.align == "center" else self._left
        y = self._y

        def draw(sheet: PaperSheet) -> None:
            sheet.line(x, y, words, face, self.room)

        self._draw.append(draw)

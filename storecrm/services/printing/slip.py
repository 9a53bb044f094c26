"""A slip of thermal paper: lines one under another, black only, measured first so that the paper is
as long as what stands on it."""

from collections.abc import Callable

from storecrm.errors import BadInput
from storecrm.services.files import Target
from storecrm.services.printing import barcodes, page

WIDTHS = {"slip-80": (80.0, 72.0, 0.375), "slip-58": (58.0, 48.0, 0.25)}
"""Layout: paper width, printable width (mm), module of its barcodes."""
TEAR_OFF = 18.0
TOP = 6.0


class Slip:
    """Lines are added from the top; `save` knows the height and draws them."""

    def __init__(self, layout: str, title: str) -> None:
        """
        Raises:
            BadInput: layout.
        """
        if layout not in WIDTHS:
            raise BadInput("layout", where=layout, known=", ".join(WIDTHS))
        page.fonts()
        self.page, self.room, self.module = WIDTHS[layout]
        self.title = title
        self._left = (self.page - self.room) / 2
        self._draw: list[Callable[[page.PaperSheet], None]] = []
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
        font = page.BOLD if bold else page.REGULAR
        for line in page.wrapped(words, font, size, self.room, most):
            self._line(line, size, font, "center" if middle else "left")

    def big(self, words: str, size: float) -> None:
        """One line in large type that shrinks until it fits."""
        fitted = page.fitted(words, page.BOLD, size, self.room)
        self._line(words, fitted, page.BOLD, "center", gap=1.5)

    def pair(self, left: str, right: str, *, size: float = 3.2, bold: bool = False) -> None:
        """A word on the left and a figure on the right; where both do not fit the word stands
        above."""
        font = page.BOLD if bold else page.REGULAR
        room = self.room - page.text_width(right, font, size) - 2
        if page.text_width(left, font, size) > room and room < self.room * 0.4:
            self.text(left, size=size, bold=bold)
            left = ""
        lines = page.wrapped(left, font, size, room, 3) if left else [""]
        for line in lines[:-1]:
            self._line(line, size, font, "left")
        self._y += size * 1.45
        y = self._y

        def draw(sheet: page.PaperSheet, last: str = lines[-1]) -> None:
            sheet.text(self._left, y, last, size=size, font=font, room=room)
            sheet.text(self._left + self.room, y, right, size=size, font=font, align="right")

        self._draw.append(draw)

    def rule(self) -> None:
        """A line across."""
        self._y += 2.2
        y = self._y

        def draw(sheet: page.PaperSheet) -> None:
            sheet.canvas.setLineWidth(0.35 * barcodes.MM)
            sheet.canvas.line(
                self._left * barcodes.MM,
                (sheet.height - y) * barcodes.MM,
                (self._left + self.room) * barcodes.MM,
                (sheet.height - y) * barcodes.MM,
            )

        self._draw.append(draw)
        self._y += 0.8

    def bars(self, code: str, shown: str) -> None:
        """A barcode with its digits below."""
        top, height = self._y + 2.5, 12.0
        wide = barcodes.width(code, self.module)

        def draw(sheet: page.PaperSheet) -> None:
            left = self.page / 2 - wide / 2
            sheet.raw(
                barcodes.path(
                    code,
                    left=left,
                    bottom=sheet.height - top - height,
                    module=self.module,
                    height=height,
                )
            )

        self._draw.append(draw)
        self._y = top + height
        self._line(shown, 3.0, page.BOLD, "center")

    def gap(self, size: float = 2.0) -> None:
        self._y += size

    def save(self, target: Target) -> None:
        """Draw everything and write it (see files.whole)."""
        sheet = page.PaperSheet(target, self.page, self._y + TEAR_OFF, self.title)
        for draw in self._draw:
            draw(sheet)
        sheet.save()

    def _line(self, words: str, size: float, font: str, align: str, gap: float = 0.0) -> None:
        self._y += size * 1.45 + gap
        x, y = (self.page / 2 if align == "center" else self._left), self._y

        def draw(sheet: page.PaperSheet) -> None:
            sheet.text(x, y, words, size=size, font=font, room=self.room, align=align)

        self._draw.append(draw)

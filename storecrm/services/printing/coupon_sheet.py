"""Coupons on paper: label sheets, slips and cards, as PDF. What all coupons of a batch share is
drawn once and reused."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.coupons.issue import CouponView
from storecrm.services.files import Target
from storecrm.services.printing import barcodes, page
from storecrm.services.printing.barcodes import MM
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import grouped, masked_phone
from storecrm.wording.offers import benefit, condition, rule_sentence


@dataclass(frozen=True)
class Layout:
    """A paper: page and cell in millimetres, the grid, the module width of the barcode, and its
    style."""

    name: str
    page: tuple[float, float]
    cell: tuple[float, float]
    origin: tuple[float, float]
    pitch: tuple[float, float]
    grid: tuple[int, int]
    module: float
    style: str

    @property
    def cells(self) -> int:
        return self.grid[0] * self.grid[1]


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "a4-3x7", (210, 297), (63.5, 38.1), (7.25, 15.15), (66.04, 38.1), (3, 7), 0.375, "label"
        ),
        Layout("a4-3x8", (210, 297), (70, 36), (0, 4.5), (70, 36), (3, 8), 0.375, "label"),
        Layout("slip-80", (80, 0), (72, 0), (4, 0), (0, 0), (1, 1), 0.375, "slip"),
        Layout("slip-58", (58, 0), (48, 0), (5, 0), (0, 0), (1, 1), 0.25, "slip"),
        Layout("card-90x54", (90, 54), (90, 54), (0, 0), (0, 0), (1, 1), 0.375, "card"),
    )
}
BAR_HEIGHT = 14.0
KIND = "coupons"


def write(
    store: Store,
    *,
    coupons: Sequence[CouponView],
    file: Path,
    layout: str,
    words: Catalogue,
    first_cell: int = 1,
    overwrite: bool = False,
    copy: bool = False,
    progress: Progress = silent,
) -> int:
    """Print `coupons` to `file`, each with the mark of a copy if it is one; returns the number of
    pages.

    Raises:
        BadInput: layout, first_cell.
        NotPossible, Conflict, StorageTrouble: see files.whole.
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.ISSUE_ONE)
    form = require(layout, first_cell)
    head = f"{words.t('COPY')} · {store.shop.name}" if copy else store.shop.name
    job = _Job(head, coupons, Target(file, KIND, store.name, overwrite), form, words)
    return job.run(first_cell, progress)


def unprintable(coupons: Sequence[CouponView]) -> str:
    """The signs of names on these coupons that the font does not have (a square stands for
    each)."""
    return page.missing_glyphs(
        "".join(sorted({c.offer_name for c in coupons} | {c.member_name for c in coupons}))
    )


def require(layout: str, first_cell: int = 1) -> Layout:
    """The paper called `layout`.

    Raises:
        BadInput: layout, first_cell.
    """
    if layout not in LAYOUTS:
        raise BadInput("layout", where=layout, known=", ".join(LAYOUTS))
    form = LAYOUTS[layout]
    if not 1 <= first_cell <= form.cells:
        raise BadInput("first_cell", where=str(first_cell))
    return form


def fits(layout: Layout, code: str) -> bool:
    """True when the code with its quiet zones fits the cell at the layout's module width."""
    return barcodes.width(code, layout.module) <= layout.cell[0]


class _Job:
    """One file being drawn."""

    def __init__(
        self,
        shop: str,
        coupons: Sequence[CouponView],
        target: Target,
        form: Layout,
        words: Catalogue,
    ) -> None:
        self.shop, self.coupons, self.form, self.words = shop, coupons, form, words
        height = form.page[1] or self._slip_height(coupons[0])
        self.sheet = page.PaperSheet(
            target, form.page[0], height, f"{shop} {coupons[0].offer_name}"
        )
        self.forms: dict[tuple[int, str], str] = {}

    def run(self, first_cell: int, progress: Progress) -> int:
        pages, cell = 1, first_cell - 1
        for number, coupon in enumerate(self.coupons):
            if cell == self.form.cells:
                self.sheet.next_page(None if self.form.page[1] else self._slip_height(coupon))
                pages, cell = pages + 1, 0
            self._draw(coupon, cell)
            cell += 1
            if number % 200 == 0:
                progress(number, len(self.coupons))
        self.sheet.save()
        progress(len(self.coupons), len(self.coupons))
        return pages

    def _draw(self, coupon: CouponView, cell: int) -> None:
        row, column = divmod(cell, self.form.grid[0])
        left = self.form.origin[0] + column * self.form.pitch[0]
        top = self.form.origin[1] + row * self.form.pitch[1]
        canvas = self.sheet.canvas
        canvas.saveState()
        canvas.translate(left * MM, -top * MM)
        canvas.doForm(self._shared(coupon))
        {"label": self._label, "slip": self._slip, "card": self._card}[self.form.style](coupon)
        canvas.restoreState()

    def _shared(self, coupon: CouponView) -> str:
        """What coupons of one batch and validity have in common, as a form drawn once."""
        key = (coupon.batch, f"{coupon.valid_from}{coupon.valid_to}{self.sheet.height}")
        if key not in self.forms:
            self.forms[key] = name = f"shared{len(self.forms)}"
            self.sheet.canvas.beginForm(name, 0, 0, self.form.page[0] * MM, self.sheet.height * MM)
            {"label": self._label_shared, "slip": self._slip_shared, "card": self._card_shared}[
                self.form.style
            ](coupon)
            self.sheet.canvas.endForm()
        return self.forms[key]

    def _sentence(self, coupon: CouponView) -> str:
        return rule_sentence(coupon.rule, self.words, dates=(coupon.valid_from, coupon.valid_to))

    def _until(self, coupon: CouponView) -> str:
        return self.words.t("until {day}", day=self.words.day(coupon.valid_to))

    def _serial(self, coupon: CouponView) -> str:
        width = max(4, len(str(coupon.batch_count)))
        return f"No. {coupon.serial:0{width}d}/{coupon.batch_count}"

    def _bars(
        self, coupon: CouponView, middle: float, top: float, height: float = BAR_HEIGHT
    ) -> None:
        wide = barcodes.width(coupon.code, self.form.module)
        self.sheet.raw(
            barcodes.path(
                coupon.code,
                left=middle - wide / 2,
                bottom=self.sheet.height - top - height,
                module=self.form.module,
                height=height,
            )
        )

    # label: value and words above, the code below, "No." beside the digits

    def _label_shared(self, coupon: CouponView) -> None:
        sheet, (wide, tall) = self.sheet, self.form.cell
        margin = 4.0
        value = benefit(coupon.rule, self.words)
        size = page.fitted(value, page.BOLD, 8.5, 27)
        sheet.text(margin, tall - 27.0, value, size=size, font=page.BOLD)
        right = margin + page.text_width(value, page.BOLD, size) + 2.5
        room = wide - margin - right
        sheet.text(right, tall - 31.6, self.shop, size=2.5, room=room)
        sheet.text(
            right,
            tall - 27.6,
            f"{condition(coupon.rule, self.words)}  {self._until(coupon)}",
            size=2.9,
            font=page.BOLD,
            room=room,
        )
        for n, line in enumerate(
            page.wrapped(self._sentence(coupon), page.REGULAR, 2.0, wide - 2 * margin, 2)
        ):
            sheet.text(margin, tall - 23.9 + n * 2.7, line, size=2.0)

    def _label(self, coupon: CouponView) -> None:
        wide, tall = self.form.cell
        self._bars(coupon, wide / 2, tall - 20.2)
        self._under(coupon, 4.0, tall - 3.4, wide - 4.0, 2.7)

    def _under(self, coupon: CouponView, left: float, y: float, right: float, size: float) -> None:
        self.sheet.text(left, y, grouped(coupon.code), size=size, room=(right - left) * 0.62)
        self.sheet.text(
            right,
            y,
            self._serial(coupon),
            size=size * 0.85,
            room=(right - left) * 0.36,
            align="right",
        )

    # slip: one column, black only

    def _slip_height(self, coupon: CouponView) -> float:
        lines = len(page.wrapped(self._sentence(coupon), page.REGULAR, 2.8, self.form.cell[0], 8))
        return 72.0 + lines * 4.0 + (5.0 if coupon.member_no else 0) + 18.0

    def _slip_shared(self, coupon: CouponView) -> None:
        sheet, wide = self.sheet, self.form.cell[0]
        middle, y = wide / 2, 8.0
        sheet.text(middle, y, self.shop, size=4.2, font=page.BOLD, room=wide, align="center")
        sheet.text(middle, y + 5.4, self.words.t("Coupon"), size=3.4, room=wide, align="center")
        sheet.text(
            middle,
            y + 21,
            benefit(coupon.rule, self.words),
            size=14 if wide > 60 else 11,
            font=page.BOLD,
            room=wide,
            align="center",
        )
        sheet.text(
            middle,
            y + 28,
            condition(coupon.rule, self.words),
            size=4.4,
            font=page.BOLD,
            room=wide,
            align="center",
        )
        sheet.text(
            middle, y + 58, self._until(coupon), size=3.6, font=page.BOLD, room=wide, align="center"
        )
        for n, line in enumerate(page.wrapped(self._sentence(coupon), page.REGULAR, 2.8, wide, 8)):
            sheet.text(0, y + 64 + n * 4.0, line, size=2.8)

    def _slip(self, coupon: CouponView) -> None:
        wide = self.form.cell[0]
        self._bars(coupon, wide / 2, 39.5)
        self.sheet.text(
            wide / 2,
            57.6,
            grouped(coupon.code),
            size=4.0 if wide > 60 else 3.6,
            font=page.BOLD,
            room=wide,
            align="center",
        )
        self.sheet.text(wide / 2, 61.6, self._serial(coupon), size=2.6, room=wide, align="center")
        if coupon.member_no:
            who = f"{coupon.member_name} {masked_phone(coupon.member_phone)}".strip()
            self.sheet.text(
                0,
                self.sheet.height - 16.0,
                self.words.t("Member: {who}", who=who or coupon.member_no),
                size=2.8,
                room=wide,
            )

    # card: a dark field with the value, a white one with the code

    def _card_shared(self, coupon: CouponView) -> None:
        sheet, (wide, tall) = self.sheet, self.form.cell
        sheet.canvas.setFillColorRGB(0.09, 0.11, 0.23)
        sheet.canvas.rect(0, (tall - 26) * MM, wide * MM, 26 * MM, stroke=0, fill=1)
        sheet.canvas.setFillColorRGB(1, 1, 1)
        sheet.text(5, 7, self.shop, size=3.2, font=page.BOLD, room=wide - 10)
        value = benefit(coupon.rule, self.words)
        size = page.fitted(value, page.BOLD, 12.5, 46)
        sheet.text(5, 21.5, value, size=size, font=page.BOLD)
        left = 5 + page.text_width(value, page.BOLD, size) + 3
        sheet.text(
            left,
            16.5,
            condition(coupon.rule, self.words),
            size=3.6,
            font=page.BOLD,
            room=wide - left - 4,
        )
        sheet.text(left, 21.5, self._until(coupon), size=3.0, room=wide - left - 4)
        sheet.canvas.setFillColorRGB(0, 0, 0)
        for n, line in enumerate(
            page.wrapped(self._sentence(coupon), page.REGULAR, 2.1, wide - 10, 2)
        ):
            sheet.text(5, 29.6 + n * 2.9, line, size=2.1)

    def _card(self, coupon: CouponView) -> None:
        wide, tall = self.form.cell
        self._bars(coupon, wide / 2, 34.4, 13.0)
        self._under(coupon, 18.2, tall - 2.8, wide - 18.2, 2.7)

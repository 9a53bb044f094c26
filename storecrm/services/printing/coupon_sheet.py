"""Coupons on paper: label sheets, slips and cards, as PDF. What all coupons of a batch share is
drawn once and reused."""

from collections.abc import Sequence
from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.coupons.issue import CouponView
from storecrm.services.files import Target
from storecrm.services.printing import page
from storecrm.services.printing.barcodes import MM
from storecrm.services.printing.coupon_cells import CELLS, CouponCell
from storecrm.services.printing.coupon_layouts import require
from storecrm.services.printing.page import PaperSheet
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store

KIND = "coupons"
_SHOWN_EVERY = 200
"""Coupons after which the bar moves."""


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
    mark = words.t("COPY")
    head = f"{mark} · {store.shop.name}" if copy else store.shop.name
    target = Target(file, KIND, store.name, overwrite)
    job = _Job(coupons, target, CELLS[form.style](form, head, words))
    return job.run(first_cell, progress)


def unprintable(coupons: Sequence[CouponView]) -> str:
    """The signs of names on these coupons that the font does not have (a square stands for
    each)."""
    offers = {coupon.offer_name for coupon in coupons}
    members = {coupon.member_name for coupon in coupons}
    # in one order, so that the same coupons give the same signs
    names = sorted(offers | members)
    return page.missing_glyphs("".join(names))


class _Job:
    """One file being drawn."""

    def __init__(self, coupons: Sequence[CouponView], target: Target, cell: CouponCell) -> None:
        self.coupons = coupons
        self.cell = cell
        self.form = cell.form
        wide, _ = self.form.page
        first = coupons[0]
        title = f"{cell.shop} {first.offer_name}"
        self.sheet = PaperSheet(target, wide, cell.height(first), title)
        self.forms: dict[tuple[int, str], str] = {}

    def run(self, first_cell: int, progress: Progress) -> int:
        pages = 1
        place = first_cell - 1
        count = len(self.coupons)
        for number, coupon in enumerate(self.coupons):
            if place == self.form.cells:
                self.sheet.next_page(self._new_height(coupon))
                pages += 1
                place = 0
            self._draw(coupon, place)
            place += 1
            if number % _SHOWN_EVERY == 0:
                progress(number, count)
        self.sheet.save()
        progress(count, count)
        return pages

    def _new_height(self, coupon: CouponView) -> float | None:
        """How long the paper is from now on, None where all pages are the same."""
        _, tall = self.form.page
        return None if tall else self.cell.height(coupon)

    def _draw(self, coupon: CouponView, place: int) -> None:
        columns, _ = self.form.grid
        row, column = divmod(place, columns)
        left = self.form.origin[0] + column * self.form.pitch[0]
        top = self.form.origin[1] + row * self.form.pitch[1]
        canvas = self.sheet.canvas
        canvas.saveState()
        canvas.translate(left * MM, -top * MM)
        canvas.doForm(self._shared(coupon))
        self.cell.own(self.sheet, coupon)
        canvas.restoreState()

    def _shared(self, coupon: CouponView) -> str:
        """What coupons of one batch and validity have in common, as a form drawn once."""
        validity = f"{coupon.valid_from}{coupon.valid_to}"
        # a form is as high as its page, and slips differ in length
        key = (coupon.batch, f"{validity}{self.sheet.height}")
        if key not in self.forms:
            name = f"shared{len(self.forms)}"
            self.forms[key] = name
            canvas = self.sheet.canvas
            wide, _ = self.form.page
            canvas.beginForm(name, 0, 0, wide * MM, self.sheet.height * MM)
            self.cell.shared(self.sheet, coupon)
            canvas.endForm()
        return self.forms[key]

"""One coupon in its cell, by the style of the paper: label, slip or card. What all coupons of a
batch share is drawn apart from what each has of its own, so that it is written once a file."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from storecrm.i18n import Catalogue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.printing import page
from storecrm.services.printing.coupon_layouts import Layout
from storecrm.services.printing.page import BOLD, Face, PaperSheet
from storecrm.values import grouped, masked_phone
from storecrm.wording.offers import benefit, condition, rule_sentence

BAR_HEIGHT = 14.0
_WIDE_PAPER = 60
"""Millimetres from which a slip has room for larger type."""


@dataclass(frozen=True)
class CouponCell(ABC):
    """How coupons stand on one kind of paper; `shop` is who gives them."""

    form: Layout
    shop: str
    words: Catalogue

    @abstractmethod
    def shared(self, sheet: PaperSheet, coupon: CouponView) -> None:
        """What coupons of one batch and validity have in common."""

    @abstractmethod
    def own(self, sheet: PaperSheet, coupon: CouponView) -> None:
        """What one coupon has of its own: its code and serial number."""

    def height(self, coupon: CouponView) -> float:
        """Millimetres of the page that `coupon` stands on."""
        _, tall = self.form.page
        return tall

    @property
    def wide(self) -> float:
        """Millimetres of the cell."""
        return self.form.cell[0]

    @property
    def tall(self) -> float:
        """Millimetres of the cell; 0 on paper that is as long as what stands on it."""
        return self.form.cell[1]

    def _value(
        self, sheet: PaperSheet, coupon: CouponView, x: float, y: float, size: float, room: float
    ) -> float:
        """What the coupon gives, in large type; returns where that ends."""
        value = benefit(coupon.rule, self.words)
        size = page.fitted(value, BOLD, size, room)
        sheet.line(x, y, value, Face(size, BOLD))
        return x + page.text_width(value, BOLD, size)

    def _needs(self, coupon: CouponView) -> str:
        return condition(coupon.rule, self.words)

    def _sentence(self, coupon: CouponView, face: Face, room: float, most: int) -> list[str]:
        dates = (coupon.valid_from, coupon.valid_to)
        said = rule_sentence(coupon.rule, self.words, dates=dates)
        return page.wrapped(said, face.font, face.size, room, most)

    def _until(self, coupon: CouponView) -> str:
        day = self.words.day(coupon.valid_to)
        return self.words.t("until {day}", day=day)

    def _serial(self, coupon: CouponView) -> str:
        width = max(4, len(str(coupon.batch_count)))
        return f"No. {coupon.serial:0{width}d}/{coupon.batch_count}"

    def _bars(
        self, sheet: PaperSheet, coupon: CouponView, top: float, height: float = BAR_HEIGHT
    ) -> None:
        middle = self.wide / 2
        module = self.form.module
        sheet.bars(coupon.code, middle=middle, top=top, height=height, module=module)

    def _under(self, sheet: PaperSheet, coupon: CouponView, margin: float, y: float) -> None:
        """The digits of the code, and the number in the batch beside them."""
        right = self.wide - margin
        room = right - margin
        code = grouped(coupon.code)
        # the code is longer than the number, and neither touches the other
        sheet.line(margin, y, code, _DIGITS, room * 0.62)
        sheet.line(right, y, self._serial(coupon), _NUMBER, room * 0.36)


_DIGITS = Face(2.7)
_NUMBER = Face(2.7 * 0.85, align="right")


_LABEL_MARGIN = 4.0
_LABEL_SHOP = Face(2.5)
_LABEL_CONDITION = Face(2.9, BOLD)
_LABEL_SENTENCE = Face(2.0)


class LabelCell(CouponCell):
    """Value and words above, the code below, "No." beside the digits."""

    def shared(self, sheet: PaperSheet, coupon: CouponView) -> None:
        tall = self.tall
        end = self._value(sheet, coupon, _LABEL_MARGIN, tall - 27.0, 8.5, 27)
        # the words stand beside the value, however wide that came out
        right = end + 2.5
        room = self.wide - _LABEL_MARGIN - right
        sheet.line(right, tall - 31.6, self.shop, _LABEL_SHOP, room)
        needs = f"{self._needs(coupon)}  {self._until(coupon)}"
        sheet.line(right, tall - 27.6, needs, _LABEL_CONDITION, room)
        inside = self.wide - 2 * _LABEL_MARGIN
        lines = self._sentence(coupon, _LABEL_SENTENCE, inside, 2)
        sheet.lines(_LABEL_MARGIN, tall - 23.9, lines, _LABEL_SENTENCE, leading=2.7)

    def own(self, sheet: PaperSheet, coupon: CouponView) -> None:
        self._bars(sheet, coupon, self.tall - 20.2)
        self._under(sheet, coupon, _LABEL_MARGIN, self.tall - 3.4)


_SLIP_SHOP = Face(4.2, BOLD, "center")
_SLIP_COUPON = Face(3.4, align="center")
_SLIP_CONDITION = Face(4.4, BOLD, "center")
_SLIP_UNTIL = Face(3.6, BOLD, "center")
_SLIP_SERIAL = Face(2.6, align="center")
_SLIP_SENTENCE = Face(2.8)


class SlipCell(CouponCell):
    """One column, black only."""

    def height(self, coupon: CouponView) -> float:
        lines = len(self._lines(coupon))
        member = 5.0 if coupon.member_no else 0
        # the sentence begins below code and dates, and paper is torn off below it
        return 72.0 + lines * 4.0 + member + 18.0

    def _lines(self, coupon: CouponView) -> list[str]:
        return self._sentence(coupon, _SLIP_SENTENCE, self.wide, 8)

    def shared(self, sheet: PaperSheet, coupon: CouponView) -> None:
        wide = self.wide
        middle = wide / 2
        value = benefit(coupon.rule, self.words)
        large = 14 if wide > _WIDE_PAPER else 11
        sheet.line(middle, 8.0, self.shop, _SLIP_SHOP, wide)
        sheet.line(middle, 13.4, self.words.t("Coupon"), _SLIP_COUPON, wide)
        sheet.line(middle, 29.0, value, Face(large, BOLD, "center"), wide)
        sheet.line(middle, 36.0, self._needs(coupon), _SLIP_CONDITION, wide)
        # between them the code, which each has of its own
        sheet.line(middle, 66.0, self._until(coupon), _SLIP_UNTIL, wide)
        sheet.lines(0, 72.0, self._lines(coupon), _SLIP_SENTENCE, leading=4.0)

    def own(self, sheet: PaperSheet, coupon: CouponView) -> None:
        wide = self.wide
        middle = wide / 2
        size = 4.0 if wide > _WIDE_PAPER else 3.6
        digits = Face(size, BOLD, "center")
        self._bars(sheet, coupon, 39.5)
        sheet.line(middle, 57.6, grouped(coupon.code), digits, wide)
        sheet.line(middle, 61.6, self._serial(coupon), _SLIP_SERIAL, wide)
        if coupon.member_no:
            phone = masked_phone(coupon.member_phone)
            who = f"{coupon.member_name} {phone}".strip() or coupon.member_no
            said = self.words.t("Member: {who}", who=who)
            sheet.line(0, sheet.height - 16.0, said, _SLIP_SENTENCE, wide)


_CARD_MARGIN = 5
_CARD_SHOP = Face(3.2, BOLD)
_CARD_CONDITION = Face(3.6, BOLD)
_CARD_UNTIL = Face(3.0)
_CARD_SENTENCE = Face(2.1)


class CardCell(CouponCell):
    """A dark field with the value, a white one with the code."""

    def shared(self, sheet: PaperSheet, coupon: CouponView) -> None:
        inside = self.wide - 2 * _CARD_MARGIN
        sheet.field(26)
        sheet.line(_CARD_MARGIN, 7, self.shop, _CARD_SHOP, inside)
        left = 3 + self._value(sheet, coupon, _CARD_MARGIN, 21.5, 12.5, 46)
        room = self.wide - left - 4
        sheet.line(left, 16.5, self._needs(coupon), _CARD_CONDITION, room)
        sheet.line(left, 21.5, self._until(coupon), _CARD_UNTIL, room)
        sheet.below_field()
        lines = self._sentence(coupon, _CARD_SENTENCE, inside, 2)
        sheet.lines(_CARD_MARGIN, 29.6, lines, _CARD_SENTENCE, leading=2.9)

    def own(self, sheet: PaperSheet, coupon: CouponView) -> None:
        # lower than on a label: the dark field takes the upper half
        self._bars(sheet, coupon, 34.4, 13.0)
        self._under(sheet, coupon, 18.2, self.tall - 2.8)


CELLS: dict[str, type[CouponCell]] = {
    "label": LabelCell,
    "slip": SlipCell,
    "card": CardCell,
}
"""By the style of the paper."""

"""One coupon looked up by its code: what it is, a new code on new paper, to be cancelled."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services.coupons.issue import CouponView
from storecrm.ui.kit.pickers.flow_layout import FlowLayout
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import CouponState, grouped
from storecrm.wording import labels


class CouponLine(QWidget):
    """A line to type the code in, and what is known of the coupon below it."""

    paper_wanted = Signal(object)  # CouponView: it gets a new code

    def __init__(self, vm: OffersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._coupon: CouponView | None = None
        title = words.t("One coupon: its code")
        self.code = field(title, title)
        self.about = label("", wrap=True)
        look_up = button(words.t("Look up"), self.look_up, icon="search")
        self.again = button(words.t("New code and paper"), self._reissue)
        self.drop = button(words.t("Cancel this coupon"), self._void)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.code, look_up))
        acts = QWidget()
        flow = FlowLayout(acts)
        flow.addWidget(self.again)
        flow.addWidget(self.drop)
        column.addWidget(acts)
        column.addWidget(self.about)
        # a scanner ends with Enter
        self.code.returnPressed.connect(self.look_up)
        vm.found.connect(self._show_coupon)
        self._show_coupon(None)

    def look_up(self) -> None:
        """Look the typed code up."""
        self._vm.find(self.code.text())

    def _void(self) -> None:
        if self._coupon is not None:
            reason = self._words.t("cancelled by the office")
            self._vm.void_one(self._coupon.code, reason)

    def _reissue(self) -> None:
        if self._coupon is not None:
            self.paper_wanted.emit(self._coupon)

    @Slot(object)
    def _show_coupon(self, coupon: CouponView | None) -> None:
        self._coupon = coupon
        usable = coupon is not None and coupon.state is CouponState.ISSUED
        # paper that nobody's name stands on is not replaced
        named = coupon is not None and bool(coupon.member_no)
        self.drop.setEnabled(usable)
        self.again.setEnabled(usable and named)
        self.about.setVisible(coupon is not None)
        if coupon is not None:
            self.about.setText(self._said(coupon))

    def _said(self, coupon: CouponView) -> str:
        """Code, offer, state, days and member in a line."""
        w = self._words
        state = w.t(labels.COUPON_STATES[coupon.state])
        days = f"{w.day(coupon.valid_from)} – {w.day(coupon.valid_to)}"
        member = coupon.member_name or coupon.member_no
        parts = (grouped(coupon.code), coupon.offer_name, state, days, member)
        return "  ·  ".join(part for part in parts if part)

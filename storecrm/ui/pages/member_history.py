"""What a member has and did: coupons, receipts, movements of points, the timeline."""

from collections.abc import Iterator

from PySide6.QtWidgets import QTableView, QTabWidget

from storecrm.domain.timeline import Event
from storecrm.i18n import Catalogue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty.points_account import Movement
from storecrm.services.till.receipts import SaleRow
from storecrm.ui.kit.rows import Column, RowsModel, table
from storecrm.ui.pages.member_profile import ProfileTab
from storecrm.ui.viewmodels.members import MembersViewModel, Opened
from storecrm.values import CouponState, SaleState, grouped
from storecrm.wording import insight, labels
from storecrm.wording.offers import benefit


class HistoryTabs(QTabWidget):
    """A tab for each kind of rows; the figures of the profile open theirs."""

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.setAccessibleName(words.t("About the member"))
        self.tabBar().setAccessibleName(words.t("About the member"))
        self.setDocumentMode(True)
        coupons = list(self._coupon_columns())
        sales = list(self._sale_columns())
        movements = list(self._movement_columns())
        events = list(self._event_columns())
        self.coupons: RowsModel[CouponView] = RowsModel(coupons)
        self.sales: RowsModel[SaleRow] = RowsModel(sales)
        self.movements: RowsModel[Movement] = RowsModel(movements)
        self.events: RowsModel[Event] = RowsModel(events)
        self.profile = ProfileTab(words, self._show_rows)
        coupon_list = table(self.coupons, coupons, words.t("Coupons"))
        sale_list = table(self.sales, sales, words.t("sales"))
        movement_list = table(self.movements, movements, words.t("Points"))
        event_list = table(self.events, events, words.t("Timeline"))
        # the names are those by which the profile asks for them
        self.rows_of: dict[str, QTableView] = {"coupons": coupon_list, "receipts": sale_list}
        self.rows_of |= {"points": movement_list, "timeline": event_list}
        self._add_tabs()

    def _add_tabs(self) -> None:
        w = self._words
        rows = self.rows_of
        # a cashier serves a customer and needs no portrait of one
        if self._vm.may_list:
            self.addTab(self.profile, w.t("Profile"))
        self.addTab(rows["coupons"], w.t("Coupons"))
        self.addTab(rows["receipts"], w.t("Receipts"))
        self.addTab(rows["points"], w.t("Points"))
        if self._vm.may_list:
            self.addTab(rows["timeline"], w.t("Timeline"))

    def _coupon_columns(self) -> Iterator[Column[CouponView]]:
        w = self._words
        yield Column(w.t("Coupon"), lambda coupon: coupon.offer_name, 130)
        yield Column(w.t("Worth"), self._worth, 70)
        yield Column(w.t("State"), self._coupon_state, 80)
        yield Column(w.t("Valid to"), lambda coupon: w.day(coupon.valid_to), 100)
        yield Column(w.t("Code"), lambda coupon: grouped(coupon.code), 170)

    def _worth(self, coupon: CouponView) -> str:
        return benefit(coupon.rule, self._words)

    def _coupon_state(self, coupon: CouponView) -> str:
        """Expired is no stored state: it follows from the store's date."""
        issued = coupon.state == CouponState.ISSUED
        if issued and not self._vm.store.clock.day().lasts(coupon.valid_to):
            return self._words.t("expired")
        return self._words.t(labels.COUPON_STATES[coupon.state])

    def _movement_columns(self) -> Iterator[Column[Movement]]:
        w = self._words
        yield Column(w.t("Date"), lambda movement: w.day(movement.business_date), 100)
        yield Column(w.t("Movement"), self._kind, 120)
        yield Column(w.t("Points"), _signed, 80, True)
        yield Column(w.t("Valid to"), lambda movement: w.day(movement.expires_on), 100)
        yield Column(w.t("Receipt"), _receipt, 170)

    def _kind(self, movement: Movement) -> str:
        title = labels.ENTRY[movement.kind]
        return self._words.t(title)

    def _sale_columns(self) -> Iterator[Column[SaleRow]]:
        w = self._words
        yield Column(w.t("Date"), lambda sale: w.day(sale.business_date), 100)
        yield Column(w.t("Receipt"), _receipt, 180)
        yield Column(w.t("Discount"), lambda sale: w.money(sale.discount), 90, True)
        yield Column(w.t("Paid"), self._paid, 100, True)
        yield Column(w.t("State"), self._sale_state, 90)

    def _paid(self, sale: SaleRow) -> str:
        """A dash where the amount is not known, which is not nothing."""
        return self._words.money(sale.net) if sale.net is not None else "—"

    def _sale_state(self, sale: SaleRow) -> str:
        return self._words.t("taken back") if sale.state is SaleState.VOIDED else ""

    def _event_columns(self) -> Iterator[Column[Event]]:
        w = self._words
        yield Column(w.t("Date"), lambda event: w.day(event.day), 100)
        yield Column(w.t("What happened"), self._happened, 260)
        yield Column(w.t("Receipt"), _receipt, 170)

    def _happened(self, event: Event) -> str:
        return insight.event(event, self._words)

    def _show_rows(self, what: str) -> None:
        """A figure opens its rows."""
        self.setCurrentWidget(self.rows_of[what])

    def clear_rows(self) -> None:
        """Nobody is chosen."""
        for rows in (self.coupons, self.sales, self.movements, self.events):
            rows.show([])
        self.profile.clear()

    def show_member(self, opened: Opened) -> None:
        self.coupons.show(opened.coupons)
        self.movements.show(opened.movements)
        self.sales.show(opened.sales)
        self.events.show(opened.events)
        if opened.profile is not None:
            self.profile.show_member(opened.profile, opened.balance, opened.standing, opened.tree)


def _receipt(row: Movement | SaleRow | Event) -> str:
    """The number as it stands on the slip."""
    return grouped(row.receipt_no)


def _signed(movement: Movement) -> str:
    """Points that came with a plus, points that went with a minus."""
    return f"{movement.points:+,}"

"""What a member has and did: coupons, receipts, movements of points, the timeline."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabWidget, QWidget

from storecrm.domain.timeline import Event
from storecrm.i18n import Catalogue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty.points_account import Movement
from storecrm.services.till.receipts import SaleRow
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.pages.member_profile import ProfileTab
from storecrm.ui.viewmodels.members import MembersViewModel, Opened
from storecrm.values import CouponState, SaleState, grouped
from storecrm.wording import insight, labels
from storecrm.wording.offers import benefit

T = TypeVar("T")
_DAY = Kind.DAY


class HistoryTabs(QTabWidget):
    """A tab for each kind of rows; the figures of the profile open theirs."""

    def __init__(self, vm: MembersViewModel, words: Catalogue) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self.setAccessibleName(words.t("About the member"))
        self.tabBar().setAccessibleName(words.t("About the member"))
        self.setDocumentMode(True)
        self.coupons = self._coupon_table()
        self.sales = self._sale_table()
        self.movements = self._movement_table()
        self.events = self._event_table()
        self.profile = ProfileTab(words, self._show_rows)
        # the names are those by which the profile asks for them
        self.rows_of: dict[str, QWidget] = {"coupons": self.coupons, "receipts": self.sales}
        self.rows_of |= {"points": self.movements, "timeline": self.events}
        self._add_tabs()

    def sizeHint(self) -> QSize:
        """As little as it can do with: its lists scroll, and the page round them need not."""
        return self.minimumSizeHint()

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

    def _coupon_table(self) -> Table[CouponView]:
        w = self._words
        columns: list[Column[CouponView]] = [
            Column("offer", w.t("Coupon"), _offer, 130),
            Column("worth", w.t("Worth"), self._worth, 80),
            Column("state", w.t("State"), self._coupon_state, 80),
            Column(
                "until",
                w.t("Valid to"),
                lambda row: w.day(row.valid_to),
                width=110,
                kind=_DAY,
                value=_until,
            ),
            Column("code", w.t("Code"), lambda row: grouped(row.code), width=180, kind=Kind.CODE),
        ]
        none = Empty("ticket", w.t("No coupons yet."))
        return self._table(columns, w.t("Coupons"), "member_coupons", none)

    def _table(
        self, columns: Sequence[Column[T]], name: str, kept_as: str, empty: Empty
    ) -> Table[T]:
        none_fits = self._words.t("Nothing fits the filters.")
        return Table(
            columns, name, kept_as=kept_as, empty=empty, no_match=none_fits, words=self._words
        )

    def _worth(self, coupon: CouponView) -> str:
        return benefit(coupon.rule, self._words)

    def _coupon_state(self, coupon: CouponView) -> str:
        """Expired is no stored state: it follows from the store's date."""
        issued = coupon.state == CouponState.ISSUED
        if issued and not self._vm.store.clock.day().lasts(coupon.valid_to):
            return self._words.t("expired")
        return self._words.t(labels.COUPON_STATES[coupon.state])

    def _movement_table(self) -> Table[Movement]:
        w = self._words
        columns: list[Column[Movement]] = [
            self._date(),
            Column("kind", w.t("Movement"), self._kind, 120),
            Column(
                "points",
                w.t("Points"),
                _signed,
                width=80,
                kind=Kind.NUMBER,
                value=lambda row: row.points,
            ),
            Column(
                "until",
                w.t("Valid to"),
                lambda row: w.day(row.expires_on),
                width=110,
                kind=_DAY,
                value=_ends,
            ),
            self._receipt_no(),
        ]
        none = Empty("history", w.t("No points have moved yet."))
        return self._table(columns, w.t("Points"), "member_points", none)

    def _date(self) -> Column[Any]:
        """The business date of what stands in a row."""
        w = self._words
        return Column(
            "day",
            w.t("Date"),
            lambda row: w.day(row.business_date),
            width=110,
            kind=_DAY,
            value=_day,
        )

    def _receipt_no(self) -> Column[Any]:
        """The receipt to which a row belongs."""
        title = self._words.t("Receipt")
        return Column("receipt", title, _receipt, width=180, kind=Kind.CODE)

    def _kind(self, movement: Movement) -> str:
        title = labels.ENTRY[movement.kind]
        return self._words.t(title)

    def _sale_table(self) -> Table[SaleRow]:
        w = self._words
        columns: list[Column[SaleRow]] = [
            self._date(),
            self._receipt_no(),
            Column("state", w.t("State"), self._sale_state, 90),
            Column(
                "discount",
                w.t("Discount"),
                self._discount,
                width=100,
                kind=Kind.MONEY,
                value=_discounted,
            ),
            Column(
                "paid",
                w.t("Paid"),
                self._paid,
                width=110,
                kind=Kind.MONEY,
                value=lambda row: row.net,
            ),
        ]
        none = Empty("cash-register", w.t("Nothing bought yet."))
        return self._table(columns, w.t("sales"), "member_sales", none)

    def _discount(self, sale: SaleRow) -> str:
        return self._words.money(sale.discount)

    def _paid(self, sale: SaleRow) -> str:
        """A dash where the amount is not known, which is not nothing."""
        return self._words.money(sale.net) if sale.net is not None else "—"

    def _sale_state(self, sale: SaleRow) -> str:
        return self._words.t("taken back") if sale.state is SaleState.VOIDED else ""

    def _event_table(self) -> Table[Event]:
        w = self._words
        columns: list[Column[Event]] = [
            Column(
                "day",
                w.t("Date"),
                lambda row: w.day(row.day),
                width=110,
                kind=_DAY,
                value=lambda row: row.day,
            ),
            Column("event", w.t("What happened"), self._happened, 260),
            self._receipt_no(),
        ]
        none = Empty("history", w.t("Nothing happened yet."))
        return self._table(columns, w.t("Timeline"), "member_timeline", none)

    def _happened(self, event: Event) -> str:
        return insight.event(event, self._words)

    def _show_rows(self, what: str) -> None:
        """A figure opens its rows."""
        self.setCurrentWidget(self.rows_of[what])

    def clear_rows(self) -> None:
        """Nobody is chosen."""
        self.coupons.show([])
        self.sales.show([])
        self.movements.show([])
        self.events.show([])
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


def _offer(coupon: CouponView) -> str:
    return coupon.offer_name


def _until(coupon: CouponView) -> date:
    return coupon.valid_to


def _day(row: Movement | SaleRow) -> date:
    return row.business_date


def _ends(movement: Movement) -> date | None:
    return movement.expires_on


def _discounted(sale: SaleRow) -> int:
    return sale.discount

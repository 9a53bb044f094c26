"""Goods at the till: scanning, counting, paying, putting aside and taking up again."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from storecrm.domain.shop_rules import SlipPolicy
from storecrm.domain.tenders import Tender
from storecrm.errors import CouponRefused
from storecrm.i18n import Catalogue, m
from storecrm.services import shop_settings
from storecrm.services.store import Store
from storecrm.services.till import basket, open_bill, parked_bills
from storecrm.services.till.receipts import BillView, LineView
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.till_customer import Customer
from storecrm.ui.viewmodels.till_results import Choice, Result
from storecrm.ui.viewmodels.till_trust import TillTrust
from storecrm.values import PIECE, Money, Points, Quantity, SaleState
from storecrm.wording import labels
from storecrm.wording.refusals import near


class TillGoods(TillTrust):
    """The basket on the same bill."""

    paying = Signal(object)  # BillView: what is due
    slip_wanted = Signal(object)  # Path of a PDF

    _basket_written = Signal(object)
    _pay_asked = Signal(object)
    _aside = Signal(object)
    _waiting_found = Signal(object)
    _taken_up = Signal(object)
    _slip_made = Signal(object)

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__(store, lane, words)
        self.chosen = 0
        self._asked_article: tuple[str, Quantity | None] = ("", None)
        self._typed_before: Money | None = None
        self.slip_folder: Path | None = None
        self.slip_layout = "slip-80"
        for signal, slot in (
            (self._basket_written, self._on_basket),
            (self._pay_asked, self._on_pay_asked),
            (self._aside, self._on_aside),
            (self._waiting_found, self._on_waiting),
            (self._taken_up, self._on_taken_up),
            (self._slip_made, self.slip_wanted.emit),
        ):
            signal.connect(slot)

    # --- the basket ---

    def put(self, code: str, quantity: Quantity | None = None, price: Money | None = None) -> None:
        """Put an article on the bill; an amount typed before is goods without a code beside it."""
        self._asked_article, self._unpriced = (code, quantity), None
        member, amount, self.now.amount = (
            self.now.member_no,
            self.now.amount if self.now.bill is None else None,
            None,
        )
        self._typed_before = amount

        def act(bill: str) -> BillView:
            return basket.put(
                self.store,
                code=code,
                quantity=quantity,
                price=price,
                member=member,
                before=amount,
                bill=bill,
            )

        self._of_bill(act, self._basket_written.emit)

    def put_amount(self, amount: Money) -> None:
        """Goods without a code; or the price of the article that has none."""
        if self._unpriced is not None:
            (code, quantity), self._unpriced = self._unpriced, None
            self.put(code, quantity, amount)
            return
        member = self.now.member_no
        self._of_bill(
            lambda bill: basket.put_amount(self.store, amount=amount, member=member, bill=bill),
            self._basket_written.emit,
        )

    def _not_put(self, *, price_missing: bool) -> None:
        """The amount typed before is there again; an article without price waits for it."""
        if self.now.bill is None and self._typed_before is not None:
            self.now.amount, self._typed_before = self._typed_before, None
        self._unpriced = self._asked_article if price_missing else None

    def change(self, quantity: Quantity) -> None:
        """Another quantity of the chosen line; 0 takes it out."""
        if not self.goods or self.now.bill is None:
            return
        line = self.chosen or len(self.now.bill.lines)
        self._unpriced = None
        self._of_bill(
            lambda bill: basket.change(self.store, line_no=line, quantity=quantity, bill=bill),
            self._basket_written.emit,
        )

    def _clear(self) -> None:
        self._unpriced = self._typed_before = None
        super()._clear()

    def choose_line(self, line: int) -> None:
        """The line that quantities are for; 0 is the newest."""
        self.chosen = line

    @Slot(object)
    def _on_basket(self, bill: BillView) -> None:
        w, before = self.words, self.now.bill
        if bill.state is SaleState.DROPPED:
            self._clear()
            self._show(
                self._note(
                    "info",
                    m("EMPTY"),
                    w.t("Everything is off the bill again."),
                    icon="arrow-back-up",
                )
            )
            return
        self.now.bill, self.now.amount, self.now.settled, self.chosen = bill, None, False, 0
        self.now.quoted, self.now.pieces, self._typed_before = None, {}, None
        self._strip()
        line = _changed(before, bill)
        facts = [(s.offer_name or w.t("Promotion"), w.money(-s.amount)) for s in bill.steps][:2]
        facts += [(name, near(refused, w)) for name, refused in bill.near][:2]
        if bill.handed_back:
            names = ", ".join(c.offer_name for c in bill.handed_back)
            self._show(
                Result(
                    "bad",
                    w.t("HANDED BACK"),
                    names,
                    w.t("It does not apply any more. It can be used again."),
                    icon="arrow-back-up",
                )
            )
        elif line is not None:
            name = line.name or line.sku or w.t("Goods without a code")
            count = f"{line.quantity / PIECE:g} × {w.money(line.unit_price or 0)}"
            self._show(
                Result(
                    "idle", name, "", f"{count} = {w.money(line.amount)}", tuple(facts), icon="scan"
                )
            )
        self.quote()

    # --- paying ---

    def ask_pay(self) -> None:
        """What is due now, with points and everything: the card of tenders asks for it."""
        ending = self.now.ending
        self._of_bill(
            lambda bill: open_bill.close(self.store, dry_run=True, bill=bill, **ending),
            self._pay_asked.emit,
        )

    @Slot(object)
    def _on_pay_asked(self, due: BillView) -> None:
        if self.now.bill is not None:
            self.now.quoted = due
            self._strip()
            self.paying.emit(due)

    def close(self, by: str = "key") -> None:
        """Post what is open: the bill with its coupons, or the plain amount. Goods are paid first.
        The strip is free for the next customer at once; the store does things in the order they
        were asked."""
        if self.goods:
            self.ask_pay()
        else:
            self._close(by)

    def pay(self, ways: Sequence[Tender]) -> None:
        """Post the bill with what was paid."""
        self._close("key", ways)

    # --- aside ---

    def aside(self) -> None:
        """F6: put the bill aside; with none on the strip, choose one that waits."""
        if self.now.bill is not None:
            self._of_bill(
                lambda bill: parked_bills.suspend_open(self.store, bill=bill), self._aside.emit
            )
        else:
            self._do(lambda: parked_bills.waiting(self.store), self._waiting_found)

    @Slot(object)
    def _on_aside(self, bill: BillView) -> None:
        w = self.words
        self._clear()
        self._show(
            Result(
                "info",
                w.t("PUT ASIDE"),
                w.money(bill.net or 0),
                w.t("F6 takes it up again. Its coupons wait with it."),
                icon="history",
            )
        )
        self.refresh()

    @Slot(object)
    def _on_waiting(self, waiting: list[BillView]) -> None:
        w = self.words
        if not waiting:
            self._show(
                self._note(
                    "info", m("NOTHING WAITS"), w.t("No bill was put aside."), icon="history"
                )
            )
            return
        choices = tuple(
            Choice(
                f"{w.time(bill.at)}  {w.money(bill.net or 0)}  {_first_words(bill, w)}",
                partial(self.take_up, str(bill.receipt_no)),
            )
            for bill in waiting[:6]
        )
        more = len(waiting) - len(choices)
        facts = ((w.t("More of them"), str(more)),) if more > 0 else ()
        self._show(
            Result(
                "info",
                w.t("WHICH BILL?"),
                "",
                w.t("Type its number, then Enter."),
                facts,
                choices,
                "history",
            )
        )

    def take_up(self, receipt: str) -> None:
        """A bill that waits is the till's bill again."""
        self._do(lambda: parked_bills.reopen(self.store, receipt=receipt), self._taken_up)

    @Slot(object)
    def _on_taken_up(self, answer: tuple[BillView, Points]) -> None:
        bill, held = answer
        w = self.words
        self._clear()
        self.now = Customer(
            bill=bill, member=bill.member, points_used=held, receipt=str(bill.receipt_no)
        )
        self.now.amount, self.now.settled = (
            (None, False) if self.goods else (bill.gross, bill.gross is not None)
        )
        self._strip()
        lost = ", ".join(c.offer_name for c in bill.lost)
        if lost:
            self._show(
                Result(
                    "bad",
                    w.t("HANDED BACK"),
                    lost,
                    w.t("It does not apply any more. Go on without it."),
                    icon="arrow-back-up",
                )
            )
        else:
            self._show(
                Result(
                    "info",
                    w.t("OPEN BILL"),
                    w.money(bill.net or 0),
                    w.t("Go on scanning, or close it."),
                    icon="history",
                )
            )
        self.quote()

    # --- the slip ---

    def _ways(self, error: CouponRefused) -> tuple[Choice, ...]:
        """A slip that a power cut kept from coming out comes first."""
        ways, receipt = super()._ways(error), error.refusals[0].receipt
        if receipt is None or self.slip_folder is None:
            return ways
        return (Choice(self.words.t("Print the slip"), lambda: self.print_slip(receipt)), *ways)

    def slip_due(self, bill: BillView) -> None:
        """Print what the shop's rule says."""
        given = bool(bill.given)

        def work() -> Path | None:
            rule = shop_settings.of(self.store).slip
            return (
                self._slip(str(bill.receipt_no))
                if rule is SlipPolicy.ALWAYS or (rule is SlipPolicy.COUPON and given)
                else None
            )

        if self.slip_folder is not None:
            self._do(work, self._slip_made)

    def print_slip(self, receipt: str) -> None:
        """The slip of one receipt, asked for by a person."""
        self._do(lambda: self._slip(receipt), self._slip_made)

    def _slip(self, receipt: str) -> Path:
        # loaded here: the till's window must not wait for papers
        from storecrm.services.printing import receipt_slip

        assert self.slip_folder is not None
        file = self.slip_folder / f"slip-{receipt}.pdf"
        receipt_slip.write(
            self.store, receipt=receipt, file=file, words=self.words, layout=self.slip_layout
        )
        return file


def change_of(done: BillView, words: Catalogue) -> tuple[str, list[tuple[str, str]]]:
    """The large line after paying (the change, if there is any) and the facts of the tenders."""
    facts = [
        (words.t(labels.TENDERS[p.kind]), words.money(p.amount if p.given is None else p.given))
        for p in done.paid
    ]
    return (
        words.t("Change {amount}", amount=words.money(done.change)) if done.change else ""
    ), facts


def left_to_pay(due: Money, ways: Sequence[Tender]) -> Money:
    """What is still missing of what is due."""
    return Money(max(0, due - sum(way.amount for way in ways)))


def _changed(before: BillView | None, now: BillView) -> LineView | None:
    """The line that the last act touched."""
    old = {line.line_no: line for line in before.lines} if before is not None else {}
    for line in now.lines:
        was = old.get(line.line_no)
        if was is None or (was.quantity, was.sku, was.amount) != (
            line.quantity,
            line.sku,
            line.amount,
        ):
            return line
    return now.lines[-1] if now.lines else None


def _first_words(bill: BillView, words: Catalogue) -> str:
    names = [line.name or line.sku for line in bill.lines if line.name or line.sku]
    return names[0][:12] if names else (bill.member.title if bill.member else words.t("Amount"))

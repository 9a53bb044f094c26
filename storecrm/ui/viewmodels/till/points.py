"""Points of the bill: to use, and what earns none; stamps that are counted by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal

from storecrm.services.loyalty import points_account, stamp_cards
from storecrm.services.loyalty.stamp_cards import StampCard
from storecrm.ui.presenters.till import bills
from storecrm.ui.viewmodels.till.bill_part import BillPart
from storecrm.ui.viewmodels.till.customer import Customer
from storecrm.values import Money, Points, parse_money


@dataclass(frozen=True)
class MoreAsk:
    """What the card of points knows: the balance, the most that may be used now and what that is
    worth, the member's stamp cards when the pieces must be counted by hand, and what was typed
    before."""

    active: Points
    most: Points
    step: int
    worth: Money
    cards: tuple[StampCard, ...]
    points_used: int
    no_points: Money
    member: bool
    customer: Customer | None = None


class BillPoints(BillPart):
    """The card of points (F7)."""

    asking = Signal(object)  # MoreAsk

    def ask_more(self) -> None:
        """F7: points to use, what earns nothing, stamps to count."""
        desk = self._desk
        net = _before_points(self._desk.now)
        if net is None:
            self._screen.show(bills.no_bill_yet(desk.words))
            return
        customer = desk.now
        # where goods are scanned, stamps are counted by the program
        counted = desk.goods
        number = customer.who.member_no if customer.who else None

        def work() -> MoreAsk:
            most = points_account.most_usable(desk.store, member=number, net=net)
            cards: tuple[StampCard, ...] = ()
            if number and not counted:
                cards = tuple(stamp_cards.cards(desk.store, member=number))
            return MoreAsk(
                active=most.active,
                most=most.most,
                step=most.step,
                worth=most.worth,
                cards=cards,
                points_used=customer.points_used,
                no_points=customer.no_points,
                member=number is not None,
                customer=customer,
            )

        desk.ask(work, self.asking.emit)

    def set_more(
        self,
        used: str,
        no_points: str,
        what_for: str,
        pieces: Mapping[str, str],
        customer: Customer | None = None,
    ) -> str:
        """Take what was typed on the card; returns what is wrong, "" when nothing is. A card of a
        customer who is gone does nothing."""
        desk = self._desk
        w = self._desk.words
        # the card was filled in for somebody who has left
        if customer is not None and customer is not desk.now:
            return ""
        desk.waiting.retry = None
        try:
            # empty boxes stand for nothing
            burnt = int(used or "0")
            without = parse_money(no_points, digits=w.digits) if no_points else Money(0)
            counted = {code: int(text) for code, text in pieces.items() if text and int(text)}
        except ValueError:
            return w.t("Type whole points, an amount like 12.50, and whole pieces.")
        self.apply(burnt, without, what_for, counted)
        return ""

    def apply(self, used: int, without: Money, what_for: str, counted: Mapping[str, int]) -> None:
        """The bill is to end with this."""
        now = self._desk.now
        now.points_used = used
        now.no_points = without
        now.no_points_for = what_for
        now.pieces, now.quoted = counted, None
        self._bill.quote()


def _before_points(now: Customer) -> Money | None:
    """What is due without the points that are used already."""
    view = now.quoted or now.bill
    if view is not None and view.net is not None:
        return Money(view.net + view.points_paid)
    return now.amount

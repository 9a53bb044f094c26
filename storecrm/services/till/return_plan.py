"""What a return gives back, line by line, before anything is written.

Every amount is a cumulative share of what the line paid: what went back before and what goes back
now add up to the whole exactly.

    plan = return_plan.of(session, store, "R17", [ReturnLine(2, Quantity(1000))])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, Conflict, NotPossible
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.services.store import Store
from storecrm.services.till import kept_goods, paid_lines, receipt_numbers, sold_articles
from storecrm.services.till.returned_goods import GiftDue, ReturnLine
from storecrm.values import PIECE, Money, SaleId, share_out

_SALE = tables.sale.c
_LINE = tables.sale_line.c
_STEP = tables.sale_step.c
_SHARE = tables.step_share.c
_ARTICLE = tables.product.c
_OF_SALE = _LINE.sale_id == bindparam("sale")
_GOODS = select(tables.sale_line, *_ARTICLE["sku", "name"], *sold_articles.FACTS)
_OF_LINES = _GOODS.select_from(sold_articles.LINES)
_LINES = Hot(_OF_LINES.where(_OF_SALE).order_by(_LINE.line_no))
_RETURNED = _SALE.returns_id == bindparam("sale")
_THE_RETURN = _SALE.id == _LINE.sale_id
_RETURNED_LINE = _LINE.returns_line
_CAME_BACK = func.sum(-_LINE.quantity).label("quantity")
_BACK = select(_RETURNED_LINE, _CAME_BACK).join(tables.sale, _THE_RETURN)
# what is kept for missing points belongs to no line
_OF_A_LINE = _RETURNED_LINE.is_not(None)
_EARLIER = Hot(_BACK.where(_RETURNED, _OF_A_LINE).group_by(_RETURNED_LINE))
_OF_STEPS = _STEP.sale_id == bindparam("sale")
_STEPS = Hot(select(tables.sale_step).where(_OF_STEPS).order_by(_STEP.id))
_THE_STEP = _STEP.id == _SHARE.step_id
_PARTS = select(*_SHARE["step_id", "line_no", "amount"])
_SHARES = Hot(_PARTS.join(tables.sale_step, _THE_STEP).where(_OF_STEPS))
_RETURNS = Hot(select(*_SALE["id", "net"]).where(_RETURNED))


@dataclass
class OpenLine:
    """A line of the receipt: what came back of it before, what comes back now, and what it paid
    after coupons and steps."""

    row: Any
    before: int
    back: int
    coupon: int
    steps: dict[int, int]
    paid: int
    repaid: int = 0
    """What goes back now of charges of earlier returns."""
    charges: tuple[int, int] = (0, 0)
    """What is charged in all for what stays of it, before and after this return."""

    @property
    def number(self) -> int:
        return int(self.row.line_no)

    @property
    def name(self) -> str:
        """What it is called on paper: its article's name, else its number."""
        return str(self.row.name or self.row.sku or "")

    @property
    def whole(self) -> int:
        """Its quantity; a line that has an amount only is one piece."""
        return int(self.row.quantity) or PIECE

    @property
    def left(self) -> int:
        """What can still come back of it, after this return."""
        return self.whole - self.before - self.back

    @property
    def cash(self) -> int:
        return self.part(self.paid) + self.repaid

    @property
    def reductions(self) -> int:
        """What coupons and steps had taken off what comes back now."""
        by_steps = sum(self.part(share) for share in self.steps.values())
        return self.part(self.coupon) + by_steps

    @property
    def gross(self) -> int:
        """What goes back of its amount, before coupons and steps."""
        return self.cash + self.reductions

    def part(self, total: int) -> int:
        """The share of `total` that goes back now, so that all slices together are `total`."""
        until_now = self.before + self.back
        then = total * self.before // self.whole
        now = total * until_now // self.whole
        return int(now - then)

    def rest(self, total: int, *, now: bool) -> int:
        """What stays of `total` before (or after) this return."""
        gone = self.before + self.back if now else self.before
        return int(total - total * gone // self.whole)


@dataclass
class ReturnPlan:
    """A receipt with what comes back of it, and what is charged for the goods that stay."""

    sale: Any
    lines: list[OpenLine]
    steps: list[Any]
    gifts: list[GiftDue]

    @property
    def everything(self) -> bool:
        """True when nothing of the receipt is left with the customer."""
        goods = [line for line in self.lines if line.row.quantity >= 0]
        return not any(line.left for line in goods)

    @property
    def coming(self) -> list[OpenLine]:
        """The lines of which something comes back now."""
        return [line for line in self.lines if line.back]

    @property
    def cash(self) -> int:
        return sum(line.cash for line in self.lines)

    @property
    def of_coupons(self) -> int:
        """What goes back now of what coupons had given."""
        return sum(line.part(line.coupon) for line in self.lines)

    @property
    def charge(self) -> int:
        """What is kept of the cash for goods that stay."""
        return sum(gift.charge for gift in self.gifts)

    def of_steps(self, *names: str) -> int:
        """What goes back now of what the steps of these names had given."""
        total = 0
        for step in self.steps:
            if step.step in names:
                shares = [line.steps.get(step.id, 0) for line in self.lines]
                parts = zip(self.lines, shares, strict=True)
                total += sum(line.part(share) for line, share in parts)
        return total


def of(session: Session, store: Store, receipt: str, asked: Sequence[ReturnLine]) -> ReturnPlan:
    """What goes back of a receipt, which is held from now on; without `asked` all that is left.

    Raises:
        NotFound: receipt.
        Conflict: sale_state, sale_suspended, not_a_sale.
        BadInput: return_line, return_quantity.
        NotPossible: nothing_left.
    """
    row = receipt_numbers.row_of(session, receipt)
    sale = receipt_numbers.locked(session, row)
    receipt_numbers.require_posted(sale)
    if sale.returns_id is not None or sale.gross is None:
        raise Conflict("not_a_sale", where=receipt)
    # points and stamps of the member are counted and then moved
    if sale.member_id is not None:
        database.lock_row(session, Member, sale.member_id)
    rows = _LINES.rows(session, sale=sale.id)
    steps = _STEPS.rows(session, sale=sale.id)
    shares = _shares(session, sale.id)
    lines = _open_lines(session, sale.id, rows, shares)
    _ask(lines, asked, receipt)
    plan = ReturnPlan(sale, lines, steps, [])
    # what stays is priced anew, under the rules that it was sold under
    bill = kept_goods.read(session, store, sale, rows, steps, shares)
    _charge(session, plan, bill)
    return plan


def _shares(session: Session, sale: SaleId) -> dict[int, dict[int, int]]:
    """What each step took off each line: line number -> step -> amount."""
    shares: dict[int, dict[int, int]] = {}
    for row in _SHARES.rows(session, sale=sale):
        of_line = shares.setdefault(row.line_no, {})
        of_line[row.step_id] = row.amount
    return shares


def _open_lines(
    session: Session, sale: SaleId, rows: Sequence[Any], shares: dict[int, dict[int, int]]
) -> list[OpenLine]:
    returned = _EARLIER.rows(session, sale=sale)
    earlier = {row.returns_line: int(row.quantity) for row in returned}
    by_coupons = paid_lines.COUPON_SHARES.rows(session, sale=sale)
    coupons = {row.line_no: row.share for row in by_coupons}
    lines = []
    for row in rows:
        steps = shares.get(row.line_no, {})
        coupon = coupons.get(row.line_no, 0)
        before = earlier.get(row.line_no, 0)
        paid = row.amount - coupon - sum(steps.values())
        line = OpenLine(row=row, before=before, back=0, coupon=coupon, steps=steps, paid=paid)
        lines.append(line)
    return lines


def _ask(lines: list[OpenLine], asked: Sequence[ReturnLine], receipt: str) -> None:
    """Put what is asked back on its lines; nothing asked means all that is left.

    Raises:
        BadInput: return_line, return_quantity.
        NotPossible: nothing_left.
    """
    # a charge of the receipt is no goods
    goods = [line for line in lines if line.row.quantity >= 0]
    known = {line.number: line for line in goods}
    for back in asked:
        number = str(back.line_no)
        line = known.get(back.line_no)
        if line is None:
            raise BadInput("return_line", where=number)
        if not 0 < back.quantity <= line.left:
            left = f"{line.left / PIECE:g}"
            raise BadInput("return_quantity", where=number, left=left)
        line.back += back.quantity
    if not asked:
        for line in known.values():
            line.back = line.left
    if not any(line.back for line in lines):
        raise NotPossible("nothing_left", where=receipt)


def _charge(session: Session, plan: ReturnPlan, bill: kept_goods.SoldBill) -> None:
    """Charge what the goods that stay do not earn any more, less what was charged by earlier
    returns; or pay that back."""
    if not any(bill.grouped):
        return
    stood = [line.whole - line.before for line in plan.lines]
    stands = [line.left for line in plan.lines]
    before = bill.charges(stood)
    after = bill.charges(stands)
    for line, then, now in zip(plan.lines, before, after, strict=True):
        line.charges = (then, now)
    more = sum(after) - _charged(session, plan)
    if more > 0:
        _charge_more(plan, more)
    elif more < 0:
        _pay_back(plan, -more)


def _charge_more(plan: ReturnPlan, more: int) -> None:
    """Lay what is charged on the lines whose charge has risen, in proportion."""
    risen, after = [], []
    for line in plan.lines:
        then, now = line.charges
        risen.append(max(0, now - then))
        after.append(now)
    parts = share_out(more, risen if any(risen) else after)
    for line, part in zip(plan.lines, parts, strict=True):
        if part:
            gift = GiftDue(line.number, line.name, Money(part))
            plan.gifts.append(gift)


def _pay_back(plan: ReturnPlan, less: int) -> None:
    """Give back what earlier returns charged too much, with the goods that come back now."""
    fallen = []
    for line in plan.lines:
        then, now = line.charges
        fallen.append(max(0, then - now) if line.back else 0)
    backs = [line.back for line in plan.lines]
    parts = share_out(less, fallen if any(fallen) else backs)
    for line, part in zip(plan.lines, parts, strict=True):
        line.repaid = part


def _charged(session: Session, plan: ReturnPlan) -> int:
    """What earlier returns kept of what their goods had paid, and have not paid back since."""
    earlier = _RETURNS.rows(session, sale=plan.sale.id)
    if not earlier:
        return 0
    theirs = _LINE.sale_id.in_([row.id for row in earlier])
    # a line of a return that belongs to no line of the receipt is cash kept for missing points
    for_points = select(func.sum(_LINE.amount)).where(theirs, _RETURNED_LINE.is_(None))
    kept_for_points = session.scalar(for_points) or 0
    kept = [line.rest(line.paid, now=False) for line in plan.lines]
    came = sum(line.paid for line in plan.lines) - sum(kept)
    paid_out = sum(row.net for row in earlier)
    return int(came + paid_out - kept_for_points)

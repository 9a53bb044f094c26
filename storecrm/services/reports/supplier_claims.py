"""What suppliers owe for promotions: every discount of an offer that somebody else pays a share
of."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from storecrm.models.coupon import Batch, Coupon
from storecrm.models.offer import Offer
from storecrm.models.product import Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Allocation, Sale, SaleLine, SaleStep, StepShare
from storecrm.services import rights
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store, require_period
from storecrm.values import WHOLE, Day, Money, half_up

_BACK = aliased(Sale)
_CAME_BACK = select(_BACK.id).where(_BACK.returns_id == Redemption.sale_id).exists()
_RETURNED = and_(Redemption.reverse_reason == "returned", _CAME_BACK)
_STOOD = or_(Redemption.reversed_at.is_(None), _RETURNED)
"""True of a use that a posted sale kept: one that came back with all goods counts on its own day
and against itself on the day of the return. A sale with returns is never voided; what left the bill
before it was sold bears another reason."""
_POSTED = Sale.state.in_(("posted", "voided"))


@dataclass(frozen=True)
class Claim:
    """One discount, line by line: `share` is the supplier's part in basis points, `owed` the
    money."""

    supplier: str
    serial: str
    business_date: Day
    receipt_no: str
    offer: str
    product: str
    discount: Money
    share: int
    owed: Money


def claims(store: Store, *, first: Day, last: Day) -> list[Claim]:
    """Every claim of a period by supplier and day; what was taken back or returned counts against
    it.

    Raises:
        BadInput: period.
    """
    rights.require(store, Right.REPORTS)
    require_period(first, last)
    with store.read() as session:
        return read(session, store, first, last)


def read(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """The same in a snapshot of the caller's."""
    found = _coupons(session, store, first, last)
    found += _returned(session, store, first, last)
    found += _promotions(session, store, first, last)
    return sorted(found, key=_by_supplier)


def _by_supplier(claim: Claim) -> tuple[Any, ...]:
    return claim.supplier, claim.business_date, claim.receipt_no, claim.serial


def _paid(session: Session, store: Store, version: int) -> tuple[str, int]:
    rule = design.frozen(session, store, version)
    return rule.supplier, rule.supplier_share


def _claim(row: Any, paid: tuple[str, int], serial: str, amount: int) -> Claim:
    supplier, share = paid
    exact = Decimal(amount) * share / WHOLE
    owed = half_up(exact)
    return Claim(
        supplier=supplier,
        serial=serial,
        business_date=row.business_date,
        receipt_no=row.receipt_no,
        offer=row.offer,
        product=row.product or "",
        discount=Money(amount),
        share=share,
        owed=Money(owed),
    )


_NAMES = (Offer.name.label("offer"), Product.name.label("product"))
_OF_COUPON = Coupon.id == Redemption.coupon_id
_OF_BATCH = Batch.id == Coupon.batch_id
_OF_OFFER = Offer.id == Redemption.offer_id
_OF_PRODUCT = Product.id == SaleLine.product_id
_OF_SHARE = Allocation.redemption_id == Redemption.id

_USE = (Redemption.business_date, Redemption.discount, Allocation.amount.label("part"))
_SHARES = select(*_USE, Sale.receipt_no, Coupon.serial, Batch.version_id, *_NAMES)


def _coupons(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """A redemption's shares by line; one without lines as a whole."""
    query = _of_coupon(_SHARES.select_from(Redemption))
    query = query.join(Sale, Sale.id == Redemption.sale_id)
    query = query.outerjoin(Allocation, _OF_SHARE)
    query = _with_product(query, Allocation.line_no)
    inside = Redemption.business_date.between(first, last)
    query = query.where(_STOOD, _POSTED, inside).order_by(Redemption.id)
    found = []
    # one without lines was never shared out: it counts as a whole
    for row in session.execute(query):
        paid = _paid(session, store, row.version_id)
        part = row.discount if row.part is None else row.part
        if paid[0]:
            found.append(_claim(row, paid, f"{row.serial:04d}", part))
    return found


def _of_coupon(query: Any) -> Any:
    """Joined from a redemption to its coupon, the batch of that and the offer."""
    with_batch = query.join(Coupon, _OF_COUPON).join(Batch, _OF_BATCH)
    return with_batch.join(Offer, _OF_OFFER)


def _with_product(query: Any, line_no: Any) -> Any:
    """Joined to the article of a sale's line, where there is one."""
    line = (SaleLine.sale_id == Sale.id) & (SaleLine.line_no == line_no)
    with_line = query.outerjoin(SaleLine, line)
    return with_line.outerjoin(Product, _OF_PRODUCT)


def _returned(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """What went back of coupons' shares with goods that came back in the period, each the
    cumulative share of the line, like the cash."""
    gone: dict[tuple[int, int], int] = {}
    found = []
    for row in session.execute(_lines_back(last)):
        key = (row.redemption_id, row.returns_line)
        before = gone.get(key, 0)
        after = before - row.came
        gone[key] = after
        # rounded over all that is gone, so that the parts add up to the whole share
        part = row.share * after // row.whole
        part -= row.share * before // row.whole
        # what came back before the period only says how much was gone
        if row.business_date < first or not part:
            continue
        paid = _paid(session, store, row.version_id)
        if paid[0]:
            found.append(_claim(row, paid, f"{row.serial:04d}", -part))
    return found


_RETURN = aliased(Sale)
_CAME = aliased(SaleLine)
_GOODS = (_CAME.quantity.label("came"), _CAME.returns_line, SaleLine.quantity.label("whole"))
_SHARE = (Allocation.redemption_id, Allocation.amount.label("share"))
_RECEIPT = (_RETURN.business_date, _RETURN.receipt_no, Coupon.serial, Batch.version_id)
_SALE_BACK = SaleLine.sale_id == _RETURN.returns_id
_LINE_BACK = SaleLine.line_no == _CAME.returns_line
_USED_THERE = Redemption.sale_id == _RETURN.returns_id
_SHARE_OF_LINE = Allocation.line_no == SaleLine.line_no
_BACK_COLUMNS = (*_RECEIPT, *_GOODS, *_SHARE, *_NAMES)
_BACK_LINES = select(*_BACK_COLUMNS).select_from(_RETURN)


def _lines_back(last: Day) -> Any:
    """Lines of returns up to a day, with each coupon's share of the line that was sold."""
    query = _BACK_LINES.join(_CAME, _CAME.sale_id == _RETURN.id)
    query = query.join(SaleLine, _SALE_BACK & _LINE_BACK)
    query = query.join(Redemption, _USED_THERE)
    query = query.join(Allocation, _OF_SHARE & _SHARE_OF_LINE)
    query = _of_coupon(query).outerjoin(Product, _OF_PRODUCT)
    query = query.where(_STOOD, _CAME.quantity < 0, _RETURN.business_date <= last)
    return query.order_by(_RETURN.id)


_STEP = (SaleStep.version_id, StepShare.amount.label("part"))
_STEP_COLUMNS = (Sale.business_date, Sale.receipt_no, *_STEP, *_NAMES)
_STEPS = select(*_STEP_COLUMNS).select_from(SaleStep)


def _promotions(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """An automatic promotion's shares by line; returns bear negative ones on their own day, voids
    take theirs with them."""
    query = _STEPS.join(Sale, Sale.id == SaleStep.sale_id)
    query = query.join(Offer, Offer.id == SaleStep.offer_id)
    query = query.join(StepShare, StepShare.step_id == SaleStep.id)
    query = _with_product(query, StepShare.line_no)
    inside = Sale.business_date.between(first, last)
    # a step that does not say by which version says nothing of a supplier
    query = query.where(inside, Sale.state == "posted", SaleStep.version_id.is_not(None))
    found = []
    for row in session.execute(query.order_by(SaleStep.id, StepShare.line_no)):
        paid = _paid(session, store, row.version_id)
        if paid[0]:
            found.append(_claim(row, paid, "", row.part))
    return found

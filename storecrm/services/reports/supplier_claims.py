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
from storecrm.values import WHOLE, Day, Money, VersionId, half_up

_BACK = aliased(Sale)
_CAME_BACK = select(_BACK.id).where(_BACK.returns_id == Redemption.sale_id).exists()
_STOOD = or_(
    Redemption.reversed_at.is_(None), and_(Redemption.reverse_reason == "returned", _CAME_BACK)
)
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
        found = [
            *_coupons(session, store, first, last),
            *_returned(session, store, first, last),
            *_promotions(session, store, first, last),
        ]
    return sorted(
        found,
        key=lambda claim: (claim.supplier, claim.business_date, claim.receipt_no, claim.serial),
    )


def _paid(session: Session, store: Store, version: int) -> tuple[str, int]:
    rule = design.frozen(session, store, version)
    return rule.supplier, rule.supplier_share


def _claim(row: Any, paid: tuple[str, int], serial: str, amount: int) -> Claim:
    supplier, share = paid
    owed = half_up(Decimal(amount) * share / WHOLE)
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


def _coupons(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """A redemption's shares by line; one without lines as a whole."""
    use = (Redemption.business_date, Redemption.discount, Allocation.amount.label("part"))
    names = (Offer.name.label("offer"), Product.name.label("product"))
    query = select(*use, Sale.receipt_no, Coupon.serial, Batch.version_id, *names)
    query = _of_coupon(query.select_from(Redemption))
    query = query.join(Sale, Sale.id == Redemption.sale_id)
    query = query.outerjoin(Allocation, Allocation.redemption_id == Redemption.id)
    query = _with_product(query, Allocation.line_no)
    inside = Redemption.business_date.between(first, last)
    query = query.where(_STOOD, _POSTED, inside).order_by(Redemption.id)
    found = []
    for row in session.execute(query):
        paid = _paid(session, store, VersionId(row.version_id))
        part = row.discount if row.part is None else row.part
        if paid[0]:
            found.append(_claim(row, paid, f"{row.serial:04d}", part))
    return found


def _of_coupon(query: Any) -> Any:
    """Joined from a redemption to its coupon, the batch of that and the offer."""
    query = query.join(Coupon, Coupon.id == Redemption.coupon_id)
    query = query.join(Batch, Batch.id == Coupon.batch_id)
    return query.join(Offer, Offer.id == Redemption.offer_id)


def _with_product(query: Any, line_no: Any) -> Any:
    """Joined to the article of a sale's line, where there is one."""
    query = query.outerjoin(SaleLine, (SaleLine.sale_id == Sale.id) & (SaleLine.line_no == line_no))
    return query.outerjoin(Product, Product.id == SaleLine.product_id)


def _returned(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """What went back of coupons' shares with goods that came back in the period, each the
    cumulative share of the line, like the cash."""
    gone: dict[tuple[int, int], int] = {}
    found = []
    for row in session.execute(_lines_back(last)):
        key = (row.redemption_id, row.returns_line)
        before = gone.get(key, 0)
        gone[key] = before - row.came
        part = row.share * gone[key] // row.whole - row.share * before // row.whole
        # what came back before the period only says how much was gone
        if row.business_date < first or not part:
            continue
        paid = _paid(session, store, VersionId(row.version_id))
        if paid[0]:
            found.append(_claim(row, paid, f"{row.serial:04d}", -part))
    return found


def _lines_back(last: Day) -> Any:
    """Lines of returns up to a day, with each coupon's share of the line that was sold."""
    back, came = aliased(Sale), aliased(SaleLine)
    receipt = (back.business_date, back.receipt_no, back.id.label("back"))
    goods = (came.quantity.label("came"), came.returns_line, SaleLine.quantity.label("whole"))
    share = (Allocation.redemption_id, Allocation.amount.label("share"))
    names = (Offer.name.label("offer"), Product.name.label("product"))
    query = select(*receipt, *goods, *share, *names, Coupon.serial, Batch.version_id)
    query = query.select_from(back).join(came, came.sale_id == back.id)
    sold = (SaleLine.sale_id == back.returns_id) & (SaleLine.line_no == came.returns_line)
    query = query.join(SaleLine, sold)
    query = query.join(Redemption, Redemption.sale_id == back.returns_id)
    of_line = Allocation.line_no == SaleLine.line_no
    query = query.join(Allocation, (Allocation.redemption_id == Redemption.id) & of_line)
    query = _of_coupon(query).outerjoin(Product, Product.id == SaleLine.product_id)
    query = query.where(_STOOD, came.quantity < 0, back.business_date <= last)
    return query.order_by(back.id)


def _promotions(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """An automatic promotion's shares by line; returns bear negative ones on their own day, voids
    take theirs with them."""
    names = (Offer.name.label("offer"), Product.name.label("product"))
    step = (SaleStep.version_id, StepShare.amount.label("part"))
    query = select(Sale.business_date, Sale.receipt_no, *step, *names).select_from(SaleStep)
    query = query.join(Sale, Sale.id == SaleStep.sale_id)
    query = query.join(Offer, Offer.id == SaleStep.offer_id)
    query = query.join(StepShare, StepShare.step_id == SaleStep.id)
    query = _with_product(query, StepShare.line_no)
    query = query.where(Sale.business_date.between(first, last), Sale.state == "posted")
    found = []
    for row in session.execute(query.order_by(SaleStep.id, StepShare.line_no)):
        if row.version_id is None:
            continue
        paid = _paid(session, store, row.version_id)
        if paid[0]:
            found.append(_claim(row, paid, "", row.part))
    return found

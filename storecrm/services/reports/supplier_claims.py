"""What suppliers owe for promotions: every discount of an offer that somebody else pays a share
of."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

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

_R: Any = Redemption.__table__
_S: Any = Sale.__table__
_C: Any = Coupon.__table__
_O: Any = Offer.__table__
_STEP: Any = SaleStep.__table__
_BACK = _S.alias()
_STOOD = or_(
    _R.c.reversed_at.is_(None),
    and_(
        _R.c.reverse_reason == "returned",
        select(_BACK.c.id).where(_BACK.c.returns_id == _R.c.sale_id).exists(),
    ),
)
"""True of a use that a posted sale kept: one that came back with all goods counts on its own day
and against itself on the day of the return. A sale with returns is never voided; what left the bill
before it was sold bears another reason."""
_POSTED = _S.c.state.in_(("posted", "voided"))


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
    owed = half_up(Decimal(amount) * paid[1] / WHOLE)
    name = row.product or ""
    return Claim(
        paid[0],
        serial,
        row.business_date,
        row.receipt_no,
        row.offer,
        name,
        Money(amount),
        paid[1],
        Money(owed),
    )


def _coupons(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """A redemption's shares by line; one without lines as a whole."""
    rows = session.execute(
        select(
            _R.c.business_date,
            _S.c.receipt_no,
            _O.c.name.label("offer"),
            _C.c.serial,
            Batch.__table__.c.version_id,
            Allocation.amount.label("part"),
            _R.c.discount,
            Product.name.label("product"),
        )
        .join(_C, _C.c.id == _R.c.coupon_id)
        .join(Batch.__table__, Batch.__table__.c.id == _C.c.batch_id)
        .join(_O, _O.c.id == _R.c.offer_id)
        .join(_S, _S.c.id == _R.c.sale_id)
        .outerjoin(Allocation, Allocation.redemption_id == _R.c.id)
        .outerjoin(
            SaleLine, (SaleLine.sale_id == _S.c.id) & (SaleLine.line_no == Allocation.line_no)
        )
        .outerjoin(Product, Product.id == SaleLine.product_id)
        .where(_STOOD, _R.c.business_date.between(first, last), _POSTED)
        .order_by(_R.c.id)
    )
    found = []
    for row in rows:
        paid = _paid(session, store, VersionId(row.version_id))
        if paid[0]:
            found.append(
                _claim(
                    row, paid, f"{row.serial:04d}", row.discount if row.part is None else row.part
                )
            )
    return found


def _returned(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """What went back of coupons' shares with goods that came back in the period, each the
    cumulative share of the line, like the cash."""
    back, line, came = _S.alias(), SaleLine.__table__, SaleLine.__table__.alias()
    rows = session.execute(
        select(
            back.c.business_date,
            back.c.receipt_no,
            back.c.id.label("back"),
            came.c.quantity.label("came"),
            came.c.returns_line,
            line.c.quantity.label("whole"),
            Allocation.redemption_id,
            Allocation.amount.label("share"),
            _O.c.name.label("offer"),
            _C.c.serial,
            Batch.__table__.c.version_id,
            Product.name.label("product"),
        )
        .join(came, came.c.sale_id == back.c.id)
        .join(line, (line.c.sale_id == back.c.returns_id) & (line.c.line_no == came.c.returns_line))
        .join(_R, _R.c.sale_id == back.c.returns_id)
        .join(
            Allocation,
            (Allocation.redemption_id == _R.c.id) & (Allocation.line_no == line.c.line_no),
        )
        .join(_C, _C.c.id == _R.c.coupon_id)
        .join(Batch.__table__, Batch.__table__.c.id == _C.c.batch_id)
        .join(_O, _O.c.id == _R.c.offer_id)
        .outerjoin(Product, Product.id == line.c.product_id)
        .where(_STOOD, came.c.quantity < 0, back.c.business_date <= last)
        .order_by(back.c.id)
    )
    gone: dict[tuple[int, int], int] = {}
    found = []
    for row in rows:
        key = (row.redemption_id, row.returns_line)
        before = gone.get(key, 0)
        gone[key] = before - row.came
        part = row.share * gone[key] // row.whole - row.share * before // row.whole
        paid = _paid(session, store, VersionId(row.version_id))
        if paid[0] and part and row.business_date >= first:
            found.append(_claim(row, paid, f"{row.serial:04d}", -part))
    return found


def _promotions(session: Session, store: Store, first: Day, last: Day) -> list[Claim]:
    """An automatic promotion's shares by line; returns bear negative ones on their own day, voids
    take theirs with them."""
    rows = session.execute(
        select(
            _S.c.business_date,
            _S.c.receipt_no,
            _O.c.name.label("offer"),
            _STEP.c.version_id,
            StepShare.amount.label("part"),
            Product.name.label("product"),
        )
        .join(_S, _S.c.id == _STEP.c.sale_id)
        .join(_O, _O.c.id == _STEP.c.offer_id)
        .join(StepShare, StepShare.step_id == _STEP.c.id)
        .outerjoin(
            SaleLine, (SaleLine.sale_id == _S.c.id) & (SaleLine.line_no == StepShare.line_no)
        )
        .outerjoin(Product, Product.id == SaleLine.product_id)
        .where(_S.c.business_date.between(first, last), _S.c.state == "posted")
        .order_by(_STEP.c.id, StepShare.line_no)
    )
    return [
        _claim(row, paid, "", row.part)
        for row in rows
        if row.version_id is not None and (paid := _paid(session, store, row.version_id))[0]
    ]

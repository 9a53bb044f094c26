"""The rows that a return leaves: its lines, and the steps that go back with the goods."""

from typing import Any

from sqlalchemy.orm import Session

from storecrm.ledger import sales
from storecrm.services.till.return_plan import OpenLine, ReturnPlan
from storecrm.values import SaleId


def write(session: Session, back: SaleId, plan: ReturnPlan, points_cash: int) -> None:
    """Write the lines and steps of the return `back`; `points_cash` is kept for missing points."""
    _write_lines(session, back, plan, points_cash)
    _write_steps(session, back, plan)


def _write_lines(session: Session, back: SaleId, plan: ReturnPlan, points_cash: int) -> None:
    rows = [_goods_row(line) for line in plan.coming]
    products = {line.number: line.row.product_id for line in plan.lines}
    for gift in plan.gifts:
        product = products[gift.line_no]
        charge = _charge_row(gift.charge, product, gift.line_no)
        rows.append(charge)
    if points_cash:
        charge = _charge_row(points_cash, None, None)
        rows.append(charge)
    # the goods first: their steps find them by these numbers
    numbered = [{**row, "line_no": number} for number, row in enumerate(rows, 1)]
    sales.write_lines(session, back, numbered)


def _goods_row(line: OpenLine) -> dict[str, Any]:
    """Goods that come back, with what coupons and steps had taken off them."""
    sold = line.row
    by_coupon = line.part(line.coupon)
    return {
        "product_id": sold.product_id,
        "quantity": -line.back,
        "unit_price": sold.unit_price,
        "amount": -line.gross,
        "returns_line": line.number,
        "coupon_back": -by_coupon,
    }


def _charge_row(charge: int, product: int | None, of_line: int | None) -> dict[str, Any]:
    """What is kept of the cash: for goods that stay, or for points that are missing."""
    return {
        "product_id": product,
        "quantity": 0,
        "unit_price": None,
        "amount": charge,
        "returns_line": of_line,
    }


def _write_steps(session: Session, back: SaleId, plan: ReturnPlan) -> None:
    """What each step gave goes back with the goods: negative steps, on the return's own day.
    Coupons' shares hang on their redemption."""
    for step in plan.steps:
        # the lines of the return are numbered anew, in the order of those that come back
        parts = [line.part(line.steps.get(step.id, 0)) for line in plan.coming]
        total = sum(parts)
        if not total:
            continue
        shares = {number: -part for number, part in enumerate(parts, 1) if part}
        offer = step.offer_id
        version = step.version_id
        sales.write_step(
            session, back, step.step, -total, offer=offer, version=version, shares=shares
        )

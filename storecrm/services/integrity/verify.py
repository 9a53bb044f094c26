"""The proof of the books: every sum and state is built again from its rows and compared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storecrm.ledger import offer_limits
from storecrm.ledger.point_balances import swept_too_soon
from storecrm.models import database
from storecrm.services import rights
from storecrm.services.analytics import basket_pairs, member_figures, rankings
from storecrm.services.backup import trail_anchors
from storecrm.services.imports import pending_rows, rollback
from storecrm.services.integrity import (
    coupon_checks,
    file_shape,
    points_checks,
    sale_checks,
    tampering,
)
from storecrm.services.integrity.trail import Trail
from storecrm.services.members import name_index
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store

Check = Callable[[Session], list[Any]]
"""Gives what is wrong, in whatever way it is named; empty when all is well."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: the stable name of the check, how often, and an example."""

    check: str
    count: int
    example: str


def verify(store: Store) -> tuple[list[str], list[Finding]]:
    """Run every check. Returns the names of the checks and what was found; an empty second list is
    a clean house."""
    rights.require(store, Right.VERIFY)
    found = dict[str, list[Any]]()
    with store.read() as session:
        for name, check in _CHECKS.items():
            found[name] = check(session)
        found |= _of_trail(store, session)
    found["references"] = file_shape.dangling(store.engine)
    found["schema"] = file_shape.wrong_shape(store.engine)
    # "ok", or what the database says of its own pages
    pages = database.quick_check(store.engine)
    found["pages"] = [] if pages == "ok" else [pages]
    findings = [_finding(name, wrong) for name, wrong in found.items() if wrong]
    return list(found), findings


def _finding(check: str, wrong: list[Any]) -> Finding:
    return Finding(check, len(wrong), str(wrong[0]))


def _of_trail(store: Store, session: Session) -> dict[str, list[Any]]:
    """What the trail tells against the books; it is read once for all of it."""
    trail = Trail(session, store.shop.audit_key)
    found: dict[str, list[Any]] = {"audit_chain": trail.broken}
    found["seals"] = tampering.wrong_seals(session, trail)
    found["point_marks"] = tampering.wrong_marks(session, store, trail)
    found["sales_in_trail"] = tampering.lost_sales(session, trail)
    found["own_cards"] = own_card.lost(session)
    gaps = trail_anchors.gaps(session, store)
    found["anchors"] = [f"{gap.till}:{gap.seq}" for gap in gaps]
    return found


def _wrong_figures(session: Session) -> list[Any]:
    """What is kept of members and of what sells best is what their sales say."""
    return [*member_figures.wrong(session), *rankings.wrong(session)]


def _left_of_imports(session: Session) -> list[Any]:
    """No import left rows behind, and none is stuck."""
    return [*pending_rows.left(session), *rollback.stuck(session)]


_OF_SALES: dict[str, Check] = {
    "sale_lines": sale_checks.wrong_sums,
    "sale_discounts": sale_checks.wrong_discounts,
    "returned_discounts": sale_checks.wrong_returned_discounts,
    "discount_shares": sale_checks.wrong_shares,
    "step_shares": sale_checks.wrong_steps,
    "voids": sale_checks.wrong_voids,
    "tenders": sale_checks.wrong_tenders,
}
_OF_POINTS: dict[str, Check] = {
    "stamp_reversals": points_checks.wrong_stamps,
    "point_lots": points_checks.wrong_lots,
    "points_swept": swept_too_soon,
    "point_reversals": points_checks.wrong_reversals,
    "point_owners": points_checks.wrong_owners,
    "earned": points_checks.wrong_earnings,
}
_OF_WHAT_IS_KEPT: dict[str, Check] = {
    "offer_uses": offer_use.wrong,
    "member_figures": _wrong_figures,
    "learned": recommendation.wrong_counts,
    "names": name_index.wrong,
    "imports": _left_of_imports,
}
_OF_COUPONS: dict[str, Check] = {
    "scannable": coupon_checks.not_scannable,
    "batches": coupon_checks.wrong_batches,
    "paper": coupon_checks.wrong_paper,
}
_STATES: dict[str, Check] = {"coupon_states": coupon_checks.wrong_states}
_CHECKS = _STATES | _OF_SALES | _OF_POINTS | _OF_WHAT_IS_KEPT | _OF_COUPONS
"""By their stable names, in the order in which they are run."""

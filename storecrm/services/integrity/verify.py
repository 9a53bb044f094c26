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
    # what the database says of its own pages
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


_CHECKS: dict[str, Check] = {}
"""By their stable names, in the order in which they are run."""
_CHECKS["coupon_states"] = coupon_checks.wrong_states
# bills
_CHECKS["sale_lines"] = sale_checks.wrong_sums
_CHECKS["sale_discounts"] = sale_checks.wrong_discounts
_CHECKS["returned_discounts"] = sale_checks.wrong_returned_discounts
_CHECKS["discount_shares"] = sale_checks.wrong_shares
_CHECKS["step_shares"] = sale_checks.wrong_steps
_CHECKS["voids"] = sale_checks.wrong_voids
_CHECKS["tenders"] = sale_checks.wrong_tenders
# points and stamps
_CHECKS["stamp_reversals"] = points_checks.wrong_stamps
_CHECKS["point_lots"] = points_checks.wrong_lots
_CHECKS["points_swept"] = swept_too_soon
_CHECKS["point_reversals"] = points_checks.wrong_reversals
_CHECKS["point_owners"] = points_checks.wrong_owners
_CHECKS["earned"] = points_checks.wrong_earnings
# what is kept beside the rows
_CHECKS["offer_uses"] = offer_limits.wrong
_CHECKS["member_figures"] = _wrong_figures
_CHECKS["learned"] = basket_pairs.wrong_counts
_CHECKS["names"] = name_index.wrong
_CHECKS["imports"] = _left_of_imports
# coupons
_CHECKS["scannable"] = coupon_checks.not_scannable
_CHECKS["batches"] = coupon_checks.wrong_batches
_CHECKS["paper"] = coupon_checks.wrong_paper

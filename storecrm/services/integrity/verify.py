"""The proof of the books: every sum and state is built again from its rows and compared."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, case, cast, func, or_, select
from sqlalchemy.orm import Session

from storecrm.ledger import offer_limits
from storecrm.ledger.point_balances import swept_too_soon
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.redemption import Redemption
from storecrm.models.sale import (
    Allocation,
    Sale,
    SaleLine,
    SaleStep,
    SaleTender,
    SlipPrint,
    StepShare,
)
from storecrm.models.scannable import Scannable
from storecrm.models.stamp import StampEntry
from storecrm.services import rights
from storecrm.services.analytics import basket_pairs, member_figures, rankings
from storecrm.services.backup import trail_anchors
from storecrm.services.coupons.issue import REISSUED
from storecrm.services.imports import pending_rows, rollback
from storecrm.services.integrity import tampering
from storecrm.services.integrity.finding_ids import ids_of
from storecrm.services.integrity.points_checks import (
    check_earned,
    check_lots,
    check_owners,
    check_reversals,
)
from storecrm.services.members import name_index
from storecrm.services.rights import Right
from storecrm.services.staff import own_card
from storecrm.services.store import Store
from storecrm.values import Kind, scan_key

_C: Any = Coupon.__table__
_R: Any = Redemption.__table__
_S: Any = Sale.__table__
_STEP: Any = SaleStep.__table__
_ST: Any = StampEntry.__table__


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
    with store.read() as session:
        findings = [
            Finding(name, len(bad), str(bad[0]))
            for name, rows in _CHECKS.items()
            if (bad := rows(session))
        ]
        trail = tampering.Trail(session, store.shop.audit_key)
        read = {
            "audit_chain": trail.broken,
            "seals": tampering.wrong_seals(session, trail),
            "point_marks": tampering.wrong_marks(session, store, trail),
            "sales_in_trail": tampering.lost_sales(session, trail),
            "own_cards": own_card.lost(session),
            "anchors": [f"{gap.till}:{gap.seq}" for gap in trail_anchors.gaps(session, store)],
        }
    read |= {
        "references": tampering.dangling(store.engine),
        "schema": tampering.wrong_shape(store.engine),
    }
    findings += [Finding(name, len(bad), bad[0]) for name, bad in read.items() if bad]
    pages = database.quick_check(store.engine)
    if pages != "ok":
        findings.append(Finding("pages", 1, pages))
    return [*_CHECKS, *read, "pages"], findings


def _states(session: Session) -> list[Any]:
    """A single-use coupon is redeemed exactly when it has a live use; nobody exceeds the uses
    allowed by more than imports say."""
    live = (
        select(_R.c.coupon_id, func.count().label("n"))
        .where(_R.c.reversed_at.is_(None))
        .group_by(_R.c.coupon_id)
        .subquery()
    )
    uses = func.coalesce(live.c.n, 0)
    spent = case((_C.c.uses_allowed.is_not(None) & (uses >= _C.c.uses_allowed), 1), else_=0)
    stored = cast(case((_C.c.state == "redeemed", 1), else_=0), Integer)
    return ids_of(
        session,
        select(_C.c.id)
        .outerjoin(live, live.c.coupon_id == _C.c.id)
        .where(_C.c.state != "voided", spent != stored),
    )


def _sums(session: Session) -> list[Any]:
    """A sale's gross is the sum of its lines."""
    total = (
        select(SaleLine.sale_id, func.sum(SaleLine.amount).label("total"))
        .group_by(SaleLine.sale_id)
        .subquery()
    )
    return ids_of(
        session,
        select(_S.c.id)
        .outerjoin(total, total.c.sale_id == _S.c.id)
        .where(_S.c.gross.is_not(None), _S.c.gross != func.coalesce(total.c.total, 0)),
    )


def _discounts(session: Session) -> list[Any]:
    """A sale's discount is the sum of its live redemptions and promotions (own sales; imported
    discounts were decided elsewhere). A sale that was returned may have its coupons back."""
    coupons = (
        select(_R.c.sale_id, func.sum(_R.c.discount).label("total"))
        .where(_R.c.reversed_at.is_(None), _R.c.import_id.is_(None))
        .group_by(_R.c.sale_id)
        .subquery()
    )
    steps = (
        select(_STEP.c.sale_id, func.sum(_STEP.c.amount).label("total"))
        .where(_STEP.c.step.in_(("line", "tier", "order")))
        .group_by(_STEP.c.sale_id)
        .subquery()
    )
    back = _S.alias()
    own = (
        (_S.c.import_id.is_(None))
        & (_S.c.state.in_(("open", "posted")))
        & (_S.c.voids_id.is_(None))
        & (_S.c.returns_id.is_(None))
    )
    own &= ~select(back.c.id).where(back.c.returns_id == _S.c.id).exists()
    wanted = func.coalesce(coupons.c.total, 0) + func.coalesce(steps.c.total, 0)
    query = (
        select(_S.c.id)
        .outerjoin(coupons, coupons.c.sale_id == _S.c.id)
        .outerjoin(steps, steps.c.sale_id == _S.c.id)
    )
    return ids_of(session, query.where(own, _S.c.discount != wanted))


def _returned_discounts(session: Session) -> list[Any]:
    """What a return takes back of discounts is what its lines and steps say."""
    lines = (
        select(SaleLine.sale_id, func.sum(SaleLine.coupon_back).label("total"))
        .group_by(SaleLine.sale_id)
        .subquery()
    )
    given = select(_STEP.c.sale_id, func.sum(_STEP.c.amount).label("total")).where(
        _STEP.c.step.in_(("line", "tier", "order"))
    )
    steps = given.group_by(_STEP.c.sale_id).subquery()
    wanted = func.coalesce(lines.c.total, 0) + func.coalesce(steps.c.total, 0)
    query = (
        select(_S.c.id)
        .outerjoin(lines, lines.c.sale_id == _S.c.id)
        .outerjoin(steps, steps.c.sale_id == _S.c.id)
    )
    return ids_of(session, query.where(_S.c.returns_id.is_not(None), _S.c.discount != wanted))


def _tenders(session: Session) -> list[Any]:
    """Where a sale was paid here, its tenders add up to its net."""
    total = (
        select(SaleTender.sale_id, func.sum(SaleTender.amount).label("total"))
        .group_by(SaleTender.sale_id)
        .subquery()
    )
    return ids_of(
        session,
        select(_S.c.id).join(total, total.c.sale_id == _S.c.id).where(_S.c.net != total.c.total),
    )


def _stamps(session: Session) -> list[Any]:
    """A reversed stamp row is the exact opposite of what it reverses, once."""
    back = _ST.alias()
    wrong = (
        select(back.c.id)
        .join(_ST, _ST.c.id == back.c.reverses_id)
        .where(back.c.stamps + _ST.c.stamps != 0)
    )
    twice = (
        select(_ST.c.reverses_id)
        .where(_ST.c.reverses_id.is_not(None))
        .group_by(_ST.c.reverses_id)
        .having(func.count() > 1)
    )
    return ids_of(session, wrong) + ids_of(session, twice)


def _steps(session: Session) -> list[Any]:
    """The shares of a step's lines add up to its amount."""
    total = (
        select(StepShare.step_id, func.sum(StepShare.amount).label("total"))
        .group_by(StepShare.step_id)
        .subquery()
    )
    query = select(_STEP.c.id).outerjoin(total, total.c.step_id == _STEP.c.id)
    return ids_of(session, query.where(_STEP.c.amount != func.coalesce(total.c.total, 0)))


def _shares(session: Session) -> list[Any]:
    """The shares of a redemption's lines add up to its discount."""
    total = (
        select(Allocation.redemption_id, func.sum(Allocation.amount).label("total"))
        .group_by(Allocation.redemption_id)
        .subquery()
    )
    return ids_of(
        session,
        select(_R.c.id)
        .join(total, total.c.redemption_id == _R.c.id)
        .where(_R.c.reversed_at.is_(None), _R.c.discount != total.c.total),
    )


def _voids(session: Session) -> list[Any]:
    """Every void is the exact mirror of its sale."""
    mirror = _S.alias()
    return ids_of(
        session,
        select(_S.c.id)
        .join(mirror, mirror.c.voids_id == _S.c.id)
        .where((_S.c.net + mirror.c.net != 0) | (_S.c.state != "voided")),
    )


def _scannable(session: Session) -> list[Any]:
    """Every coupon can be scanned: by its code, or by what a scanner makes of an imported one."""
    plain = (
        Scannable.key == _C.c.code,
        Scannable.kind == Kind.COUPON,
        Scannable.target_id == _C.c.id,
    )
    others = session.execute(
        select(_C.c.id, _C.c.code).where(~select(Scannable.key).where(*plain).exists())
    )
    lost: list[Any] = []
    for part in others.partitions(5000):
        keys = {scan_key(coupon.code): coupon.id for coupon in part}
        known = select(Scannable.key, Scannable.target_id).where(
            Scannable.kind == Kind.COUPON, database.among(session, Scannable.key, keys)
        )
        lost += sorted(
            set(keys.items()) - {(row.key, row.target_id) for row in session.execute(known)}
        )
    return [coupon for _, coupon in lost[:100]]


def _batches(session: Session) -> list[Any]:
    """A batch that is ready holds as many coupons as it says."""
    # a coupon that was lost and given again under a new code counts once
    total = (
        select(_C.c.batch_id, func.count().label("n"))
        .where(_C.c.void_reason != REISSUED)
        .group_by(_C.c.batch_id)
        .subquery()
    )
    return ids_of(
        session,
        select(Batch.id)
        .outerjoin(total, total.c.batch_id == Batch.id)
        .where(Batch.state == "ready", Batch.count != func.coalesce(total.c.n, 0)),
    )


def _paper(session: Session) -> list[Any]:
    """What was printed is known from its first time on, and a slip that was made was made once at
    least."""
    batches = select(Batch.id).where(
        or_(
            (Batch.prints == 0) & (Batch.printed > 0),
            (Batch.prints == 0) & Batch.printed_at.is_not(None),
        )
    )
    slips = select(SlipPrint.sale_id).where(SlipPrint.prints < 1)
    return [*ids_of(session, batches), *ids_of(session, slips)]


_CHECKS = {
    "coupon_states": _states,
    "sale_lines": _sums,
    "sale_discounts": _discounts,
    "returned_discounts": _returned_discounts,
    "discount_shares": _shares,
    "step_shares": _steps,
    "voids": _voids,
    "tenders": _tenders,
    "stamp_reversals": _stamps,
    "point_lots": check_lots,
    "points_swept": swept_too_soon,
    "point_reversals": check_reversals,
    "point_owners": check_owners,
    "earned": check_earned,
    "offer_uses": offer_limits.wrong,
    "member_figures": lambda session: [*member_figures.wrong(session), *rankings.wrong(session)],
    "learned": basket_pairs.wrong_counts,
    "names": name_index.wrong,
    "imports": lambda session: [*pending_rows.left(session), *rollback.stuck(session)],
    "scannable": _scannable,
    "batches": _batches,
    "paper": _paper,
}

"""Coupons: every batch and every coupon is made here, by hand, by itself or by an import.

An offer's `limit_total` is how many coupons of it are ever issued: a void batch counts like any
other, a code given again for a lost one does not count twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers import validity
from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import NotPossible
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models import database
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer
from storecrm.models.scannable import Scannable
from storecrm.values import (
    BatchId,
    BatchState,
    Code,
    CouponId,
    CouponState,
    Day,
    Kind,
    MemberId,
    OfferId,
    OfferKind,
    OfferState,
    SaleId,
    VersionId,
    clean_text,
    new_codes,
)

_B: Any = Batch.__table__
_C: Any = Coupon.__table__
_KEY: Any = Scannable.__table__
BATCH = RowShape(_B, printed=0, import_id=None, activate=0, printed_at=None, prints=0)
COUPON = RowShape(
    _C,
    state=CouponState.ISSUED.value,
    voided_at=None,
    voided_by=None,
    void_reason="",
    by_sale=None,
    held_by=None,
)
_NEW_BATCH = Hot(insert(_B).returning(_B.c.id))
_NEW_COUPON = Hot(insert(_C).returning(_C.c.id))
_NEW_KEY = Hot(insert(_KEY))
_ISSUED = Hot(
    select(func.coalesce(func.sum(_B.c.count), 0)).where(_B.c.offer_id == bindparam("offer"))
)


@dataclass(frozen=True)
class Terms:
    """What coupons are issued under: an offer, as it stands, and its version for new issues."""

    offer: OfferId
    code: str
    state: OfferState
    version: VersionId
    rule: OfferRule


@dataclass(frozen=True)
class OpenBatch:
    """A batch and what every coupon in it says alike."""

    id: BatchId
    alike: Mapping[str, Any]


def open_batch(
    session: Session,
    acting: Acting,
    terms: Terms,
    *,
    count: int,
    bearer: bool,
    state: BatchState = BatchState.ISSUING,
    activate: bool = False,
) -> OpenBatch:
    """A batch for `count` coupons, before the first of them: they count from now on.

    Raises:
        NotPossible: offer_stopped, offer_external, offer_automatic, offer_over, total_limit (facts:
            left, asked).
    """
    _require_issuable(terms)
    _require_left(session, terms, count)
    today = acting.clock.date()
    first, last = validity.of_coupon(terms.rule, today)
    batch = write_batch(
        session,
        offer_id=terms.offer,
        version_id=terms.version,
        state=state,
        count=count,
        bearer=int(bearer),
        issued_on=today,
        issued_at=acting.clock.now(),
        issued_by=acting.staff,
        activate=int(activate),
    )
    alike = {
        "batch_id": batch,
        "offer_id": terms.offer,
        "valid_from": first,
        "valid_to": last,
        "uses_allowed": terms.rule.uses_allowed,
        "issued_on": today,
    }
    return OpenBatch(batch, alike)


def _require_issuable(terms: Terms) -> None:
    """Refuse an offer of which no coupon is issued here."""
    if terms.state == OfferState.STOPPED:
        raise NotPossible("offer_stopped", where=terms.code)
    if terms.rule.kind is OfferKind.EXTERNAL:
        raise NotPossible("offer_external", where=terms.code)
    if terms.rule.automatic:
        raise NotPossible("offer_automatic", where=terms.code)


def _require_left(session: Session, terms: Terms, count: int) -> None:
    """Refuse more coupons than the offer's limit leaves."""
    most = terms.rule.limit_total
    if most is None:
        return
    # counted and issued by one program at a time
    database.lock_row(session, Offer, terms.offer)
    left = max(0, most - int(_ISSUED.scalar(session, offer=terms.offer)))
    if count > left:
        raise NotPossible("total_limit", where=terms.code, left=left, asked=count)


def issue(
    session: Session,
    acting: Acting,
    terms: Terms,
    *,
    member: MemberId | None,
    by_sale: SaleId | None = None,
) -> CouponId:
    """One coupon in a batch of its own; the member's when one is given.

    Raises:
        NotPossible: as `open_batch`.
    """
    ready = BatchState.READY
    batch = open_batch(session, acting, terms, count=1, bearer=member is None, state=ready)
    said = {"code": new_codes(Kind.COUPON, 1)[0], "serial": 1, "member_id": member}
    return _write_one(session, COUPON.row({**batch.alike, **said, "by_sale": by_sale}))


def issue_again(session: Session, old: Any) -> CouponId:
    """Another code for a coupon (its stored row, void by now) that was lost: the same dates, serial
    and rule. It is no further coupon."""
    values = {name: value for name, value in old._mapping.items() if name != "id"}
    return _write_one(session, COUPON.row(values | {"code": new_codes(Kind.COUPON, 1)[0]}))


def _write_one(session: Session, row: Mapping[str, Any]) -> CouponId:
    made = CouponId(_NEW_COUPON.scalar(session, **row))
    _NEW_KEY.run(session, key=row["code"], kind=Kind.COUPON, target_id=made)
    return made


def write_batch(session: Session, **said: Any) -> BatchId:
    """The row of a batch; what it must say is BATCH."""
    return BatchId(_NEW_BATCH.scalar(session, **BATCH.row(said)))


def write_chunk(
    session: Session, batch: OpenBatch, part: Sequence[tuple[Code, int, MemberId | None]]
) -> None:
    """Coupons of an open batch: (code, serial, member). Through the driver itself, without
    converting a hundred thousand times what is the same in every row."""
    codes, serials, members = zip(*part, strict=True)
    alike = {
        name: value.isoformat() if isinstance(value, Day) else value
        for name, value in batch.alike.items()
    }
    said = {"code": codes, "serial": serials, "member_id": members}
    COUPON.insert_many(session, said, **alike)
    mine = select(_C.c.code, literal(Kind.COUPON.value), _C.c.id).where(
        _C.c.batch_id == batch.id, _C.c.serial.between(serials[0], serials[-1])
    )
    keys = mine.order_by(_C.c.code)
    session.execute(insert(_KEY).from_select(["key", "kind", "target_id"], keys))


def write_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[CouponId]:
    """Coupons that an import brings, each as its list says (see COUPON); their keys are the
    caller's."""
    new = insert(Coupon).returning(Coupon.id, sort_by_parameter_order=True)
    return list(session.scalars(new, [COUPON.row(row) for row in rows]))


def void(
    session: Session,
    acting: Acting,
    *which: Any,
    reason: str,
    states: Sequence[CouponState] = (CouponState.ISSUED,),
) -> int:
    """Void those of the coupons for which all of `which` is true and that stand in `states`, for
    good. Returns how many."""
    values = {
        "state": CouponState.VOIDED,
        "voided_at": acting.clock.now(),
        "voided_by": acting.staff,
        "void_reason": clean_text(reason, 200),
    }
    unused = _C.c.state.in_(states)
    done: Any = session.execute(update(_C).where(*which, unused).values(**values))
    return int(done.rowcount)


UNUSED = (CouponState.ISSUED, CouponState.RESERVED)
"""Held by a parked bill or not."""

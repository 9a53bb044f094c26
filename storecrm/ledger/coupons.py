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
from storecrm.models import database, tables
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer
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

BATCH = RowShape(tables.batch, printed=0, import_id=None, activate=0, printed_at=None, prints=0)
COUPON = RowShape(
    tables.coupon,
    state=CouponState.ISSUED.value,
    voided_at=None,
    voided_by=None,
    void_reason="",
    by_sale=None,
    held_by=None,
)
UNUSED = (CouponState.ISSUED, CouponState.RESERVED)
"""Held by a parked bill or not."""
_NEW_BATCH = Hot(insert(tables.batch).returning(tables.batch.c.id))
_NEW_COUPON = Hot(insert(tables.coupon).returning(tables.coupon.c.id))
_NEW_KEY = Hot(insert(tables.scannable))
_COUNT = func.coalesce(func.sum(tables.batch.c.count), 0)
_OF_OFFER = tables.batch.c.offer_id == bindparam("offer")
_ISSUED = Hot(select(_COUNT).where(_OF_OFFER))
_IMPORTED = insert(tables.coupon).returning(tables.coupon.c.id, sort_by_parameter_order=True)


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
    # issued on the calendar's day, whatever business day the till still has
    today = acting.clock.date()
    first, last = validity.of_coupon(terms.rule, today)
    # counted from now on, before the first coupon is in
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
    issued = int(_ISSUED.scalar(session, offer=terms.offer))
    left = max(0, most - issued)
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
    [code] = new_codes(Kind.COUPON, 1)
    said = {"code": code, "serial": 1, "member_id": member, "by_sale": by_sale}
    return _write_one(session, COUPON.row({**batch.alike, **said}))


def issue_again(session: Session, old: Any) -> CouponId:
    """Another code for a coupon (its stored row, void by now) that was lost: the same dates, serial
    and rule. It is no further coupon."""
    said = {name: value for name, value in old._mapping.items() if name != "id"}
    [said["code"]] = new_codes(Kind.COUPON, 1)
    return _write_one(session, COUPON.row(said))


def _write_one(session: Session, row: Mapping[str, Any]) -> CouponId:
    # a coupon without its key would be there and could not be scanned
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
    said = {"code": codes, "serial": serials, "member_id": members}
    # the driver takes days as ISO text
    alike = {name: _plain(value) for name, value in batch.alike.items()}
    COUPON.insert_many(session, said, **alike)
    coupon = tables.coupon.c
    chunk = coupon.serial.between(serials[0], serials[-1])
    kind = literal(Kind.COUPON.value)
    codes_of_chunk = select(coupon.code, kind, coupon.id)
    # in the order of the codes, so that their index grows at one end
    keys = codes_of_chunk.where(coupon.batch_id == batch.id, chunk).order_by(coupon.code)
    columns = ["key", "kind", "target_id"]
    session.execute(insert(tables.scannable).from_select(columns, keys))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, Day) else value


def write_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[CouponId]:
    """Coupons that an import brings, each as its list says (see COUPON); their keys are the
    caller's."""
    whole = [COUPON.row(row) for row in rows]
    return list(session.scalars(_IMPORTED, whole))


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
    still = tables.coupon.c.state.in_(states)
    these = update(tables.coupon).where(*which, still).values(**values)
    done: Any = session.execute(these)
    return int(done.rowcount)

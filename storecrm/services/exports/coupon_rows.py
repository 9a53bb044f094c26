"""The rows of lists of coupons and of their uses."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import row_references
from storecrm.models import tables
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale
from storecrm.services.exports.cells import FOR_EVER, Rows, local, money, yes
from storecrm.services.exports.streams import streamed
from storecrm.services.store import Store
from storecrm.values import BatchState

_IS_LIVE = Member.state == "live"
_IS_HOLDER = (Member.id == Coupon.member_id) & _IS_LIVE
_OFFER = Offer.code.label("offer")
_GIVEN = select(tables.coupon, _OFFER, Member.member_no).outerjoin(Member, _IS_HOLDER)
_IS_OFFER = Offer.id == Coupon.offer_id
_IS_BATCH = Batch.id == Coupon.batch_id
_COUPONS = _GIVEN.join(Offer, _IS_OFFER).join(Batch, _IS_BATCH)
# what a batch that is not ready holds may yet be taken back
_READY = _COUPONS.where(Batch.state != BatchState.ISSUING)
_HANDED_OUT_FIRST = select(Batch.id).where(Batch.activate == 1)
_MOVES = select(tables.paper_move).order_by(PaperMove.id)
_IS_USER = (Member.id == Redemption.member_id) & _IS_LIVE
_RECEIPT = Sale.receipt_no.label("receipt")
_IS_USED = Coupon.id == Redemption.coupon_id
_IS_ON_SALE = Sale.id == Redemption.sale_id
_COLUMNS = (tables.redemption, Coupon.code, Member.member_no, _RECEIPT)
_USES = select(*_COLUMNS).join(Coupon, _IS_USED)
_WITH_SALE = _USES.outerjoin(Member, _IS_USER).outerjoin(Sale, _IS_ON_SALE)
_STANDING_USES = _WITH_SALE.where(Redemption.reversed_at.is_(None))


def coupons(session: Session, store: Store) -> Rows:  # noqa: ARG001
    """Every coupon of a batch that is ready."""
    handed_out = _handed_out(session)
    for row in streamed(session, _READY.order_by(Coupon.id)):
        serials = handed_out.get(row.batch_id)
        out = "" if serials is None else yes(row.serial in serials)
        uses = FOR_EVER if row.uses_allowed is None else str(row.uses_allowed)
        holder = row.member_no or ""
        issued = (row.code, row.offer, holder, row.issued_on, uses)
        holds = (row.state, row.valid_from, row.valid_to)
        paper = (row.serial, str(row.batch_id), out)
        yield (*issued, *holds, *paper, row.void_reason)


def _handed_out(session: Session) -> dict[int, set[int]]:
    """Of batches whose coupons work only once they are handed out: the serials that are."""
    found: dict[int, set[int]] = {}
    for batch in session.scalars(_HANDED_OUT_FIRST):
        found[batch] = set()
    if found:
        theirs = _MOVES.where(PaperMove.batch_id.in_(found))
        for move in session.execute(theirs):
            _move(found[move.batch_id], move)
    return found


def _move(out: set[int], move: Any) -> None:
    """What one move of paper changes of the serials that are out."""
    serials = range(move.first_serial, move.last_serial + 1)
    if move.act == "handed_out":
        out.update(serials)
    else:
        out.difference_update(serials)


def uses(session: Session, store: Store) -> Rows:
    """Every use that was not reversed."""
    for row in streamed(session, _STANDING_USES.order_by(Redemption.id)):
        # a use of our own is called by the shop and its row
        own = row_references.number(store.shop.uid, "R", row.id)
        number = row.redemption_no or own
        at = local(row.at, store.clock.zone)
        receipt = row.receipt or row.receipt_no
        discount = money(store.shop.digits, row.discount)
        who = row.member_no or ""
        yield number, row.code, who, at, receipt, discount, row.business_date

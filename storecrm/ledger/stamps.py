"""Stamps: rows that are never changed; what a member has is their sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import LivePromotion
from storecrm.ledger import coupons
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.values import (
    Code,
    CouponId,
    CouponState,
    Day,
    MemberId,
    OfferId,
    SaleId,
    StampKind,
)

STAMP = RowShape(
    tables.stamp_entry, expires_on=None, sale_id=None, coupon_id=None, reverses_id=None
)
_stamp = tables.stamp_entry.c.id
_member = tables.stamp_entry.c.member_id
_offer = tables.stamp_entry.c.offer_id
_card_coupon = tables.stamp_entry.c.coupon_id
_reverses = tables.stamp_entry.c.reverses_id
_coupon = tables.coupon.c.id
_state = tables.coupon.c.state
_NEW = Hot(insert(tables.stamp_entry).returning(_stamp))

_LATER = tables.stamp_entry.alias("later")
_REVERSAL = select(_LATER.c.id).where(_LATER.c.reverses_id == _stamp)
_STANDS = and_(_reverses.is_(None), ~_REVERSAL.exists())
# the stamps of a full card whose coupon is void are there again, with their own end
_NOT_VOID = _state != CouponState.VOIDED
_COUNTS = or_(_coupon.is_(None), _NOT_VOID)
_COUNTED = (tables.stamp_entry.c.stamps, tables.stamp_entry.c.expires_on)
_OF_MEMBER = _member == bindparam("member")
_OF_CARD = and_(_OF_MEMBER, _offer == bindparam("offer"))
_ENTRIES = select(*_COUNTED, tables.stamp_entry.c.business_date).order_by(_stamp)
_WITH_COUPON = _ENTRIES.outerjoin(tables.coupon, _coupon == _card_coupon)
_OF = Hot(_WITH_COUPON.where(_OF_CARD, _STANDS, _COUNTS))

_FULL = tables.stamp_entry.c.kind == StampKind.CARD
_OF_COUPON = _card_coupon == bindparam("coupon")
_CARD = Hot(select(_offer, _member).where(_OF_COUPON, _FULL))
REWARD = select(_stamp).where(_card_coupon == _coupon, _FULL).exists()
"""True of a full card's coupon: it stands and falls with the member's stamps, not with the one sale
that filled the card."""
_CODES = select(_coupon, tables.coupon.c.code)
_CARDS = _CODES.join(tables.stamp_entry, _card_coupon == _coupon).order_by(_stamp.desc())
_UNUSED = _state.in_(coupons.UNUSED)
_NEWEST_UNUSED = _CARDS.where(_OF_CARD, _FULL, _UNUSED).limit(1)


@dataclass(frozen=True)
class NewStamps:
    """Stamps that go onto a card or, as a minus, off it."""

    card: LivePromotion
    member: MemberId
    kind: StampKind
    count: int
    sale: SaleId
    ends: Day | None = None
    coupon: CouponId | None = None
    reverses: int | None = None


def add(session: Session, acting: Acting, new: NewStamps) -> None:
    """A row of now, under the rule of its card."""
    write(
        session,
        acting,
        member_id=new.member,
        offer_id=new.card.offer,
        version_id=new.card.version,
        kind=new.kind,
        stamps=new.count,
        expires_on=new.ends,
        sale_id=new.sale,
        coupon_id=new.coupon,
        reverses_id=new.reverses,
    )


def write(session: Session, acting: Acting, **said: Any) -> int:
    """A row of now (see STAMP). Returns its number."""
    now = {
        "business_date": acting.clock.today(),
        "at": acting.clock.now(),
        "staff_id": acting.actor.staff if acting.actor else None,
    }
    return int(_NEW.scalar(session, **STAMP.row({**said, **now})))


def balance(
    session: Session, member: MemberId, offer: OfferId, today: Day
) -> tuple[int, Day | None]:
    """Stamps that count today (fewer than none when some are owed) and the day on which the next of
    them ends."""
    alive = parts(session, member, offer, today)
    ends = [end for _, end in alive if end]
    return sum(count for count, _ in alive), min(ends, default=None)


def parts(
    session: Session, member: MemberId, offer: OfferId, today: Day
) -> list[tuple[int, Day | None]]:
    """What stands on a card today, by the day on which it ends, what is owed as a minus. What is
    taken away goes from those that end first; what was taken beyond what was there is owed, and the
    next stamps repay it."""
    lots: list[_Lot] = []
    owed = 0
    for row in _OF.rows(session, member=member, offer=offer):
        # what has ended by the day of a row is no longer there to be taken
        lots = [lot for lot in lots if lot.lasts(row.business_date)]
        if row.stamps > 0:
            # what is owed is repaid before anything counts
            repaid = min(owed, row.stamps)
            owed -= repaid
            lots.append(_Lot(row.expires_on, row.stamps - repaid))
        else:
            lots.sort(key=_ending)
            owed += _take(lots, -row.stamps)
    lasting = [lot for lot in lots if lot.left and lot.lasts(today)]
    alive = [(int(lot.left), lot.ends) for lot in lasting]
    if owed:
        alive.append((-owed, None))
    return alive


@dataclass
class _Lot:
    """Stamps that end together."""

    ends: Day | None
    left: int

    def lasts(self, day: Day) -> bool:
        return self.ends is None or self.ends >= day


def _ending(lot: _Lot) -> tuple[bool, Any]:
    """Sorts lots by their end; those without one are last."""
    return lot.ends is None, lot.ends


def _take(lots: Sequence[_Lot], count: int) -> int:
    """Take stamps from the lots in their order. Returns how many were not there."""
    for lot in lots:
        part = min(lot.left, count)
        lot.left -= part
        count -= part
    return count


def break_cards(
    session: Session, acting: Acting, offer: OfferId, member: MemberId, reason: str
) -> list[Code]:
    """While stamps are owed, the newest unused coupon of a full card goes: its stamps are there
    again. Returns what went."""
    gone: list[Code] = []
    card = {"member": member, "offer": offer}
    while balance(session, member, offer, acting.clock.today())[0] < 0:
        newest = session.execute(_NEWEST_UNUSED, card).first()
        # what was used stays used: the member owes the stamps then
        if newest is None:
            break
        this = _coupon == newest.id
        coupons.void(session, acting, this, reason=reason, states=coupons.UNUSED)
        gone.append(newest.code)
    return gone


def break_reward(session: Session, acting: Acting, coupon: int) -> None:
    """A use of a coupon was taken back. If it is a full card's, it goes at once while stamps are
    owed."""
    # most coupons come from no card
    card = _CARD.first(session, coupon=coupon)
    if card is not None:
        break_cards(session, acting, card.offer_id, card.member_id, "returned")

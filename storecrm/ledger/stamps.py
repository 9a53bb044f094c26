"""Stamps: rows that are never changed; what a member has is their sum."""

from typing import Any

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.orm import Session

from storecrm.domain.offers import rule
from storecrm.ledger import coupons
from storecrm.ledger.acting import Acting
from storecrm.ledger.row_shapes import RowShape
from storecrm.models.coupon import Coupon
from storecrm.models.hot import Hot
from storecrm.models.stamp import StampEntry
from storecrm.values import Code, CouponState, Day, MemberId, OfferId, SaleId, StampKind

_S: Any = StampEntry.__table__
_C: Any = Coupon.__table__
STAMP = RowShape(_S, expires_on=None, sale_id=None, coupon_id=None, reverses_id=None)
_NEW = Hot(insert(_S).returning(_S.c.id))
_LATER = _S.alias()
_OF = Hot(
    select(_S.c.stamps, _S.c.expires_on, _S.c.business_date)
    .outerjoin(_C, _C.c.id == _S.c.coupon_id)
    .where(
        _S.c.member_id == bindparam("member"),
        _S.c.offer_id == bindparam("offer"),
        _S.c.reverses_id.is_(None),
        ~select(_LATER.c.id).where(_LATER.c.reverses_id == _S.c.id).exists(),
        or_(_C.c.id.is_(None), _C.c.state != CouponState.VOIDED),
    )
    .order_by(_S.c.id)
)
"""What counts: neither what was reversed, nor a full card whose coupon is void, so that its stamps
are there again with their own end."""
_CARD = Hot(
    select(_S.c.offer_id, _S.c.member_id).where(
        _S.c.coupon_id == bindparam("coupon"), _S.c.kind == StampKind.CARD
    )
)
REWARD = select(_S.c.id).where(_S.c.coupon_id == _C.c.id, _S.c.kind == StampKind.CARD).exists()
"""True of a full card's coupon: it stands and falls with the member's stamps, not with the one sale
that filled the card."""


def add(
    session: Session,
    acting: Acting,
    card: rule.LivePromotion,
    member: MemberId,
    kind: StampKind,
    count: int,
    ends: Day | None,
    sale: SaleId | None,
    coupon: int | None = None,
    reverses: int | None = None,
) -> None:
    write(
        session,
        acting,
        member_id=member,
        offer_id=card.offer,
        version_id=card.version,
        kind=kind,
        stamps=count,
        expires_on=ends,
        sale_id=sale,
        coupon_id=coupon,
        reverses_id=reverses,
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
    return sum(count for count, _ in alive), min((ends for _, ends in alive if ends), default=None)


def parts(
    session: Session, member: MemberId, offer: OfferId, today: Day
) -> list[tuple[int, Day | None]]:
    """What stands on a card today, by the day on which it ends, what is owed as a minus. What is
    taken away goes from those that end first; what was taken beyond what was there is owed, and the
    next stamps repay it."""
    lots: list[list[Any]] = []
    owed = 0
    for row in _OF.rows(session, member=member, offer=offer):
        lots = [lot for lot in lots if lot[0] is None or lot[0] >= row.business_date]
        left = row.stamps
        if left > 0:
            repaid = min(owed, left)
            owed, left = owed - repaid, left - repaid
            lots.append([row.expires_on, left])
            continue
        lots.sort(key=lambda lot: (lot[0] is None, lot[0]))
        for lot in lots:
            part = min(lot[1], -left)
            lot[1] -= part
            left += part
        owed -= left
    alive = [
        (int(count), ends) for ends, count in lots if count and (ends is None or ends >= today)
    ]
    return alive + ([(-owed, None)] if owed else [])


def break_cards(
    session: Session, acting: Acting, offer: OfferId, member: MemberId, reason: str
) -> list[Code]:
    """While stamps are owed, the newest unused coupon of a full card goes: its stamps are there
    again. Returns what went."""
    gone: list[Code] = []
    while balance(session, member, offer, acting.clock.today())[0] < 0:
        coupon = session.execute(
            select(_C.c.id, _C.c.code)
            .join(_S, _S.c.coupon_id == _C.c.id)
            .where(
                _S.c.member_id == member,
                _S.c.offer_id == offer,
                _S.c.kind == StampKind.CARD,
                _C.c.state.in_(coupons.UNUSED),
            )
            .order_by(_S.c.id.desc())
            .limit(1)
        ).first()
        if coupon is None:
            break
        coupons.void(session, acting, _C.c.id == coupon.id, reason=reason, states=coupons.UNUSED)
        gone.append(coupon.code)
    return gone


def break_reward(session: Session, acting: Acting, coupon: int) -> None:
    """A use of a coupon was taken back. If it is a full card's, it goes at once while stamps are
    owed."""
    card = _CARD.first(session, coupon=coupon)
    if card is not None:
        break_cards(session, acting, card.offer_id, card.member_id, "returned")

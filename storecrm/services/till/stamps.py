"""Stamps: pieces of a group of goods are counted for a member; a full card is a coupon. Rows are never changed, balances are sums.

A stamp card is an automatic offer of kind `stamps`: its goods, `buy` pieces for a full card, `reward` the offer of the coupon, and
`valid_days` how long a stamp lives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import BadInput, NotFound, NotPossible
from storecrm.models.coupon import Coupon
from storecrm.models.hot import Hot
from storecrm.models.stamp import StampEntry
from storecrm.services import audit, rights
from storecrm.services.people import members
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import circumstances, giving, judging, offers, pricing
from storecrm.values import CouponState, Day, MemberId, OfferId, OfferKind, SaleId, StampKind, VersionId

_S: Any = StampEntry.__table__
_C: Any = Coupon.__table__
_NEW = Hot(insert(_S))
_OF = Hot(
    select(_S.c.stamps, _S.c.expires_on, _S.c.business_date)
    .where(_S.c.member_id == bindparam("member"), _S.c.offer_id == bindparam("offer"))
    .order_by(_S.c.id)
)
MOST_PIECES = 1000


@dataclass(frozen=True)
class Card:
    """A member's card: stamps that count today, of how many, and the day the next of them ends."""

    offer_code: str
    name: str
    stamps: int
    needed: int
    next_end: Day | None


def after_sale(session: Session, store: Store, member: MemberId, sale: SaleId, pieces: Mapping[str, int]) -> None:
    """Count the goods of a posted sale; a full card gives its coupon. `pieces` (offer code to pieces) is what the cashier counted where
    another register has the lines.

    Raises:
        BadInput: stamp_pieces.
        NotFound: offer (of `pieces`, when no card of that name is running).
    """
    cards = [live for live in circumstances.running(session, store) if live.rule.kind is OfferKind.STAMPS]
    for code, count in pieces.items():
        if code not in {card.code for card in cards}:
            raise NotFound("offer", where=code[:40])
        if not 0 < count <= MOST_PIECES:
            raise BadInput("stamp_pieces", where=code)
    if not cards:
        return
    lines = judging.stored_basket(session, sale).lines
    for card in cards:
        goods = [line for line in lines if line.sku and line.amount > 0 and pricing.eligible(card.rule, line)]
        count = sum(line.pieces for line in goods) or pieces.get(card.code, 0)
        if not count:
            continue
        today = store.clock.today()
        ends = today + timedelta(days=card.rule.valid_days - 1) if card.rule.valid_days else None
        _add(session, store, card, member, StampKind.STAMP, count, ends, sale)
        _give_full(session, store, card, member, sale)


def _give_full(session: Session, store: Store, card: circumstances.Live, member: MemberId, sale: SaleId) -> None:
    needed = card.rule.buy or 1
    for _ in range(balance(session, member, card.offer, store.clock.today())[0] // needed):
        try:
            coupon = giving.issue_one(session, store, card.rule.reward, member, sale)
        except (NotFound, NotPossible) as error:
            # the card stays full until its reward can be given
            audit.log(session, store, "coupon_not_given", offer=card.rule.reward, why=error.code, sale=sale)
            return
        _add(session, store, card, member, StampKind.CARD, -needed, None, sale, coupon)
        audit.log(session, store, "coupon_given", coupon=coupon, offer=card.rule.reward, sale=sale)


def _add(
    session: Session,
    store: Store,
    card: circumstances.Live,
    member: MemberId,
    kind: StampKind,
    count: int,
    ends: Day | None,
    sale: SaleId | None,
    coupon: int | None = None,
    reverses: int | None = None,
) -> None:
    row = {"member_id": member, "offer_id": card.offer, "version_id": card.version, "kind": kind, "stamps": count, "expires_on": ends}
    row |= {"business_date": store.clock.today(), "at": store.clock.now(), "sale_id": sale, "coupon_id": coupon, "reverses_id": reverses}
    _NEW.run(session, **row, staff_id=store.actor.staff if store.actor else None)


def balance(session: Session, member: MemberId, offer: OfferId, today: Day) -> tuple[int, Day | None]:
    """Stamps that count today and the day on which the next of them ends. What is taken away goes from those that end first; what was
    taken beyond what was there is owed, and the next stamps repay it."""
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
    alive = [lot for lot in lots if lot[1] and (lot[0] is None or lot[0] >= today)]
    return sum(lot[1] for lot in alive) - owed, min((lot[0] for lot in alive if lot[0]), default=None)


def reverse_sale(session: Session, store: Store, sale: SaleId, mirror: SaleId) -> None:
    """The opposite of every stamp row of a sale that was taken back; a coupon that its full card gave was voided with the sale, and
    where it was used already its stamps stay spent."""
    rows = session.execute(select(_S).where(_S.c.sale_id == sale)).all()
    for row in rows:
        if row.coupon_id is not None and not _coupon_is_back(session, row.coupon_id):
            continue
        card = _card(session, store, row)
        _add(session, store, card, row.member_id, StampKind.REVERSE, -row.stamps, None, mirror, None, row.id)


def take_back(session: Session, store: Store, sale: SaleId, back: SaleId, lines: Sequence[tuple[pricing.Line, int]]) -> int:
    """Goods came back (line, thousandths): their stamps go. A full card that this breaks loses its coupon while that is unused.
    Returns how many stamps went."""
    _unspend(session, store, sale, back)
    rows = session.execute(select(_S).where(_S.c.sale_id == sale, _S.c.kind == StampKind.STAMP)).all()
    gone = 0
    for row in rows:
        card = _card(session, store, row)
        goods = [line for line, _ in lines if line.sku and pricing.eligible(card.rule, line)]
        count = sum(quantity // 1000 if quantity % 1000 == 0 else 1 for line, quantity in lines if line in goods)
        if not count:
            continue
        _add(session, store, card, row.member_id, StampKind.TAKE_BACK, -count, None, back)
        gone += count
        if balance(session, row.member_id, row.offer_id, store.clock.today())[0] < 0:
            _break_card(session, store, card, row.member_id, sale, back)
    return gone


def _unspend(session: Session, store: Store, sale: SaleId, back: SaleId) -> None:
    """The stamps of a full card whose coupon went with the return are there again."""
    later = _S.alias()
    standing = ~select(later.c.id).where(later.c.reverses_id == _S.c.id).exists()
    for row in session.execute(select(_S).where(_S.c.sale_id == sale, _S.c.kind == StampKind.CARD, standing)).all():
        if row.coupon_id is not None and _coupon_is_back(session, row.coupon_id):
            _add(session, store, _card(session, store, row), row.member_id, StampKind.REVERSE, -row.stamps, None, back, None, row.id)


def _break_card(session: Session, store: Store, card: circumstances.Live, member: MemberId, sale: SaleId, back: SaleId) -> None:
    given = session.execute(
        select(_S.c.id, _S.c.stamps, _S.c.coupon_id)
        .join(_C, _C.c.id == _S.c.coupon_id)
        .where(_S.c.sale_id == sale, _S.c.kind == StampKind.CARD, _S.c.offer_id == card.offer, _C.c.state == CouponState.ISSUED)
        .order_by(_S.c.id.desc())
        .limit(1)
    ).first()
    if given is None:
        return
    values = {"state": CouponState.VOIDED, "voided_at": store.clock.now(), "voided_by": store.staff, "void_reason": "returned"}
    session.execute(update(_C).where(_C.c.id == given.coupon_id).values(**values))
    _add(session, store, card, member, StampKind.REVERSE, -given.stamps, None, back, None, given.id)


def _coupon_is_back(session: Session, coupon: int) -> bool:
    return session.scalar(select(_C.c.state).where(_C.c.id == coupon)) == CouponState.VOIDED


def _card(session: Session, store: Store, row: Any) -> circumstances.Live:
    return circumstances.Live(row.offer_id, row.version_id, "", "", offers.frozen(session, store, VersionId(row.version_id)))


def cards(store: Store, *, member: str) -> list[Card]:
    """A member's stamp cards: every one that runs, or still has stamps.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = members.resolve(session, store, member)
        found = []
        for live in circumstances.running(session, store):
            if live.rule.kind is OfferKind.STAMPS:
                count, ends = balance(session, person, live.offer, store.clock.today())
                found.append(Card(live.code, live.name, count, live.rule.buy or 1, ends))
        return found

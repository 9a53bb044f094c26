"""Stamps: pieces of a group of goods are counted for a member; a full card is a coupon. Rows are never changed, balances are sums.

A stamp card is an automatic offer of kind `stamps`: its goods, `buy` pieces for a full card, `reward` the offer of the coupon, and
`valid_days` how long a stamp lives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.errors import BadInput, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models.coupon import Coupon
from storecrm.models.hot import Hot
from storecrm.models.stamp import StampEntry
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import automatic
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import coupon_check, paid_pieces, pricing_context, receipts
from storecrm.values import Code, CouponState, Day, MemberId, OfferId, OfferKind, SaleId, StampKind, VersionId

_S: Any = StampEntry.__table__
_C: Any = Coupon.__table__
_NEW = Hot(insert(_S))
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
"""What counts: neither what was reversed, nor a full card whose coupon is void, so that its stamps are there again with their own end."""
REWARD = select(_S.c.id).where(_S.c.coupon_id == _C.c.id, _S.c.kind == StampKind.CARD).exists()
"""True of a full card's coupon: it stands and falls with the member's stamps, not with the one sale that filled the card."""
MOST_PIECES = 1000


@dataclass(frozen=True)
class Card:
    """A member's card: stamps that count today, of how many, and the day the next of them ends."""

    offer_code: str
    name: str
    stamps: int
    needed: int
    next_end: Day | None


@dataclass(frozen=True)
class LineGone:
    """A line of a sale with its number, and how much of its quantity had come back before and has come back now."""

    line: pricing.Line
    before: int
    after: int
    line_no: int


def after_sale(session: Session, store: Store, member: MemberId | None, sale: SaleId, pieces: Mapping[str, int], day: Day) -> None:
    """Count the goods of a sale of this `day` that something was paid for; a full card gives its coupon. `pieces` (offer code to pieces)
    is what the cashier counted where another register has the lines.

    Raises:
        BadInput: stamp_pieces, stamps_member, stamps_lines (articles are counted by themselves).
        NotFound: offer (of `pieces`, when no card of that name is running).
    """
    cards = [live for live in pricing_context.running(session, store) if live.rule.kind is OfferKind.STAMPS]
    _check_pieces(pieces, cards, member)
    if not cards or member is None:
        return
    lines = coupon_check.stored_basket(session, sale).lines
    if pieces and any(line.sku for line in lines):
        raise BadInput("stamps_lines")
    here = pricing_context.of(session, store, shop_settings.current(session), member, sale)
    paid = [amount for amount, _ in receipts.paid_lines(session, sale).values()]
    bought = paid_pieces.of_sale(session, store, sale, lines)
    for card in cards:
        if pricing.at_all(card.rule, here.buyer, here.now):
            continue
        goods = [n for n, line in enumerate(lines) if line.sku and paid[n] > 0 and pricing.eligible(card.rule, line)]
        count = sum(bought[n] for n in goods) or pieces.get(card.code, 0)
        if count:
            ends = day + timedelta(days=card.rule.valid_days - 1) if card.rule.valid_days else None
            _add(session, store, card, member, StampKind.STAMP, count, ends, sale)
            _give_full(session, store, card, member, sale)


def _check_pieces(pieces: Mapping[str, int], cards: Sequence[pricing_context.Live], member: MemberId | None) -> None:
    if pieces and member is None:
        raise BadInput("stamps_member")
    for code, count in pieces.items():
        if code not in {card.code for card in cards}:
            raise NotFound("offer", where=code[:40])
        if not 0 < count <= MOST_PIECES:
            raise BadInput("stamp_pieces", where=code)


def _give_full(session: Session, store: Store, card: pricing_context.Live, member: MemberId, sale: SaleId) -> None:
    needed = card.rule.buy or 1
    for _ in range(balance(session, member, card.offer, store.clock.today())[0] // needed):
        try:
            coupon = automatic.issue_one(session, store, card.rule.reward, member, sale)
        except (NotFound, NotPossible) as error:
            # the card stays full until its reward can be given
            audit.log(session, store, "coupon_not_given", offer=card.rule.reward, why=error.code, sale=sale)
            return
        _add(session, store, card, member, StampKind.CARD, -needed, None, sale, coupon)
        audit.log(session, store, "coupon_given", coupon=coupon, offer=card.rule.reward, sale=sale)


def _add(
    session: Session,
    store: Store,
    card: pricing_context.Live,
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
    """Stamps that count today (fewer than none when some are owed) and the day on which the next of them ends."""
    alive = parts(session, member, offer, today)
    return sum(count for count, _ in alive), min((ends for _, ends in alive if ends), default=None)


def parts(session: Session, member: MemberId, offer: OfferId, today: Day) -> list[tuple[int, Day | None]]:
    """What stands on a card today, by the day on which it ends, what is owed as a minus. What is taken away goes from those that end first;
    what was taken beyond what was there is owed, and the next stamps repay it."""
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
    alive = [(int(count), ends) for ends, count in lots if count and (ends is None or ends >= today)]
    return alive + ([(-owed, None)] if owed else [])


def reverse_sale(session: Session, store: Store, sale: SaleId, mirror: SaleId) -> None:
    """A sale was taken back: its stamps never were. A card that they helped to fill loses its coupon while that is unused."""
    for row in session.execute(select(_S).where(_S.c.sale_id == sale, _S.c.kind == StampKind.STAMP)).all():
        card = _card(session, store, row)
        _add(session, store, card, row.member_id, StampKind.REVERSE, -row.stamps, None, mirror, None, row.id)
        _break_cards(session, store, card, row.member_id, "undone")


def take_back(session: Session, store: Store, sale: SaleId, back: SaleId, lines: Sequence[LineGone]) -> tuple[int, list[Code]]:
    """Goods came back: their stamps go, in whole ones, so that all slices together take what the sale gave; those that have ended are
    gone already. Cards that this breaks lose their coupons while they are unused. Returns how many stamps and which coupons went."""
    today, gone = store.clock.today(), 0
    broken: list[Code] = []
    given = session.execute(select(_S).where(_S.c.sale_id == sale, _S.c.kind == StampKind.STAMP)).all()
    if not given:
        return 0, broken
    bought = paid_pieces.of_sale(session, store, sale, coupon_check.stored_basket(session, sale).lines)
    for row in given:
        if row.expires_on is not None and row.expires_on < today:
            continue
        card = _card(session, store, row)
        counted = [one for one in lines if one.line.sku and pricing.eligible(card.rule, one.line) and one.line.quantity > 0]
        if sum(bought[one.line_no - 1] for one in counted) >= row.stamps:
            count = sum(_share(bought[one.line_no - 1], one) for one in counted)
        else:
            # counted by hand: in proportion to the bill's one open line
            count = sum(_share(row.stamps, one) for one in lines[:1])
        if count:
            _add(session, store, card, row.member_id, StampKind.TAKE_BACK, -count, None, back)
            broken += _break_cards(session, store, card, row.member_id, "returned")
            gone += count
    return gone, broken


def reward_back(session: Session, store: Store, coupon: int) -> None:
    """A use of a coupon was taken back. If it is a full card's, it goes at once while stamps are owed."""
    row = session.execute(select(_S).where(_S.c.coupon_id == coupon, _S.c.kind == StampKind.CARD)).first()
    if row is not None:
        _break_cards(session, store, _card(session, store, row), row.member_id, "returned")


def _share(whole: int, one: LineGone) -> int:
    return whole * one.after // one.line.quantity - whole * one.before // one.line.quantity


def _break_cards(session: Session, store: Store, card: pricing_context.Live, member: MemberId, reason: str) -> list[Code]:
    """While stamps are owed, the newest unused coupon of a full card goes: its stamps are there again. Returns what went."""
    gone: list[Code] = []
    while balance(session, member, card.offer, store.clock.today())[0] < 0:
        coupon = session.execute(
            select(_C.c.id, _C.c.code)
            .join(_S, _S.c.coupon_id == _C.c.id)
            .where(
                _S.c.member_id == member,
                _S.c.offer_id == card.offer,
                _S.c.kind == StampKind.CARD,
                _C.c.state.in_((CouponState.ISSUED, CouponState.RESERVED)),
            )
            .order_by(_S.c.id.desc())
            .limit(1)
        ).first()
        if coupon is None:
            break
        values = {"state": CouponState.VOIDED, "voided_at": store.clock.now(), "voided_by": store.staff, "void_reason": reason}
        session.execute(update(_C).where(_C.c.id == coupon.id).values(**values))
        gone.append(coupon.code)
    return gone


def _card(session: Session, store: Store, row: Any) -> pricing_context.Live:
    return pricing_context.Live(row.offer_id, row.version_id, "", "", design.frozen(session, store, VersionId(row.version_id)))


def cards(store: Store, *, member: str) -> list[Card]:
    """A member's stamp cards: every one that runs, or still has stamps.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        found = []
        for live in pricing_context.running(session, store):
            if live.rule.kind is OfferKind.STAMPS:
                count, ends = balance(session, person, live.offer, store.clock.today())
                found.append(Card(live.code, live.name, count, live.rule.buy or 1, ends))
        return found

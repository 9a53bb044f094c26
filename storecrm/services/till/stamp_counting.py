"""Stamps of a sale: its pieces are counted for the member, and go with the goods that come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers import rule
from storecrm.errors import BadInput, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.ledger.stamps import NewStamps, add, balance, break_cards
from storecrm.models.stamp import StampEntry
from storecrm.services import shop_settings
from storecrm.services.coupons import automatic
from storecrm.services.offers import design, live_promotions
from storecrm.services.store import Store
from storecrm.services.till import coupon_check, paid_pieces, pricing_context, receipts
from storecrm.values import Code, Day, MemberId, OfferKind, SaleId, StampKind, VersionId

_S: Any = StampEntry.__table__
MOST_PIECES = 1000


@dataclass(frozen=True)
class ReturnedQuantity:
    """A line of a sale with its number, and how much of its quantity had come back before and has
    come back now."""

    line: pricing.Line
    before: int
    after: int
    line_no: int


def after_sale(
    session: Session,
    store: Store,
    member: MemberId | None,
    sale: SaleId,
    pieces: Mapping[str, int],
    day: Day,
) -> None:
    """Count the goods of a sale of this `day` that something was paid for; a full card gives its
    coupon. `pieces` (offer code to pieces) is what the cashier counted where another register has
    the lines.

    Raises:
        BadInput: stamp_pieces, stamps_member, stamps_lines (articles are counted by themselves).
        NotFound: offer (of `pieces`, when no card of that name is running).
    """
    cards = [
        live
        for live in live_promotions.running(session, store)
        if live.rule.kind is OfferKind.STAMPS
    ]
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
        goods = [
            n
            for n, line in enumerate(lines)
            if line.sku and paid[n] > 0 and pricing.eligible(card.rule, line)
        ]
        count = sum(bought[n] for n in goods) or pieces.get(card.code, 0)
        if count:
            ends = day + timedelta(days=card.rule.valid_days - 1) if card.rule.valid_days else None
            stamped = NewStamps(card, member, StampKind.STAMP, count, sale=sale, ends=ends)
            add(session, store, stamped)
            _give_full(session, store, card, member, sale)


def _check_pieces(
    pieces: Mapping[str, int], cards: Sequence[rule.LivePromotion], member: MemberId | None
) -> None:
    if pieces and member is None:
        raise BadInput("stamps_member")
    for code, count in pieces.items():
        if code not in {card.code for card in cards}:
            raise NotFound("offer", where=code[:40])
        if not 0 < count <= MOST_PIECES:
            raise BadInput("stamp_pieces", where=code)


def _give_full(
    session: Session, store: Store, card: rule.LivePromotion, member: MemberId, sale: SaleId
) -> None:
    needed = card.rule.buy or 1
    for _ in range(balance(session, member, card.offer, store.clock.today())[0] // needed):
        try:
            coupon = automatic.issue_one(session, store, card.rule.reward, member, sale)
        except (NotFound, NotPossible) as error:
            # the card stays full until its reward can be given
            audit.log(
                session,
                store,
                "coupon_not_given",
                offer=card.rule.reward,
                why=error.code,
                sale=sale,
            )
            return
        full = NewStamps(card, member, StampKind.CARD, -needed, sale=sale, coupon=coupon)
        add(session, store, full)
        audit.log(session, store, "coupon_given", coupon=coupon, offer=card.rule.reward, sale=sale)


def reverse_sale(session: Session, store: Store, sale: SaleId, mirror: SaleId) -> None:
    """A sale was taken back: its stamps never were. A card that they helped to fill loses its
    coupon while that is unused."""
    for row in session.execute(
        select(_S).where(_S.c.sale_id == sale, _S.c.kind == StampKind.STAMP)
    ).all():
        card = card_of(session, store, row)
        opposite = NewStamps(
            card, row.member_id, StampKind.REVERSE, -row.stamps, sale=mirror, reverses=row.id
        )
        add(session, store, opposite)
        break_cards(session, store, card.offer, row.member_id, "undone")


def take_back(
    session: Session, store: Store, sale: SaleId, back: SaleId, lines: Sequence[ReturnedQuantity]
) -> tuple[int, list[Code]]:
    """Goods came back: their stamps go, in whole ones, so that all slices together take what the
    sale gave; those that have ended are gone already. Cards that this breaks lose their coupons
    while they are unused. Returns how many stamps and which coupons went."""
    today, gone = store.clock.today(), 0
    broken: list[Code] = []
    given = session.execute(
        select(_S).where(_S.c.sale_id == sale, _S.c.kind == StampKind.STAMP)
    ).all()
    if not given:
        return 0, broken
    bought = paid_pieces.of_sale(
        session, store, sale, coupon_check.stored_basket(session, sale).lines
    )
    for row in given:
        if row.expires_on is not None and row.expires_on < today:
            continue
        card = card_of(session, store, row)
        counted = [
            one
            for one in lines
            if one.line.sku and pricing.eligible(card.rule, one.line) and one.line.quantity > 0
        ]
        if sum(bought[one.line_no - 1] for one in counted) >= row.stamps:
            count = sum(_share(bought[one.line_no - 1], one) for one in counted)
        else:
            # counted by hand: in proportion to the bill's one open line
            count = sum(_share(row.stamps, one) for one in lines[:1])
        if count:
            taken = NewStamps(card, row.member_id, StampKind.TAKE_BACK, -count, sale=back)
            add(session, store, taken)
            broken += break_cards(session, store, card.offer, row.member_id, "returned")
            gone += count
    return gone, broken


def _share(whole: int, one: ReturnedQuantity) -> int:
    return whole * one.after // one.line.quantity - whole * one.before // one.line.quantity


def card_of(session: Session, store: Store, row: Any) -> rule.LivePromotion:
    return rule.LivePromotion(
        row.offer_id,
        row.version_id,
        "",
        "",
        design.frozen(session, store, VersionId(row.version_id)),
    )

"""Stamps of a sale: its pieces are counted for the member, and go with the goods that come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import LivePromotion
from storecrm.errors import BadInput, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.ledger.stamps import NewStamps, add, balance, break_cards
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import shop_settings
from storecrm.services.coupons import automatic
from storecrm.services.offers import design, live_promotions
from storecrm.services.store import Store
from storecrm.services.till import bill_lines, paid_lines, paid_pieces, pricing_context
from storecrm.values import Code, Day, MemberId, OfferKind, SaleId, StampKind, VersionId

MOST_PIECES = 1000
_GIVEN = Hot(
    select(tables.stamp_entry).where(
        tables.stamp_entry.c.sale_id == bindparam("sale"),
        tables.stamp_entry.c.kind == StampKind.STAMP,
    )
)


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
    running = live_promotions.running(session, store)
    cards = [live for live in running if live.rule.kind is OfferKind.STAMPS]
    _check_pieces(pieces, cards, member)
    if not cards or member is None:
        return
    lines = bill_lines.stored_basket(session, sale).lines
    # goods that were scanned are counted by themselves
    if pieces and any(line.sku for line in lines):
        raise BadInput("stamps_lines")
    here = pricing_context.of(session, store, shop_settings.current(session), member, sale)
    bought = _bought(session, store, sale, lines)
    for card in cards:
        if pricing.at_all(card.rule, here.buyer, here.now):
            continue
        counted = _eligible_pieces(card, lines, bought)
        count = counted or pieces.get(card.code, 0)
        if count:
            ends = _last_day(card, day)
            stamps = NewStamps(card, member, StampKind.STAMP, count, sale=sale, ends=ends)
            add(session, store, stamps)
            _give_full(session, store, card, member, sale)


def _bought(
    session: Session, store: Store, sale: SaleId, lines: Sequence[pricing.Line]
) -> list[int]:
    """The pieces of each line that something was paid for; none of a line that came to nothing."""
    paid = paid_lines.of_sale(session, sale).values()
    pieces = paid_pieces.of_sale(session, store, sale, lines)
    return [count if amount > 0 else 0 for count, (amount, _) in zip(pieces, paid, strict=True)]


def _eligible_pieces(
    card: LivePromotion, lines: Sequence[pricing.Line], bought: Sequence[int]
) -> int:
    """The pieces bought of goods that the card counts."""
    count = 0
    for line, pieces in zip(lines, bought, strict=True):
        if line.sku and pieces and pricing.eligible(card.rule, line):
            count += pieces
    return count


def _last_day(card: LivePromotion, day: Day) -> Day | None:
    """The last day of stamps of `day`; None where they do not end."""
    days = card.rule.valid_days
    return day + timedelta(days=days - 1) if days else None


def _check_pieces(
    pieces: Mapping[str, int], cards: Sequence[LivePromotion], member: MemberId | None
) -> None:
    if pieces and member is None:
        raise BadInput("stamps_member")
    known = {card.code for card in cards}
    for code, count in pieces.items():
        if code not in known:
            raise NotFound("offer", where=code[:40])
        if not 0 < count <= MOST_PIECES:
            raise BadInput("stamp_pieces", where=code)


def _give_full(
    session: Session, store: Store, card: LivePromotion, member: MemberId, sale: SaleId
) -> None:
    """A full card is exchanged for its coupon, as often as it was filled."""
    reward = card.rule.reward
    needed = card.rule.buy or 1
    stamps, _ = balance(session, member, card.offer, store.clock.today())
    # many pieces at once may fill several cards
    for _ in range(stamps // needed):
        try:
            coupon = automatic.issue_one(session, store, reward, member, sale)
        except (NotFound, NotPossible) as error:
            # the card stays full until its reward can be given
            facts = {"offer": reward, "why": error.code, "sale": sale}
            audit.log(session, store, "coupon_not_given", **facts)
            return
        full = NewStamps(card, member, StampKind.CARD, -needed, sale=sale, coupon=coupon)
        add(session, store, full)
        audit.log(session, store, "coupon_given", coupon=coupon, offer=reward, sale=sale)


def reverse_sale(session: Session, store: Store, sale: SaleId, mirror: SaleId) -> None:
    """A sale was taken back: its stamps never were. A card that they helped to fill loses its
    coupon while that is unused."""
    for row in _GIVEN.rows(session, sale=sale):
        card = card_of(session, store, row)
        member = row.member_id
        count = -row.stamps
        opposite = NewStamps(card, member, StampKind.REVERSE, count, sale=mirror, reverses=row.id)
        add(session, store, opposite)
        break_cards(session, store, card.offer, member, "undone")


def take_back(
    session: Session, store: Store, sale: SaleId, back: SaleId, lines: Sequence[ReturnedQuantity]
) -> tuple[int, list[Code]]:
    """Goods came back: their stamps go, in whole ones, so that all slices together take what the
    sale gave; those that have ended are gone already. Cards that this breaks lose their coupons
    while they are unused. Returns how many stamps and which coupons went."""
    gone = 0
    broken: list[Code] = []
    given = _GIVEN.rows(session, sale=sale)
    if not given:
        return gone, broken
    today = store.clock.today()
    sold = bill_lines.stored_basket(session, sale).lines
    bought = paid_pieces.of_sale(session, store, sale, sold)
    for row in given:
        # what has ended is gone already
        if row.expires_on is not None and row.expires_on < today:
            continue
        card = card_of(session, store, row)
        count = _returned_stamps(card, row.stamps, lines, bought)
        if count:
            taken = NewStamps(card, row.member_id, StampKind.TAKE_BACK, -count, sale=back)
            add(session, store, taken)
            broken += break_cards(session, store, card.offer, row.member_id, "returned")
            gone += count
    return gone, broken


def _returned_stamps(
    card: LivePromotion, stamps: int, lines: Sequence[ReturnedQuantity], bought: Sequence[int]
) -> int:
    """How many stamps of a sale go with the lines that come back."""
    counted = [one for one in lines if _counts(card, one.line)]
    pieces = sum(bought[one.line_no - 1] for one in counted)
    if pieces >= stamps:
        return sum(_share(bought[one.line_no - 1], one) for one in counted)
    # counted by hand: in proportion to the bill's one open line
    return sum(_share(stamps, one) for one in lines[:1])


def _counts(card: LivePromotion, line: pricing.Line) -> bool:
    return bool(line.sku) and line.quantity > 0 and pricing.eligible(card.rule, line)


def _share(whole: int, one: ReturnedQuantity) -> int:
    """What of a line's `whole` comes back now, so that all slices together are the whole."""
    quantity = one.line.quantity
    return whole * one.after // quantity - whole * one.before // quantity


def card_of(session: Session, store: Store, row: Any) -> LivePromotion:
    """The card of a stamp, as its rule was then."""
    version = VersionId(row.version_id)
    rule = design.frozen(session, store, version)
    return LivePromotion(offer=row.offer_id, version=version, code="", name="", rule=rule)

"""Is this coupon taken? Every rule that it breaks, each with its distance, and the member's better
coupon instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storecrm.domain import pricing
from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput, CouponRefused, NotFound
from storecrm.models.coupon import Batch, Coupon
from storecrm.models.hot import Hot
from storecrm.models.member import Member
from storecrm.models.offer import Offer
from storecrm.models.product import SHOWN, Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine
from storecrm.models.shop import Till
from storecrm.models.staff import Staff
from storecrm.services import rights, shop_settings
from storecrm.services.coupons import code_lookup, paper_stock
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import pricing_context, scan, slip_prints, sold_articles
from storecrm.services.till.overrides import Approval, left_over, small_enough
from storecrm.values import (
    MAX_MONEY,
    PIECE,
    BatchState,
    Code,
    CouponState,
    Day,
    Kind,
    MemberId,
    Money,
    OfferKind,
    OfferState,
    Quantity,
    Refusal,
    RefusalCode,
    SaleId,
    SaleState,
    StoreDay,
    half_up,
    masked_phone,
    micros,
)

_LINE: Any = SaleLine.__table__
_C: Any = Coupon.__table__
_B: Any = Batch.__table__
_O: Any = Offer.__table__
_R: Any = Redemption.__table__


_COUPONS = (
    select(
        _C.c.id,
        _C.c.code,
        _C.c.member_id,
        _C.c.state,
        _C.c.valid_from,
        _C.c.valid_to,
        _C.c.uses_allowed,
        _C.c.voided_at,
        _C.c.void_reason,
        _C.c.held_by,
        _C.c.batch_id,
        _C.c.serial,
        _C.c.offer_id,
        _B.c.version_id,
        _B.c.state.label("batch_state"),
        _B.c.activate,
        _O.c.code.label("offer_code"),
        _O.c.name.label("offer_name"),
        _O.c.state.label("offer_state"),
    )
    .join(_B, _B.c.id == _C.c.batch_id)
    .join(_O, _O.c.id == _C.c.offer_id)
)
COUPON = Hot(_COUPONS.where(_C.c.id == bindparam("coupon")))
_ASKED = StoreDay(
    bindparam("date", type_=_C.c.valid_from.type), bindparam("business", type_=_C.c.valid_to.type)
)
_MINE = Hot(
    _COUPONS.where(
        _C.c.member_id == bindparam("member"),
        _C.c.state == CouponState.ISSUED,
        _B.c.state == BatchState.READY,
        _ASKED.begun(_C.c.valid_from),
        _ASKED.lasts(_C.c.valid_to),
    ).order_by(_C.c.valid_to, _C.c.id)
)
_USES = (
    select(func.count().label("uses"))
    .select_from(_R)
    .where(_R.c.member_id == bindparam("member"), _R.c.reversed_at.is_(None))
)
_USES_OF_OFFER = Hot(_USES.where(_R.c.offer_id == bindparam("offer")))
_USES_OF_DAY = Hot(_USES.where(_R.c.business_date == bindparam("today")))
_PRODUCT = Hot(select(Product.__table__).where(Product.__table__.c.sku == bindparam("sku"), SHOWN))


NEVER_GIVEN = ("rx", "otc_a")
"""Classes of medicine that are never a gift."""


@dataclass(frozen=True)
class LineIn:
    """A line asked for: article, thousandths, and a price when it differs from the article's
    own."""

    sku: str
    quantity: Quantity = PIECE
    unit_price: Money | None = None


@dataclass(frozen=True)
class CouponVerdict:
    """A coupon that would be taken; `discount` is None when it depends on an amount that was not
    given."""

    code: Code
    offer_code: str
    offer_name: str
    rule: OfferRule
    valid_to: Day
    discount: Money | None


@dataclass(frozen=True)
class BetterCoupon:
    """The member's best usable coupon, offered instead of a refused one."""

    code: Code
    offer_code: str
    offer_name: str
    discount: Money | None


@dataclass(frozen=True)
class CouponTerms:
    row: Any
    rule: OfferRule


@dataclass(frozen=True)
class Basket:
    lines: tuple[pricing.Line, ...]
    stored: tuple[dict[str, Any], ...]

    @property
    def gross(self) -> Money | None:
        return Money(sum(line.amount for line in self.lines)) if self.lines else None


def find(session: Session, store: Store, text: str) -> CouponTerms:
    """The coupon meant by `text`.

    Raises:
        CouponRefused: payment_code, not_found, checksum, ambiguous, throttled.
    """
    try:
        hit = code_lookup.resolve(session, text, Kind.COUPON)
    except CouponRefused as missed:
        if scan.is_guess(missed):
            scan.guard(session, store, missed.coupon, missed=True)
        raise
    scan.guard(session, store, hit.key)
    row = COUPON.one(session, coupon=hit.target)
    if row.batch_state == BatchState.ISSUING:
        raise CouponRefused([Refusal(RefusalCode.NOT_FOUND)], coupon=hit.key)
    return CouponTerms(row, design.frozen(session, store, row.version_id))


def _failing(
    session: Session,
    store: Store,
    found: CouponTerms,
    shop: ShopRules,
    member: MemberId | None,
    sale: SaleId | None,
    bill: Sequence[CouponTerms],
) -> list[Refusal]:
    """Every rule the coupon itself breaks today, for this member on this bill; amounts are judged
    by pricing."""
    row, rule, day = found.row, found.rule, store.clock.day()
    failing: list[Refusal] = []
    if row.state == CouponState.VOIDED or row.batch_state == BatchState.VOIDED:
        failing.append(Refusal(RefusalCode.VOIDED, at=row.voided_at, reason=row.void_reason))
    if row.activate and not paper_stock.is_out(session, row.batch_id, row.serial):
        failing.append(Refusal(RefusalCode.NOT_ACTIVATED))
    if row.state == CouponState.RESERVED and row.held_by != sale:
        failing.append(Refusal(RefusalCode.RESERVED_ELSEWHERE))
    failing += _used(session, store, found, sale, shop)
    if row.offer_state == OfferState.STOPPED:
        failing.append(Refusal(RefusalCode.CAMPAIGN_PAUSED, offer=row.offer_name))
    if rule.kind is OfferKind.EXTERNAL:
        failing.append(Refusal(RefusalCode.CHANNEL, offer=row.offer_name))
    if not day.begun(row.valid_from):
        failing.append(Refusal(RefusalCode.NOT_STARTED, day=row.valid_from))
    if not day.lasts(row.valid_to):
        failing.append(Refusal(RefusalCode.EXPIRED, day=row.valid_to))
    if row.member_id is not None and member is not None and row.member_id != member:
        failing.append(Refusal(RefusalCode.WRONG_MEMBER, member=_owner(session, row.member_id)))
    if member is None and (row.member_id is not None or rule.for_members):
        failing.append(
            Refusal(
                RefusalCode.MEMBER_REQUIRED,
                member=_owner(session, row.member_id) if row.member_id else None,
            )
        )
    if member is not None:
        failing += _over_limits(session, found, shop, member, day.business)
    if not failing and (apart := _apart(found, bill, shop.coupons_per_bill)) is not None:
        failing.append(apart)
    return failing


def _apart(found: CouponTerms, bill: Sequence[CouponTerms], most: int | None) -> Refusal | None:
    """Why a coupon does not go beside those on the bill; None when it does. A flag that is set
    decides: `stackable = false` stands alone, those that all say true go together whatever the
        shop's number, two of one group never do. Else the number decides."""
    if not bill:
        return None
    same = next(
        (other for other in bill if found.rule.group and other.rule.group == found.rule.group), None
    )
    if same is not None:
        return Refusal(RefusalCode.NOT_STACKABLE, offer=same.row.offer_name, reason="group")
    alone = next((other for other in bill if other.rule.stackable is False), None)
    if alone is not None:
        return Refusal(RefusalCode.NOT_STACKABLE, offer=alone.row.offer_name, reason="other_alone")
    if found.rule.stackable is False:
        return Refusal(RefusalCode.NOT_STACKABLE, offer=bill[0].row.offer_name, reason="alone")
    if most is None or len(bill) < most or all(one.rule.stackable for one in (*bill, found)):
        return None
    return Refusal(RefusalCode.NOT_STACKABLE, offer=bill[0].row.offer_name, limit=most)


def _used(
    session: Session, store: Store, found: CouponTerms, sale: SaleId | None, shop: ShopRules
) -> list[Refusal]:
    row = found.row
    if row.state == CouponState.ISSUED and row.uses_allowed == 1:
        return []
    query = select(
        _R.c.at,
        _R.c.sale_id,
        _R.c.till_id,
        _R.c.staff_id,
        Till.name.label("till"),
        Staff.name.label("staff"),
        Sale.receipt_no,
    )
    query = (
        query.outerjoin(Till, Till.id == _R.c.till_id)
        .outerjoin(Staff, Staff.id == _R.c.staff_id)
        .outerjoin(Sale, (Sale.id == _R.c.sale_id) & (Sale.state == SaleState.POSTED))
        .where(_R.c.coupon_id == row.id, _R.c.reversed_at.is_(None))
        .order_by(_R.c.at.desc())
    )
    uses = session.execute(query).all()
    here = [use for use in uses if sale is not None and use.sale_id == sale]
    if here:
        return [Refusal(RefusalCode.ON_THIS_BILL, at=here[0].at)]
    if row.state == CouponState.REDEEMED or (
        row.uses_allowed is not None and len(uses) >= row.uses_allowed
    ):
        if not uses:
            return [Refusal(RefusalCode.ALREADY_REDEEMED)]
        last = uses[0]
        # a receipt that went to paper since is not lost
        lost = (
            last.receipt_no
            if _just_now(store, last, shop) and not slip_prints.printed(session, last.sale_id)
            else None
        )
        return [
            Refusal(
                RefusalCode.ALREADY_REDEEMED,
                at=last.at,
                till=last.till,
                staff=last.staff,
                receipt=lost,
            )
        ]
    return []


def _just_now(store: Store, use: Any, shop: ShopRules) -> bool:
    """True for a use by the same person at the same till a moment ago: after a power cut nobody at
    the till knows of it."""
    mine = (use.staff_id, use.till_id) == (store.staff, store.till)
    return mine and store.clock.now() - use.at <= micros(shop.undo_within)


def _over_limits(
    session: Session, found: CouponTerms, shop: ShopRules, member: MemberId, today: Day
) -> list[Refusal]:
    failing = []
    most = found.rule.limit_per_member
    if (
        most is not None
        and _USES_OF_OFFER.scalar(session, member=member, offer=found.row.offer_id) >= most
    ):
        failing.append(Refusal(RefusalCode.MEMBER_LIMIT, limit=most))
    daily = shop.coupons_per_member_day
    if daily is not None and _USES_OF_DAY.scalar(session, member=member, today=today) >= daily:
        failing.append(Refusal(RefusalCode.DAILY_LIMIT, limit=daily))
    return failing


def _owner(session: Session, member: MemberId) -> str:
    row = session.execute(select(Member.name, Member.phone).where(Member.id == member)).one()
    return f"{row.name[:1]}* {masked_phone(row.phone)}".strip()


def judge(
    session: Session,
    store: Store,
    found: CouponTerms,
    shop: ShopRules,
    *,
    member: MemberId | None,
    sale: SaleId | None,
    bill: Sequence[CouponTerms],
    basket: Basket,
    here: pricing_context.PricingContext,
    approval: Approval | None = None,
) -> pricing.Priced | None:
    """Refuse or price the bill with the coupon on it; None when no amount is needed and none was
    given.

    Raises:
        CouponRefused: with every failing rule.
    """
    failing = _failing(session, store, found, shop, member, sale, bill)
    priced = None
    gross = basket.gross
    if gross is None:
        failing = left_over(session, store, failing, approval)
        failing += [
            r
            for r in pricing.at_all(found.rule, here.buyer, here.now)
            if r.code is not RefusalCode.MEMBER_REQUIRED
        ]
        left = pricing_context.budget_left(session, found.row.offer_id, found.rule)
        if left is not None and pricing.face_value(found.rule) > left:
            failing.append(Refusal(RefusalCode.BUDGET))
        if found.rule.needs_amount and not failing:
            failing.append(Refusal(RefusalCode.AMOUNT_REQUIRED, short=found.rule.min_spend))
    elif found.rule.kind is not OfferKind.EXTERNAL:
        priced = here.price(basket.lines, [asked(session, f, sale) for f in (*bill, found)])
        failing += priced.refused.get(found.row.id, [])
        harmed = [f for f in bill if f.row.id in priced.refused]
        failing = left_over(session, store, failing, approval)
        if harmed and not failing:
            failing.append(Refusal(RefusalCode.NOT_STACKABLE, offer=harmed[0].row.offer_name))
    if failing:
        raise CouponRefused(
            failing,
            coupon=found.row.code,
            best=_best(session, store, shop, found, member, basket, here),
            view=checked(found, None),
            own=approval is None and small_enough(session, store, failing),
        )
    return priced


def checked(found: CouponTerms, discount: Money | None) -> CouponVerdict:
    """The coupon as a question about it is answered."""
    row = found.row
    return CouponVerdict(
        row.code, row.offer_code, row.offer_name, found.rule, row.valid_to, discount
    )


def _best(
    session: Session,
    store: Store,
    shop: ShopRules,
    refused: CouponTerms | None,
    member: MemberId | None,
    basket: Basket,
    here: pricing_context.PricingContext,
) -> BetterCoupon | None:
    """The member's usable coupon that saves most on this bill, if there is one."""
    if member is None:
        return None
    best: BetterCoupon | None = None
    for found, discount in _offered(
        session, store, shop, member, basket, here, besides=refused.row.id if refused else 0
    ):
        if basket.gross is not None and discount is None:
            continue
        if best is None or (discount or 0) > (best.discount or 0):
            best = BetterCoupon(
                found.row.code, found.row.offer_code, found.row.offer_name, discount
            )
    return best


def _offered(
    session: Session,
    store: Store,
    shop: ShopRules,
    member: MemberId,
    basket: Basket,
    here: pricing_context.PricingContext,
    besides: int = 0,
) -> list[tuple[CouponTerms, Money | None]]:
    """Each offer of which the member has a coupon that can be taken now: the coupon that ends
    first, and what it saves on this bill (None where it does not apply, or where that depends on an
    amount that is not known).

    Coupons of one version of an offer are worth the same, so that a member with hundreds of them is
    priced once an offer.
    """
    day, first = store.clock.day(), dict[int, Any]()
    for row in _MINE.rows(session, member=member, date=day.date, business=day.business):
        if row.id != besides:
            first.setdefault(row.version_id, row)
    offered = [
        CouponTerms(row, design.frozen(session, store, version)) for version, row in first.items()
    ]
    usable = [
        f
        for f in offered
        if not _failing(session, store, f, shop, member, None, ()) and not _spent(session, f)
    ]
    return [(found, _worth(session, found, basket, here)) for found in usable]


def _spent(session: Session, found: CouponTerms) -> bool:
    """True when nothing of the offer's budget is left to give."""
    left = pricing_context.budget_left(session, found.row.offer_id, found.rule)
    return left is not None and left < pricing_context.least_given(found.rule)


def _worth(
    session: Session, found: CouponTerms, basket: Basket, here: pricing_context.PricingContext
) -> Money | None:
    if basket.gross is None:
        return None if found.rule.needs_amount else pricing.face_value(found.rule)
    priced = here.price(basket.lines, [asked(session, found, None)])
    return None if priced.refused else priced.taken[0].discount


def check(
    store: Store, *, code: str, amount: Money | None = None, member: str | None = None
) -> CouponVerdict:
    """Would this coupon be taken? Nothing is changed; only guessed codes are counted.

    Raises:
        CouponRefused: with every failing rule.
        NotFound: member.
    """
    rights.require(store, Right.REDEEM)
    try:
        with store.read() as session:
            basket = basket_of(session, amount, ())
            person = registry.resolve(session, store, member) if member else None
            found = find(session, store, code)
            shop = shop_settings.current(session)
            here = pricing_context.of(session, store, shop, person)
            priced = judge(
                session,
                store,
                found,
                shop,
                member=person,
                sale=None,
                bill=(),
                basket=basket,
                here=here,
            )
            return checked(
                found, priced.taken[0].discount if priced else pricing.face_value(found.rule)
            )
    except CouponRefused as refused:
        if scan.is_guess(refused):
            scan.log_refused(store, refused, code)
        raise


def basket_of(session: Session, amount: Money | None, lines: Sequence[LineIn]) -> Basket:
    """The lines of a bill, as priced and as stored. One open line for a typed amount.

    Raises:
        NotFound: product.
        BadInput: amount, quantity, price_missing.
    """
    if amount is not None:
        if not 0 < amount < MAX_MONEY:
            raise BadInput("amount", where=str(amount))
        row = {
            "line_no": 1,
            "product_id": None,
            "quantity": PIECE,
            "unit_price": amount,
            "discount": 0,
            "amount": amount,
            "returns_line": None,
        }
        return Basket((pricing.Line(amount),), (row,))
    priced, stored = [], []
    for number, line in enumerate(lines, 1):
        product = _PRODUCT.first(session, sku=line.sku)
        if product is None:
            raise NotFound("product", where=line.sku[:40])
        if not 0 < line.quantity <= 10_000_000:
            raise BadInput("quantity", where=line.sku)
        price = product.price if line.unit_price is None else line.unit_price
        if price is None:
            raise BadInput("price_missing", where=line.sku)
        total = Money(half_up_units(price, line.quantity))
        if total >= MAX_MONEY:
            raise BadInput("amount", where=line.sku)
        priced.append(_line(total, product, line.quantity))
        stored.append(
            {
                "line_no": number,
                "product_id": product.id,
                "quantity": line.quantity,
                "unit_price": price,
                "discount": 0,
                "amount": total,
                "returns_line": None,
            }
        )
    return Basket(tuple(priced), tuple(stored))


def half_up_units(price: int, quantity: int) -> int:
    """price x thousandths, rounded half-up to the minor unit once."""
    return half_up(Decimal(price) * quantity / PIECE)


def stored_basket(session: Session, sale: SaleId) -> Basket:
    """The lines of a sale as they were written down."""
    rows = session.execute(
        select(_LINE, Product.sku, *sold_articles.FACTS)
        .select_from(sold_articles.LINES)
        .where(_LINE.c.sale_id == sale)
        .order_by(_LINE.c.line_no)
    ).all()
    return Basket(tuple(lines_of(rows)), ())


def lines_of(rows: Sequence[Any]) -> list[pricing.Line]:
    """Stored lines of one sale, joined with what their articles were, as pricing sees them."""
    several = any(row.sku is not None for row in rows) or len(rows) > 1
    return [_line(row.amount, row, row.quantity, among_goods=several) for row in rows]


def line_of(row: Any, quantity: Quantity) -> pricing.Line:
    """A stored line joined with its product, as pricing sees it."""
    return _line(row.amount, row, quantity)


def _line(
    amount: Money, product: Any, quantity: Quantity, *, among_goods: bool = True
) -> pricing.Line:
    # goods without a code count for nothing in particular; the one open line of a typed amount is
    # what the cashier says it is
    sku = product.sku if product.sku is not None or not among_goods else ""
    return pricing.Line(
        amount,
        sku,
        product.category or "",
        quantity,
        product.brand or "",
        bool(product.no_promotion),
        product.medicine in NEVER_GIVEN,
    )


def asked(session: Session, found: CouponTerms, sale: SaleId | None) -> pricing.AppliedOffer:
    """A coupon for pricing, with what its offer's budget still holds besides this bill."""
    left = pricing_context.budget_left(session, found.row.offer_id, found.rule, sale or 0)
    return pricing.AppliedOffer(found.row.id, found.rule, left, found.row.offer_id)


def usable(store: Store, *, member: str, amount: Money | None = None) -> list[CouponVerdict]:
    """The member's coupons that could be taken now, one of each offer, the most valuable first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.REDEEM)
    with store.read() as session:
        person, shop = registry.resolve(session, store, member), shop_settings.current(session)
        basket, here = (
            basket_of(session, amount, ()),
            pricing_context.of(session, store, shop, person),
        )
        found = []
        for one, discount in _offered(session, store, shop, person, basket, here):
            face = pricing.face_value(one.rule) or None
            found.append(checked(one, discount or face if basket.gross is None else discount))
        return sorted(found, key=lambda c: -(c.discount or 0))

"""The lists that a shop hands out: their columns, and how their rows come out of the store one
after the other.

Every list has the columns of the import of the same name (see domain.list_columns), so that an
empty shop that reads the lists is the same shop: members, articles, offers, receipts, coupons and
their uses, points lot by lot. The others tell a person more.

    columns, rows = LISTS["members"]
    for row in rows(store, session): ...
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Result, Row, func, select
from sqlalchemy.orm import Session

from storecrm.domain import member_fields, row_references
from storecrm.domain.list_columns import COLUMNS
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.domain.offers import reading
from storecrm.ledger import point_balances, stamps
from storecrm.models.coupon import Batch, Coupon, PaperMove
from storecrm.models.day_total import DayTotal
from storecrm.models.member import Consent, Member, MemberPhone, Referral
from storecrm.models.offer import Offer, OfferScope
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.product import SHOWN, Product
from storecrm.models.redemption import Redemption
from storecrm.models.sale import Sale, SaleLine
from storecrm.models.scannable import Scannable
from storecrm.models.stamp import StampEntry
from storecrm.models.tag import MemberTag
from storecrm.services.exports import receipt_discounts
from storecrm.services.members import tags
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import (
    BatchState,
    Day,
    Kind,
    Moment,
    OfferKind,
    Purpose,
    as_datetime,
    money_text,
    scan_key,
)

Cells = tuple[Any, ...]
Rows = Iterator[Cells]
AT_ONCE = 5000
"""Rows that are fetched at once."""
FOR_EVER = "*"
"""What a list says of points that never end, and of coupons that may be used any number of
times."""
_APART = frozenset(';，；"')
CELL = 30_000
"""Signs that a cell of a workbook holds with certainty."""


def money(digits: int, amount: int | None) -> Decimal | str:
    """An amount of so many decimals, blank where there is none."""
    return "" if amount is None else Decimal(money_text(amount, digits))


def _yes(answer: object) -> str:
    return "yes" if answer else "no"


def _local(store: Store, at: Moment) -> str:
    return as_datetime(at, store.clock.zone).isoformat(timespec="seconds")


def _streamed(session: Session, query: Any) -> Result[Any]:
    return session.execute(query.execution_options(yield_per=AT_ONCE))


# --- members ---


def _members(store: Store, session: Session) -> Rows:
    today = store.clock.today()
    over = _over(session, today)
    beside = (
        _lots_of(session),
        _tags_of(session, today),
        _cards_of(session),
        _answers_of(session),
        _phones_of(session),
    )
    lots, words, cards, answers, phones = beside
    for m in _streamed(
        session, select(Member.__table__).where(Member.state == "live").order_by(Member.id)
    ):
        own = scan_key(m.member_no)
        further = [row.key for row in cards.of(m.id) if row.key != own]
        said = answers.of(m.id)
        # what each lot is worth and when it ends stands in the list of points
        more = _consent_cells(said) | {
            "tags": ",".join(row.tag for row in words.of(m.id)),
            "points": sum(int(row.total) for row in lots.of(m.id)) - over[m.id],
            "points_in_lots": "yes",
            "old_card_no": next(iter(further), ""),
            "further_phones": ",".join(row.phone for row in phones.of(m.id)),
            "further_cards": _together(further[1:]),
        }
        yield tuple(
            _cell(store, field, m) if field.stored else more.get(field.column, "")
            for field in member_fields.EXPORTED
        )
    for walk in beside:
        walk.close()


def _cell(store: Store, field: MemberField, member: Any) -> Any:
    """What a list says of one field of a member."""
    value = getattr(member, field.name)
    if field.reads is Reads.MONEY:
        return money(store.shop.digits, value)
    if field.reads is Reads.YES:
        return "yes" if value else ""
    if field.reads is Reads.CALENDAR and not member.birthday:
        return ""
    return "" if value is None else value


def _consent_cells(said: list[Row[Any]]) -> dict[str, Any]:
    """What holds for each channel, and what proves the newest answer that has a proof."""
    latest = {f"consent_{row.channel}": _yes(row.granted) for row in said}
    proof = next((row.evidence for row in reversed(said) if row.evidence), "")
    return latest | {"consent_evidence": proof}


def _together(parts: list[str]) -> str:
    """Several values as one cell; where a comma stands in one, each stands in quotes."""
    plain = ",".join(parts)
    if _APART.isdisjoint(plain.replace(",", "")) and plain.count(",") == max(0, len(parts) - 1):
        return plain
    return ",".join('"' + part.replace('"', '""') + '"' for part in parts)


class _Beside:
    """Rows that belong to others, walked beside them in the same order: of a million of them a few
    are in memory. `rows` are in the order of their column `of`, and are asked for in ascending
    order."""

    def __init__(self, rows: Result[Any], of: str) -> None:
        self._of = of
        self.close = rows.close
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self._owner, self._found = 0, list[Row[Any]]()

    def of(self, owner: int) -> list[Row[Any]]:
        """The rows of one owner."""
        if owner == self._owner:
            return self._found
        self._owner, self._found = owner, []
        while self._next is not None and (now := getattr(self._next, self._of)) <= owner:
            if now == owner:
                self._found.append(self._next)
            self._next = next(self._rows, None)
        return self._found


def _over(session: Session, today: Day) -> Counter[int]:
    """What of members' points has ended without having been written down."""
    found: Counter[int] = Counter()
    for lot in session.execute(point_balances.unswept(today)):
        found[lot.member_id] += lot.left
    return found


def _lots_of(session: Session) -> _Beside:
    """What is left in members' lots together."""
    sums = select(PointEntry.member_id, func.sum(PointEntry.points).label("total")).group_by(
        PointEntry.member_id
    )
    return _Beside(_streamed(session, sums.order_by(PointEntry.member_id)), "member_id")


def _tags_of(session: Session, today: Day) -> _Beside:
    query = select(MemberTag.member_id, MemberTag.tag).where(tags.alive(today))
    return _Beside(
        _streamed(session, query.order_by(MemberTag.member_id, MemberTag.tag)), "member_id"
    )


def _cards_of(session: Session) -> _Beside:
    """What scans as a member: the member number and each card."""
    query = select(Scannable.target_id, Scannable.key).where(Scannable.kind == Kind.MEMBER)
    return _Beside(
        _streamed(session, query.order_by(Scannable.target_id, Scannable.key)), "target_id"
    )


def _phones_of(session: Session) -> _Beside:
    """The further phones of members."""
    query = select(MemberPhone.member_id, MemberPhone.phone).order_by(
        MemberPhone.member_id, MemberPhone.phone
    )
    return _Beside(_streamed(session, query), "member_id")


def _answers_of(session: Session) -> _Beside:
    """What members said of offers, the newest last."""
    query = select(Consent.member_id, Consent.channel, Consent.granted, Consent.evidence)
    asked = query.where(Consent.purpose == Purpose.PROMOTION).order_by(
        Consent.member_id, Consent.id
    )
    return _Beside(_streamed(session, asked), "member_id")


def _consents(store: Store, session: Session) -> Rows:
    """Every answer, in the order in which they were given: the newest of a channel and a purpose
    holds."""
    query = (
        select(Consent.__table__, Member.member_no)
        .join(Member, Member.id == Consent.member_id)
        .where(Member.state == "live")
    )
    for r in _streamed(session, query.order_by(Consent.id)):
        yield (
            r.member_no,
            str(r.channel),
            r.purpose,
            _yes(r.granted),
            _local(store, r.at),
            r.evidence,
            r.text_version,
        )


def _referrals(store: Store, session: Session) -> Rows:  # noqa: ARG001
    friend, by = Member.__table__.alias("friend"), Member.__table__.alias("referrer")
    query = select(Referral.__table__, friend.c.member_no, by.c.member_no.label("by"))
    query = query.join(friend, friend.c.id == Referral.friend_id).join(
        by, by.c.id == Referral.referrer_id
    )
    both = (friend.c.state == "live", by.c.state == "live", friend.c.id != by.c.id)
    for r in _streamed(session, query.where(*both).order_by(Referral.id)):
        yield r.member_no, r.by, r.state, r.registered_on, r.rewarded_on or ""


def _stamps(store: Store, session: Session) -> Rows:
    """What stands on each card today, by the day on which it ends; the moves that made it stay
    here."""
    today = store.clock.today()
    query = select(
        StampEntry.member_id, StampEntry.offer_id, Member.member_no, Offer.code
    ).distinct()
    query = query.join(Member, Member.id == StampEntry.member_id).join(
        Offer, Offer.id == StampEntry.offer_id
    )
    for r in session.execute(
        query.where(Member.state == "live").order_by(StampEntry.member_id, StampEntry.offer_id)
    ).all():
        for count, ends in stamps.parts(session, r.member_id, r.offer_id, today):
            yield r.member_no, r.code, count, ends or FOR_EVER


# --- goods and offers ---


def _products(store: Store, session: Session) -> Rows:
    for p in _streamed(session, select(Product.__table__).where(SHOWN).order_by(Product.id)):
        prices = money(store.shop.digits, p.price), money(store.shop.digits, p.cost)
        yield (
            p.sku,
            p.barcode,
            p.name,
            p.category,
            p.brand,
            *prices,
            _yes(p.no_points),
            _yes(p.no_promotion),
            p.medicine,
            _yes(p.to_complete),
        )


def _offers(store: Store, session: Session) -> Rows:
    """A stamp card names the offer that is its reward, so it comes after the others."""
    views = [
        design.view_of(session, offer)
        for offer in session.scalars(select(Offer).order_by(Offer.id))
    ]
    for view in sorted(views, key=lambda view: view.rule.kind is OfferKind.STAMPS):
        keys = reading.as_keys(view, store.shop.digits)
        said = (_said(keys.get(name, "")) for name in reading.KEYS)
        yield *said, view.state.value


def _said(value: Any) -> str:
    """What a key of an offer says, as one cell; goods that do not go in stand in the list of
    offers' goods."""
    if isinstance(value, bool):
        return _yes(value)
    if not isinstance(value, list):
        return str(value)
    lengths = itertools.accumulate(len(str(part)) + 1 for part in value)
    return ",".join(
        str(part) for part, length in zip(value, lengths, strict=True) if length <= CELL
    )


def _offer_products(store: Store, session: Session) -> Rows:  # noqa: ARG001
    """Articles that offers in force are for; of an offer that was changed only what it says now."""
    versions = {
        design.newest_version(session, offer): code
        for offer, code in session.execute(select(Offer.id, Offer.code))
    }
    known = select(OfferScope.version_id, OfferScope.value).join(
        Product, Product.sku == OfferScope.value
    )
    query = known.where(OfferScope.field == "product", SHOWN).order_by(
        OfferScope.version_id, OfferScope.value
    )
    for row in _streamed(session, query):
        if row.version_id in versions:
            yield versions[row.version_id], row.value


def _day_totals(store: Store, session: Session) -> Rows:
    for row in _streamed(
        session, select(DayTotal.__table__).order_by(DayTotal.day, DayTotal.store)
    ):
        yield row.day, row.store, money(store.shop.digits, row.net_sales), row.receipts


# --- sales ---


def _sales(store: Store, session: Session) -> Rows:
    """One row a line: `discount` is everything that was taken off it, `amount` what was paid for
    it. Voided receipts are left out."""
    off = receipt_discounts.taken_off()
    original = Sale.__table__.alias()
    query = (
        off.add_to(
            select(
                Sale.id,
                Sale.receipt_no,
                Sale.occurred_at,
                Sale.business_date,
                Sale.closed_by,
                Member.member_no,
                Product.sku,
                SaleLine.__table__,
                Sale.store,
                Sale.channel,
                off.amount.label("off"),
                original.c.receipt_no.label("of_receipt"),
                original.c.business_date.label("of_date"),
            )
            .join(SaleLine, SaleLine.sale_id == Sale.id)
            .outerjoin(Member, (Member.id == Sale.member_id) & (Member.state == "live"))
            .outerjoin(Product, Product.id == SaleLine.product_id)
            .outerjoin(original, original.c.id == Sale.returns_id)
        )
        .where(Sale.state == "posted", Sale.voids_id.is_(None))
        .order_by(Sale.id, SaleLine.line_no)
    )
    codes = _codes_of(session)
    for r in _streamed(session, query):
        back = row_references.RETURNS.get(r.closed_by, "")
        yield (
            r.receipt_no,
            _local(store, r.occurred_at),
            r.member_no or "",
            r.sku or "",
            Decimal(r.quantity) / 1000,
            money(store.shop.digits, r.unit_price),
            money(store.shop.digits, r.discount + r.off),
            money(store.shop.digits, r.amount - r.off),
            ",".join(row.code for row in codes.of(r.id)),
            r.store,
            r.channel,
            r.business_date,
            back,
            r.of_receipt or "",
            r.of_date or "",
            r.returns_line or "",
        )
    codes.close()


def _codes_of(session: Session) -> _Beside:
    """The coupons used on receipts."""
    used = select(Redemption.sale_id, Coupon.code).join(Coupon, Coupon.id == Redemption.coupon_id)
    live = used.where(Redemption.sale_id.is_not(None), Redemption.reversed_at.is_(None))
    return _Beside(_streamed(session, live.order_by(Redemption.sale_id, Redemption.id)), "sale_id")


# --- coupons ---


def _coupons(store: Store, session: Session) -> Rows:  # noqa: ARG001
    waiting = _not_handed_out(session)
    query = (
        select(Coupon.__table__, Offer.code.label("offer"), Member.member_no)
        .join(Offer, Offer.id == Coupon.offer_id)
        .join(Batch, Batch.id == Coupon.batch_id)
        .outerjoin(Member, (Member.id == Coupon.member_id) & (Member.state == "live"))
        .where(Batch.state != BatchState.ISSUING)
    )
    for r in _streamed(session, query.order_by(Coupon.id)):
        out = waiting.get(r.batch_id)
        yield (
            r.code,
            r.offer,
            r.member_no or "",
            r.issued_on,
            FOR_EVER if r.uses_allowed is None else str(r.uses_allowed),
            r.state,
            r.valid_from,
            r.valid_to,
            r.serial,
            str(r.batch_id),
            "" if out is None else _yes(r.serial in out),
            r.void_reason,
        )


def _not_handed_out(session: Session) -> dict[int, set[int]]:
    """Batches whose coupons work only once their serials are handed out, with the serials that
    are."""
    found: dict[int, set[int]] = {
        batch: set() for batch in session.scalars(select(Batch.id).where(Batch.activate == 1))
    }
    moves = select(PaperMove.__table__).where(PaperMove.batch_id.in_(found)).order_by(PaperMove.id)
    for move in session.execute(moves) if found else ():
        serials = range(move.first_serial, move.last_serial + 1)
        if move.act == "handed_out":
            found[move.batch_id].update(serials)
        else:
            found[move.batch_id].difference_update(serials)
    return found


def _redemptions(store: Store, session: Session) -> Rows:
    query = select(
        Redemption.__table__, Coupon.code, Member.member_no, Sale.receipt_no.label("receipt")
    ).join(Coupon, Coupon.id == Redemption.coupon_id)
    query = (
        query.outerjoin(Member, (Member.id == Redemption.member_id) & (Member.state == "live"))
        .outerjoin(Sale, Sale.id == Redemption.sale_id)
        .where(Redemption.reversed_at.is_(None))
    )
    for r in _streamed(session, query.order_by(Redemption.id)):
        number = r.redemption_no or row_references.number(store.shop.uid, "R", r.id)
        receipt = r.receipt or r.receipt_no
        yield (
            number,
            r.code,
            r.member_no or "",
            _local(store, r.at),
            receipt,
            money(store.shop.digits, r.discount),
            r.business_date,
        )


# --- points ---


def _points(store: Store, session: Session) -> Rows:
    """One row a lot of which something is left, or in which something is owed; what is over is
    worth nothing."""
    left, first = func.sum(PointEntry.points), func.min(PointEntry.id)
    lots = (
        select(PointEntry.lot_id, left.label("left"), first.label("first"))
        .group_by(PointEntry.lot_id)
        .having(left != 0)
        .subquery()
    )
    query = (
        select(
            PointLot.__table__,
            lots.c.left,
            PointEntry.kind,
            PointEntry.reason,
            Member.member_no,
            Sale.receipt_no,
        )
        .join(lots, lots.c.lot_id == PointLot.id)
        .join(PointEntry, PointEntry.id == lots.c.first)
        .join(Member, Member.id == PointLot.member_id)
        .outerjoin(Sale, Sale.id == PointEntry.sale_id)
        .where(Member.state == "live")
    )
    today = store.clock.today()
    for r in _streamed(session, query.order_by(PointLot.id)):
        over = r.expires_on is not None and r.expires_on < today
        if over and r.left > 0:
            continue
        reference, reason = row_references.reference(r.reason)
        yield (
            r.member_no,
            r.opened_on,
            r.kind,
            int(r.left),
            r.expires_on or FOR_EVER,
            r.receipt_no or "",
            reason,
            r.opened_on,
            r.active_from or "",
            reference or row_references.number(store.shop.uid, "L", r.id),
        )


def _points_ledger(store: Store, session: Session) -> Rows:  # noqa: ARG001
    query = select(
        PointEntry.__table__, Member.member_no, PointLot.expires_on, Sale.receipt_no
    ).join(Member, Member.id == PointEntry.member_id)
    query = query.join(PointLot, PointLot.id == PointEntry.lot_id).outerjoin(
        Sale, Sale.id == PointEntry.sale_id
    )
    for r in _streamed(session, query.order_by(PointEntry.id)):
        reference, reason = row_references.reference(r.reason)
        yield (
            r.member_no,
            r.business_date,
            r.kind,
            r.points,
            r.expires_on or "",
            r.receipt_no or "",
            reason or reference,
        )


_SALES = (
    ("receipt_no", "sold_at", "member_no", "sku", "quantity", "unit_price", "discount", "amount", "coupon_code", "store", "channel")
    + ("business_date", "returns", "returns_receipt", "returns_date", "returns_line")
)  # fmt: skip
_MOVES = ("member_no", "date", "kind", "points", "expires_on", "receipt_no", "reason")
LISTS: dict[str, tuple[tuple[str, ...], Callable[[Store, Session], Rows]]] = {
    "products": (COLUMNS["products"], _products),
    "offers": (COLUMNS["offers"], _offers),
    "offer-products": (COLUMNS["offer-products"], _offer_products),
    "members": (tuple(field.column for field in member_fields.EXPORTED), _members),
    "consents": (
        ("member_no", "channel", "purpose", "granted", "answered_at", "evidence", "text_version"),
        _consents,
    ),
    "referrals": (
        ("member_no", "referred_by", "referral_state", "registered_on", "rewarded_on"),
        _referrals,
    ),
    "points": ((*_MOVES, "earned_on", "active_from", "reference"), _points),
    "stamps": (("member_no", "offer_code", "stamps", "expires_on"), _stamps),
    "coupons": (COLUMNS["coupons"], _coupons),
    "sales": (_SALES, _sales),
    "redemptions": (COLUMNS["redemptions"], _redemptions),
    "day-totals": (COLUMNS["day-totals"], _day_totals),
    "points-ledger": (_MOVES, _points_ledger),
}
"""Kind -> columns, and what gives its rows. The order is the one in which an empty shop reads
them."""

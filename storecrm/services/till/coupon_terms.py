"""The coupon that is meant, with the rule it was issued under.

A coupon keeps the version of its offer that it was issued under, whatever becomes of the offer.

    terms = coupon_terms.find(session, store, "C-1234-5678")
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import CouponRefused
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services.coupons import code_lookup
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.services.till import scan
from storecrm.values import (
    BatchState,
    Code,
    CouponId,
    CouponState,
    Day,
    Kind,
    MemberId,
    Money,
    Refusal,
    RefusalCode,
    StoreDay,
)

_BATCH = tables.batch.c
_COUPON = tables.coupon.c
_OFFER = tables.offer.c
# a row tells whatever is asked of a coupon, so that it is read once
_OF_COUPON = (
    *("id", "code", "member_id", "state", "valid_from", "valid_to", "uses_allowed"),
    *("voided_at", "void_reason", "held_by", "batch_id", "serial", "offer_id"),
)
_OF_BATCH = (
    _BATCH.version_id,
    _BATCH.state.label("batch_state"),
    _BATCH.activate,
)
_OF_OFFER = (
    _OFFER.code.label("offer_code"),
    _OFFER.name.label("offer_name"),
    _OFFER.state.label("offer_state"),
)
_COUPONS = (
    select(*_COUPON[_OF_COUPON], *_OF_BATCH, *_OF_OFFER)
    .join(tables.batch, _BATCH.id == _COUPON.batch_id)
    .join(tables.offer, _OFFER.id == _COUPON.offer_id)
)
_BY_ID = Hot(_COUPONS.where(_COUPON.id == bindparam("coupon")))
_FROM = _COUPON.valid_from
_TO = _COUPON.valid_to
_ASKED = StoreDay(bindparam("date", type_=_FROM.type), bindparam("business", type_=_TO.type))
_OF_MEMBER = Hot(
    _COUPONS.where(
        _COUPON.member_id == bindparam("member"),
        _COUPON.state == CouponState.ISSUED,
        _BATCH.state == BatchState.READY,
        _ASKED.begun(_FROM),
        _ASKED.lasts(_TO),
    ).order_by(_TO, _COUPON.id)
)


@dataclass(frozen=True)
class CouponTerms:
    """A coupon's row, joined with its batch and its offer, and the rule it was issued under."""

    row: Any
    rule: OfferRule

    @property
    def shown(self) -> dict[str, Any]:
        """What everybody sees of the coupon, wherever it stands."""
        offer = {"offer_code": self.row.offer_code, "offer_name": self.row.offer_name}
        return {"code": self.row.code, "rule": self.rule, "valid_to": self.row.valid_to} | offer


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
    row = row_of(session, CouponId(hit.target))
    # a batch that is still being issued does not exist yet
    if row.batch_state == BatchState.ISSUING:
        raise CouponRefused([Refusal(RefusalCode.NOT_FOUND)], coupon=hit.key)
    return _terms(session, store, row)


def row_of(session: Session, coupon: CouponId) -> Any:
    """A coupon's row, joined with its batch and its offer."""
    return _BY_ID.one(session, coupon=coupon)


def of_coupon(session: Session, store: Store, coupon: CouponId) -> CouponTerms:
    """A coupon that is there, with its terms."""
    return _terms(session, store, row_of(session, coupon))


def of_member(session: Session, store: Store, member: MemberId, besides: int) -> list[CouponTerms]:
    """Of each version of an offer the member's valid coupon that ends first, but for `besides`."""
    day = store.clock.day()
    first: dict[int, Any] = {}
    # the one that ends first comes first
    rows = _OF_MEMBER.rows(session, member=member, date=day.date, business=day.business)
    for row in rows:
        if row.id != besides:
            first.setdefault(row.version_id, row)
    return [_terms(session, store, row) for row in first.values()]


def _terms(session: Session, store: Store, row: Any) -> CouponTerms:
    return CouponTerms(row, design.frozen(session, store, row.version_id))


def verdict(terms: CouponTerms, discount: Money | None) -> CouponVerdict:
    """The coupon as a question about it is answered."""
    return CouponVerdict(**terms.shown, discount=discount)
